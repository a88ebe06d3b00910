"""References to articles in the forms that style guides and reference managers use."""

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
"""The styles of references, each with the name that people know it by."""


def references(articles: Iterable[Article], style: str) -> str:
    """The references to ``articles`` as newspaper articles, in one of ``REFERENCE_STYLES``.

    "chicago" (17th edition, bibliography), "apa" (7th) and "mla" (9th) are plain text, one article
    a line, in alphabetical order. "bibtex", "ris" and "csl-json" keep the given order. Headlines
    stay as printed. Nothing that an article does not state is made up: an unnamed author, outlet,
    date or address is left out, or replaced as the style says ("n.d.").

    Raises:
        UsageError: there is no such style.
    """
    if style in _PRINTED:
        return "\n".join(sorted(map(_PRINTED[style], articles), key=_sorting))
    if style in _MACHINE:
        return _MACHINE[style](list(articles))
    known = ", ".join(REFERENCE_STYLES)
    raise UsageError(f"there is no reference style {style!r}; the styles are {known}")


def _sorting(line: str) -> str:
    return "".join(character for character in line.casefold() if character.isalnum())
