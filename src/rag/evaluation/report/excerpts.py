"""Shortens texts to their relevant part, and marks gold in them."""

from collections.abc import Iterable
from dataclasses import dataclass

FILLS = 0.8  # gold that covers at least this share of a text is not marked
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A level of detail: how much of each question the page keeps.

    ``hits`` is the number of retrieved passages, ``hits_right`` the number for questions with a
    right outcome. The first passage that contains gold is always kept. ``passage`` and ``words``
    are the maximum lengths of passages and other texts in characters.
    """

    hits: int = 10
    hits_right: int = 10
    passage: int = 1200
    words: int = 2000

    @property
    def is_whole(self) -> bool:
        """Whether this is the most detailed level."""
        return self == Detail()


DETAILS = (
    Detail(),
    Detail(hits=10, hits_right=3, passage=320, words=500),
    Detail(hits=5, hits_right=1, passage=240, words=300),
    Detail(hits=2, hits_right=0, passage=160, words=160),
)


def focus(text: str, span: Span, words: Iterable[str]) -> int:
    """The offset of the first of ``words`` that occurs in a span; the span's start if none does."""
    start, end = span
    inside = text[start:end].lower()
    places = (inside.find(word.lower()) for word in words if word)
    return start + next((place for place in places if place >= 0), 0)


def window(span: Span, *, focus: int, size: int) -> Span:
    """A window of ``size`` characters in a span, with ``focus`` in its first half if possible.

    Windows start at multiples of half their size, so that questions about the same passage can
    share its text.
    """
    start, end = span
    step = size // 2
    first = min(start + (focus - start) // step * step, end - size)
    return first, first + size


def marks(text: str, spans: Iterable[Span]) -> list[int]:
    """Starts and ends of the spans in UTF-16 code units.

    Spans that cover at least 80% of the text are left out.
    """
    clipped = ((max(0, start), min(len(text), end)) for start, end in spans)
    narrow = sorted(span for span in clipped if 0 < span[1] - span[0] < FILLS * len(text))
    return [_units(text, place) for span in narrow for place in span]


def _units(text: str, place: int) -> int:
    return place if text.isascii() else len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
