"""Documents of LibreOffice and others, without notes, comments, deleted text and pictures."""

from pathlib import Path
from typing import Any

from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.package import Package, Paragraphs, local_name, row_text

__all__ = ["OdtReader"]

_UNREAD = frozenset({"tracked-changes", "note", "annotation", "hidden-text", "hidden-paragraph",
                     "sequence-decls", "variable-decls", "forms", "bookmark-start",
                     "table-of-content", "title", "desc"})  # fmt: skip


class OdtReader:
    """Reads ``.odt`` files, https://docs.oasis-open.org/office/OpenDocument/v1.3."""

    suffixes = (".odt",)

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The paragraphs in order; each table row is a paragraph, with bars between its cells."""
        package = Package(path, data, form="ODT")
        paragraphs: Paragraphs = []
        for body in package.xml("content.xml").iterfind("{*}body/{*}text"):
            _collect(body, paragraphs)
        return package.article(paragraphs, title_style="Title")


def _collect(element: Any, paragraphs: Paragraphs) -> None:
    """Adds the style and the text of each paragraph within ``element``."""
    for child in element:
        name = local_name(child)
        if name in ("p", "h"):
            style = next((v for n, v in child.attrib.items() if n.endswith("}style-name")), "")
            paragraphs.append((style, "".join(_parts(child)).strip()))
            for box in child.iterfind(".//{*}text-box"):
                _collect(box, paragraphs)
        elif name == "table-row":
            cells = (cell for cell in child if local_name(cell) == "table-cell")
            paragraphs.append(("", row_text(cells, _collect)))
        elif name not in _UNREAD:
            _collect(child, paragraphs)


def _parts(element: Any) -> list[str]:
    """The words of a paragraph; only the format's own elements count as white space."""
    parts = [" ".join(f".{element.text or ''}.".split())[1:-1]]
    for child in element:
        name = local_name(child)
        if name in ("s", "tab"):
            parts.append(" ")
        elif name == "line-break":
            parts.append("\n")
        elif name not in _UNREAD and name not in ("frame", "text-box"):
            parts += _parts(child)
        parts.append(" ".join(f".{child.tail or ''}.".split())[1:-1])
    return parts
