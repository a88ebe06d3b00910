"""The parts of documents that are ZIP archives of XML: DOCX, ODT and EPUB."""

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rag.errors import IngestError
from rag.ingest.readers.base import ReadFile

__all__ = ["Package", "Paragraphs", "local_name", "parse_xml", "row_text"]

Paragraphs = list[tuple[str, str]]
"""The style and the text of each paragraph, in order."""

_LARGEST = 50_000_000  # maximum bytes of one part; its tree takes up to ten times as much


class Package:
    """The parts of the document ``data``."""

    def __init__(self, path: Path, data: bytes, *, form: str) -> None:
        """Opens the document.

        Raises:
            IngestError: ``data`` is not a ZIP archive.
        """
        self._path, self._form = path, form
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise self.error(f"is damaged or not a {form} file ({error}); save it again") from None

    def error(self, what: str) -> IngestError:
        """The error that names the document."""
        return IngestError(f"{self._path} {what}")

    def article(self, paragraphs: Paragraphs, *, title_style: str) -> ReadFile:
        """The article of these paragraphs; its title is the first one in the style ``title_style``.

        Raises:
            IngestError: the paragraphs have no text.
        """
        text = "\n\n".join(text for _, text in paragraphs if text)
        if not text:
            raise self.error("contains no text; save the article as text")
        title = next((text for style, text in paragraphs if style == title_style and text), "")
        return ReadFile(text=text, stated={"title": title} if title else {})

    def part(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            IngestError: the part is missing, encrypted, damaged or too large.
        """
        try:
            with self._archive.open(name) as file:
                data = file.read(_LARGEST + 1)
        except KeyError:
            raise self.error(
                f"is not a {self._form} file (it has no {name}); save it again"
            ) from None
        except RuntimeError:
            raise self.error("is locked by a password; save it without one") from None
        except Exception as error:  # noqa: BLE001 - zlib, lzma and zipfile have errors of their own
            what = f"is damaged ({type(error).__name__} in {name}); save it again"
            raise self.error(what) from None
        if len(data) > _LARGEST:
            raise self.error(f"has over {_LARGEST / 1e6:g} MB in {name}; split it")
        return data

    def xml(self, name: str) -> Any:
        """The tree of a part; raises the same errors as ``part``, and one for invalid XML."""
        from lxml import etree

        try:
            return parse_xml(self.part(name))
        except etree.XMLSyntaxError as error:
            raise self.error(f"has invalid XML in {name} ({error}); save it again") from None


def row_text(cells: Iterable[Any], collect: Callable[[Any, Paragraphs], None]) -> str:
    """A table row as one line, with bars between the cells that ``collect`` reads."""
    texts = []
    for cell in cells:
        inner: Paragraphs = []
        collect(cell, inner)
        texts.append(" ".join(" ".join(text for _, text in inner).split()))
    return " | ".join(filter(None, texts))


def parse_xml(data: bytes, *, recover: bool = False) -> Any:
    """The root of an XML tree. Entities are not expanded and nothing is fetched."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )
    return etree.fromstring(data, parser)


def local_name(element: Any) -> str:
    """The name of an element without its namespace; empty for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
