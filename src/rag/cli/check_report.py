"""The report of ``byline check``: the draft as one HTML page, each sentence with its source."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

import rag
from rag.cli.output import counted
from rag.evaluation.report.page import policy, theme

__all__ = ["Checked", "check_report"]

_AROUND = 200  # characters of an article before and after its sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A text, and the result of the check for each of its sentences."""

    text: str
    sentences: Sequence[rag.DraftSentence]


def check_report(news: rag.Byline, name: str, given: Sequence[Checked]) -> str:
    """Renders a self-contained page with all text escaped; ``name`` is the draft's name."""
    style = theme() + _asset("check_report.css")
    sentences = [each for checked in given for each in checked.sentences]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_asset("check_report.html.j2")).render(
        policy=policy(style=style, script=""),
        style=Markup(style),  # noqa: S704 - our own files
        name=name,
        summary=_summary(sentences),
        paragraphs=[
            [_shown(news, each) for each in paragraph]
            for checked in given
            for paragraph in _paragraphs(checked)
        ],
        version=metadata.version("byline"),
    )


def _asset(name: str) -> str:
    return (resources.files("rag.cli") / name).read_text(encoding="utf-8")


def _summary(sentences: Sequence[rag.DraftSentence]) -> str:
    verdicts = Counter(each.support.verdict for each in sentences)
    quotations = Counter(one.verdict for each in sentences for one in each.quotations)
    said = []
    for noun, counts in (("sentence", verdicts), ("quotation", quotations)):
        if counts:
            each = ", ".join(f"{number} {verdict}" for verdict, number in counts.most_common())
            said.append(f"{counted(counts.total(), noun)}: {each}.")
    return " ".join(said) or "There is no sentence to check."


def _paragraphs(checked: Checked) -> list[list[rag.DraftSentence]]:
    found: list[list[rag.DraftSentence]] = []
    end = 0
    for each in checked.sentences:
        if not found or "\n" in checked.text[end : each.start]:
            found.append([])
        found[-1].append(each)
        end = each.end
    return found


def _shown(news: rag.Byline, each: rag.DraftSentence) -> dict[str, Any]:
    return {
        "verdict": each.support.verdict,
        "text": " ".join(each.text.split()),
        "reasons": [str(reason) for reason in each.support.reasons],
        "source": _source(news, each.citation),
        "correction": _source(news, each.correction),
        "quotations": [
            {
                "verdict": found.verdict,
                "differences": found.differences,
                "source": _source(news, found.citation),
            }
            for found in each.quotations
        ],
    }


def _source(news: rag.Byline, place: rag.Citation | None) -> dict[str, str] | None:
    """A quotation, the words around it, and the article's outlet, date, title and URL."""
    if place is None:
        return None
    article = news.article(place.article_id, place.revision)
    before = article.text[max(0, place.start - _AROUND) : place.start]
    after = article.text[place.end : place.end + _AROUND]
    cut = before.partition(" ")[2] if place.start > _AROUND else before
    more = after.rpartition(" ")[0] if place.end + _AROUND < len(article.text) else after
    is_web = urlsplit(article.url or "").scheme in ("http", "https")
    return {
        "line": rag.source_line(article, at=(place.start,)),
        "language": article.language,
        "url": (article.url or "") if is_web else "",
        "before": f"… {cut}" if cut != before else before,
        "quote": place.quote,
        "after": f"{more} …" if more != after else after,
    }
