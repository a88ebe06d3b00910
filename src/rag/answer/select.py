"""How many sentences to show, which, and in what order."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.candidates import Candidate
from rag.answer.disagreement import rival
from rag.language.polarity import holds_predicate, predicate
from rag.language.question_type import Kind, asks_several, kind_of
from rag.language.words import content_terms

__all__ = ["LIST_FACTOR", "Selection", "select"]

Shares = Sequence[tuple[Candidate, float]]

LIST_FACTOR = 2
"""How many times as many sentences a question for a list may get."""

_GAIN = 0.004  # the least chance of being the answer, a word, for which a sentence is added
_GAIN_IN_LIST = 0.0033  # the same where each sentence may hold a part of the answer
_RIVALS = 0.02  # share of the best sentence's probability from which another may differ
_NEARLY = 0.5  # share of the best sentence's probability from which another may decide instead
_MORE = 1 / 3  # share of the predicate that it must hold beyond the best sentence for that
_SAME = 0.6  # two sentences sharing this part of their content terms say the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The sentences to show, best first; ``rival`` among them answers unlike the first."""

    shown: tuple[Candidate, ...]
    rival: Candidate | None = None


def select(question: str, ranked: Sequence[Candidate], *, most: int, stemmer: str) -> Selection:
    """The sentences that are worth their words, from those ``ranked`` by probability, best first.

    A sure first sentence needs no second: each further one must hold the answer, in place of the
    others, with a chance that is worth its length. Where another article answers differently, its
    sentence is shown after the first. A yes/no question gets the sentence that decides it first; a
    question for a list may get ``LIST_FACTOR`` times ``most``.
    """
    if not ranked:
        return Selection(shown=())
    shares = _shares(ranked)
    first = _deciding(question, _near(shares, _NEARLY), stemmer)
    rest = [(candidate, share) for candidate, share in shares if candidate is not first]
    near = _near(shares, _RIVALS) if most > 1 else []
    other = rival(question, first, near, stemmer=stemmer)
    several = asks_several(question) and most > 1
    chosen = _worthwhile(
        [first, other] if other else [first],
        rest,
        most=most * LIST_FACTOR if several else most,
        gain=_GAIN_IN_LIST if several else _GAIN,
        stemmer=stemmer,
    )
    return Selection(shown=_in_order(chosen), rival=other)


def _shares(ranked: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """Each sentence with its chance to answer, if one of them does."""
    total = sum(one.probability for one in ranked) or 1.0
    return [(one, one.probability / total) for one in ranked]


def _near(shares: Shares, least: float) -> list[Candidate]:
    """The best sentence, and those whose share is at least ``least`` of its own, best first."""
    (first, most), *rest = shares
    return [first, *(one for one, share in rest if share > 0 and share >= least * most)]


def _deciding(question: str, near: Sequence[Candidate], stemmer: str) -> Candidate:
    """The best sentence; for a yes/no question, one nearly as good that decides it if that only
    mentions or wonders.
    """
    if kind_of(question) is not Kind.YES_NO:
        return near[0]
    wanted = predicate(question, stemmer=stemmer)
    held = [holds_predicate(wanted, candidate.text, stemmer=stemmer) for candidate in near]
    return near[held.index(max(held))] if max(held) >= held[0] + _MORE else near[0]


def _worthwhile(
    chosen: list[Candidate], rest: Shares, *, most: int, gain: float, stemmer: str
) -> list[Candidate]:
    """``chosen`` and those of the ``rest`` that are worth their words and say something else."""
    said = [set(content_terms(candidate.text, stemmer=stemmer)) for candidate in chosen]
    for candidate, share in rest:
        if len(chosen) >= most:
            break
        if candidate in chosen or share < gain * len(candidate.text.split()):
            continue
        stems = set(content_terms(candidate.text, stemmer=stemmer))
        if any(len(stems & other) > _SAME * min(len(stems), len(other)) for other in said):
            continue
        chosen.append(candidate)
        said.append(stems)
    return chosen


def _in_order(chosen: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best sentence, then article by article, each article's sentences as they follow there."""
    first, *others = chosen
    articles = list(dict.fromkeys(candidate.article.id for candidate in chosen))
    others.sort(key=lambda one: (articles.index(one.article.id), one.start))
    return (first, *others)
