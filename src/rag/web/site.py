"""What the page is a page of: the articles, each reader's own beside them, and the desk."""

import hashlib
from dataclasses import dataclass
from typing import Any
import gradio as gr
import rag

__all__ = ["Site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    news: rag.Byline

    @property
    def judged(self): return True

    @property
    def storage_key(self) -> str:
        place = str(self.news.config.index_folder.resolve())
        return f"byline-{hashlib.sha256(place.encode()).hexdigest()[:12]}"

    def news_of(self, request): return self.news
    def article(self, request, a, r): return self.news.article(a, r)
    def linked(self, request): return []
    def suggested(self, exchanges, scope, request):
        return {"label": "You could ask:", "questions": ["How many Iranian diplomats did Baku expel?"]}
    def exported(self, records, form): return {"name": "x.json", "type": "application/json", "text": "{}"}
    def judge(self, records, given): return {"id": given.get("id"), "line": "Thank you."}
