"""Ranks the passages found, and gathers the evidence for an answer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat

from rag.config import Config
from rag.embed import Embedder
from rag.errors import RemovedError
from rag.index import View
from rag.index.passages import StoredPassage, key_of
from rag.language import language_for
from rag.language.temporal.relevance import is_from
from rag.language.words import content_terms, stem, words_of
from rag.retrieve.folder import over_folder
from rag.retrieve.hybrid import meaning, search_sides
from rag.retrieve.near_duplicates import Copies
from rag.retrieve.overview import asks_overview, overview, stated
from rag.retrieve.rerank import Reranker, rerank
from rag.retrieve.temporal import Dated, period_asked, timed, times_asked
from rag.schema import Article, Evidence, Filter, Hit, Period, SentenceEvidence

__all__ = ["gather"]

_TIMED = 50  # best passages whose scores are adjusted for time


def _order(score: float, stored: StoredPassage) -> tuple[float, str, int]:
    """The sort key: best first; ties by article id, then by position."""
    return (-score, stored.passage.article_id, stored.passage.start)


def _matched(question_terms: Sequence[str], text: str, config: Config) -> tuple[str, ...]:
    """The words of ``text`` that match the question, one per term, in the question's order."""
    words = words_of(text)[::-1]  # of several words with one stem, the first is kept
    found = dict(zip(map(stem, words, repeat(config.stemmer)), words, strict=True))
    return tuple(found[term] for term in question_terms if term in found)


def gather(
    snapshot: View,
    *,
    question: str,
    standalone_question: str,
    embedder: Embedder,
    config: Config,
    filter: Filter,
    k: int,
    asked_on: date,
    reranker: Reranker | None = None,
) -> Evidence:
    """Retrieves the best passages for a question, with their scores, articles and sentences.

    Returns up to ``k`` hits, or up to ``config.passages_read`` if that is more.

    Args:
        snapshot: the view of the index to search.
        question: the question as asked.
        standalone_question: the rewritten question, which makes sense without the conversation.
        embedder: the embedder that the index was made with.
        config: the number of candidates, the weights and the stemmer.
        filter: restricts which articles are searched.
        k: the number of hits.
        asked_on: the date of the question, used to resolve "yesterday".
        reranker: reorders the best passages; by default they keep their fused scores.
    """
    language = language_for(config.language)
    words = content_terms(standalone_question, stemmer=config.stemmer, language=language)
    vector = meaning(embedder, question, standalone_question, language=language)
    allowed = snapshot.allowed(filter)
    found, scores = search_sides(snapshot, words, vector, config, allowed)
    pool = sorted(found.stored.values(), key=lambda item: _order(scores[item.row], item))
    period: Period | None = None
    times: tuple[Period, ...] = ()
    if config.time:
        wordings = (question, standalone_question)
        period, times, scores = _in_time(
            snapshot, pool, scores, wordings=wordings, asked_on=asked_on, config=config
        )
        pool.sort(key=lambda item: _order(scores[item.row], item))
    copies = (Copies.among if config.copies else Copies.none)(snapshot, pool, asked_on=asked_on)
    pool, scores = copies.distinct(
        pool, scores, question=standalone_question, keep_older=bool(period or times)
    )
    if reranker is not None:
        pool, scores = _reranked(
            snapshot,
            pool,
            scores,
            question=standalone_question,
            reranker=reranker,
            config=config,
        )
    kept = pool[: max(k, config.passages_read)]
    articles = _articles(snapshot, kept)
    hits = copies.marked(
        [
            found.hit(item, rank, scores[item.row], _matched(words, _words(articles, item), config))
            for rank, item in enumerate(kept, start=1)
        ]
    )
    evidence = Evidence(
        question=question,
        standalone_question=standalone_question,
        hits=hits,
        articles=articles,
        sentences=tuple(copies.unrepeated(_sentences(hits[: config.passages_read], articles))),
        stemmer=config.stemmer,
        language=config.language,
        generation=snapshot.generation,
        period=period,
        times=times,
        searched=_searched(snapshot, allowed),
    )
    whole = over_folder(snapshot, evidence, filter=filter, config=config, asked_on=asked_on)
    if whole is not None:
        return whole
    if asks_overview(standalone_question, period, language=config.language):
        return overview(snapshot, evidence, filter=filter, k=k, config=config, asked_on=asked_on)
    return evidence


def _searched(snapshot: View, allowed: Sequence[int] | None) -> int:
    """The number of passages searched, if all articles have equally many."""
    if allowed is None:
        return len(snapshot)
    return round(len(snapshot) * len(allowed) / max(snapshot.count(Filter()), 1))


def _sentences(
    hits: Sequence[Hit], articles: Mapping[tuple[str, str], Article]
) -> list[SentenceEvidence]:
    """The sentences of ``hits`` that state something, in order."""
    return [
        SentenceEvidence(hit=hit, start=start, end=end)
        for hit in hits
        for start, end in stated(
            articles[hit.passage.article_id, hit.passage.revision], hit.passage
        )
    ]


def _in_time(
    snapshot: View,
    pool: Sequence[StoredPassage],
    scores: Mapping[int, float],
    *,
    wordings: tuple[str, str],
    asked_on: date,
    config: Config,
) -> tuple[Period | None, tuple[Period, ...], Mapping[int, float]]:
    """The period and times asked about, and the scores adjusted for these and for recency."""
    language = language_for(config.language)
    first = pool[:_TIMED]
    articles = _heads(snapshot, first)
    published = [article.published for article in articles.values()]
    period = period_asked(*wordings, asked_on=asked_on, published=published, language=language)
    times = times_asked(wordings[1], asked_on=asked_on, published=published, language=language)
    if period is not None:  # otherwise, the texts are not read
        articles = _articles(snapshot, first)
    dated = {item.row: _dated(articles, item) for item in first}
    given = {row: scores[row] for row in dated}
    moved = timed(
        given,
        dated,
        question=wordings[1],
        period=period,
        asked_on=asked_on,
        language=language,
    )
    if times:
        moved |= _raised(moved, dated, times[0], config)
    return period, times, {**scores, **moved}


def _raised(
    scores: Mapping[int, float], dated: Mapping[int, Dated], time: Period, config: Config
) -> dict[int, float]:
    """Raises the scores of the best passages from ``time`` just enough for them to be read."""
    order = sorted(scores, key=lambda row: -scores[row])
    from_then = [row for row in order if is_from(time, dated[row].published)]
    half = config.passages_read // 2
    least = scores[order[min(half, len(order)) - 1]]
    return {row: max(scores[row], least) for row in from_then[:half]}


def _reranked(
    snapshot: View,
    pool: Sequence[StoredPassage],
    scores: Mapping[int, float],
    *,
    question: str,
    reranker: Reranker,
    config: Config,
) -> tuple[list[StoredPassage], Mapping[int, float]]:
    """The passages sorted by their reranked scores, and these scores by row."""
    first = pool[: config.rerank_passages]
    articles = _articles(snapshot, first)
    texts = {item.row: _dated(articles, item).text for item in first}
    weight = config.rerank_weight
    moved = rerank(scores, texts, question=question, reranker=reranker, weight=weight)
    return sorted(pool, key=lambda item: -moved[item.row]), moved  # ties keep their order


def _words(articles: Mapping[tuple[str, str], Article], stored: StoredPassage) -> str:
    passage = stored.passage
    return articles[passage.article_id, passage.revision].text[passage.start : passage.end]


def _dated(articles: Mapping[tuple[str, str], Article], stored: StoredPassage) -> Dated:
    article = articles[stored.passage.article_id, stored.passage.revision]
    text = f"{article.title}\n{_words(articles, stored)}".lstrip()
    return Dated(published=article.published, text=text)


def _articles(snapshot: View, stored: Sequence[StoredPassage]) -> dict[tuple[str, str], Article]:
    wanted = {key_of(item) for item in stored}
    found = snapshot.revisions(wanted)
    _check_all(wanted, found)
    return found


def _heads(snapshot: View, stored: Sequence[StoredPassage]) -> dict[tuple[str, str], Article]:
    """The articles of passages, without texts."""
    found = snapshot.heads([item.article_row for item in stored])
    heads = {key_of(item): found[item.article_row] for item in stored if item.article_row in found}
    _check_all(map(key_of, stored), heads)
    return heads


def _check_all(wanted: Iterable[tuple[str, str]], found: Collection[tuple[str, str]]) -> None:
    for article_id, revision in wanted:
        if (article_id, revision) not in found:
            raise RemovedError(f"{article_id} was removed while it was being read; ask again")
