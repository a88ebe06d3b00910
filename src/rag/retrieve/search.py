"""Searching both sides, fusing them, and gathering what an answer needs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.config import Config
from rag.embed import Embedder, passage_context
from rag.embed.base import Vectors
from rag.index import Snapshot
from rag.index.library import StoredPassage
from rag.language.words import content_terms, coverage, stem, terms, tokens
from rag.retrieve.fuse import min_max, weighted_sum
from rag.retrieve.interact import PassageFit, read_passages
from rag.retrieve.rerank import Reranker, rerank
from rag.schema import Article, Evidence, Filter, Hit, SentenceEvidence

__all__ = ["gather"]

_SAYS = 2  # content words from which a question's own wording is searched too


def inverse_document_frequency(frequency: int, documents: int) -> float:
    """ln(1 + (N - n + 0.5) / (n + 0.5)).

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, as Lucene has it.
    """
    frequency = min(frequency, documents)
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def _order(score: float, stored: StoredPassage) -> tuple[float, str, int]:
    """Best first; equal scores by article id, then by place."""
    return (-score, stored.passage.article_id, stored.passage.start)


def _ranks(scored: Sequence[tuple[int, float]]) -> dict[int, int]:
    return {row: rank for rank, (row, _) in enumerate(scored, start=1)}


def _matched(question_terms: Sequence[str], text: str, config: Config) -> tuple[str, ...]:
    """The words of ``text`` that match the question, one for each term, in the question's order."""
    found: dict[str, str] = {}
    for word, _, _ in tokens(text):
        found.setdefault(stem(word, config.stemmer), word)
    return tuple(found[term] for term in question_terms if term in found)


def gather(
    snapshot: Snapshot,
    *,
    question: str,
    standalone_question: str,
    embedder: Embedder,
    config: Config,
    filter: Filter,
    k: int,
    weigh: bool = True,
    reranker: Reranker | None = None,
) -> Evidence:
    """The ``k`` best passages for a question, with the reasons, and what is known of them.

    Args:
        snapshot: the generation of the index that is searched.
        question: as asked.
        standalone_question: as searched, understood without what came before.
        embedder: the one that the index was made with.
        config: candidates, weights and stemmer.
        filter: which articles may be found.
        k: how many hits at most.
        weigh: whether the best hits are read word by word, which answers need; without, the hits
            stand in the order of their fused scores.
        reranker: what the order of the hits is left to, in place of weighing word by word.
    """
    words = content_terms(standalone_question, stemmer=config.stemmer)
    vector = _meaning(embedder, question, standalone_question)
    allowed = snapshot.allowed(filter)
    dense = snapshot.dense_search(vector, k=config.candidates, allowed=allowed)
    boosts = {"body": 1.0, "title": config.title_boost}
    lexical = snapshot.lexical_search(words, k=config.candidates, boosts=boosts, allowed=allowed)
    found = _Found(
        cosines=_cosines(snapshot, vector, dense, lexical),
        lexical=dict(lexical),
        ranks=(_ranks(dense), _ranks(lexical)),
    )
    stored = snapshot.passages(list(found.cosines))  # less what went in a later generation
    fused = weighted_sum(
        min_max({row: found.cosines[row] for row in stored}),
        min_max({row: score for row, score in lexical if row in stored}),
        weight=config.dense_weight,
    )
    ordered = sorted(stored.values(), key=lambda item: _order(fused[item.row], item))
    if reranker is not None:
        read = _texts(snapshot, ordered[: config.rerank_passages])
        fused = rerank(
            fused,
            read,
            question=standalone_question,
            reranker=reranker,
            weight=config.rerank_weight,
        )
        ordered.sort(key=lambda item: -fused[item.row])  # stable: equal scores keep their order
    kept = ordered[: max(k, config.passages_read)]
    articles = _articles(snapshot, kept)
    hits = tuple(
        found.hit(item, rank, fused[item.row], _matched(words, _words(articles, item), config))
        for rank, item in enumerate(kept, start=1)
    )
    evidence = Evidence(
        question=question,
        standalone_question=standalone_question,
        hits=hits,
        term_weights=_weights(snapshot, words),
        articles=articles,
        sentences=(),
        stemmer=config.stemmer,
        generation=snapshot.generation,
    )
    if not weigh:
        return replace(evidence, hits=hits[:k])
    fits = _read(evidence, embedder, config=config)
    weighed = replace(evidence, sentences=_weighed(evidence, fits))
    weight = config.word_weight if reranker is None else 0.0
    return _reordered(weighed, fits, weight=weight, k=k)


def _meaning(embedder: Embedder, question: str, standalone_question: str) -> Vectors:
    """The vector that is searched for, (dims,): of the question as asked and as understood.

    What was taken from the conversation is a guess, so what was said keeps half the weight; a
    question of few words says too little for that.
    """
    said = len(content_terms(question)) >= _SAYS
    wordings = dict.fromkeys([question, standalone_question] if said else [standalone_question])
    mean = embedder.embed_questions(list(wordings)).mean(axis=0)
    scaled: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return scaled


def _read(evidence: Evidence, embedder: Embedder, *, config: Config) -> list[PassageFit]:
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


def _reordered(
    evidence: Evidence, fits: Sequence[PassageFit], *, weight: float, k: int
) -> Evidence:
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
        hits=tuple(moved.values())[:k],
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
            coverage=coverage(
                evidence.term_weights,
                set(terms(evidence.text(hit, start, end), stemmer=evidence.stemmer)),
            ),
            soft_coverage=fit.content,
            soft_least=fit.least,
            soft_all=fit.all,
        )
        for hit, read in zip(evidence.hits, fits, strict=False)
        for (start, end), fit in zip(hit.passage.sentences, read.sentences, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What both sides found, by passage row."""

    cosines: Mapping[int, float]
    lexical: Mapping[int, float]
    ranks: tuple[Mapping[int, int], Mapping[int, int]]

    def hit(self, stored: StoredPassage, rank: int, score: float, matched: tuple[str, ...]) -> Hit:
        """The passage with its place and the reasons for it."""
        return Hit(
            passage=stored.passage,
            score=score,
            rank=rank,
            dense_rank=self.ranks[0].get(stored.row),
            dense_score=self.cosines.get(stored.row),
            lexical_rank=self.ranks[1].get(stored.row),
            lexical_score=self.lexical.get(stored.row),
            matched_terms=matched,
        )


def _cosines(
    snapshot: Snapshot,
    vector: Vectors,
    dense: Sequence[tuple[int, float]],
    lexical: Sequence[tuple[int, float]],
) -> dict[int, float]:
    """The cosine of the question with every passage that either side found."""
    cosines = dict(dense)
    only_lexical = [row for row, _ in lexical if row not in cosines]
    return cosines | snapshot.dense.scores(vector, only_lexical)


def _words(articles: Mapping[tuple[str, str], Article], stored: StoredPassage) -> str:
    passage = stored.passage
    return articles[passage.article_id, passage.revision].text[passage.start : passage.end]


def _texts(snapshot: Snapshot, stored: Sequence[StoredPassage]) -> dict[int, str]:
    """What a reranker reads of each passage, by row: the title, then its own words."""
    articles = _articles(snapshot, stored)
    titles = {key: article.title for key, article in articles.items()}
    return {
        item.row: f"{titles[item.passage.article_id, item.passage.revision]}\n"
        f"{_words(articles, item)}".strip()
        for item in stored
    }


def _weights(snapshot: Snapshot, words: Sequence[str]) -> Mapping[str, float]:
    documents = len(snapshot.lexical)
    return {
        word: inverse_document_frequency(snapshot.lexical.document_frequency(word), documents)
        for word in words
    }


def _articles(
    snapshot: Snapshot, stored: Sequence[StoredPassage]
) -> dict[tuple[str, str], Article]:
    wanted = {(item.passage.article_id, item.passage.revision) for item in stored}
    found = ((key, snapshot.library.article(*key)) for key in sorted(wanted))
    return {key: article for key, article in found if article is not None}
