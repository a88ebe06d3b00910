"""Finds which figure of a sentence belongs to a time: "36 per cent in 2022"."""

from collections.abc import Sequence
from datetime import date

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.quantities import Quantity, quantities
from rag.language.temporal.periods import spoken_periods
from rag.language.temporal.relevance import speaks_of
from rag.language.words import is_stop_word
from rag.schema import Period

__all__ = ["figure_at"]

Span = tuple[int, int]


def figure_at(
    time: Period,
    text: str,
    span: Span,
    *,
    published: date | None = None,
    language: Language = ENGLISH,
) -> Span | None:
    """The span of the figure that a sentence states for ``time``, if ``span`` marks another one.

    A figure belongs to the time that follows it in its clause, otherwise to the one before it. The
    other figure must have the same unit, and count the same noun or have none. Returns None if
    there is no such figure.
    """
    found = quantities(text, language=language)
    marked = next((one for one in found if span[0] <= one.start < span[1]), None)
    if marked is None:
        return None
    own = [
        one
        for one in found
        if speaks_of(
            time,
            _time_near(one, found, text, published, language),
            published=published,
            language=language,
        )
    ]
    if marked in own:
        return None
    fitting = (one for one in own if _are_alike(one, marked, language))
    return next(((one.begin, one.stop) for one in fitting), None)


def _time_near(
    one: Quantity,
    others: Sequence[Quantity],
    text: str,
    published: date | None,
    language: Language,
) -> str:
    """The text between a quantity and the next in its clause; without a time in it, that before."""
    breaks = [match.span() for match in language.numbers.clause.finditer(text)]
    ends = [*(begin for begin, _ in breaks), *(other.begin for other in others)]
    after = text[one.stop : min((end for end in ends if end >= one.stop), default=len(text))]
    if spoken_periods(after, published=published, language=language):
        return after
    starts = [*(end for _, end in breaks), *(other.stop for other in others)]
    return text[max((start for start in starts if start <= one.begin), default=0) : one.begin]


def _are_alike(one: Quantity, other: Quantity, language: Language) -> bool:
    nouns = {each.noun for each in (one, other) if not is_stop_word(each.noun, language=language)}
    return one.unit == other.unit and len(nouns - {""}) <= 1
