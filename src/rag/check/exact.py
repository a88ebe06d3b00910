"""Finds an excerpt word for word, allowing for an editor's marks."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from rag.check.differences import Alignment, Difference, misused, recased
from rag.check.excerpt import Excerpt
from rag.check.words import Span, Words
from rag.language.english import ENGLISH
from rag.language.language import Language

__all__ = ["exact"]

_BRACKET = 8  # maximum words that a bracket may replace
_ELLIPSIS = 300  # maximum words that an ellipsis may omit


def exact(excerpt: Excerpt, source: Words, *, language: Language = ENGLISH) -> Alignment | None:
    """The place of the words of ``excerpt`` in ``source``; None if they do not occur.

    An ellipsis may omit words, and a bracket may replace them. Reports differences in case, and
    marks that hide a number, a name or a denial.
    """
    best: Alignment | None = None
    for words, marks in ((excerpt.plain, {}), (excerpt.words, dict(excerpt.marks))):
        if not len(words) or (marks == {} and words is not excerpt.plain):
            continue
        cuts = sorted({0, len(words)} | {n for n in marks if n < len(words)})
        runs = list(pairwise(cuts))
        for places in _placed(runs, marks, words, source):
            found = _exact_at(runs, places, words, marks, source, language)
            if not found.differences:
                return found
            best = best or found
    return best


def _placed(
    runs: Sequence[Span], marks: Mapping[int, str | None], words: Words, source: Words
) -> Iterator[tuple[int, ...]]:
    """Each place of the first run, with the first places of the others that the marks allow."""
    steps: list[dict[int, int]] = []  # by run: a place, and the place of the next run after it
    for first, last in reversed(runs):
        places = source.places(words.keys[first:last])
        if not steps:
            steps = [dict.fromkeys(places, -1)]
            continue
        later = list(steps[0])
        reach = ((place, _next(place + last - first, later, marks[last])) for place in places)
        steps.insert(0, {place: at for place, at in reach if at is not None})
    for place in steps[0]:
        yield tuple(accumulate(steps[:-1], lambda at, step: step[at], initial=place))


def _next(end: int, places: Sequence[int], mark: str | None) -> int | None:
    """The first of ``places`` from ``end`` on that the mark before it allows, or None."""
    at = bisect_left(places, end)
    furthest = end + (_ELLIPSIS if mark is None else _BRACKET)
    return places[at] if at < len(places) and places[at] <= furthest else None


def _exact_at(  # noqa: PLR0917 - what was matched, and where
    runs: Sequence[Span],
    places: Sequence[int],
    words: Words,
    marks: Mapping[int, str | None],
    source: Words,
    language: Language,
) -> Alignment:
    differences: list[Difference] = []
    end = places[0]
    for (first, last), place in zip(runs, places, strict=True):
        if first in marks:
            hidden = source.between(end, place) if first else ""
            differences += misused(marks[first], hidden, language)
        differences += recased(words, (first, last), source, place)
        end = place + last - first
    if len(words) in marks:
        differences += misused(marks[len(words)], "", language)
    return Alignment(
        start=source.spans[places[0]][0],
        end=source.spans[end - 1][1],
        share=1.0,
        differences=tuple(differences),
    )
