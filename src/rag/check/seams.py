"""Reads a claim along its sources: which words it copies, leaves out, adds, and joins."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.check.facts import Sentence
from rag.check.grounds import share, union
from rag.language.english.clauses import LINKS, MARK, OPENERS, is_verbal

__all__ = ["SEAMS", "seams"]

_COUNTED = ("trimmed", "replaced", "replaced_in_copy", "added_to_copy", "moved")
_PRESENT = ("cut", "cut_in_copy", "jump", "jump_in_copy")
SEAMS = (*_COUNTED, *_PRESENT, "other_subject", "unknown", "unfounded", "thin", "verbless")
"""The features of ``seams`` that speak against a claim."""

_NEAREST = 6  # maximum sentences that a claim is read along
_MOST = 3  # a higher count of one kind does not matter
_COPY = 3  # minimum words of a run that counts as copied
_FEW = 3  # maximum words left out that may be a modifier
_BEFORE = 2  # sentences before one that may name its subject
_OWN = 2  # minimum words of its own with which a claim counts as reworded
_FOUNDED = 0.5  # a claim with no larger share of content words in the sources is unfounded
_THICK, _THIN = 0.7, 0.4  # share of them in the best sentence, and how far below it matters
_GAP, _CLEAN_GAP, _PER_WORD, _LONG = 0.5, 0.25, 0.05, 12  # cost of leaving words out
_BACK, _JUMP, _INSIDE = 1.2, 1.6, 0.4  # cost of other breaks, and of starting inside a clause
_ADDED, _ADDED_CONTENT = 0.7, 1.5  # cost of a word that is not in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
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


def seams(
    asked: Sentence, everything: Sequence[Sentence], chosen: Sequence[Sentence]
) -> dict[str, float]:
    """The features of a claim that is read along its most similar sentences, each in [0, 1].

    Counts, of at most three: ``trimmed``, up to three words left out, without a verb;
    ``replaced``, words left out and others in their place; ``moved``, content words that the
    sources have elsewhere; ``added_to_copy``, content words added to a run of at least four words.
    ``cut`` is 1 if other words are left out where no clause begins or ends, ``jump`` if the claim
    goes on inside another sentence. The same with ``_in_copy`` is between two runs of at least
    three words. ``other_subject`` is 1 if the first content word is not in the sentence that
    follows, nor in the two before it. ``unknown`` is the share of content words that no sentence
    has; ``unfounded`` is 1 if it is at least half. ``thin`` rises as the best sentence has less
    than 70% of them. ``verbless`` is 1 without a verb. ``reworded`` is 1 if at least two function
    words are the claim's own.
    """
    near = _nearest(asked, everything, chosen)
    words, source = _read([asked]), _read(near)
    path = _path(words, source, asked.content)
    lengths = _runs(path, source)
    all_known = union(everything)
    counts = Counter(_breaks(words, source, path, lengths, near))
    counts.update(_added(words, path, lengths, asked, all_known))
    first = next(n for n, word in enumerate(words) if word.stem in asked.content)
    places = [everything.index(near[word.sentence]) for word in source]
    best = max(share(asked.content, one.content) for one in near)
    known = share(asked.content, all_known)
    return {
        **{kind: min(counts[kind], _MOST) / _MOST for kind in _COUNTED},
        **{kind: float(counts[kind] > 0) for kind in _PRESENT},
        "other_subject": float(
            _has_other_subject(first, path, places, words[first].stem, everything)
        ),
        "unknown": 1 - known,
        "unfounded": float(known <= _FOUNDED),
        "thin": min(1.0, max(0.0, _THICK - best) / _THIN),
        "verbless": float(not any(is_verbal(word.form) for word in words[1:])),
        "reworded": float(counts["own"] >= _OWN),
    }


def _nearest(
    asked: Sentence, everything: Sequence[Sentence], chosen: Sequence[Sentence]
) -> list[Sentence]:
    """The chosen sentences, and others that share at least two words with the claim."""
    shared = {n: len(asked.content & one.content) for n, one in enumerate(everything)}
    places = sorted((n for n, count in shared.items() if count > 1), key=lambda n: (-shared[n], n))
    others = [everything[n] for n in places if everything[n] not in chosen]
    return [*chosen, *others[: _NEAREST - len(chosen)]]


def _read(sentences: Sequence[Sentence]) -> list[_Word]:
    found = []
    for number, one in enumerate(sentences):
        edges = [(0, 0), *one.spans, (len(one.text), len(one.text))]
        gaps = [one.text[a[1] : b[0]] for a, b in pairwise(edges)]
        marks = [MARK.search(gap) is not None for gap in gaps]
        marks[0] = marks[-1] = True
        for index, (stem, (start, end)) in enumerate(zip(one.stems, one.spans, strict=True)):
            found.append(
                _Word(
                    stem=stem,
                    form=one.text[start:end].lower(),
                    sentence=number,
                    index=index,
                    after_mark=marks[index],
                    before_mark=marks[index + 1],
                )
            )
    return found


def _path(words: Sequence[_Word], source: Sequence[_Word], content: frozenset[str]) -> list[int]:
    """The place in ``source`` of each word on the cheapest way along it; -1 for an added word."""
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


def _cost(at: int, place: int, source: Sequence[_Word]) -> float:
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


def _runs(path: Sequence[int], source: Sequence[_Word]) -> list[int]:
    """The length of the run of neighbouring source words that each word belongs to."""
    runs: list[int] = []
    for n, place in enumerate(path):
        if n and path[n - 1] >= 0 and place == path[n - 1] + 1 and source[place].index:
            runs[-1] += 1
        else:
            runs.append(1)
    return [length for length in runs for _ in range(length)]


def _breaks(
    words: Sequence[_Word],
    source: Sequence[_Word],
    path: Sequence[int],
    lengths: Sequence[int],
    near: Sequence[Sentence],
) -> Iterator[str]:
    """How each word that is found follows the one found before it, if not directly."""
    found = [n for n, place in enumerate(path) if place >= 0]
    for n, m in pairwise(found):
        one, other = source[path[n]], source[path[m]]
        if one.sentence != other.sentence:
            kind = _jump(one, other, words[m])
        elif path[m] > path[n] + 1:
            gone = source[path[n] + 1 : path[m]]
            content = near[one.sentence].content
            kind = "replaced" if m > n + 1 else _cut(one, other, gone, content)
        else:
            continue
        is_copy = min(lengths[n], lengths[m]) >= _COPY
        yield f"{kind}_in_copy" if is_copy and kind in ("cut", "jump", "replaced") else kind


def _jump(one: _Word, other: _Word, word: _Word) -> str:
    starts = other.index == 0 or word.after_mark
    return "clean" if starts and (one.before_mark or word.after_mark) else "jump"


def _cut(one: _Word, other: _Word, gone: Sequence[_Word], content: frozenset[str]) -> str:
    """What is left out between two words: "trimmed", "clean" (a clause or the like), or "cut"."""
    has_verb = any(is_verbal(word.form) for word in gone)
    opens = one.before_mark or gone[0].form in OPENERS
    if one.before_mark and other.after_mark:
        return "clean"
    if (len(gone) <= _FEW and not has_verb) or all(word.stem not in content for word in gone):
        return "trimmed"
    if gone[-1].form in ("and", "but", "or") or (opens and (other.opens or not has_verb)):
        return "clean"
    return "cut"


def _added(
    words: Sequence[_Word],
    path: Sequence[int],
    lengths: Sequence[int],
    asked: Sentence,
    known: frozenset[str],
) -> Iterator[str]:
    """The words that are not in their place: the claim's own function words, or content words."""
    for n, word in enumerate(words):
        if path[n] >= 0:
            continue
        if word.stem not in asked.content or word.form in LINKS:
            yield "own"
            continue
        if word.stem in known:
            yield "moved"
        before = next((lengths[k] for k in range(n - 1, -1, -1) if path[k] >= 0), 0)
        after = next((lengths[k] for k in range(n + 1, len(path)) if path[k] >= 0), 0)
        if max(before, after) > _COPY:
            yield "added_to_copy"


def _has_other_subject(
    first: int,
    path: Sequence[int],
    places: Sequence[int],
    stem: str,
    everything: Sequence[Sentence],
) -> bool:
    """Whether the first content word is far from the sentence in which the claim goes on.

    ``places`` has the sentence of each source word.
    """
    after = next((place for place in path[first:] if place >= 0), None)
    if path[first] >= 0 or after is None:
        return False
    place = places[after]
    before = everything[max(0, place - _BEFORE) : place + 1]
    return stem in union(everything) and stem not in union(before)
