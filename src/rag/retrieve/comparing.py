"""Comparisons: what outlets write on a topic, and where their figures differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from rag.language import Language
from rag.language.figures import different_figures, is_update, later_note
from rag.language.quantities import quantities
from rag.language.words import content_terms, plain
from rag.retrieve.mentions import Found
from rag.retrieve.overview import stated
from rag.retrieve.timeline import Pick, in_order

__all__ = ["side_by_side"]

_COMPARED = 20  # maximum articles whose figures are compared
_ALIKE = 0.4  # minimum share of words, besides the topic's, that a pair has in common
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
    earlier report of the same outlet: "later report: 112 (was 40)". Sentences of two outlets
    on the same thing come first, pair by pair; ``topic`` has the stems that all share.
    """
    ordered = sorted(found, key=lambda one: places.get(one.article.outlet or "", 0))
    told = {_key(p): p for one in found[:_COMPARED] for p in _with_figures(one, language)}
    marked, differing = _marked(list(told.values()), language)
    shown: dict[_Key, Pick] = {}
    for one in ordered:
        pick = best(one, note=one.article.outlet or "")
        own = [p for key, p in marked.items() if key[0] == one.article.id and p.span != pick.span]
        for each in (marked.get(_key(pick), pick), *own):
            shown[_key(each)] = each
    return _paired(list(shown.values()), differing, topic, language)


def _paired(
    picks: Sequence[Pick], differing: Sequence[set[_Key]], topic: set[str], language: Language
) -> list[Pick]:
    """The sentences with those of two outlets on one thing side by side, differing ones first."""
    words = [
        set(content_terms(p.text, stemmer=language.stemmer, language=language)) - topic
        for p in picks
    ]

    def alike(one: int, other: int) -> float:
        if {_key(picks[one]), _key(picks[other])} in differing:
            return 2.0
        return len(words[one] & words[other]) / max(1, min(len(words[one]), len(words[other])))

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


def _marked(picks: Sequence[Pick], language: Language) -> tuple[dict[_Key, Pick], list[set[_Key]]]:
    """The sentences whose figures differ from another outlet's or from their own earlier report.

    The second result has the pairs that differ.
    """
    differing: list[tuple[Pick, Pick]] = []
    marked: dict[_Key, Pick] = {}
    outdated: set[_Key] = set()
    for one, other in combinations(picks, 2):
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
        pairs = ((one, found.one), (other, found.other))
        (old, was), (new, now) = sorted(pairs, key=lambda pair: str(pair[0].article.published))
        outdated.add(_key(old))
        marked.setdefault(_key(old), old)
        marked[_key(new)] = replace(new, note=f"{new.note}; {later_note(now, was, language)}")
    standing = [pair for pair in differing if not outdated & set(map(_key, pair))]
    for each in (each for pair in standing for each in pair):
        marked[_key(each)] = replace(marked.get(_key(each), each), differs=True)
    return marked, [set(map(_key, pair)) for pair in standing]
