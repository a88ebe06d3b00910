"""Overview questions, which name only a period: "What happened in March?"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from rag.config import Config
from rag.index import View
from rag.language import Language, language_for
from rag.language.stating import stating_spans
from rag.language.words import is_stop_word, stem, tokens
from rag.retrieve.near_duplicates import Copies
from rag.schema import Article, Evidence, Filter, Hit, Passage, Period, SentenceEvidence

__all__ = ["asks_overview", "is_ended", "lead_spans", "overview", "stated", "within_period"]

_ENDED = re.compile(r"[.!?…][\W_]*$")
_SPARE = 3  # articles fetched per article kept, because some are copies


def asks_overview(question: str, period: Period | None, *, language: str = "en") -> bool:
    """Whether ``question`` asks what happened in ``period`` and names nothing else."""
    if period is None:
        return False
    asking = language_for(language)
    rest = question.replace(period.words, " ")
    words = [word.casefold() for word, _, _ in tokens(rest)]
    said = {stem(word, asking.stemmer) for word in words if not is_stop_word(word, language=asking)}
    return bool(said) and said <= _news(asking) and asking.questions.specific.isdisjoint(words)


@lru_cache
def _news(language: Language) -> frozenset[str]:
    """The stems of the words that ask for news in general."""
    return frozenset(stem(word, language.stemmer) for word in language.questions.news)


def overview(
    snapshot: View,
    evidence: Evidence,
    *,
    filter: Filter,
    k: int,
    config: Config,
    asked_on: date,
) -> Evidence:
    """Replaces the sentences with the first one of each article of the period, newest first.

    Copies, older versions and articles published after ``asked_on`` are left out. If there is no
    article of the period, there are no sentences and the hits are unchanged.
    """
    period = evidence.period or Period()
    leads = snapshot.leads(within_period(filter, period, asked_on), k=_SPARE * k)
    copies = (Copies.among if config.copies else Copies.none)(snapshot, leads, asked_on=asked_on)
    scores = {item.row: 1 - place / (_SPARE * k) for place, item in enumerate(leads)}
    kept, scores_kept = copies.distinct(leads, scores)
    kept = sorted(kept, key=lambda item: -scores_kept[item.row])[:k]
    hits = copies.marked(
        [
            Hit(passage=item.passage, score=scores_kept[item.row], rank=rank)
            for rank, item in enumerate(kept, start=1)
        ]
    )
    gathered = replace(
        evidence,
        hits=hits or evidence.hits,
        articles={**evidence.articles, **snapshot.revisions(set(map(_key, hits)))},
        is_overview=True,
    )
    return replace(gathered, sentences=tuple(_first(gathered, hit) for hit in hits))


def within_period(filter: Filter, period: Period, asked_on: date) -> Filter:
    """Narrows ``filter`` to dated articles of the period, up to ``asked_on`` if it has begun."""
    since = [day for day in (filter.since, period.since) if day]
    until = [day for day in (filter.until, period.until) if day]
    if (period.since or date.min) <= asked_on:
        until.append(asked_on)
    return replace(
        filter, since=max(since, default=None), until=min(until, default=None), undated=False
    )


def _key(hit: Hit) -> tuple[str, str]:
    return hit.passage.article_id, hit.passage.revision


def _first(evidence: Evidence, hit: Hit) -> SentenceEvidence:
    start, end = lead_spans(evidence.articles[_key(hit)], hit.passage)[0]
    return SentenceEvidence(hit=hit, start=start, end=end)


def stated(article: Article, passage: Passage) -> Sequence[tuple[int, int]]:
    """The sentences of a passage that state something: the candidates for an answer."""
    language = language_for(article.language)
    return stating_spans(article.text, passage.sentences, title=article.title, language=language)


def lead_spans(article: Article, passage: Passage) -> Sequence[tuple[int, int]]:
    """The candidates for a lead: sentences with end punctuation that state something.

    The punctuation distinguishes them from a heading or a place. A question is one only if there
    are no others. If there are none, returns those that state something; if there are none of these
    either, all.
    """
    spans = stated(article, passage)
    ended = [span for span in spans if is_ended(article, span)]
    told = [span for span in ended if not article.text[slice(*span)].endswith("?")]
    return told or ended or spans or passage.sentences


def is_ended(article: Article, span: tuple[int, int]) -> bool:
    """Whether a sentence has end punctuation."""
    return bool(_ENDED.search(article.text[slice(*span)]))
