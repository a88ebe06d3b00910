"""Questions, each with the passages that are read for it together: what an epoch is made of."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from training.data import Example, Span, without
from training.near_misses import NearMisses

from rag.language.sentences import sentence_spans
from rag.read.encoding import LONGEST_SPAN, Encoded, PairEncoder

__all__ = ["Group", "Negatives", "batches", "encoded", "epoch"]

_NEAREST = 8  # passages nearest to a question among which one that does not answer is drawn
_WITH_NEGATIVES = 0.16  # share of answered questions that are read with passages beside the right
_NEAR_MISSES = 0.3  # share of them that are asked again as a near miss
_NO_PASSAGE = 0.04  # share of them that are asked of wrong passages only
_CUT = 0.03  # share of them that are asked of their passage without the sentence that answers
_MIXED = 24  # tokens by which groups of one batch may differ in length
_CROPPED = 0.6  # share of passages that are cut down to a few sentences
_CROP = (200, 600)  # characters that such a passage is cut down to
_TITLED = 0.7  # share of titles that are shown
_HEADED = 0.35  # share of passages without one that get words of their own for a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A question's pairs; ``gold`` has the token spans that answer, of each pair.

    ``sentence`` says that of each pair only the sentence is known.
    """

    pairs: tuple[Encoded, ...]
    gold: tuple[tuple[Span, ...], ...]
    sentence: bool

    @property
    def longest(self) -> int:
        """The most tokens of a pair."""
        return max(len(pair.ids) for pair in self.pairs)


class Negatives:
    """For each question the passages of its own source that are most like it and do not answer."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._near: dict[tuple[str, str], list[Example]] = {}
        for source in dict.fromkeys(example.source for example in examples):
            own = [example for example in examples if example.source == source]
            pool = list({example.passage: example for example in own}.values())
            if source == "sentences":  # these overlap each other
                pool = pool[::4]
            weigh = TfidfVectorizer(sublinear_tf=True, stop_words="english")
            passages = weigh.fit_transform([example.passage for example in pool])
            for first in range(0, len(own), 500):
                asked = own[first : first + 500]
                likeness = weigh.transform([e.question for e in asked]) @ passages.T
                best = np.argsort(-likeness.toarray(), axis=1)[:, : _NEAREST + 4]
                for example, row in zip(asked, best, strict=True):
                    near = [pool[n] for n in row if not _answers(pool[n].passage, example)]
                    self._near[example.question, example.passage] = near[:_NEAREST]

    def draw(self, example: Example, count: int, rng: random.Random) -> list[Example]:
        """``count`` passages, each with the question of ``example``, which they do not answer."""
        near = self._near[example.question, example.passage]
        drawn = rng.sample(near, min(count, len(near)))
        return [
            replace(
                e, question=example.question, spans=(), within=None, near=(), source="retrieved"
            )
            for e in drawn
        ]


def _answers(passage: str, example: Example) -> bool:
    """Whether ``passage`` holds the answer, the sentence of it, or is the example's own."""
    held = [example.passage[slice(*example.within)]] if example.within else example.answers
    low = passage.lower()
    return passage == example.passage or any(text.lower() in low for text in held)


def _sentence_of(example: Example) -> Span:
    span = example.within or example.spans[0]
    found = sentence_spans(example.passage, 0, len(example.passage))
    return next(((s, e) for s, e in found if s <= span[0] < e), span)


def _cropped(example: Example, rng: random.Random) -> Example:
    """The example with a few sentences of its passage, those that answer among them."""
    size = rng.randint(*_CROP)
    text = example.passage
    if len(text) <= size:
        return example
    spans = sentence_spans(text, 0, len(text))
    least = min((start for start, _ in example.kept), default=None)
    most = max((end for _, end in example.kept), default=None)
    if least is None or most is None:
        first = rng.randrange(len(spans))
        lo, hi = first, first
    else:
        lo = max(n for n, (start, _) in enumerate(spans) if start <= least or n == 0)
        hi = min((n for n, (_, end) in enumerate(spans) if end >= most), default=len(spans) - 1)
        hi = max(lo, hi)
    while spans[hi][1] - spans[lo][0] < size and (lo > 0 or hi < len(spans) - 1):
        if (rng.random() < 0.5 and lo > 0) or hi == len(spans) - 1:
            lo -= 1
        else:
            hi += 1
    start, end = spans[lo][0], spans[hi][1]
    if least is not None and most is not None and not start <= least <= most <= end:
        return example
    return replace(
        example,
        passage=text[start:end],
        spans=tuple(_moved(span, -start) for span in example.spans),
        within=_moved(example.within, -start) if example.within else None,
        near=tuple(_moved(span, -start) for span in example.near),
    )


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def encoded(example: Example, encoder: PairEncoder) -> tuple[Encoded, tuple[Span, ...]]:
    """The pair, and the token spans that answer; none where the answer was cut off."""
    pair = encoder.encode(example.question, example.title, example.passage)
    starts = pair.first + np.flatnonzero(pair.opens)
    ends = pair.first + np.flatnonzero(pair.closes)
    shift = pair.first
    gold: list[Span] = []
    wanted = [(span, False) for span in example.spans]
    wanted += [(example.within, True)] if example.within else []
    for (start, end), loose in wanted:
        touched = shift + np.flatnonzero((pair.offsets[:, 1] > start) & (pair.offsets[:, 0] < end))
        if not len(touched):
            continue
        first = starts[starts <= touched[0]].max()
        last = ends[ends >= touched[-1]].min()
        if not loose and last - first < LONGEST_SPAN:
            gold.append((int(first), int(last)))
            continue
        inside = starts[(starts >= first) & (starts <= last)]
        gold += [
            (int(s), int(e)) for s in inside for e in ends[(ends >= s) & (ends <= last)]
            if e - s < LONGEST_SPAN
        ]  # fmt: skip
    return pair, tuple(dict.fromkeys(gold))


def _shown(example: Example, rng: random.Random) -> Example:
    """The example as it is read: perhaps cut down, perhaps with or without a title."""
    seen = _cropped(example, rng) if rng.random() < _CROPPED else example
    if example.title:
        return seen if rng.random() < _TITLED else replace(seen, title="")
    words = example.passage.split()
    first = rng.randrange(max(1, len(words) - 8))
    headed = rng.random() < _HEADED
    title = " ".join(words[first : first + rng.randint(4, 8)]) if headed else ""
    return replace(seen, title=title)


def epoch(
    examples: Sequence[Example],
    *,
    negatives: Negatives,
    near_misses: NearMisses,
    encoder: PairEncoder,
    rng: random.Random,
) -> Iterator[Group]:
    """All examples, and the made ones of them, each as a group of pairs."""

    def group(read: Sequence[Example]) -> Group | None:
        made = [encoded(_shown(example, rng), encoder) for example in read]
        if read[0].is_answered and not made[0][1]:
            return None
        return Group(
            pairs=tuple(pair for pair, _ in made),
            gold=tuple(gold for _, gold in made),
            sentence=read[0].within is not None,
        )

    for example in examples:
        read: list[Sequence[Example]] = []
        if example.is_answered and rng.random() < _WITH_NEGATIVES:
            read.append([example, *negatives.draw(example, rng.randint(1, 2), rng)])
        else:
            read.append([example])
        if example.is_answered and rng.random() < _NEAR_MISSES:
            other = near_misses.of(example)
            read += [[other]] if other else []
        if example.is_answered and rng.random() < _NO_PASSAGE:
            read.append(negatives.draw(example, rng.randint(1, 2), rng))
        if example.is_answered and rng.random() < _CUT:
            cut = without(example, _sentence_of(example))
            read += [[cut]] if cut.passage and not _answers(cut.passage, example) else []
        for each in read:
            found = group(each) if each else None
            if found:
                yield found


def batches(groups: Sequence[Group], *, tokens: int, rng: random.Random) -> list[list[Group]]:
    """The groups in batches of about ``tokens`` tokens, those of like length together."""
    found: list[list[Group]] = []
    held = longest = 0
    for each in sorted(groups, key=lambda group: group.longest + rng.random() * _MIXED):
        longest = max(longest, each.longest)
        if not found or (held + len(each.pairs)) * longest > tokens:
            found.append([])
            held, longest = 0, each.longest
        found[-1].append(each)
        held += len(each.pairs)
    rng.shuffle(found)
    return found
