"""Distinguishes line ends inside a sentence from those that end a block of text.

Plain text is wrapped at a fixed width, or has one paragraph or caption per line, or both.
"""

import re
from itertools import pairwise

from rag.language.sentences import sentence_spans
from rag.tokens import count_tokens

__all__ = ["ends_sentence", "join_lines"]

_BLOCKS = re.compile(r"\n[ ]*\n\s*")
_STOP = re.compile(r"[.!?…][”’\"')\]»]*$")
_RUNS_ON = re.compile(
    r"(?:[,;–—-]|\b(?:a|an|and|as|at|but|by|for|from|had|has|her|his|in|is|its|of|on|or|our|said"
    r"|that|the|their|to|was|were|which|who|will|with)|[’']s)$"
)
_LONGEST_ENTRY = 3  # maximum words of a menu entry, such as "Log in"
_LIST_ITEM = re.compile(r"(?:[-–—*•·▪◦]|\d{1,2}[.)]|[a-z]\))[ ]")
_OPENING = "“\"‘'«„ "
_CUT_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]+)-\n([^\W\d_]+)")
_NARROWEST, _WIDEST = 40, 100
"""Typical widths of wrapped lines, in characters: mail 72 to 78 (RFC 5322), agencies 64 to 69,
editors up to 100. A shorter line is a caption, a longer one a paragraph."""


def ends_sentence(line: str, following: str) -> bool:
    """Whether a sentence ends with ``line``; "Dr.", "U.S." or an initial does not end one."""
    if not _STOP.search(line):
        return False
    start = max(0, len(line) - _WIDEST)
    after = following.lstrip(_OPENING)[:_WIDEST]  # an unclosed quotation would hide the full stop
    joined = f"{line[start:]} {after}"
    return any(end == len(line) - start for _, end in sentence_spans(joined, 0, len(joined)))


def join_lines(text: str) -> str:
    """Replaces each line end inside a sentence with a space.

    A line without a full stop, before a line that begins with a capital, is a separate block unless
    the text is wrapped and the next word did not fit. Line ends after a sentence stay.
    """
    blocks = [[*map(str.strip, block.split("\n"))] for block in _BLOCKS.split(text.strip())]
    width = _wrapped_at(blocks)
    joined = "\n\n".join(_joined(block, width) for block in blocks)
    return _CUT_WORD.sub(lambda cut: _whole_word(cut[1], cut[2], text), joined)


def _whole_word(first: str, rest: str, text: str) -> str:
    """Rejoins a word divided at a line end; keeps the hyphen if ``text`` has it elsewhere.

    Otherwise removes the hyphen if the text has the word without one, or if it is a single token.
    """
    whole = f"{first}{rest}"
    is_one = f"{first}-{rest}" not in text and (whole in text or count_tokens(f" {whole}") == 1)
    return whole if is_one else f"{first}-{rest}"


def _wrapped_at(blocks: list[list[str]]) -> int | None:
    """The width at which the text is wrapped; None if it is not.

    It is wrapped if no line with spaces is longer and, for most lines, the next word did not fit.
    """
    lines = [line for block in blocks for line in block if " " in line]
    width = max(map(len, lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return None
    pairs = [pair for block in blocks for pair in pairwise(block)]
    full = sum(_had_no_room(*pair, width) for pair in pairs)
    return width if full >= 2 and 2 * full > len(pairs) else None


def _had_no_room(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split(" ", maxsplit=1)[0]) > width


def _joined(lines: list[str], width: int | None) -> str:
    text, within = lines[0], False
    for line, following in pairwise(lines):
        ends = ends_sentence(line, following)
        within = not ends and _continues(line, following, width, within=within)
        if ends:
            text += f"\n{following}"
        elif not within:
            text += f"\n\n{following}"
        elif _CUT_WORD.search(f"{line}\n{following}") and following[:1].islower():
            text += f"\n{following}"
        else:
            text += f" {following}"
    return text


def _continues(line: str, following: str, width: int | None, *, within: bool) -> bool:
    """Whether ``following`` continues the sentence in ``line``.

    ``within`` is true if ``line`` itself continues a wrapped paragraph.
    """
    if _LIST_ITEM.match(following):
        return False
    if width is not None and (within or _had_no_room(line, following, width)):
        return True
    if following[:1].islower() or _STOP.search(line):  # the stop of an abbreviation
        return True
    return len(line.split()) > _LONGEST_ENTRY and _RUNS_ON.search(line) is not None
