"""Citation measures: whether quotes are exact, and whether they overlap the gold spans."""

from collections.abc import Mapping, Sequence

from rag.evaluation.records import Quote, Unit


def quote_exact(citation: Quote, texts: Mapping[str, str]) -> bool:
    """Whether the quote equals the article's canonical text at its offsets.

    ``texts`` maps article ids to canonical texts. A quote is exact if it is not empty and
    ``text[start:end] == quote``.
    """
    text = texts.get(citation.article_id, "")
    return bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def span_precision(citations: Sequence[Quote], units: Sequence[Unit]) -> float | None:
    """The share of citations that overlap a gold span; None if there are no citations.

    Citation precision of Gao et al. 2023 (ALCE), https://arxiv.org/abs/2305.14627, with overlap
    instead of entailment.
    """
    if not citations:
        return None
    return sum(any(map(cited.overlaps, units)) for cited in citations) / len(citations)


def span_recall(citations: Sequence[Quote], units: Sequence[Unit]) -> float | None:
    """The share of gold spans that overlap a citation; None if there are no gold spans.

    Citation recall of Gao et al. 2023 (ALCE), https://arxiv.org/abs/2305.14627, with overlap
    instead of entailment and gold spans instead of statements.
    """
    if not units:
        return None
    return sum(any(map(unit.overlaps, citations)) for unit in units) / len(units)
