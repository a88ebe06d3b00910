"""Exports a chat as Markdown, JSON, HTML or DOCX, and one answer as plain text.

Titles and quotes may contain anything. All formats except JSON collapse white space to single
spaces, drop control characters, including those that change the text direction, and escape the
rest. JSON keeps all text unchanged. JSON and HTML contain the texts of the cited articles, for
which the character offsets of the citations are valid.
"""

from rag.web.export.docx import as_docx
from rag.web.export.html import as_html
from rag.web.export.markdown import as_markdown
from rag.web.export.plain import cited_in, cited_text
from rag.web.export.whole import as_json, texts

__all__ = ["as_docx", "as_html", "as_json", "as_markdown", "cited_in", "cited_text", "texts"]
