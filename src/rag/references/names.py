"""The parts of what a reference states: names of people and bodies, the title, the address."""

import re
from dataclasses import dataclass

from rag.ingest.agencies import is_outlet
from rag.schema import Article, author_names

__all__ = ["Name", "address", "authors", "line", "outlet", "title"]

_BODY = re.compile(
    r"\b(?:Agency|Board|Bureau|Correspondents?|Desk|Editorial|Editors|News|Newsroom|Press"
    r"|Reporters?|Service|Staff|Team|Writers?)\b",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r",?\s+(Jr\.?|Sr\.?|II|III|IV)$")
_PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la",
     "le", "ten", "ter", "van", "von", "zu"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """An author. A body, such as an agency, has only a ``family``: its whole name."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """Family name first: "Lind, Ada, Jr."."""
        return ", ".join(filter(None, [self.family, self.given, self.suffix]))

    @property
    def direct(self) -> str:
        """As it is said: "Ada Lind Jr."."""
        return " ".join(filter(None, [self.given, self.family, self.suffix]))

    @property
    def initials(self) -> str:
        """The given names as initials: "A. B.", and "J.-P." for "Jean-Paul"."""
        parts = (part.split("-") for part in self.given.split())
        return " ".join("-".join(f"{each[0].upper()}." for each in p if each) for p in parts)


def authors(article: Article) -> list[Name]:
    """The authors that an article states."""
    return [_name(line(name)) for name in author_names(article.author) if line(name)]


def _name(text: str) -> Name:
    """The parts of a name. "Ada Lind, Reuters" is Ada Lind; particles belong to the family name."""
    before, comma, after = (part.strip() for part in text.partition(","))
    if comma and not _SUFFIX.search(text) and before and after:
        if not _is_named_body(after):
            return Name(family=before, given=after)
        text = before
    if _is_body(text):
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


def _is_body(name: str) -> bool:
    """Whether it is no person's name; a single word, such as a pen name, is treated alike."""
    return " " not in name or _is_named_body(name)


def _is_named_body(name: str) -> bool:
    return is_outlet(name) or _BODY.search(name) is not None


def title(article: Article) -> str:
    """The title in one line, without a full stop at its end; "" if there is none."""
    text = line(article.title)
    return text if text.endswith("..") else text.removesuffix(".")


def outlet(article: Article) -> str:
    """The outlet in one line; "" if none is stated."""
    return line(article.outlet or "")


def address(article: Article) -> str:
    """The web address; "" if there is none."""
    url = (article.url or "").strip()
    return url if url.startswith(("http://", "https://")) and len(url.split()) == 1 else ""


def line(text: str) -> str:
    """``text`` on one line."""
    return " ".join(text.split())
