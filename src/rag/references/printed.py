"""References in plain text: Chicago, APA and MLA, for newspaper articles."""

import re
from datetime import date

from rag.references.names import Name, address, authors, outlet, title
from rag.schema import Article

__all__ = ["apa", "chicago", "mla"]

UNTITLED = "Untitled article"
_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June",
           "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")  # fmt: skip
_CHICAGO_ALL, _CHICAGO_FIRST = 10, 7  # authors listed: up to ten, else seven and "et al."
_APA_ALL, _APA_FIRST = 20, 19  # authors listed: up to twenty, else nineteen and the last


def chicago(article: Article) -> str:
    """Chicago Manual of Style, 17th edition, 14.191–14.200, as in a bibliography.

    The outlet, without "The", replaces a missing author.
    """
    paper = re.sub(r"^The ", "", outlet(article))
    names = authors(article)
    first = _chicago_names(names) if names else paper
    day = article.published
    dated = f"{day:%B} {day.day}, {day.year}" if day else "n.d."
    rest = ", ".join(filter(None, [paper if names else "", dated]))
    return _sentences(first, _in_quotes(article), rest, address(article))


def apa(article: Article) -> str:
    """Publication Manual of the American Psychological Association, 7th edition, 10.1 example 16.

    The title replaces a missing author.
    """
    named = title(article) or f"[{UNTITLED}]"
    names = _apa_names(authors(article))
    day = article.published
    dated = f"({day.year}, {day:%B} {day.day})" if day else "(n.d.)"
    first = (names, dated, named) if names else (named, dated)
    end = address(article)
    return " ".join(filter(None, [_sentences(*first, outlet(article)), end]))


def mla(article: Article) -> str:
    """MLA Handbook, 9th edition, chapter 5. Missing elements are left out."""
    names = authors(article)
    first = names[0].inverted if names else ""
    if len(names) == 2:
        first = f"{first}, and {names[1].direct}"
    elif names[1:]:
        first = f"{first}, et al."
    place = re.sub(r"^https?://", "", address(article))
    parts = [outlet(article), _mla_day(article.published), place]
    return _sentences(first, _in_quotes(article), ", ".join(filter(None, parts)))


def _mla_day(day: date | None) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""


def _chicago_names(names: list[Name]) -> str:
    shown = names if len(names) <= _CHICAGO_ALL else names[:_CHICAGO_FIRST]
    listed = [shown[0].inverted, *(name.direct for name in shown[1:])]
    if len(names) > _CHICAGO_ALL:
        return f"{', '.join(listed)}, et al."
    return ", and ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))


def _apa_names(names: list[Name]) -> str:
    listed = [", ".join(filter(None, [n.family, n.initials, n.suffix])) for n in names]
    if len(listed) > _APA_ALL:
        return f"{', '.join(listed[:_APA_FIRST])}, . . . {listed[-1]}"
    return ", & ".join(filter(None, [", ".join(listed[:-1]), *listed[-1:]]))


def _in_quotes(article: Article) -> str:
    """The title in quotation marks, with the full stop inside and inner quotation marks single."""
    text = title(article)
    if not text:
        return UNTITLED
    text = re.sub(r"[“\"](?=\S)(.*?)[”\"]", r"‘\1’", text)
    return f"“{_ended(text)}”"


def _sentences(*parts: str) -> str:
    return " ".join(_ended(part) for part in parts if part)


def _ended(text: str) -> str:
    """``text`` with a full stop, unless it already ends with a punctuation mark."""
    return text if re.search(r"[.?!…]['’”\")\]]*$", text) and not text.endswith(")") else f"{text}."
