"""The results of the ``/trace`` and ``/check`` endpoints."""

from typing import TypedDict

import rag
from rag.web.sourced import Source, sourced

__all__ = ["CheckedSentence", "Traced", "checked", "traced"]


class Differing(TypedDict):
    """A difference between an excerpt and the article: its kind, and the words of each."""

    kind: str
    said: str
    source: str


class Traced(TypedDict):
    """Where the words of an excerpt come from.

    ``verdict`` is "verbatim", "altered", "elsewhere" or "not found"; ``source`` has the article's
    own words, or is None. ``others`` has the ids of further articles with the exact words, and
    ``nearest`` the id of the most similar article if the words were not found.
    """

    verdict: str
    source: Source | None
    differences: list[Differing]
    others: list[str]
    nearest: str | None


class CheckedSentence(TypedDict):
    """A sentence of a draft, ``draft[start:end]``, and whether an article supports it.

    ``verdict`` is "supported", "partly", "contradicted" or "not found"; ``reasons`` says why it is
    not supported. ``score``, in [0, 1], is higher for more support. ``source`` is the most similar
    sentence of an article, or None. ``correction`` is the correction that withdraws what the
    sentence states, or None. ``quotations`` has the trace of each quotation in the sentence.
    """

    start: int
    end: int
    text: str
    verdict: str
    score: float
    reasons: list[str]
    source: Source | None
    correction: Source | None
    quotations: list[Traced]


def traced(
    news: rag.Byline, text: str, *, filter: rag.Filter, speaker: str | None = None
) -> Traced:
    """Traces the words of ``text``; raises the same errors as ``Byline.trace``."""
    return _traced(news, news.trace(text, filter=filter, speaker=speaker))


def checked(news: rag.Byline, draft: str) -> list[CheckedSentence]:
    """Checks each sentence of ``draft``; raises the same errors as ``Byline.check``."""
    return [
        {
            "start": each.start,
            "end": each.end,
            "text": each.text,
            "verdict": each.support.verdict,
            "score": each.support.score,
            "reasons": [str(reason) for reason in each.support.reasons],
            "source": sourced(news, each.citation) if each.citation else None,
            "correction": sourced(news, each.correction) if each.correction else None,
            "quotations": [_traced(news, found) for found in each.quotations],
        }
        for each in news.check(draft)
    ]


def _traced(news: rag.Byline, found: rag.Trace) -> Traced:
    return {
        "verdict": found.verdict,
        "source": sourced(news, found.citation) if found.citation else None,
        "differences": [
            {"kind": each.kind, "said": each.said, "source": each.source}
            for each in found.differences
        ],
        "others": list(found.others),
        "nearest": found.nearest,
    }
