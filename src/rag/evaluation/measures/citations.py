"""Citations: whether the quotes are exact, and whether they lie where the answer stands."""

from collections.abc import Mapping, Sequence

from rag.evaluation.records import Quote, Unit

__all__ = ["quote_exact", "span_precision", "span_recall"]


def quote_exact(citation: Quote, texts: Mapping[str, str]) -> bool:
    """Whether the quote is what stands at its place in the article's canonical text.

    ``texts`` are the cited articles by id; the law is ``text[start:end] == quote``, and not empty.
    """
    text = texts.get(citation.article_id, "")
    return bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def span_precision(citations: Sequence[Quote], units: Sequence[Unit]) -> float | None:
    """The share of citations that share a character with a gold span; None without citations.

    Citation precision of Gao et al. 2023 (ALCE), https://arxiv.org/abs/2305.14627, with overlap
    in place of entailment.
    """
    if not citations:
        return None
    return sum(any(map(cited.overlaps, units)) for cited in citations) / len(citations)


def span_recall(citations: Sequence[Quote], units: Sequence[Unit]) -> float | None:
    """The share of gold spans that share a character with a citation; None without gold spans.

    Citation recall of Gao et al. 2023 (ALCE), https://arxiv.org/abs/2305.14627, with overlap in
    place of entailment and gold spans in place of statements.
    """
    if not units:
        return None
    return sum(any(map(unit.overlaps, citations)) for unit in units) / len(units)
