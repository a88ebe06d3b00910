"""Finds an excerpt word for word, allowing for an editor's marks."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

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
        for places in _placed(runs, marks, words, source, 0, set()):
            found = _exact_at(runs, places, words, marks, source, language)
            if not found.differences:
                return found
            best = best or found
    return best


def _placed(  # noqa: PLR0917 - what is placed, and what is known of it
    runs: Sequence[Span],
    marks: Mapping[int, str | None],
    words: Words,
    source: Words,
    after: int,
    dead: set[Span],
) -> Iterator[tuple[int, ...]]:
    """Each way to place the runs in order, with the gaps that the marks allow.

    ``dead`` contains the runs and places without a solution, so that no search is repeated.
    """
    (first, last), *rest = runs
    if (first, after) in dead:
        return
    is_dead = True
    keys = words.keys[first:last]
    width = _BRACKET if marks.get(first) is not None else _ELLIPSIS
    until = after + width if first and first in marks else None
    for place in source.places(keys, after, until):
        if not rest:
            is_dead = False
            yield (place,)
            continue
        for places in _placed(rest, marks, words, source, place + len(keys), dead):
            is_dead = False
            yield (place, *places)
            break
    if is_dead:
        dead.add((first, after))


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
