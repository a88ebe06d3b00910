"""What the page is a page of: the articles, each reader's own beside them, and the desk."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

import rag
from rag.web.answering import exchange
from rag.web.conversation import Exchange
from rag.web.export import as_json, as_markdown
from rag.web.feedback import keep
from rag.web.narrow import Scope, filter_of
from rag.web.permalink import changed, opened
from rag.web.record import Record
from rag.web.sessions import Sessions

__all__ = ["Site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The shared articles, and what readers may do beside asking.

    ``sessions`` is None where nothing may be uploaded, ``desk`` where no feedback is kept.
    """

    news: rag.Byline
    sessions: Sessions | None = None
    desk: rag.Desk | None = None

    @property
    def judged(self) -> bool:
        """Whether readers may say what is wrong."""
        return self.desk is not None

    @property
    def storage_key(self) -> str:
        """Where a browser keeps conversations over these articles, apart from those over others."""
        place = str(self.news.config.index_folder.resolve())
        return f"byline-{hashlib.sha256(place.encode()).hexdigest()[:12]}"

    def news_of(self, request: gr.Request | None) -> rag.Byline:
        """The articles that answer the reader who sent ``request``."""
        return self.sessions.of(request).news if self.sessions else self.news
