"""Splits an article's text into title and body, and removes menus and bylines."""

import re

from rag.ingest.agencies import is_outlet
from rag.ingest.dates import dated_line
from rag.ingest.metadata import is_byline, is_imprint, is_outlet_line

__all__ = ["split_title"]

_LONGEST_TITLE = 250  # characters
_LONGEST_NAME = 60  # maximum characters of an outlet, desk or place below a title
_TITLE_BLOCK = 4  # maximum lines of bylines and dates directly below a title
_HEAD_LINES = 4  # maximum lines of a title with its standfirst
_ENDS_SENTENCE = re.compile(r"[.!:;][”’\"')]*$")
_LOWER = re.compile(r"(?:^|[ ])(?!(?:of|the|and|for|in|de|la|le|van|von|der|del)\b)[^\W\d_A-ZÀ-Þ]")
_MENU = re.compile(
    r"(?:open |close |main |toggle )?(?:menu|navigation)|home(?:page)?|subscribe(?: now)?"
    r"|sign (?:in|up)|log ?(?:in|out)|register|search|my account|newsletters?|e-?paper"
    r"|contact(?: us)?|about(?: us)?"
    r"|support us|donate|jump to content|accept(?: all)?(?: cookies)?",
    re.IGNORECASE,
)
_MASTHEAD = re.compile(r"The(?: [A-Z]\S*){1,3}|[A-Z]+(?: [A-Z]+){1,3}")
_BAR = re.compile(r"[^|•·›»>/.]{1,25}(?:[ ]?[|•·›»>/][ ]?[^|•·›»>/.]{1,25}){2,}")
_SECTION = re.compile(
    r"(?:(?:world|uk|us|local|national|international|breaking|latest|top|home) )?"
    r"(?:news|world|politics|business|economy|money|finance|sports?|football|opinion|comment"
    r"|editorial|analysis|culture|arts|books|film|music|tv|life|lifestyle|style|food|travel|health"
    r"|science|tech(?:nology)?|environment|climate|weather|education|society|local|national"
    r"|international|europe|asia|africa|americas|middle east|uk|us|live|exclusive|breaking"
    r"|updated?|explainer|interview|features?|video|crime|courts?|transport|obituar(?:y|ies)|region)"
    r"(?: news)?",
    re.IGNORECASE,
)


def split_title(text: str, title: str | None) -> tuple[str | None, str]:
    """Splits ``text`` into its title and the text after it.

    If ``title`` is given, removes a first line that repeats it. Otherwise, the first line is the
    title if it is short, does not end like a sentence, and has text after it. Removes menus and
    section names above the title, and the byline and date directly below it.
    """
    if title is None:
        text = _without_menu(text)
    first, _, below = text.partition("\n")
    first, rest = first.strip(), below.strip()
    if not rest:
        return title, text
    if title is not None:
        body = rest if first.casefold() == title.casefold() else text
        return title, (_below_head(body) if _outlet_lines(body) else None) or body
    if len(first) > _LONGEST_TITLE or _ENDS_SENTENCE.search(first):
        return None, text
    under = _below_head(below)
    if under or below.startswith("\n") or _opens_text(first, rest):
        return first, under or rest
    return _split_head(text)


def _split_head(text: str) -> tuple[str | None, str]:
    """Splits off the first block as the title if none of its lines ends with a full stop.

    A further line that begins with a capital is the standfirst, not part of the title.
    """
    head, _, rest = text.partition("\n\n")
    lines = head.split("\n")
    end = next((i for i, line in enumerate(lines) if i and line[:1].isupper()), len(lines))
    title = " ".join(map(str.strip, lines[:end]))
    is_text = len(lines) > _HEAD_LINES or any(map(_ENDS_SENTENCE.search, lines))
    if is_text or len(title) > _LONGEST_TITLE or not rest.strip():
        return None, text
    return title, "\n\n".join([*lines[end:], rest.lstrip()])


def _without_menu(text: str) -> str:
    """``text`` without the masthead, date, menu and section name above its title."""
    lines = [line.strip() for line in text.split("\n")]
    above = next((i for i, line in enumerate(lines) if line and not dated_line(line)), 0)
    above = _below_masthead(lines, above)
    below = (i for i, line in enumerate(lines) if i >= above and _is_below_title(line))
    end = next(below, len(lines))
    menu = [i for i, line in enumerate(lines[:end]) if _is_menu(line) or _are_sections(lines, i)]
    start = menu[-1] + 1 if menu else above
    titles = [i for i in range(start, end) if lines[i]]
    while len(titles) > 1 and _is_section(lines[titles[0]], lines[titles[1]]):
        del titles[0]
    return "\n".join(lines[titles[0] :]) if titles and titles[0] > 0 else text


def _below_masthead(lines: list[str], place: int) -> int:
    """The place of the title if the line at ``place`` is an outlet with a date below, else it."""
    printed = [i for i in range(place, len(lines)) if lines[i]][:3]
    if len(printed) < 3 or not _MASTHEAD.fullmatch(lines[place]):
        return place
    _, day, title = printed
    is_masthead = is_outlet(lines[place].title()) and dated_line(lines[day])
    return title if is_masthead and not _is_below_title(lines[title]) else place


def _is_menu(line: str) -> bool:
    """Whether ``line`` is a button, a path such as "Home > News", or a row of sections."""
    words = line.split()
    is_row = len(words) > 2 and all(_SECTION.fullmatch(w) or _MENU.fullmatch(w) for w in words)
    return bool(_MENU.fullmatch(line) or _BAR.fullmatch(line) or is_row)


def _are_sections(lines: list[str], place: int) -> bool:
    """Whether the line at ``place`` and the one before it are both names of sections."""
    return place > 0 and all(map(_SECTION.fullmatch, lines[place - 1 : place + 1]))


def _is_below_title(line: str) -> bool:
    """Whether ``line`` is a byline, a date or running text."""
    is_text = len(line) > _LONGEST_TITLE or _ENDS_SENTENCE.search(line) is not None
    return is_text or is_byline(line) or dated_line(line) is not None


def _is_section(line: str, following: str) -> bool:
    """Whether ``line`` names the section or subject of the title below it."""
    alone = line.isupper() and " " not in line and not following.isupper()
    parts = re.split(r"[ ]?[/|>][ ]?", line)
    pair = line.split(" & ")
    return alone or any(all(map(_SECTION.fullmatch, names)) for names in (parts[:1], pair))


def _opens_text(first: str, rest: str) -> bool:
    """Whether the line after ``first`` starts the text instead of continuing a wrapped line."""
    second = rest.partition("\n")[0]
    return len(second) > 1.5 * len(first) and not second[:1].islower()


def _below_head(below: str) -> str | None:
    """The text after the byline and date directly below a title; None if there are none.

    Names between them, such as the outlet, are also removed. A standfirst stays.
    """
    lines = below.split("\n")
    outlets = _outlet_lines(below)
    places = list(range(1, min(len(lines), _TITLE_BLOCK) + 1))
    if outlets:  # also if blank lines separate it
        places = [place for place, line in enumerate(lines, start=1) if line.strip()][:_TITLE_BLOCK]
    stated, kept, above = 0, [], ""
    for place in places:
        line = lines[place - 1].strip()
        is_standfirst = _LOWER.search(line) is not None
        is_stated = is_byline(line) or is_imprint(line, above, is_first=place == 1)
        if is_stated or dated_line(line) or line in outlets:
            stated = place
        elif not 0 < len(line) <= (
            _LONGEST_TITLE if is_standfirst else _LONGEST_NAME
        ) or _ENDS_SENTENCE.search(line):
            break
        elif is_standfirst:
            kept.append((place, line))
        above = line
    if not 0 < stated < len(lines):
        return None
    standfirst = [line for place, line in kept if place < stated]
    return "\n\n".join([*standfirst, "\n".join(lines[stated:]).strip()])


def _outlet_lines(below: str) -> list[str]:
    """The lines directly below a title that have only the name of the outlet."""
    lines = [line.strip() for line in below.split("\n") if line.strip()][: _TITLE_BLOCK + 1]
    return [
        line
        for above, line, following in zip(["", *lines], lines, [*lines[1:], ""], strict=False)
        if is_outlet_line(line, above=above, below=following)
    ]
