"""Where a question was lost: the first stage that it did not pass."""

from rag.evaluation.measures.answers import contains
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT
from rag.evaluation.records import Gold, Prediction, Unit

__all__ = ["gold_rank", "group", "is_gold", "is_right"]

READ = 5
"""The last rank that counts as ranked high."""

NOT_INDEXED, NOT_RETRIEVED, RANKED_LOW, READ_WRONGLY, ANSWERED, ABSTAINED = GROUPS


def group(prediction: Prediction, gold: Gold) -> str:
    """One of ``GROUPS``, ``right`` or ``not judged``.

    An unanswerable question is right when it is abstained. Any other is right when the answer shown
    is, else it was lost at the first of these: its gold is not in the index, was not found, was
    found below rank 5, was there but the question was abstained, or answered with something else.
    Where it was not lost before reading, not judged is an abstention where nobody said whether the
    question is answerable, and an answer where nothing tells whether it is right.
    """
    if gold.answerable is False:
        return RIGHT if prediction.abstained else ANSWERED
    right = is_right(prediction, gold)
    if right and not prediction.abstained:
        return RIGHT
    return _lost_before_reading(prediction, gold) or _lost_in_reading(prediction, gold, right=right)


def is_right(prediction: Prediction, gold: Gold) -> bool | None:
    """Whether what is shown, or was withheld, answers an answerable question.

    It does when it contains an accepted answer. Where none of them stands in the gold word for
    word, it does when one of its citations overlaps gold; so too where there is none, if gold are
    sentences or paragraphs. None otherwise: to quote the right article is not yet to be right.
    """
    if gold.answers and not (gold.free_form and _has_gold(gold)):
        withheld = " ".join(quote.quote for quote in prediction.withheld)
        return bool(contains(prediction.answer or withheld, gold.answers))
    if gold.answers or (gold.units and not gold.whole):
        return any(is_gold(quote, gold) for quote in prediction.citations or prediction.withheld)
    return None


def gold_rank(prediction: Prediction, gold: Gold) -> int | None:
    """The rank of the first hit that overlaps gold; None where none does."""
    return min((hit.rank for hit in prediction.hits if is_gold(hit, gold)), default=None)


def _lost_before_reading(prediction: Prediction, gold: Gold) -> str | None:
    if not _has_gold(gold):
        return None
    if not gold.indexed:
        return NOT_INDEXED
    rank = gold_rank(prediction, gold)
    if rank is None:
        return NOT_RETRIEVED
    return RANKED_LOW if rank > READ else None


def _lost_in_reading(prediction: Prediction, gold: Gold, *, right: bool | None) -> str:
    if prediction.abstained:
        return ABSTAINED if gold.answerable else NOT_JUDGED
    return NOT_JUDGED if right is None else READ_WRONGLY


def _articles(gold: Gold) -> frozenset[str]:
    return frozenset([*gold.articles, *gold.gold_human])


def _has_gold(gold: Gold) -> bool:
    return bool(gold.units or _articles(gold))


def is_gold(place: Unit, gold: Gold) -> bool:
    """Whether a place overlaps a gold unit, or lies in a gold article where there are no units."""
    if gold.units:
        return any(map(place.overlaps, gold.units))
    return place.article_id in _articles(gold)
