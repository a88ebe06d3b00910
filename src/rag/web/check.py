"""The Check panel: a draft, with the verdict and source for each of its sentences."""

import base64
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, TypedDict

import gradio as gr

import rag
from rag.web.arguments import read_long_text, read_text
from rag.web.components import clip, drawn, sentence
from rag.web.messages import for_readers
from rag.web.site import Site
from rag.web.sources import Listed, count, listed

__all__ = ["check_panel", "text_of"]

TROUBLE = "Something went wrong while checking; see Byline's log."
FORMS = (".txt", ".md", ".docx")
LARGEST = 1_000_000  # maximum bytes of a file; check.js has the same limit

log = logging.getLogger(__name__)


class Quoted(Listed):
    """A quoted place in an article."""

    start: int
    end: int
    quote: str


class Quotation(TypedDict):
    """A quotation in a sentence, and its differences from the article."""

    verdict: str
    differences: list[dict[str, str]]
    source: Quoted | None


class Sentence(TypedDict):
    """A sentence of the draft; ``reasons`` lists what is not in the articles."""

    verdict: str
    text: str
    reasons: list[str]
    source: Quoted | None
    correction: Quoted | None
    quotations: list[Quotation]


class Checked(TypedDict):
    """All sentences of a draft, with a line that counts the verdicts."""

    summary: str
    sentences: list[Sentence]


def check_panel(site: Site) -> gr.HTML:
    """Adds the panel to the current column. Anyone who can reach the page can call its function."""

    async def run(work: Callable[[], Any]) -> Any:
        try:
            return await site.work_queue.run(work)
        except rag.BylineError as error:
            return {"error": sentence(for_readers(error))}
        except Exception:
            log.exception("A draft could not be checked")
            return {"error": TROUBLE}

    async def check(asked: Any, request: gr.Request) -> Any:
        def work() -> Checked:
            site.readiness.require()
            draft = read_long_text("the text", _given(asked).get("draft"))
            return _checked(site.news_of(request), draft)

        return await run(work)

    async def read(asked: Any) -> Any:
        given = _given(asked)

        def work() -> dict[str, str]:
            name, data = (read_text(key, given.get(key)) for key in ("name", "data"))
            return {"text": text_of(name, data, site.news.config)}

        return await run(work)

    return drawn("check", styled=True, functions=[check, read])


def _given(asked: Any) -> Mapping[Any, Any]:
    return asked if isinstance(asked, Mapping) else {}


def text_of(name: str, data: str, config: rag.Config) -> str:
    """The text of a file that a reader opened; ``data`` is in Base64.

    Raises:
        UsageError: the file is too large, in another format, or cannot be read.
    """
    file = PurePosixPath(name.replace("\\", "/"))
    shown, form = clip(file.name, 80) or "the file", file.suffix.lower()
    if form not in FORMS:
        raise rag.UsageError(f"{shown} is not of a supported type; open {', '.join(FORMS)}")
    try:
        content = base64.b64decode(data, validate=True)
    except ValueError:
        raise rag.UsageError(f"{shown} was not sent completely; open it again") from None
    if len(content) > LARGEST:
        raise rag.UsageError(f"{shown} is over {LARGEST / 1e6:g} MB; give it in parts")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / f"draft{form}"
        path.write_bytes(content)
        articles, skipped = rag.read_articles([path], config=config)
        unread = [reason.replace(str(path), shown) for _, reason in skipped]
    if not articles:
        raise rag.UsageError(unread[0] if unread else f"{shown} has no text; open another file")
    return "\n\n".join(article.text for article in articles)


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
    """The number of each verdict: "2 sentences: 1 supported, 1 not found."."""
    each = ", ".join(f"{number} {verdict}" for verdict, number in Counter(verdicts).most_common())
    return f"{count(len(verdicts), noun)}: {each}."


def _sentence(news: rag.Byline, each: rag.DraftSentence) -> Sentence:
    return {
        "verdict": each.support.verdict.capitalize(),
        "text": " ".join(each.text.split()),
        "reasons": [str(reason) for reason in each.support.reasons],
        "source": _quoted(news, each.citation),
        "correction": _quoted(news, each.correction),
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
