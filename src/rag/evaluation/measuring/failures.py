"""Failure analysis: the first stage at which a question failed."""

from rag.evaluation.measures.answers import contains
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT
from rag.evaluation.records import Gold, Prediction, Unit

READ = 5
"""Gold counts as ranked low if its first hit is below this rank."""

NOT_INDEXED, NOT_RETRIEVED, RANKED_LOW, READ_WRONGLY, ANSWERED, ABSTAINED = GROUPS


def group(prediction: Prediction, gold: Gold) -> str:
    """The outcome of a question: one of ``GROUPS``, ``right`` or ``not judged``.

    An unanswerable question is right if the system abstained. Any other question is right if the
    shown answer is right. Otherwise it failed at the first of these stages: the gold was not
    indexed, was not retrieved, was ranked below 5, or was ranked high but the system abstained or
    gave a wrong answer. A question that did not fail before reading is not judged in two cases: the
    system abstained and the question has no answerability label, or it is unknown whether the
    answer is right.
    """
    if gold.answerable is False:
        return RIGHT if prediction.abstained else ANSWERED
    right = is_right(prediction, gold)
    if right and not prediction.abstained:
        return RIGHT
    if lost := _lost_before_reading(prediction, gold):
        return lost
    if prediction.abstained:
        return ABSTAINED if gold.answerable else NOT_JUDGED
    return NOT_JUDGED if right is None else READ_WRONGLY


def is_right(prediction: Prediction, gold: Gold) -> bool | None:
    """Whether the shown or withheld answer to an answerable question is right; None if unknown.

    It is right if it contains an accepted answer. If no accepted answer occurs verbatim in the
    gold, or if there is no accepted answer but the gold consists of sentences or paragraphs, it is
    right if one of its citations overlaps gold. Otherwise the result is None, because citing the
    right article does not make an answer right.
    """
    if gold.answers and not (gold.free_form and _has_gold(gold)):
        withheld = " ".join(quote.quote for quote in prediction.withheld)
        return bool(contains(prediction.answer or withheld, gold.answers))
    if gold.answers or (gold.units and not gold.whole):
        return any(is_gold(quote, gold) for quote in prediction.citations or prediction.withheld)
    return None


def gold_rank(prediction: Prediction, gold: Gold) -> int | None:
    """The rank of the first hit that overlaps gold; None if there is none."""
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


def _articles(gold: Gold) -> frozenset[str]:
    return frozenset([*gold.articles, *gold.gold_human])


def _has_gold(gold: Gold) -> bool:
    return bool(gold.units or _articles(gold))


def is_gold(place: Unit, gold: Gold) -> bool:
    """Whether a text span overlaps a gold unit or, without units, lies in a gold article."""
    if gold.units:
        return any(map(place.overlaps, gold.units))
    return place.article_id in _articles(gold)
