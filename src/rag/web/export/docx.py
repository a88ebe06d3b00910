"""A chat as a Word document."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from rag.web.export.plain import Block, blocks, cited_in, facts_of, plain
from rag.web.record import Cited, Record

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["as_docx"]

_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_STYLES = {"question": "Heading 1", "fact": "List Bullet", "line": "Normal", "statement": "Quote"}


def as_docx(records: Sequence[Record]) -> bytes:
    """The chat as a DOCX file, with the full citations of every answer."""
    from docx import Document

    document = Document()
    about = document.core_properties
    about.title, about.author, about.comments = "Questions and answers", "Byline", ""
    about.created = about.modified = datetime.now(UTC)
    document.add_heading("Questions and answers", level=0)
    for record in records:
        for block in blocks(record):
            _add(document, block)
        for cited in cited_in(record):
            _add_source(document, cited)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add(document: "Document", block: Block) -> None:
    document.add_paragraph(_xml(block.text), style=_STYLES[block.kind])


def _add_source(document: "Document", cited: Cited) -> None:
    """A paragraph with the number, the quotation, and one line per fact."""
    paragraph = document.add_paragraph()
    paragraph.add_run(f"[{cited['number']}] ").bold = True
    paragraph.add_run(_xml(f"“{plain(cited['quote'])}”"))
    for name, fact in facts_of(cited).items():
        paragraph.add_run().add_break()
        paragraph.add_run(_xml(f"{name}: {fact}"))


def _xml(text: str) -> str:
    """``text`` without the characters that XML does not allow."""
    return _NOT_XML.sub("", text)
