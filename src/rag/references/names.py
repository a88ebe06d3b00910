"""The parts of a reference: names of people and organisations, title, outlet and URL."""

import re
from dataclasses import dataclass

from rag.ingest.agencies import is_outlet
from rag.schema import Article, author_names

__all__ = ["Name", "address", "authors", "line", "outlet", "title"]

_BODY = re.compile(
    r"\b(?:Agenc(?:y|ies)|Associated|Board|Bureau|Correspondents?|Desk|Editor|Editorial|Editors|News"
    r"|Newsroom|Press|Reporters?|Service|Staff|Team|Writers?)\b",
    re.IGNORECASE,
)
# What a byline adds after a comma: "Political Editor", "Head of News", "Jerusalem correspondent".
_ROLE = re.compile(
    r"\b(?:analyst|chief|columnist|contributor|correspondent|critic|editor|head|journalist|producer"
    r"|reporter|writer)\b",
    re.IGNORECASE,
)
_SURNAMES = frozenset(("Herald", "Ledger", "Mail", "Post", "Press", "Service", "Star", "Sun"))
_OF_PAPERS = frozenset(("Daily", "Europa", "Evening", "Morning", "Sunday", "Washington"))
_DEGREE = re.compile(
    r",?\s+(?:Ph\.?\s?D|D\.?Phil|M\.?\s?D|M\.?B\.?A|M\.?Sc|B\.?Sc|M\.A|B\.A|Esq)\.?(?=,|$)"
)
_HELP = re.compile(r"\s+(?:with|in|for|at)\s.*$", re.DOTALL)
_SUFFIX = re.compile(r",?\s+(Jr\.?|Sr\.?|II|III|IV)$")
_PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la",
     "le", "ten", "ter", "van", "von", "zu"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """An author. An organisation, such as an agency, has only a ``family``: its full name."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """Family name first: "Lind, Ada, Jr."."""
        return ", ".join(filter(None, [self.family, self.given, self.suffix]))

    @property
    def direct(self) -> str:
        """Given name first: "Ada Lind Jr."."""
        return " ".join(filter(None, [self.given, self.family, self.suffix]))

    @property
    def initials(self) -> str:
        """The given names as initials: "A. B.", and "J.-P." for "Jean-Paul"."""
        parts = (part.split("-") for part in self.given.split())
        return " ".join("-".join(f"{each[0].upper()}." for each in p if each) for p in parts)


def authors(article: Article) -> list[Name]:
    """The authors that an article states, without their roles and outlets."""
    stated = line(article.author or "")
    names = [each for name in author_names(stated) if (each := _bare(name))]
    people = [name for name in names if not _is_addition(name, stated, article)]
    return [_name(name, article) for name in people or names]


def _bare(name: str) -> str:
    """A name without degrees, and without "with agencies" or "in London"."""
    return _HELP.sub("", _DEGREE.sub("", line(name)))


def _is_addition(name: str, stated: str, article: Article) -> bool:
    """Whether ``name`` is only a role or outlet of the author before it."""
    if name.lower() == "agencies":
        return True
    is_after = re.search(rf",\s*{re.escape(name)}(?!\S*\w)", stated) is not None
    return is_after and (_ROLE.search(name) is not None or _is_body(name, article))


def _name(text: str, article: Article) -> Name:
    """The parts of a name. "Ada Lind, Reuters" is Ada Lind; particles count as family name."""
    before, comma, after = (part.strip() for part in text.partition(","))
    if comma and not _SUFFIX.search(text) and before and after:
        if _is_inverted(before, after):
            return Name(family=before, given=after)
        text = before
    if _is_body(text, article):
        return Name(family=text)
    suffix = _SUFFIX.search(text)
    words = text[: suffix.start()].split() if suffix else text.split()
    first = len(words) - 1
    while first > 1 and words[first - 1] in _PARTICLES:
        first -= 1
    return Name(
        family=" ".join(words[first:]),
        given=" ".join(words[:first]),
        suffix=suffix[1] if suffix else "",
    )


def _is_inverted(before: str, after: str) -> bool:
    """Whether the family name comes first, as in "Lind, Ada", but not in "Ada Lind, London"."""
    words = before.split()
    is_family = len(words) == 1 or words[0].lower() in _PARTICLES
    return is_family and not (is_outlet(after) or _BODY.search(after) or _ROLE.search(after))


def _is_body(name: str, article: Article) -> bool:
    """Whether ``name`` is not a person's name; single words, such as pen names, count as such."""
    words = name.split()
    if len(words) == 1 or words[0] == "The" or name == outlet(article):
        return True
    if len(words) == 2 and words[1] in _SURNAMES:  # "Bill Press", but "Associated Press"
        return words[0].isupper() or words[0] in _OF_PAPERS or _BODY.search(words[0]) is not None
    return is_outlet(name) or _BODY.search(name) is not None


def title(article: Article) -> str:
    """The title on one line, without a final full stop; "" if there is none."""
    text = line(article.title)
    return text if text.endswith("..") else text.removesuffix(".")


def outlet(article: Article) -> str:
    """The outlet on one line; "" if there is none."""
    return line(article.outlet or "")


def address(article: Article) -> str:
    """The URL; "" if there is none."""
    url = (article.url or "").strip()
    return url if url.startswith(("http://", "https://")) and len(url.split()) == 1 else ""


def line(text: str) -> str:
    """``text`` on one line."""
    return " ".join(text.split())
