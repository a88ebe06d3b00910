"""Comparisons: what outlets write on a topic, and where their figures differ."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

from rag.index import View
from rag.language import Language
from rag.language.figures import different_figures, is_update, later_note
from rag.language.quantities import quantities
from rag.language.words import content_terms, plain
from rag.retrieve.mentions import Found, whole
from rag.retrieve.overview import stated
from rag.retrieve.timeline import Pick, in_order

__all__ = ["disagreements", "side_by_side"]

_COMPARED = 20  # maximum articles whose figures are compared
_ALIKE = 0.4  # minimum share of words, besides the topic's, that a pair has in common
_OF_ONE_EVENT = 0.25  # minimum share of words that two articles, and two sentences, have in common
_NEAR = 7  # maximum days between them
_Key = tuple[str, tuple[int, int]]


def side_by_side(
    found: Sequence[Found],
    best: Callable[..., Pick],
    *,
    places: Mapping[str, int],
    topic: set[str],
    language: Language,
) -> list[Pick]:
    """The ``best`` sentence of each article, noted with its outlet, in the order of ``places``.

    Also returns sentences whose figure for the same thing differs from another outlet's, or from an
    earlier report of the same outlet: "later report: 112 (was 40)". Pairs of sentences in which two
    outlets report the same thing come first. ``topic`` has the stems of the topic, which all
    sentences share; they do not count as similarity.
    """
    ordered = sorted(found, key=lambda one: places.get(one.article.outlet or "", 0))
    told = {_key(p): p for one in found[:_COMPARED] for p in _with_figures(one, language)}
    marked, differing = _marked(combinations(told.values(), 2), language)
    shown: dict[_Key, Pick] = {}
    for one in ordered:
        pick = best(one, note=one.article.outlet or "")
        own = [p for key, p in marked.items() if key[0] == one.article.id and p.span != pick.span]
        for each in (marked.get(_key(pick), pick), *own):
            shown[_key(each)] = each
    return _paired(list(shown.values()), differing, topic, language)


def disagreements(snapshot: View, found: Sequence[Found], language: Language) -> list[Pick]:
    """Pairs of sentences in which two outlets give different figures for one event."""
    near = _of_one_event(found, language)
    events = {frozenset(one.article.id for one in pair) for pair in near}
    ids = list(dict.fromkeys(one.article.id for pair in near for one in pair))[:_COMPARED]
    read = whole(snapshot, [one for one in found if one.article.id in ids])
    picks = [
        (pick, _words(pick.text, language)) for o in read for pick in _with_figures(o, language)
    ]
    pairs = [
        (one, other)
        for (one, words), (other, others) in combinations(picks, 2)
        if {one.article.id, other.article.id} in events and _alike(words, others) >= _OF_ONE_EVENT
    ]
    marked, differing = _marked(pairs, language)
    shown = [pair for pair in pairs if set(map(_key, pair)) in differing]
    return list(dict.fromkeys(marked[_key(pick)] for pair in shown for pick in pair))


def _of_one_event(found: Sequence[Found], language: Language) -> list[tuple[Found, Found]]:
    """The pairs of articles that have many words in common and are at most days apart."""
    told = [_words(f"{one.article.title}\n{one.article.text}", language) for one in found]
    return [
        (one, other)
        for (one, words), (other, others) in combinations(zip(found, told, strict=True), 2)
        if _are_near(one.article.published, other.article.published)
        and _alike(words, others) >= _OF_ONE_EVENT
    ]


def _are_near(one: date | None, other: date | None) -> bool:
    return one is None or other is None or abs((one - other).days) <= _NEAR


def _words(text: str, language: Language) -> set[str]:
    return set(content_terms(text, stemmer=language.stemmer, language=language))


def _alike(words: set[str], others: set[str]) -> float:
    """The words in common, as a share of the shorter text's."""
    return len(words & others) / max(1, min(len(words), len(others)))


def _paired(
    picks: Sequence[Pick], differing: Sequence[set[_Key]], topic: set[str], language: Language
) -> list[Pick]:
    """The sentences, pairs of two outlets on the same thing first, and of these differing ones."""
    words = [_words(pick.text, language) - topic for pick in picks]

    def alike(one: int, other: int) -> float:
        if {_key(picks[one]), _key(picks[other])} in differing:
            return 2.0
        return _alike(words[one], words[other])

    pairs = [
        (alike(one, other), -one, -other)
        for one, other in combinations(range(len(picks)), 2)
        if picks[one].article.outlet != picks[other].article.outlet
    ]
    left, first = set(range(len(picks))), list[Pick]()
    for share, one, other in sorted(pairs, reverse=True):
        if share >= _ALIKE and {-one, -other} <= left:
            left -= {-one, -other}
            first += [picks[-one], picks[-other]]
    return [*first, *(pick for number, pick in enumerate(picks) if number in left)]


def _key(pick: Pick) -> _Key:
    return pick.article.id, pick.span


def _with_figures(found: Found, language: Language) -> list[Pick]:
    """The sentences with numbers in the passages on the topic."""
    article = found.article
    return [
        Pick(article=article, stored=item, span=span, note=article.outlet or "")
        for item in in_order(found)
        for span in stated(article, item.passage)
        if quantities(article.text[slice(*span)], language=language)
    ]


def _marked(
    pairs: Iterable[tuple[Pick, Pick]], language: Language
) -> tuple[dict[_Key, Pick], list[set[_Key]]]:
    """The sentences whose figures differ from another outlet's or from their own earlier report.

    The second result has the pairs that differ.
    """
    differing: list[tuple[Pick, Pick]] = []
    marked: dict[_Key, Pick] = {}
    outdated: set[_Key] = set()
    for one, other in pairs:
        if one.article.id == other.article.id:
            continue
        is_later = is_update(one.article, other.article)
        same_outlet = plain(one.article.outlet or "") == plain(other.article.outlet or "")
        if same_outlet and not is_later:
            continue
        found = different_figures(
            one.text,
            other.text,
            published=(one.article.published, other.article.published),
            is_later=is_later,
            language=language,
        )
        if found is None:
            continue
        if not is_later:
            differing.append((one, other))
            continue
        figures = ((one, found.one), (other, found.other))
        (old, was), (new, now) = sorted(figures, key=lambda pair: str(pair[0].article.published))
        outdated.add(_key(old))
        marked.setdefault(_key(old), old)
        marked[_key(new)] = replace(new, note=f"{new.note}; {later_note(now, was, language)}")
    standing = [pair for pair in differing if not outdated & set(map(_key, pair))]
    for each in (each for pair in standing for each in pair):
        marked[_key(each)] = replace(marked.get(_key(each), each), differs=True)
    return marked, [set(map(_key, pair)) for pair in standing]
