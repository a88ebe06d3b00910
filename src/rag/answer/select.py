"""Selects which sentences to show, how many, and in what order."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rag.answer.candidates import Candidate
from rag.answer.disagreement import later_report, rival
from rag.language import Language
from rag.language.english import ENGLISH
from rag.language.polarity import holds_predicate, predicate
from rag.language.question_type import Kind, asks_several, kind_of
from rag.language.words import content_terms

__all__ = ["LIST_FACTOR", "Selection", "select"]

Shares = Sequence[tuple[Candidate, float]]

LIST_FACTOR = 2
"""Factor on the maximum number of sentences for a question that asks for a list."""

_GAIN = 0.004  # minimum probability per word for adding a further sentence
_GAIN_IN_LIST = 0.0033  # the same for lists, where each sentence may contain part of the answer
_RIVALS = 0.005  # minimum probability of a rival, as a share of the best sentence's
_NEARLY = 0.5  # minimum probability of a deciding sentence, as a share of the best sentence's
_MORE = 1 / 3  # how much more of the predicate a deciding sentence must contain, as a share
_SAME = 0.6  # two sentences that share more of their content terms are repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The sentences to show, best first; ``rival`` disagrees with the first."""

    shown: tuple[Candidate, ...]
    rival: Candidate | None = None


def select(
    question: str,
    ranked: Sequence[Candidate],
    *,
    most: int,
    stemmer: str,
    language: Language = ENGLISH,
) -> Selection:
    """Selects the sentences to show from those ``ranked`` by probability, best first.

    A confident first sentence needs no second: a further sentence is added only if its share of the
    probability is high enough for its length. If another article disagrees, its sentence is shown
    too. If an outlet has a later answer, it replaces the earlier one and is marked. For a yes/no
    question, the sentence that decides it comes first. Shows at most ``most`` sentences, or
    ``LIST_FACTOR`` times as many for a question that asks for a list.
    """
    if not ranked:
        return Selection(shown=())
    shares = _shares(ranked)
    first = _deciding(question, _near(shares, _NEARLY), stemmer, language)
    near = [one for one in _near(shares, _RIVALS) if not (one.mark or first.mark) and most > 1]
    reported = partial(later_report, question, others=near, stemmer=stemmer, language=language)
    differs = partial(rival, question, stemmer=stemmer, language=language)
    leading = list(reported(first) or [first])
    other = differs(leading[0], near)
    if other:
        newest = (reported(other) or [other])[0]
        other = differs(leading[0], [newest]) or other
        leading = [leading[0], other]
    places = {(one.article.id, one.start) for one in leading}
    rest = [(one, share) for one, share in shares if (one.article.id, one.start) not in places]
    several = asks_several(question, language=language) and most > 1
    chosen = _worthwhile(
        leading,
        rest,
        most=most * LIST_FACTOR if several else most,
        gain=_GAIN_IN_LIST if several else _GAIN,
        stemmer=stemmer,
        language=language,
    )
    return Selection(shown=_in_order(chosen), rival=other)


def _shares(ranked: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """Returns each sentence with the probability that it answers, if one of them does."""
    total = sum(one.probability for one in ranked) or 1.0
    return [(one, one.probability / total) for one in ranked]


def _near(shares: Shares, least: float) -> list[Candidate]:
    """Returns the best sentence and those with at least ``least`` times its share, best first."""
    (first, most), *rest = shares
    return [first, *(one for one, share in rest if share > 0 and share >= least * most)]


def _deciding(
    question: str, near: Sequence[Candidate], stemmer: str, language: Language
) -> Candidate:
    """Returns the best sentence, or for a yes/no question a close one that decides it better."""
    if kind_of(question, language=language) is not Kind.YES_NO:
        return near[0]
    wanted = predicate(question, stemmer=stemmer, language=language)
    held = [
        holds_predicate(wanted, candidate.text, stemmer=stemmer, language=language)
        for candidate in near
    ]
    return near[held.index(max(held))] if max(held) >= held[0] + _MORE else near[0]


def _worthwhile(
    chosen: list[Candidate],
    rest: Shares,
    *,
    most: int,
    gain: float,
    stemmer: str,
    language: Language,
) -> list[Candidate]:
    """Adds to ``chosen`` the sentences probable enough for their length, without repeats."""
    said = [_terms(candidate, stemmer, language) for candidate in chosen]
    for candidate, share in rest:
        if len(chosen) >= most:
            break
        if candidate in chosen or share < gain * len(candidate.text.split()):
            continue
        stems = _terms(candidate, stemmer, language)
        if any(len(stems & other) > _SAME * min(len(stems), len(other)) for other in said):
            continue
        chosen.append(candidate)
        said.append(stems)
    return chosen


def _terms(candidate: Candidate, stemmer: str, language: Language) -> set[str]:
    return set(content_terms(candidate.text, stemmer=stemmer, language=language))


def _in_order(chosen: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Returns the best sentence, then the others grouped by article, in the order of its text."""
    first, *others = chosen
    articles = list(dict.fromkeys(candidate.article.id for candidate in chosen))
    others.sort(key=lambda one: (articles.index(one.article.id), one.start))
    return (first, *others)
