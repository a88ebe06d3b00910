"""The best hits read word by word: what that says of each, and the order that comes of it."""

from collections.abc import Sequence
from dataclasses import replace

from rag.config import Config
from rag.embed import Embedder, passage_context
from rag.retrieve.fuse import min_max, weighted_sum
from rag.retrieve.interact import PassageFit, read_passages
from rag.schema import Evidence, SentenceEvidence

__all__ = ["read_hits"]


def read_hits(evidence: Evidence, *, embedder: Embedder, config: Config, weight: float) -> Evidence:
    """``evidence`` with its first hits read, their sentences, and the order that follows.

    A score becomes (score + ``weight`` · fit) / (1 + ``weight``).
    """
    fits = _read(evidence, embedder, config)
    read = replace(evidence, sentences=_weighed(evidence, fits))
    return _reordered(read, fits, weight=weight)


def _read(evidence: Evidence, embedder: Embedder, config: Config) -> list[PassageFit]:
    """How the first hits fit the question word by word, in their order."""
    passages = []
    for hit in evidence.hits[: config.passages_read]:
        passage = hit.passage
        title = evidence.articles[passage.article_id, passage.revision].title
        text = evidence.text(hit, passage.start, passage.end)
        spans = [(start - passage.start, end - passage.start) for start, end in passage.sentences]
        context = passage_context(title, embedder) if config.context else ""
        passages.append((context, text, spans))
    return read_passages(embedder, evidence.standalone_question, passages)


def _reordered(evidence: Evidence, fits: Sequence[PassageFit], *, weight: float) -> Evidence:
    """The hits in the order that counts how well each was found to fit word by word.

    What a hit and its best sentence reach counts half each, brought to [0, 1] over the hits that
    were read; one that was not read counts 0.
    """
    whole = min_max({rank: fit.whole.content for rank, fit in enumerate(fits, start=1)})
    best = min_max({rank: _best(fit) for rank, fit in enumerate(fits, start=1)})
    words = weighted_sum(whole, best, weight=0.5)
    scored = [
        replace(hit, score=(hit.score + weight * words.get(hit.rank, 0.0)) / (1 + weight))
        for hit in evidence.hits
    ]
    scored.sort(key=lambda hit: -hit.score)  # stable: equal scores keep their order
    moved = {hit.passage: replace(hit, rank=rank) for rank, hit in enumerate(scored, start=1)}
    return replace(
        evidence,
        hits=tuple(moved.values()),
        sentences=tuple(replace(s, hit=moved[s.hit.passage]) for s in evidence.sentences),
    )


def _best(fit: PassageFit) -> float:
    return max((sentence.all for sentence in fit.sentences), default=0.0)


def _weighed(evidence: Evidence, fits: Sequence[PassageFit]) -> tuple[SentenceEvidence, ...]:
    """Every sentence of the hits that were read, with how well it fits."""
    return tuple(
        SentenceEvidence(
            hit=hit,
            start=start,
            end=end,
            soft_coverage=fit.content,
            soft_all=fit.all,
        )
        for hit, read in zip(evidence.hits, fits, strict=False)
        for (start, end), fit in zip(hit.passage.sentences, read.sentences, strict=True)
    )
