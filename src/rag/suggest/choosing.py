"""Chooses the questions to suggest: those answered by the sentence they were made from."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Protocol

from rag.index.listing import Listing
from rag.language.english import ENGLISH
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.stating import states_something
from rag.language.words import content_terms
from rag.schema import Answer, Article, Filter
from rag.suggest.facts import counting_questions, fact_questions, person_questions
from rag.suggest.phrases import clause
from rag.suggest.readability import reads_well
from rag.suggest.speech import demand_questions, said, said_questions

__all__ = ["Answering", "Suggestion", "drafts", "suggest"]

_NEAR = 0.7  # minimum score of a passage to make questions from, as a share of the best score
_ARTICLES = 12  # newest articles to make the first questions from
_SENTENCES = 40  # sentences per article
_LENGTHS = range(40, 401)  # minimum and maximum characters of the sentences to make questions from
_SAME = 0.6  # two questions that share this part of their content terms are repeats
_PLAIN = frozenset(("who", "office", "what", "when", "where", "object"))

Span = tuple[int, int]


class Answering(Protocol):
    """Answers questions and gives access to its articles."""

    def ask(self, question: str, /, *, filter: Filter | None = None) -> Answer:
        """Answers ``question``."""
        ...

    def article(self, article_id: str, revision: str | None = None, /) -> Article:
        """Returns an article by id."""
        ...

    def listing(self, *, filter: Filter | None = None, limit: int = 50) -> Listing:
        """Lists the newest articles, without their texts."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A question, its kind, and the sentence that it was made from."""

    question: str
    sort: str
    article_id: str
    sentence: str


def suggest(
    news: Answering,
    answer: Answer | None = None,
    *,
    asked: Sequence[str] = (),
    filter: Filter | None = None,
    k: int = 3,
    tries: int = 8,
) -> tuple[str, ...]:
    """Returns up to ``k`` questions that ``news`` answers with the sentence each was made from.

    With ``answer``, makes questions from the articles found for it; after an abstention, adds
    questions from the newest articles. Without it, makes questions from the newest articles only.
    Questions similar to those in ``asked`` are left out. At most ``tries`` questions are checked.
    """
    filter = filter or Filter()
    found = _after(news, answer) if answer else iter(())
    if answer is None or not answer.statements:
        found = chain(found, _first(news, filter))
    before = [*asked, *([answer.question, answer.standalone_question] if answer else [])]
    chosen: list[Suggestion] = []
    for each in found:
        if len(chosen) == k or tries == 0:
            break
        if _is_new(each, before, chosen):
            tries -= 1
            if _is_proved(news.ask(each.question, filter=filter), each):
                chosen.append(each)
    return tuple(each.question for each in chosen)


def _is_new(each: Suggestion, before: Sequence[str], chosen: Sequence[Suggestion]) -> bool:
    """Whether a suggestion differs from the earlier ones and uses a new sentence."""
    if any(each.sentence == other.sentence for other in chosen):
        return False
    terms = set(content_terms(each.question))
    others = (set(content_terms(text)) for text in (*before, *(one.question for one in chosen)))
    return all(len(terms & other) < _SAME * min(len(terms), len(other)) for other in others)


def _is_proved(answer: Answer, each: Suggestion) -> bool:
    """Whether the first sentence of ``answer`` is the one that the question was made from."""
    return any(citation.quote == each.sentence for citation in answer.citations[:1])


def _varied(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Yields suggestions in rounds with one of each kind; within a round, plain kinds come last."""
    seen: Counter[str] = Counter()
    ranked = []
    for each in found:
        ranked.append((seen[each.sort], each))
        seen[each.sort] += 1
    ranked.sort(key=lambda pair: (pair[0], pair[1].sort in _PLAIN))
    yield from (each for _, each in ranked)


# ---- sentences


def _after(news: Answering, answer: Answer) -> Iterator[Suggestion]:
    """Yields questions from the articles found, best first; in each, from the found passages first.

    Leaves out the sentences of the answer, and articles that match far worse than the best one.
    """
    said = {citation.quote for citation in answer.citations}
    near = [hit for hit in answer.hits if hit.score >= _NEAR * answer.hits[0].score]
    own: dict[tuple[str, str], list[Span]] = {}
    for hit in near:
        spans = own.setdefault((hit.passage.article_id, hit.passage.revision), [])
        spans += hit.passage.sentences
    for key, found in own.items():
        article = news.article(*key)
        yield from _varied(
            draft
            for span in dict.fromkeys(chain(found, _sentences(article)))
            if article.text[slice(*span)] not in said
            for draft in drafts(article, *span)
        )


def _first(news: Answering, filter: Filter) -> Iterator[Suggestion]:
    """Yields questions from the newest articles: the first of each, varied, then the second, …"""
    newest = [news.article(one.id) for one in news.listing(filter=filter, limit=_ARTICLES).articles]
    own = [
        list(_varied(each for span in _sentences(one) for each in drafts(one, *span)))
        for one in newest
    ]
    for found in zip_longest(*own):
        yield from _varied(each for each in found if each)


def _sentences(article: Article) -> Iterator[tuple[int, int]]:
    """Yields the offsets of the first sentences of ``article``."""
    spans = (
        span
        for paragraph in paragraph_spans(article.text)
        for span in sentence_spans(article.text, *paragraph, language=article.language)
    )
    return islice(spans, _SENTENCES)


def drafts(article: Article, start: int, end: int) -> Iterator[Suggestion]:
    """Yields readable questions that the sentence from ``start`` to ``end`` may answer."""
    sentence = article.text[start:end]
    if not _may_answer(article, sentence):
        return
    found = clause(article, start, end)
    words = said(article, start, end, found)
    questions = [
        *(said_questions(words, article) if words else ()),
        *(demand_questions(found) if found else ()),
        *counting_questions(sentence),
        *(fact_questions(found) if found else ()),
        *person_questions(article, sentence),
    ]
    for sort, question in questions:
        if reads_well(question):
            yield Suggestion(question=question, sort=sort, article_id=article.id, sentence=sentence)


def _may_answer(article: Article, sentence: str) -> bool:
    """Whether ``sentence`` is a complete sentence of running text in English."""
    known = article.language.lower().startswith(ENGLISH.code)
    whole = (
        re.search(r"[.!?][”\"’']?$", sentence) is not None
        and "\n" not in sentence
        and not sentence.isupper()
        and states_something(sentence)
    )
    return known and whole and len(sentence) in _LENGTHS and sentence != article.title
