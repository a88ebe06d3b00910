"""Aligns a claim with its sources: finds the place of each of its words at the least cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.check.facts import Sentence
from rag.language.english.clauses import MARK, OPENERS

__all__ = ["Along", "Word", "read_along"]

_NEAREST = 6  # maximum sentences that a claim is read along
_GAP, _CLEAN_GAP, _PER_WORD, _LONG = 0.5, 0.25, 0.05, 12  # cost of a gap, and of up to 12 words
_BACK, _JUMP, _INSIDE = 1.2, 1.6, 0.4  # cost of other breaks, and of starting inside a clause
_ADDED, _ADDED_CONTENT = 0.7, 1.5  # cost of a word that is not in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word; ``after_mark`` and ``before_mark`` say whether a punctuation mark is beside it."""

    stem: str
    form: str
    sentence: int
    index: int
    after_mark: bool
    before_mark: bool

    @property
    def opens(self) -> bool:
        """Whether a clause or an adverbial can begin here."""
        return self.after_mark or self.form in OPENERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """The alignment of a claim with the ``near`` sentences, those most similar to it.

    ``words`` are those of the claim, ``source`` those of all ``near`` sentences one after the
    other. ``path`` has, for each word of the claim, its index in ``source`` in the alignment with
    the lowest cost; -1 for a word that is not in its place there.
    """

    words: Sequence[Word]
    source: Sequence[Word]
    near: Sequence[Sentence]
    path: Sequence[int]

    def steps(self) -> Iterator[tuple[int, int]]:
        """Each aligned word of the claim with the next aligned one, as indices in ``words``."""
        return pairwise(n for n, place in enumerate(self.path) if place >= 0)

    def goes_on(self, first: int, second: int) -> bool:
        """Whether two aligned words are in the same order in one sentence of the source."""
        one, other = self.path[first], self.path[second]
        return one < other and self.source[one].sentence == self.source[other].sentence


def read_along(
    asked: Sentence, everything: Sequence[Sentence], chosen: Sequence[Sentence]
) -> Along:
    """Aligns a claim with the ``chosen`` sentences and the others most similar to it."""
    near = _nearest(asked, everything, chosen)
    words, source = _read([asked]), _read(near)
    path = _path(words, source, asked.content)
    return Along(words=words, source=source, near=near, path=path)


def _nearest(
    asked: Sentence, everything: Sequence[Sentence], chosen: Sequence[Sentence]
) -> list[Sentence]:
    """The chosen sentences, and others that share at least two words with the claim."""
    shared = {n: len(asked.content & one.content) for n, one in enumerate(everything)}
    places = sorted((n for n, count in shared.items() if count > 1), key=lambda n: (-shared[n], n))
    others = [everything[n] for n in places if everything[n] not in chosen]
    return [*chosen, *others[: _NEAREST - len(chosen)]]


def _read(sentences: Sequence[Sentence]) -> list[Word]:
    found = []
    for number, one in enumerate(sentences):
        edges = [(0, 0), *one.spans, (len(one.text), len(one.text))]
        gaps = [one.text[a[1] : b[0]] for a, b in pairwise(edges)]
        marks = [MARK.search(gap) is not None for gap in gaps]
        marks[0] = marks[-1] = True
        for index, (stem, (start, end)) in enumerate(zip(one.stems, one.spans, strict=True)):
            found.append(
                Word(
                    stem=stem,
                    form=one.text[start:end].lower(),
                    sentence=number,
                    index=index,
                    after_mark=marks[index],
                    before_mark=marks[index + 1],
                )
            )
    return found


def _path(words: Sequence[Word], source: Sequence[Word], content: frozenset[str]) -> list[int]:
    places: dict[str, list[int]] = {}
    for n, word in enumerate(source):
        places.setdefault(word.stem, []).append(n)
    costs = {-1: 0.0}  # by the place of the last word found
    steps: list[dict[int, tuple[int, bool]]] = []  # the place before, and whether found
    for word in words:
        added = _ADDED_CONTENT if word.stem in content else _ADDED
        step = {at: (at, False) for at in costs}
        now = {at: cost + added for at, cost in costs.items()}
        for place in places.get(word.stem, ()):
            cost, at = min((cost + _cost(at, place, source), at) for at, cost in costs.items())
            if cost < now.get(place, float("inf")):
                now[place], step[place] = cost, (at, True)
        costs = now
        steps.append(step)
    at = min(costs, key=lambda place: (costs[place], place))
    path = []
    for step in reversed(steps):
        before, found = step[at]
        path.append(at if found else -1)
        at = before
    return path[::-1]


def _cost(at: int, place: int, source: Sequence[Word]) -> float:
    to = source[place]
    if at < 0:
        return 0.0 if to.index == 0 else _INSIDE / 2 if to.after_mark else _INSIDE
    if source[at].sentence != to.sentence:
        return _JUMP
    if place <= at:
        return _BACK
    if place == at + 1:
        return 0.0
    gap = _CLEAN_GAP if source[at].before_mark and to.after_mark else _GAP
    return gap + _PER_WORD * min(place - at, _LONG)
