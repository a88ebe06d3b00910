"""Tests that the suggested first questions are cached until the articles change."""

from pathlib import Path
from typing import Any

import gradio as gr

import rag
from rag.web.narrow import everything
from rag.web.site import Site

TEXT = "The harbour of Vessby will be dredged in spring. The work takes eleven weeks."


class Counting(rag.Byline):
    """Suggests the number of times it was asked for questions."""

    made = 0

    def suggestions(self, *_: Any, **__: Any) -> tuple[str, ...]:
        self.made += 1
        return (f"Question {self.made}?",)


def test_first_questions_are_made_once_for_the_articles_as_they_are(tmp_path: Path) -> None:
    config = rag.Config(threshold=0.0)
    with Counting(tmp_path, config=config, embedder=rag.HashEmbedder(dims=64)) as news:
        news.add([rag.make_article(id="harbour", title="Harbour to be dredged", text=TEXT)])
        site = Site(news)

        def offered(*, undated: bool = True) -> list[str]:
            scope = everything()
            scope["undated"] = undated
            return list(site.suggested([], scope, gr.Request())["questions"])

        assert offered() == offered() == ["Question 1?"]
        assert offered(undated=False) == ["Question 2?"]
        assert offered() == ["Question 1?"]
        news.add([rag.make_article(id="bridge", title="The bridge", text="The bridge is closed.")])
        assert offered() == ["Question 3?"]
