"""Features of a claim aligned with its sources: the words copied, left out, added and joined."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.check.along import Along, Word
from rag.check.facts import Sentence, share, union
from rag.language.english.clauses import LINKS, OPENERS, is_verbal

__all__ = ["SEAMS", "seams"]

_COUNTED = ("trimmed", "replaced_in_copy", "added_to_copy")
_PRESENT = ("cut", "cut_in_copy", "jump", "jump_in_copy")
SEAMS = (*_COUNTED, *_PRESENT, "other_subject", "unfounded", "verbless")
"""The features of ``seams`` that speak against a claim."""

_MOST = 3  # a higher count of one kind does not matter
_COPY = 3  # minimum words of a run that counts as copied
_FEW = 3  # maximum words left out that may be a modifier
_BEFORE = 2  # sentences before one that may name its subject
_OWN = 2  # minimum words of its own with which a claim counts as reworded
_FOREIGN = 4  # a claim with so many content words that no source has is unfounded, too
_FOUNDED = 0.5  # a claim with no larger share of content words in the sources is unfounded


def seams(asked: Sentence, everything: Sequence[Sentence], along: Along) -> dict[str, float]:
    """The features of a claim aligned with its most similar sentences, each in [0, 1].

    A run is a sequence of claim words that a source has in the same sequence.

    Counts up to three, divided by three:

    - ``trimmed``: places where up to three words without a verb are left out.
    - ``replaced_in_copy``: places where other words stand instead of those left out.
    - ``added_to_copy``: content words added next to a run of at least four words.

    1 or 0:

    - ``cut``: whether other words are left out where no clause begins or ends.
    - ``jump``: whether the claim continues inside another sentence.
    - ``other_subject``: whether the first content word is neither in the sentence of the next
      aligned word nor in the two before it, but in another one.
    - ``unfounded``: whether at least half of the content words, or four, are in no sentence.
    - ``verbless``: whether the claim has no verb.
    - ``reworded``: whether at least two function words are not aligned.

    A name ending in ``_in_copy`` counts only places between two runs of at least three words.
    """
    words, source, near, path = along.words, along.source, along.near, along.path
    lengths = _runs(path, source)
    counts = Counter(_breaks(words, source, path, lengths, near))
    counts.update(_added(words, path, lengths, asked))
    first = next(n for n, word in enumerate(words) if word.stem in asked.content)
    known = union(everything)
    foreign = len(asked.content - known)
    places = [everything.index(near[word.sentence]) for word in source]
    return {
        **{kind: min(counts[kind], _MOST) / _MOST for kind in _COUNTED},
        **{kind: float(counts[kind] > 0) for kind in _PRESENT},
        "other_subject": float(
            _has_other_subject(first, path, places, words[first].stem, everything)
        ),
        "unfounded": float(share(asked.content, known) <= _FOUNDED or foreign >= _FOREIGN),
        "verbless": float(not any(is_verbal(word.form) for word in words[1:])),
        "reworded": float(counts["own"] >= _OWN),
    }


def _runs(path: Sequence[int], source: Sequence[Word]) -> list[int]:
    """The length of the run that each word of the claim belongs to; 1 for a single word."""
    runs: list[int] = []
    for n, place in enumerate(path):
        if n and path[n - 1] >= 0 and place == path[n - 1] + 1 and source[place].index:
            runs[-1] += 1
        else:
            runs.append(1)
    return [length for length in runs for _ in range(length)]


def _breaks(
    words: Sequence[Word],
    source: Sequence[Word],
    path: Sequence[int],
    lengths: Sequence[int],
    near: Sequence[Sentence],
) -> Iterator[str]:
    """How each aligned word follows the previous aligned one, if not directly."""
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


def _jump(one: Word, other: Word, word: Word) -> str:
    starts = other.index == 0 or word.after_mark
    return "clean" if starts and (one.before_mark or word.after_mark) else "jump"


def _cut(one: Word, other: Word, gone: Sequence[Word], content: frozenset[str]) -> str:
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
    words: Sequence[Word],
    path: Sequence[int],
    lengths: Sequence[int],
    asked: Sentence,
) -> Iterator[str]:
    """The kind of each word that is not aligned: "own" for function words, else as in ``seams``."""
    for n, word in enumerate(words):
        if path[n] >= 0:
            continue
        if word.stem not in asked.content or word.form in LINKS:
            yield "own"
            continue
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
    """Whether the first content word is far from the sentence with which the claim continues.

    ``places`` has the index in ``everything`` of the sentence of each source word.
    """
    after = next((place for place in path[first:] if place >= 0), None)
    if path[first] >= 0 or after is None:
        return False
    place = places[after]
    before = everything[max(0, place - _BEFORE) : place + 1]
    return stem in union(everything) and stem not in union(before)
