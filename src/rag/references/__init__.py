"""References to articles in the formats of style guides and reference managers."""

from collections.abc import Callable, Iterable, Mapping

from rag.errors import UsageError
from rag.references.machine import as_bibtex, as_csl, as_ris
from rag.references.printed import apa, chicago, mla
from rag.schema import Article

__all__ = ["REFERENCE_STYLES", "references"]

_PRINTED: Mapping[str, Callable[[Article], str]] = {"chicago": chicago, "apa": apa, "mla": mla}
_MACHINE: Mapping[str, Callable[[list[Article]], str]] = {
    "bibtex": as_bibtex,
    "ris": as_ris,
    "csl-json": as_csl,
}
REFERENCE_STYLES: Mapping[str, str] = {
    "chicago": "Chicago",
    "apa": "APA",
    "mla": "MLA",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
}
"""The reference styles, each with its common name."""


def references(articles: Iterable[Article], style: str) -> str:
    """The references to ``articles`` as newspaper articles, in one of ``REFERENCE_STYLES``.

    "chicago" (17th edition, bibliography), "apa" (7th) and "mla" (9th) are plain text in
    alphabetical order, one article per line. "bibtex", "ris" and "csl-json" keep the given order.
    Headlines stay as printed. A missing author, outlet, date or URL is left out, or replaced as the
    style requires ("n.d."); nothing is made up.

    Raises:
        UsageError: the style is unknown.
    """
    if style in _PRINTED:
        return "\n".join(sorted(map(_PRINTED[style], articles), key=_sorting))
    if style in _MACHINE:
        return _MACHINE[style](list(articles))
    known = ", ".join(REFERENCE_STYLES)
    raise UsageError(f"there is no reference style {style!r}; the styles are {known}")


def _sorting(line: str) -> str:
    return "".join(character for character in line.casefold() if character.isalnum())
