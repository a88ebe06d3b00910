"""Microsoft Word documents as printed: without deleted and hidden text, notes and pictures."""

from pathlib import Path
from typing import Any

from rag.ingest.readers.base import ReadFile
from rag.ingest.readers.package import Package, Paragraphs, local_name, row_text

__all__ = ["DocxReader"]

_UNREAD = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sectPr",
                     "footnoteReference", "endnoteReference", "commentReference"})  # fmt: skip
_MARKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class DocxReader:
    """Reads ``.docx`` files, https://ecma-international.org/publications-and-standards/ECMA-376."""

    suffixes = (".docx",)

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The paragraphs in order; each table row is a paragraph, with bars between its cells.

        The title is the first paragraph in the style "Title", if there is one.
        """
        package = Package(path, data, form="DOCX")
        paragraphs: Paragraphs = []
        for body in package.xml("word/document.xml").iterchildren("{*}body"):
            _collect(body, paragraphs)
        return package.article(paragraphs, title_style="title")


def _collect(element: Any, paragraphs: Paragraphs) -> None:
    """Adds the style and the text of each paragraph within ``element``."""
    for child in element:
        name = local_name(child)
        if name == "p":
            paragraphs.append((_style(child), _words(child)))
            _collect_boxes(child, paragraphs)
        elif name == "tr":
            paragraphs.append(("", row_text(child.iterchildren("{*}tc"), _collect)))
        elif name not in _UNREAD:
            _collect(child, paragraphs)


def _collect_boxes(element: Any, paragraphs: Paragraphs) -> None:
    """Adds the paragraphs of the text boxes anchored in a paragraph."""
    for box in element.iter("{*}txbxContent"):
        if not any(local_name(each) in ("Fallback", "del") for each in box.iterancestors()):
            _collect(box, paragraphs)


def _style(paragraph: Any) -> str:
    for style in paragraph.iterfind("{*}pPr/{*}pStyle"):
        for name, value in style.attrib.items():
            if name.endswith("}val"):
                return str(value).lower()
    return ""


def _words(element: Any) -> str:
    return "".join(_parts(element)).strip()


def _parts(element: Any) -> list[str]:
    parts: list[str] = []
    for child in element:
        name = local_name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in _MARKS:
            parts.append(_MARKS[name])
        elif name not in _UNREAD and name != "txbxContent" and not _is_hidden(child):
            parts += _parts(child)
    return parts


def _is_hidden(run: Any) -> bool:
    """Whether a run is hidden; ``<w:vanish w:val="0"/>`` makes a hidden style visible."""
    mark = run.find("{*}rPr/{*}vanish")
    return mark is not None and not any(
        value in ("0", "false", "off") for value in mark.attrib.values()
    )
