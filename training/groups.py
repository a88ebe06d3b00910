"""Groups each question with the passages to read for it, and draws training epochs."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from training.data import Example, Span, without
from training.near_misses import NearMisses

from rag.embed import Embedder
from rag.language.sentences import sentence_spans
from rag.read.encoding import LONGEST_SPAN, Encoded, PairEncoder

__all__ = ["Group", "Negatives", "batches", "encoded", "epoch"]

_NEAREST = 8  # top search results from which passages that do not answer are drawn
_FUSED = 10  # constant added to both ranks in reciprocal rank fusion
_BESIDE = (2, 4)  # range of the number of passages added to the right one
_WITH_OTHERS = 0.6  # share of questions with further passages
_NEAR_MISSES = 0.3  # share of answered questions that are repeated as a near miss
_NO_PASSAGE = 0.05  # share of answered questions that are repeated with wrong passages only
_CUT = 0.03  # share of answered questions that are repeated without the answering sentence
_MIXED = 24  # maximum difference in length within a batch, in tokens
_CROPPED = 0.6  # share of passages that are cropped to a few sentences
_CROP = (200, 600)  # range of the length of a cropped passage, in characters
_TITLED = 0.85  # share of titles that are kept
_HEADED = 0.35  # share of untitled passages that get some of their words as a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The pairs of one question; ``gold`` has the answering token spans of each pair.

    ``sentence`` is True if only the answering sentence is known.
    """

    pairs: tuple[Encoded, ...]
    gold: tuple[tuple[Span, ...], ...]
    sentence: bool

    @property
    def longest(self) -> int:
        """The length of the longest pair, in tokens."""
        return max(len(pair.ids) for pair in self.pairs)


class Negatives:
    """Hard negatives: passages that a search finds for a question but that do not answer it.

    The search covers the question's own source, and fuses the ranks by TF-IDF and by the embedder's
    vectors. A question gets no negatives if the search does not find its own passage: it is too
    vague ("What did I buy?") to know that other passages do not answer it.
    """

    def __init__(self, examples: Sequence[Example], embedder: Embedder) -> None:
        self._near: dict[tuple[str, str], list[Example]] = {}
        for source in dict.fromkeys(example.source for example in examples):
            own = [example for example in examples if example.source == source]
            pool = list({example.passage: example for example in own}.values())
            overlapping = source == "sentences"
            if overlapping:
                pool = pool[::4]
            weigh = TfidfVectorizer(sublinear_tf=True, stop_words="english")
            texts = [example.passage for example in pool]
            weights, vectors = weigh.fit_transform(texts), embedder.embed_documents(texts)
            for first in range(0, len(own), 500):
                asked = own[first : first + 500]
                questions = [example.question for example in asked]
                by_words = (weigh.transform(questions) @ weights.T).toarray()
                by_meaning = embedder.embed_questions(questions) @ vectors.T
                fused = 1 / (_FUSED + _ranks(by_words)) + 1 / (_FUSED + _ranks(by_meaning))
                best = np.argsort(-fused, axis=1)[:, : _NEAREST + 4]
                for example, row in zip(asked, best, strict=True):
                    found = [pool[n] for n in row]
                    known = overlapping or any(e.passage == example.passage for e in found)
                    near = [e for e in found if known and not _answers(e.passage, example)]
                    self._near[example.question, example.passage] = near[:_NEAREST]

    def draw(self, example: Example, count: int, rng: random.Random) -> list[Example]:
        """Draws at most ``count`` passages that do not answer ``example``, with its question."""
        near = self._near[example.question, example.passage]
        drawn = rng.sample(near, min(count, len(near)))
        return [
            replace(
                e, question=example.question, spans=(), within=None, near=(), source="retrieved"
            )
            for e in drawn
        ]


def _ranks(scores: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Returns the rank of each passage in its row, from 1, (questions, passages)."""
    return np.argsort(np.argsort(-scores, axis=1), axis=1) + 1


def _answers(passage: str, example: Example) -> bool:
    """Whether ``passage`` contains the answer or its sentence, or is the example's own passage."""
    held = [example.passage[slice(*example.within)]] if example.within else example.answers
    low = passage.lower()
    return passage == example.passage or any(text.lower() in low for text in held)


def _sentence_of(example: Example) -> Span:
    span = example.within or example.spans[0]
    found = sentence_spans(example.passage, 0, len(example.passage))
    return next(((s, e) for s, e in found if s <= span[0] < e), span)


def _cropped(example: Example, rng: random.Random) -> Example:
    """Crops the passage of the example to a few sentences, including those that answer."""
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
    """Returns the pair and the token spans that answer; none if the answer was cut off."""
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
    """Returns the example as it is read: cropped or not, with or without a title, at random."""
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
    """Yields all examples and those derived from them, each as a group of pairs."""
    for example in examples:
        for read in _asked(example, negatives, near_misses, rng):
            made = [encoded(_shown(one, rng), encoder) for one in read]
            if made and (made[0][1] or not read[0].is_answered):
                yield Group(
                    pairs=tuple(pair for pair, _ in made),
                    gold=tuple(gold for _, gold in made),
                    sentence=read[0].within is not None,
                )


def _asked(
    example: Example, negatives: Negatives, near_misses: NearMisses, rng: random.Random
) -> Iterator[list[Example]]:
    """Yields the example and those derived from it, each with the passages to read."""

    def beside(asked: Example) -> list[Example]:
        if rng.random() >= _WITH_OTHERS:
            return [asked]
        drawn = negatives.draw(example, rng.randint(*_BESIDE), rng)
        return [asked, *(replace(one, question=asked.question) for one in drawn)]

    yield beside(example)
    if not example.is_answered:
        return
    if rng.random() < _NEAR_MISSES and (other := near_misses.of(example)):
        yield beside(other)
    if rng.random() < _NO_PASSAGE:
        yield negatives.draw(example, rng.randint(*_BESIDE), rng)
    if rng.random() < _CUT:
        cut = without(example, _sentence_of(example))
        if cut.passage and not _answers(cut.passage, example):
            yield beside(cut)


def batches(groups: Sequence[Group], *, tokens: int, rng: random.Random) -> list[list[Group]]:
    """Splits the groups into batches of about ``tokens`` tokens, grouped by similar length."""
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
