"""The Check panel: a draft, and what the articles say of each of its sentences."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import gradio as gr

import rag
from rag.web.arguments import read_long_text
from rag.web.components import drawn, sentence
from rag.web.messages import for_readers
from rag.web.site import Site
from rag.web.sources import Listed, count, listed

__all__ = ["check_panel"]

TROUBLE = "Something went wrong while checking; see Byline's log."

log = logging.getLogger(__name__)


class Quoted(Listed):
    """A place in an article, with its words."""

    start: int
    end: int
    quote: str


class Quotation(TypedDict):
    """A quotation in a sentence, and its differences from the article's own words."""

    verdict: str
    differences: list[dict[str, str]]
    source: Quoted | None


class Sentence(TypedDict):
    """A sentence of the draft; ``reasons`` say what is not in the articles."""

    verdict: str
    text: str
    reasons: list[str]
    source: Quoted | None
    quotations: list[Quotation]


class Checked(TypedDict):
    """All sentences of a draft, and a line that counts the verdicts."""

    summary: str
    sentences: list[Sentence]


def check_panel(site: Site) -> gr.HTML:
    """Adds the panel to the current column. All who reach the page can call its function."""

    async def check(asked: Any, request: gr.Request) -> Any:
        given: Mapping[Any, Any] = asked if isinstance(asked, Mapping) else {}

        def work() -> Checked:
            site.readiness.require()
            return _checked(site.news_of(request), read_long_text("the text", given.get("draft")))

        try:
            return await site.work_queue.run(work)
        except rag.BylineError as error:
            return {"error": sentence(for_readers(error))}
        except Exception:
            log.exception("A draft could not be checked")
            return {"error": TROUBLE}

    return drawn("check", styled=True, functions=[check])


def _checked(news: rag.Byline, draft: str) -> Checked:
    found = news.check(draft)
    quotations = [quotation.verdict for each in found for quotation in each.quotations]
    said = [_counted([each.support.verdict for each in found], "sentence")]
    said += [_counted(quotations, "quotation")] if quotations else []
    return {
        "summary": " ".join(said) if found else "There is no sentence to check.",
        "sentences": [_sentence(news, each) for each in found],
    }


def _counted(verdicts: Sequence[str], noun: str) -> str:
    """How often each verdict was given: "2 sentences: 1 supported, 1 not found."."""
    each = ", ".join(f"{number} {verdict}" for verdict, number in Counter(verdicts).most_common())
    return f"{count(len(verdicts), noun)}: {each}."


def _sentence(news: rag.Byline, each: rag.DraftSentence) -> Sentence:
    return {
        "verdict": each.support.verdict.capitalize(),
        "text": " ".join(each.text.split()),
        "reasons": [str(reason) for reason in each.support.reasons],
        "source": _quoted(news, each.citation),
        "quotations": [
            {
                "verdict": found.verdict.capitalize(),
                "differences": [
                    {"said": one.said, "source": one.source} for one in found.differences
                ],
                "source": _quoted(news, found.citation),
            }
            for found in each.quotations
        ],
    }


def _quoted(news: rag.Byline, place: rag.Citation | None) -> Quoted | None:
    if place is None:
        return None
    return {
        **listed(news.article(place.article_id, place.revision)),
        "start": place.start,
        "end": place.end,
        "quote": place.quote,
    }
