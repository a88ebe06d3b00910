"""How the words of a claim hang together in its sources: who does what, in which order."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from rag.check.facts import Sentence

__all__ = ["bonds"]

_HEAD, _TAIL = 2, 3  # content words with which a claim begins and ends
_NAMED = 2  # sentences before one in which its subject may be named
_APART = 6  # words within which two words stand beside each other
_GAP = 2  # words left out that count as many
_SOME = 4  # pairs or gaps beyond which more do not count
_CLAUSE = re.compile(r"[,;:–—]\s|\s(?:and|but|while|who|which|after|when|that|as|because|before)\s")

Pair = tuple[str, str]


def bonds(asked: Sentence, everything: Sequence[Sentence]) -> dict[str, float]:
    """What ties the words of a claim together in its sources, each value in [0, 1].

    Content words in a row count as pairs. ``pairs_split`` and ``pairs_apart`` count those that no
    sentence has, and that none has side by side; ``together`` is the share that one sentence has,
    ``all_together`` is 1 if none is split, and ``far_together`` is the same share of words three
    apart. ``head_beside`` is the share of the first content words in the sentence that has most of
    the last ones, ``head_near`` in it and the two before it. ``clause`` is the share of words that
    the worst clause has in its best sentence, and ``context`` that the claim has in its best
    sentence and the one before. The claim is also read along its best sentence: ``order`` is the
    share of words in the same order, ``gaps`` counts the places where more than two words are left
    out, ``left_out`` those of any length per word, and ``ends`` is 1 if both end together.
    """
    words = [stem for stem in asked.stems if stem in asked.content]
    weights = _rarity(asked, everything)
    best = max(everything, key=lambda one: (_share(words, one.content, weights), -one.start))
    place = everything.index(best)
    before = everything[max(0, place - 1)].content
    pairs, far = _pairs(words, 1), _pairs(words, 3)
    split = [pair for pair in pairs if not _together(pair, everything)]
    skipped = _skipped(asked.stems, best.stems)
    return {
        "pairs_split": min(len(split), _SOME) / _SOME,
        "pairs_apart": min(sum(not _beside(pair, everything) for pair in pairs), _SOME) / _SOME,
        "together": 1 - len(split) / len(pairs),
        "all_together": float(not split),
        "far_together": sum(_together(pair, everything) for pair in far) / len(far),
        **_subject(words, everything, weights, best),
        "clause": min(
            max(_share(clause, one.content, weights) for one in everything)
            for clause in _clauses(asked) or [words]
        ),
        "context": _share(words, best.content | before, weights),
        "order": len(_common(words, [s for s in best.stems if s in best.content])) / len(words),
        "gaps": min(sum(gap > _GAP for gap in skipped), _SOME) / _SOME,
        "left_out": sum(gap > 0 for gap in skipped) / len(asked.stems),
        "ends": float(asked.stems[-1:] == best.stems[-1:]),
    }


def _rarity(asked: Sentence, everything: Sequence[Sentence]) -> dict[str, float]:
    """A weight of each content word: the more sentences have it, the lower."""
    counts = {stem: sum(stem in one.content for one in everything) for stem in asked.content}
    return {stem: 1 / (1 + math.log(n)) if n else 1.0 for stem, n in counts.items()}


def _share(words: Sequence[str], known: frozenset[str], weights: dict[str, float]) -> float:
    different = set(words)
    held = sum(weights[word] for word in different if word in known)
    return held / sum(weights[word] for word in different)


def _pairs(words: Sequence[str], apart: int) -> list[Pair]:
    """The words with those that follow ``apart`` words later; with fewer words, those in a row."""
    found = list(zip(words, words[apart:], strict=False))
    return found or list(pairwise(words)) or [(words[0], words[0])]


def _together(pair: Pair, everything: Sequence[Sentence]) -> bool:
    return any(pair[0] in one.content and pair[1] in one.content for one in everything)


def _beside(pair: Pair, everything: Sequence[Sentence]) -> bool:
    """Whether the second word follows the first one within a few words."""
    return any(
        pair[1] in one.stems[at + 1 : at + 1 + _APART]
        for one in everything
        if pair[0] in one.content and pair[1] in one.content
        for at, stem in enumerate(one.stems)
        if stem == pair[0]
    )


def _subject(
    words: Sequence[str],
    everything: Sequence[Sentence],
    weights: dict[str, float],
    best: Sentence,
) -> dict[str, float]:
    """Whether what the claim begins with is what its end is said of."""
    head, tail = words[:_HEAD], set(words[-_TAIL:])
    saying = max(
        range(len(everything)),
        key=lambda n: (
            sum(weights[word] for word in tail if word in everything[n].content),
            everything[n] is best,
            -n,
        ),
    )
    near = everything[max(0, saying - _NAMED) : saying + 1]
    return {
        "head_beside": sum(word in everything[saying].content for word in head) / len(head),
        "head_near": sum(any(word in one.content for one in near) for word in head) / len(head),
    }


def _clauses(asked: Sentence) -> list[list[str]]:
    """The content words of each clause; a clause with a single one joins the one before."""
    borders = [0, *(match.end() for match in _CLAUSE.finditer(asked.text)), len(asked.text)]
    clauses: list[list[str]] = []
    for first, last in pairwise(borders):
        words = [
            stem
            for stem, (start, _) in zip(asked.stems, asked.spans, strict=True)
            if first <= start < last and stem in asked.content
        ]
        if clauses and (len(words) < 2 or len(clauses[-1]) < 2):
            clauses[-1] += words
        else:
            clauses.append(words)
    return [clause for clause in clauses if clause]


def _skipped(words: Sequence[str], others: Sequence[str]) -> list[int]:
    """How many more words ``others`` has than ``words`` between each two words in common."""
    return [(b - a) - (j - i) for (i, a), (j, b) in pairwise(_common(words, others))]


def _common(words: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the longest common subsequence in both."""
    rows, columns = len(words), len(others)
    longest = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        row, below, word = longest[i], longest[i + 1], words[i]
        for j in range(columns - 1, -1, -1):
            row[j] = below[j + 1] + 1 if word == others[j] else max(below[j], row[j + 1])
    found, i, j = [], 0, 0
    while i < rows and j < columns:
        if words[i] == others[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return found
