"""Aligns an excerpt with a text that contains only some of its words, and lists the differences."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from rag.check.differences import Alignment, Difference, difference, misused, recased
from rag.check.excerpt import Excerpt
from rag.check.words import Span, Words, words_of
from rag.language.english import ENGLISH
from rag.language.language import Language

__all__ = ["Run", "align", "common_runs"]

_NEAR = 40  # maximum words between two runs at the same place
_LEAST = 4  # minimum words of an excerpt that can be found altered
_RUN = 3  # minimum words of a run that counts at any place
_QUOTES = '“”"«» '
_QUOTE = re.compile(r"[“”\"«»]|''|``")
_SHARE = 0.5  # minimum share of words that an altered excerpt has in common with its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words ``first`` to ``last`` of the excerpt, which the source has from word ``place`` on."""

    first: int
    last: int
    place: int

    @property
    def end(self) -> int:
        """The place after the last word."""
        return self.place + self.last - self.first


def align(excerpt: Excerpt, source: Words, *, language: Language = ENGLISH) -> Alignment | None:
    """The place of an excerpt in ``source``; None if fewer than half of its words match."""
    words = excerpt.words
    if len(words) < _LEAST:
        return None
    runs = common_runs(words.keys, source.keys)
    if sum(run.last - run.first for run in runs) < _SHARE * len(words) / 2:
        return None
    differences: list[Difference] = []
    runs = _widened(runs, words, source)
    matched = sum(run.last - run.first for run in runs)
    edges = [Run(first=0, last=0, place=-1), *runs]
    for one, other in pairwise(edges):
        differences += _gap(one, other, excerpt, source, language)
    if runs and runs[-1].last < len(words):
        rest = words.between(runs[-1].last, len(words))
        differences.append(difference(rest, _beside(runs[-1], words, source), language))
    longest = max((run.last - run.first for run in runs), default=0)
    if matched < _SHARE * len(words) or longest < min(_RUN, len(words) // 2):
        return None
    for run in runs:
        differences += recased(words, (run.first, run.last), source, run.place)
    start, end = _place(runs)
    return Alignment(
        start=source.spans[start][0],
        end=source.spans[end - 1][1],
        share=matched / len(words),
        differences=tuple(differences),
    )


def common_runs(keys: Sequence[str], others: Sequence[str]) -> list[Run]:
    """The longest common runs of words, without overlap, in the order of the excerpt."""
    wanted = set(pairwise(keys))
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, pair in enumerate(pairwise(others)):
        if pair in wanted:
            places[pair].append(place)
    found = []
    for first, pair in enumerate(pairwise(keys)):
        for place in places.get(pair, ()):
            if first and place and keys[first - 1] == others[place - 1]:
                continue
            length = 2
            while (
                first + length < len(keys)
                and place + length < len(others)
                and keys[first + length] == others[place + length]
            ):
                length += 1
            found.append(Run(first=first, last=first + length, place=place))
    return _chosen(found)


def _chosen(found: list[Run]) -> list[Run]:
    """The longest runs; the first is the anchor, and short ones must be near it."""
    chosen: list[Run] = []
    while found:
        best = max(found, key=lambda run: _worth(run, chosen))
        if not chosen or _is_near(best, chosen[0]) or best.last - best.first >= _RUN:
            chosen.append(best)
            found = [left for run in found if (left := _left(run, best))]
        else:
            found.remove(best)
    return sorted(chosen, key=lambda run: run.first)


def _worth(run: Run, chosen: Sequence[Run]) -> float:
    near = bool(chosen) and _is_near(run, chosen[0])
    return run.last - run.first + (0.5 if near else 0.0)


def _is_near(run: Run, anchor: Run) -> bool:
    return abs((run.place - run.first) - (anchor.place - anchor.first)) <= _NEAR


def _left(run: Run, taken: Run) -> Run | None:
    """The part of ``run`` outside ``taken``; None if it has fewer than two words."""
    if run.last <= taken.first or taken.last <= run.first:
        return run
    if run.first < taken.first:
        cut = Run(first=run.first, last=taken.first, place=run.place)
    else:
        moved = max(0, taken.last - run.first)
        cut = Run(first=run.first + moved, last=run.last, place=run.place + moved)
    return cut if cut.last - cut.first >= 2 else None


def _widened(runs: list[Run], words: Words, source: Words) -> list[Run]:
    """Adds single words that match between two runs, and compounds that are spelled differently."""
    wide: list[Run] = []
    edges = [None, *runs, None]
    for one, other in pairwise(edges):
        first, last = one.last if one else 0, other.first if other else len(words)
        slack = last - first + 2
        if one and other:
            low, high = one.end, other.place
        else:
            low = one.end if one else max(0, (other.place if other else 0) - slack)
            high = other.place if other else min(len(source), low + slack)
            low, high = _inside(low, high, words, source, is_end=one is not None)
        if first < last and 0 <= high - low <= _NEAR:
            matcher = SequenceMatcher(
                None, words.keys[first:last], source.keys[low:high], autojunk=False
            )
            wide += [
                Run(first=first + m.a, last=first + m.a + m.size, place=low + m.b)
                for m in matcher.get_matching_blocks()
                if m.size
            ]
        if other:
            wide.append(other)
    return wide


def _gap(
    one: Run, other: Run, excerpt: Excerpt, source: Words, language: Language
) -> list[Difference]:
    """The differences between two neighbouring runs."""
    words, marks = excerpt.words, excerpt.marks
    said = words.between(one.last, other.first)
    if one.place < 0:
        before = max(0, other.place - other.first)
        before, _ = _inside(before, other.place, words, source, is_end=False)
        return [difference(said, source.between(before, other.place), language)] if said else []
    gap = other.place - one.end
    marked = [n for n in marks if one.last <= n <= other.first]
    if marked and not said and gap >= 0:
        return list(misused(marks[marked[0]], source.between(one.end, other.place), language))
    if 0 <= gap <= _NEAR:
        between = source.between(one.end, other.place)
        if (not said and not between) or _same_compound(said, between):
            return []
        return [difference(said, between, language)]
    return [Difference(kind="joined", said=said, source="")]


def _same_compound(said: str, source: str) -> bool:
    """Whether both have the same letters, apart from a hyphen, a full stop or a line end."""
    one, other = ("".join(words_of(text).keys) for text in (said, source))
    return one == other != "" and any(char in said + source for char in "-‐‑–—.\n")


def _beside(run: Run, words: Words, source: Words) -> str:
    end = min(len(source), run.end + len(words) - run.last)
    return source.between(*_inside(run.end, end, words, source, is_end=True))


def _inside(low: int, high: int, words: Words, source: Words, *, is_end: bool) -> Span:
    """The words ``low`` to ``high`` beside a run, up to the quotation mark next to the run.

    All of them if the excerpt itself has a quotation mark inside.
    """
    if _QUOTE.search(words.text.strip(_QUOTES)):
        return low, high
    marked = [
        n
        for n in range(low, high + 1)
        if 0 < n < len(source)
        and _QUOTE.search(source.text, source.spans[n - 1][1], source.spans[n][0])
    ]
    if not marked:
        return low, high
    return (low, marked[0]) if is_end else (marked[-1], high)


def _place(runs: Sequence[Run]) -> Span:
    """The first and last word of the group of neighbouring runs with the most words."""
    groups: list[list[Run]] = []
    for run in runs:
        if groups and 0 <= run.place - groups[-1][-1].end <= _NEAR:
            groups[-1].append(run)
        else:
            groups.append([run])
    best = max(groups, key=lambda group: sum(run.last - run.first for run in group))
    return best[0].place, best[-1].end
