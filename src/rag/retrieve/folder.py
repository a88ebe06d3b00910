"""Answers questions over the whole folder with sentences from all matching articles."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from rag.config import Config
from rag.index import View
from rag.index.passages import key_of
from rag.language import Language, language_for
from rag.language.asking import FolderKind
from rag.language.folder import FolderQuestion, coverage_line, folder_question
from rag.language.temporal.periods import without
from rag.language.words import content_terms, plain, terms
from rag.retrieve.comparing import disagreements, side_by_side
from rag.retrieve.corrections import published_corrections
from rag.retrieve.lists import listed_names
from rag.retrieve.mentions import Found, mentioning, whole
from rag.retrieve.near_duplicates import Copies
from rag.retrieve.overview import lead_spans, stated, within_period
from rag.retrieve.text_forms import of_form, what_paragraphs_begin_with
from rag.retrieve.timeline import Pick, head, in_order, in_time
from rag.schema import Evidence, Filter, Hit, Period, SentenceEvidence

__all__ = ["over_folder"]

_LEADS = 30  # articles of a summary, and of a list of articles that only counts them
_MOST = 500  # articles of any other list
_SAME_DAY = 20  # maximum articles of the newest day that all count as "the newest"
_SPARE = 3  # articles fetched per article in a summary, because some are copies
_SENTENCES = {1: 3, 2: 2, 3: 2}  # sentences per article in a summary of few articles
_OF_WHOLE = {
    FolderKind.CORRECTIONS: published_corrections,
    FolderKind.DISAGREE: disagreements,
}
_RANKED = (FolderKind.NEWEST, FolderKind.FIRST)


def over_folder(
    snapshot: View, evidence: Evidence, *, filter: Filter, config: Config, asked_on: date
) -> Evidence | None:
    """Replaces the sentences of the evidence with those that answer a question over the folder.

    Sets ``coverage``, which says how many articles match. Returns None if the question is not over
    the folder.
    """
    language = language_for(config.language)
    question = _asked(snapshot, evidence, language)
    if question is None:
        return None
    narrowed = _narrowed(filter, question, evidence.period, asked_on)
    found: list[Found] = []
    number = 0
    if narrowed is not None and question.topic:
        found = mentioning(snapshot, question.topic, narrowed, config, language)
        if question.has_form:
            found = of_form(found, question.topic, config.stemmer, language)
        number = len(found)
    elif narrowed is not None:
        number = snapshot.count(narrowed)
        found = _leading(snapshot, question, narrowed, number, config=config, asked_on=asked_on)
    names = read = undated = 0
    if question.kind in _RANKED and evidence.period is None:
        undated = _undated(snapshot, filter, question, config=config, language=language)
    if question.kind is FolderKind.LIST:
        read = _MOST if number > _MOST else 0
        listed = listed_names(snapshot, question, found[:_MOST], language)
        if listed is None:
            return None
        rows, number = listed
        names = sum(len(row.names) for row in rows)
        picks = [
            Pick(article=r.article, stored=r.stored, span=r.span, note=", ".join(r.names))
            for r in rows
        ]
    else:
        picks = _picked(snapshot, question, found, config=config, language=language)
        if question.kind is FolderKind.CORRECTIONS:
            number = len({pick.article.id for pick in picks})
        if not picks and (question.is_loose or question.kind is FolderKind.AUTHORS):
            return None
    line = coverage_line(
        question,
        language,
        found=number,
        total=snapshot.count(filter),
        parts=_parts(question, found),
        shown=number if names else len({pick.article.id for pick in picks}),
        names=names,
        read=read,
        undated=undated,
    )
    return _listed(evidence, picks, line)


def _asked(snapshot: View, evidence: Evidence, language: Language) -> FolderQuestion | None:
    """What the question asks of the folder; a follow-up is read in its rewritten form."""
    asked, understood = evidence.question, evidence.standalone_question
    followups = language.followups
    leans = any(p.search(asked) for p in (followups.person, followups.group, followups.thing))
    wordings = dict.fromkeys([understood] if leans else [asked, understood])
    outlets = snapshot.names("outlet") if any(map(language.folder.hint.search, wordings)) else ()
    for words in wordings:
        question = folder_question(_untimed(words, evidence, language), language, outlets=outlets)
        known = question and (not question.source or snapshot.has("author", question.source))
        if question and known:
            return question
    return None


def _untimed(words: str, evidence: Evidence, language: Language) -> str:
    """The question without the words for the period that it asks about."""
    period = evidence.period
    if period is None:
        return words
    same = (t for t in evidence.times if (t.since, t.until) == (period.since, period.until))
    return without(words, [next(same, period)], language=language)


def _narrowed(
    filter: Filter, question: FolderQuestion, period: Period | None, asked_on: date
) -> Filter | None:
    """Narrows ``filter`` by the question; None if no article can pass both."""
    outlets = _both(question.outlets, filter.outlets)
    authors = _both((question.source,) if question.source else (), filter.authors)
    if outlets is None or authors is None:
        return None
    filter = replace(filter, outlets=outlets, authors=authors)
    if period is not None or question.kind in _RANKED:
        return within_period(filter, period or Period(), asked_on)
    return filter


def _undated(
    snapshot: View, filter: Filter, question: FolderQuestion, *, config: Config, language: Language
) -> int:
    """The number of articles without a date that match otherwise."""
    any_day = replace(question, kind=FolderKind.MENTIONS)
    narrowed = _narrowed(filter, any_day, None, date.max)
    if narrowed is None:
        return 0
    if question.topic:
        found = mentioning(snapshot, question.topic, narrowed, config, language)
        return sum(one.article.published is None for one in found)
    dated = within_period(narrowed, Period(), date.max)
    return snapshot.count(narrowed) - snapshot.count(dated)


def _both(wanted: tuple[str, ...], given: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names in both, of which an empty one allows all; None if they have none in common."""
    if not wanted:
        return given
    names = {plain(name) for name in given}
    return tuple(name for name in wanted if not names or plain(name) in names) or None


# ---- the matching articles


def _leading(
    snapshot: View,
    question: FolderQuestion,
    narrowed: Filter,
    number: int,
    *,
    config: Config,
    asked_on: date,
) -> list[Found]:
    """Articles with their first passages, newest first; a summary leaves out copies."""
    most = {FolderKind.SUMMARY: _SPARE * _LEADS, FolderKind.COUNT: _LEADS}.get(question.kind, _MOST)
    if question.kind in {FolderKind.FIRST, FolderKind.OUTLETS}:
        most = number
    leads = snapshot.leads(narrowed, k=most) if number else []
    if question.kind is FolderKind.SUMMARY and config.copies:
        scores = {item.row: -float(place) for place, item in enumerate(leads)}
        copies = Copies.among(snapshot, leads, asked_on=asked_on)
        leads, ordered = copies.distinct(leads, scores)
        leads = sorted(leads, key=lambda item: -ordered[item.row])
    found = snapshot.revisions(set(map(key_of, leads)))
    read = ((found.get(key_of(item)), item) for item in leads)
    return [Found(article=article, passages=(item,)) for article, item in read if article]


# ---- the sentences to show


def _picked(
    snapshot: View,
    question: FolderQuestion,
    found: Sequence[Found],
    *,
    config: Config,
    language: Language,
) -> list[Pick]:
    words = set(content_terms(question.topic, stemmer=config.stemmer, language=language))
    best = partial(_best, words=words, stemmer=config.stemmer)
    if question.kind is FolderKind.TIMELINE:
        return in_time(snapshot, found[:_MOST], words, best, config=config, language=language)
    if question.kind in _OF_WHOLE:
        return _OF_WHOLE[question.kind](snapshot, found[:_MOST], language)
    if question.kind is FolderKind.COMPARE:
        places = {name: place for place, name in enumerate(_outlets(question, found))}
        return side_by_side(found[:_MOST], best, places=places, topic=words, language=language)
    if question.kind is FolderKind.SUMMARY:
        if words and not question.has_form:
            return [pick for one in whole(snapshot, found[:_LEADS]) for pick in _leads(one, 1)]
        return _summary(snapshot, found[:_LEADS], parts=question.has_form)
    if question.kind is FolderKind.AUTHORS:
        about = [one for one in found if words <= set(terms(head(one), stemmer=config.stemmer))]
        found = about if question.is_loose else about or found
    return _one_each(question, found, best, language)


def _one_each(
    question: FolderQuestion, found: Sequence[Found], best: Callable[..., Pick], language: Language
) -> list[Pick]:
    """The best sentence of each article, or of each outlet's newest article."""
    if question.kind is FolderKind.AUTHORS:
        named = [(one, one.article.author) for one in found if one.article.author]
        return [best(one, note=language.folder.by.format(author=name)) for one, name in named]
    if question.kind is FolderKind.OUTLETS:
        return _of_each_outlet(found, best)
    shown = _ranked(question, found) if question.kind in _RANKED else found
    return [best(one) for one in shown[:_MOST]]


def _summary(snapshot: View, found: Sequence[Found], *, parts: bool) -> list[Pick]:
    """The beginning of each article; for a single article in ``parts``, of each part."""
    if parts and len(found) == 1:
        return what_paragraphs_begin_with(whole(snapshot, found)[0])
    each = _SENTENCES.get(len(found), 1)
    return [pick for one in found for pick in _leads(one, each)]


def _of_each_outlet(found: Sequence[Found], best: Callable[..., Pick]) -> list[Pick]:
    newest: dict[str, Found] = {}
    for one in found:
        if one.article.outlet:
            newest.setdefault(one.article.outlet, one)
    return [best(one, note=name) for name, one in newest.items()]


def _ranked(question: FolderQuestion, found: Sequence[Found]) -> list[Found]:
    """The newest or oldest articles; if one is asked for, all articles of that day."""
    dated = [one for one in found if one.article.published]
    if question.kind is FolderKind.FIRST:
        dated.sort(key=lambda one: (one.article.published or date.min, one.article.id))
    if question.many > 1 or not dated:
        return dated[: question.many]
    day = dated[0].article.published
    return [one for one in dated if one.article.published == day][:_SAME_DAY]


def _leads(found: Found, number: int) -> list[Pick]:
    """The lead: the first sentences of an article, a strong baseline for summaries of news.

    Source: Nenkova, Automatic text summarization of newswire, AAAI 2005,
    https://aaai.org/papers/AAAI05-228-automatic-text-summarization-of-newswire-lessons-learned-from-the-document-understanding-conference/.
    """
    article, stored = found.article, found.passages[0]
    spans = lead_spans(article, stored.passage)
    return [Pick(article=article, stored=stored, span=span) for span in spans[:number]]


def _best(found: Found, *, words: set[str], stemmer: str, note: str = "") -> Pick:
    """The first sentence with the most words of the topic; the lead if there is no topic.

    Sentences with end punctuation go before headings.
    """
    article, passages = found.article, in_order(found) if words else []
    picks = [
        Pick(article=article, stored=item, span=span, note=note)
        for item in passages
        for span in stated(article, item.passage)
    ]

    def fit(pick: Pick) -> tuple[int, bool]:
        held = words & set(terms(pick.text, stemmer=stemmer))
        return len(held), pick.span in lead_spans(article, pick.stored.passage)

    return max(picks, key=fit) if picks else replace(_leads(found, 1)[0], note=note)


# ---- the coverage line


def _outlets(question: FolderQuestion, found: Sequence[Found]) -> list[str]:
    """The outlets in the order of the question, or all that were found."""
    known = {one.article.outlet for one in found if one.article.outlet}
    return list(question.outlets) or sorted(known)


def _parts(question: FolderQuestion, found: Sequence[Found]) -> list[str]:
    """The outlets and author that were asked for; in a list of outlets, each with its count."""
    if question.kind not in {FolderKind.COMPARE, FolderKind.DISAGREE, FolderKind.OUTLETS}:
        return [*question.outlets, *([question.source] if question.source else [])]
    numbers = Counter(plain(one.article.outlet or "") for one in found)
    return [f"{name} {numbers[plain(name)]}" for name in _outlets(question, found)]


def _listed(evidence: Evidence, picks: Sequence[Pick], coverage: str) -> Evidence:
    """The evidence with the chosen sentences and their hits; if there are none, the given hits."""
    stored = dict.fromkeys(pick.stored for pick in picks)
    hits = {
        item: Hit(passage=item.passage, score=1 - place / len(stored), rank=place + 1)
        for place, item in enumerate(stored)
    }
    articles = {(pick.article.id, pick.article.revision): pick.article for pick in picks}
    return replace(
        evidence,
        hits=tuple(hits.values()) or evidence.hits,
        articles={**evidence.articles, **articles},
        sentences=tuple(
            SentenceEvidence(
                hit=hits[pick.stored],
                start=pick.span[0],
                end=pick.span[1],
                note=pick.note,
                differs=pick.differs,
            )
            for pick in picks
        ),
        is_overview=True,
        coverage=coverage,
    )
