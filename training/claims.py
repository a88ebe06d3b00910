"""Generates true claims that are not verbatim, and similar false ones, from texts and questions.

A source is one or a few paragraphs. ``claims`` changes its sentences in ways that keep them true;
``twins`` then makes each false in one respect. The rules are deliberately crude, and independent of
how claims are checked.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.language.english.verbs import base_form, is_verb
from rag.language.sentences import sentence_spans

__all__ = ["Claim", "Source", "claims", "fused", "stated", "twins"]

FACTS = ("number", "name", "date", "quotation")
"""The kinds of false claims that must almost never pass."""

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = "|".join(_MONTHS)
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*)")
_NUMBER = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w,-])"
    r"|(?<![\w.,-])\d+(?:\.\d+)?(?![\w,-]|\.\d)"
)
_DATE = re.compile(rf"\b(?:{_MONTH})(?: \d{{1,2}})?\b|\b(?:1[89]|20)\d\d\b")
_SAID = re.compile(
    r"^(?P<who>[A-Z][^,\"“”;]{2,50}?) (?P<said>said|says|added|told reporters) (?:that )?"
    r"(?P<what>[^\"“”]{20,})$"
)
_WORDS = (7, 45)
_SWAPPED = re.compile(
    r"(?:^|(?<=[a-z,] ))(?!(?:The|This|These|They) )"
    r"(?:[A-Z][a-z]{2,}(?: [A-Z][a-z]+)+|[A-Z][a-z]{3,})"
)
_LIST = re.compile(r"(?:,(?: [A-Z]\w+)+)*,? (?:and|or) (?:the )?[A-Z]")
_HEDGES = (
    (r"\b(?:may|might|could|would) have (?=\w+e[dn]\b)", "has "),
    (r"\b(?:may|might|could|would) be\b", "is"),
    (r"\b(?:may|might) (?=[a-z])", "will "),
    (r"\b(?:is|are) (?:expected|likely|hoping|planning) to (?=[a-z])", "will "),
    (r"\b(?:aims?|hopes|intends?|wants) to (?=[a-z])", "will "),
    (r"\b(?:allegedly|reportedly|possibly|probably|likely) (?=\w+ed\b)", ""),
    (r"(?<=\b[Tt]he )(?:alleged|proposed|suspected) (?=[a-z]+)", ""),
)
_FACTS = (
    (r"\b(?:has|have) (?=\w+ed\b)", "may have "),
    (r"\b(?:was|were) (?=\w+ed\b)", "may have been "),
    (r"\b(?:is|are) (?=the |an? |\w+ed\b)", "could be "),
    (r"\bwill (?=[a-z])", "might "),
    (r"(?<=[a-z] )(?=[a-z]{3,}ed (?:the|an?|in|on|to|by) )", "reportedly "),
)
_HEDGED = re.compile(
    r"\b(?:may|might|could|would|can|likely|allegedly|reportedly|perhaps|hop\w+|plan\w*)\b|[\"“]"
)
_OWN = frozenset(("number", "name", "roles"))  # false claims with words of their own source


@dataclass(frozen=True, kw_only=True)
class Source:
    """A text, the questions that it answers with the answers, and words that it does not have."""

    article: str
    text: str
    answered: tuple[tuple[str, str], ...] = ()
    foreign: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The sentences of a suitable length."""
        spans = sentence_spans(self.text, 0, len(self.text))
        found = (self.text[start:end] for start, end in spans)
        return [one for one in found if _WORDS[0] <= len(one.split()) <= _WORDS[1]]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim about a source; ``kind`` is how it was made."""

    kind: str
    text: str
    source: Source
    supported: bool


# ---- true


def _dropped(one: str, _: random.Random) -> str | None:
    """The sentence without a leading or trailing clause, or the words between two commas."""
    inner = re.sub(
        r", (?:who|which|whose|a|an|the|including|with)\b[^,\"“”]{5,80},(?!\d)", "", one, count=1
    )
    if inner != one:
        return inner
    tail = re.sub(
        r", (?:and|but|while|which|who|as|after|when|including|with|where)\b[^,\"“”]{8,}\.$",
        ".",
        one,
    )
    if tail != one and len(tail.split()) >= _WORDS[0]:
        return tail
    head = re.sub(
        r"^(?:In|On|At|By|During|After|Since|As|While|Although|However)\b[^,\"“”]{2,60},(?!\d) ",
        "",
        one,
    )
    return head[0].upper() + head[1:] if head != one else None


def _moved(one: str, chance: random.Random) -> str | None:
    """The sentence with its attribution at the other end."""
    match = _SAID.match(one)
    if match is None:
        return None
    what = match["what"].rstrip(".")
    if chance.random() < 0.5:
        return f"{what[0].upper()}{what[1:]}, {match['who']} {match['said']}."
    return f"According to {match['who']}, {what}."


def _renumbered(one: str, _: random.Random) -> str | None:
    """The sentence with a number or date in another form."""
    if re.search(r"[\"“]", one):
        return None
    changed = re.sub(rf"\b({_MONTH}) (\d{{1,2}})(?:, (\d{{4}}))?\b", _day_first, one)
    if changed == one:
        changed = re.sub(rf"\b(\d{{1,2}}) ({_MONTH})\b", r"\2 \1", one)
    changed = re.sub(
        r"(?<![\w.,-])(?<!\. )([1-9]|1[0-2])(?= [a-z])", lambda m: _ONES[int(m[1])], changed
    )
    if changed == one:
        words = "|".join(_ONES[2:])
        changed = re.sub(rf"\b({words})\b(?! of\b)", lambda m: str(_ONES.index(m[1])), one)
    changed = (
        re.sub(r"(\d)%", r"\1 percent", changed)
        if "%" in changed
        else changed.replace(" percent", "%")
    )
    changed = re.sub(r"(?<=\d),(?=\d{3}\b)", "", changed)
    changed = re.sub(r"\$?(?<![\d.])(\d+)(?:\.(\d))? million\b", _in_full, changed)
    return None if changed == one else changed


def _day_first(match: re.Match[str]) -> str:
    return f"{match[2]} {match[1]}" + (f" {match[3]}" if match[3] else "")


def _in_full(match: re.Match[str]) -> str:
    sign = "$" if match[0].startswith("$") else ""
    return f"{sign}{int(match[1]) * 1_000_000 + int(match[2] or 0) * 100_000:,}"


def stated(question: str, answer: str) -> str | None:
    """A question and its answer as a statement."""
    asked = question.strip().rstrip("?").strip()
    answer = answer.strip().rstrip(".")
    if match := re.match(
        r"(?i)(?:who|what|which [a-z]+) ((?:is|was|are|were|has|had|can|will) .+)$", asked
    ):
        return f"{answer[0].upper()}{answer[1:]} {match[1]}."
    match = re.match(r"(?i)(?:who|what) (\w+) (.+)$", asked)
    if match and is_verb(match[1]):
        return f"{answer[0].upper()}{answer[1:]} {match[1]} {match[2]}."
    if match := re.match(
        r"(?i)(when|where) (was|were) ((?:the |[A-Z]\w+ ?)[\w' ]*?) (\w+ed|held|built|born|made)$",
        asked,
    ):
        link = "" if re.match(r"(?i)(?:in|on|at|by|during|from)\b", answer) else "in "
        return f"{match[3][0].upper()}{match[3][1:]} {match[2]} {match[4]} {link}{answer}."
    if match := re.match(r"(?i)how many (\w+s) ((?:are|were|is|was|have|had) .+)$", asked):
        return f"{answer[0].upper()}{answer[1:]} {match[1]} {match[2]}."
    return None


Change = Callable[[str, random.Random], str | None]
KEEPING: dict[str, Change] = {"dropped": _dropped, "moved": _moved, "renumbered": _renumbered}


def claims(source: Source, chance: random.Random) -> Iterator[Claim]:
    """Yields true claims about ``source``."""
    sentences = source.sentences
    for one in sentences:
        for kind, change in KEEPING.items():
            text = change(one, chance)
            if text is not None:
                yield Claim(kind=kind, text=text, source=source, supported=True)
    for one, other in pairwise(sentences):
        if '"' not in one + other and len((one + other).split()) <= _WORDS[1]:
            head = (
                other if re.match(r"I\b|[A-Z][a-z]+ [A-Z]", other) else other[0].lower() + other[1:]
            )
            text = f"{one.rstrip('.')}{chance.choice((', and ', '; ', ' while '))}{head}"
            yield Claim(kind="joined", text=text, source=source, supported=True)
    for question, answer in source.answered:
        text = stated(question, answer)
        if text is not None:
            yield Claim(kind="question", text=text, source=source, supported=True)


# ---- false


def _other_number(text: str, others: Sequence[str], chance: random.Random) -> str | None:
    found = [m for m in _NUMBER.finditer(text) if not re.fullmatch(r"(?:1[89]|20)\d\d", m[0])]
    if not found:
        found = list(re.finditer(rf"\b(?:{'|'.join(_ONES[2:])})\b", text))
    if not found:
        return None
    old = chance.choice(found)
    values = [n for other in others for n in _NUMBER.findall(other) if n != old[0]]
    if old[0][0].isalpha():
        new = chance.choice([word for word in _ONES[2:] if word != old[0]])
    elif values and chance.random() < 0.5:
        new = chance.choice(values)
    else:
        digit = chance.choice([d for d in "23456789" if d != old[0][0]])
        new = digit + old[0][1:]
    return text[: old.start()] + new + text[old.end() :] if _value(new) != _value(old[0]) else None


def _value(number: str) -> str:
    plain = number.replace(",", "")
    return str(_ONES.index(plain)) if plain in _ONES else plain


def _other_name(text: str, others: Sequence[str], chance: random.Random) -> str | None:
    found = list(_NAME.finditer(text))
    if not found:
        return None
    old = chance.choice(found)
    known = set(text.split())
    names = [n for other in others for n in _NAME.findall(other)]
    names = [n for n in names if not known & set(n.split()) and n not in _MONTHS]
    return text[: old.start()] + chance.choice(names) + text[old.end() :] if names else None


def _other_date(text: str, _: Sequence[str], chance: random.Random) -> str | None:
    found = list(_DATE.finditer(text))
    if not found:
        return None
    old = chance.choice(found)
    if old[0].isdigit():
        new = str(int(old[0]) + chance.choice((-11, -3, -1, 1, 2, 7)))
    else:
        month = chance.choice([m for m in _MONTHS if not old[0].startswith(m)])
        new = month + old[0][len(old[0].split()[0]) :]
    return text[: old.start()] + new + text[old.end() :]


def _denied(text: str, _: Sequence[str], __: random.Random) -> str | None:
    if re.search(r"\b(?:not|never)\b", text):
        return re.sub(r"\b(?:not|never) ", "", text, count=1)
    changed = re.sub(
        r"\b(is|was|are|were|has|had|will|can|could|have)\b(?! not)", r"\1 not", text, count=1
    )
    if changed != text:
        return changed
    for match in re.finditer(r"\b[a-z]+ed\b", text):
        if form := base_form(match[0]):
            return f"{text[: match.start()]}did not {form[1]}{text[match.end() :]}"
    return None


def _swapped(text: str, others: Sequence[str], _: random.Random) -> str | None:
    """The text with the first two neighbouring names exchanged, unless they are parts of a list."""
    found = [
        match
        for match in _SWAPPED.finditer(text)
        if match.start() or " " in match[0] or _is_name(match[0], others)
    ]
    for one, other in pairwise(found):
        if one[0] != other[0] and not _LIST.match(text, one.end()):
            between = text[one.end() : other.start()]
            return f"{text[: one.start()]}{other[0]}{between}{one[0]}{text[other.end() :]}"
    return None


def _is_name(word: str, others: Sequence[str]) -> bool:
    """Whether a word that opens a sentence is also capitalised inside one."""
    return any(re.search(rf"(?<=[a-z,] ){word}\b", other) for other in others)


def _invented(text: str, others: Sequence[str], chance: random.Random) -> str | None:
    words = chance.choice(others).split()
    start = chance.randrange(max(1, len(words) - 9))
    quote = " ".join(words[start : start + 8]).strip('"“”,.').replace('"', "")
    return f"{text.rstrip('.')}, calling it “{quote}”."


def _elsewhere(_: str, others: Sequence[str], chance: random.Random) -> str | None:
    return chance.choice(others)


def _affirmed(text: str, _: Sequence[str], __: random.Random) -> str | None:
    """The text without what marks a possibility, a plan or hearsay."""
    for pattern, put in _HEDGES:
        changed = re.sub(pattern, put, text, count=1)
        if changed != text:
            return changed
    return None


def _doubted(text: str, _: Sequence[str], __: random.Random) -> str | None:
    """The text with something possible where it states a fact."""
    if _HEDGED.search(text):
        return None
    for pattern, put in _FACTS:
        changed = re.sub(pattern, put, text, count=1)
        if changed != text:
            return changed
    return None


BREAKING: dict[str, Callable[[str, Sequence[str], random.Random], str | None]] = {
    "number": _other_number,
    "name": _other_name,
    "date": _other_date,
    "quotation": _invented,
    "negation": _denied,
    "roles": _swapped,
    "hedge left out": _affirmed,
    "hedge added": _doubted,
    "another article": _elsewhere,
}


def twins(claim: Claim, others: Sequence[str], chance: random.Random) -> Iterator[Claim]:
    """Yields false claims like ``claim``; ``others`` are sentences of other articles."""
    for kind, change in BREAKING.items():
        given = [*others, *claim.source.sentences] if kind in _OWN else others
        text = change(claim.text, given, chance)
        if text is not None and text != claim.text:
            yield Claim(kind=kind, text=text, source=claim.source, supported=False)


def fused(source: Source, chance: random.Random) -> Iterator[Claim]:
    """Yields claims from the start of one sentence and the end of another, mostly false."""
    sentences = source.sentences
    for one in sentences:
        other = chance.choice(sentences)
        if other == one:
            continue
        head, end = one.split(), other.split()
        text = " ".join([*head[: len(head) // 2], *end[len(end) // 2 :]])
        yield Claim(kind="fused", text=text, source=source, supported=False)
