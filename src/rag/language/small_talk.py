"""Small talk: turns such as "Thanks!" or "Who are you?", also around a question."""

import re
from collections.abc import Iterator

from rag.language.language import Language

__all__ = ["question_in", "small_talk_reply"]

_GAP = re.compile(r"[\W_]*")
_ENDS = re.compile(r"[.!?…]")
# A certain sentence end: not after "Dr.", nor within a title such as "Go. Thanks".
_STOP = re.compile(r"(?:[!?…]|(?<=[a-z]{4})\.)\s+(?![^\"“”]*[\"“”])")
_LONGEST = 300  # maximum characters of small talk before or after a question


def small_talk_reply(text: str, language: Language) -> str | None:
    """A short reply to small talk; None if the turn is a question.

    A turn without words counts as small talk. The reply states no facts.
    """
    if not text.strip() or len(text) > _LONGEST or question_in(text, language):
        return None
    kinds = [kind for kind, _ in _phrases(text, language)]
    return language.small_talk.kinds[min(kinds)][1] if kinds else language.small_talk.otherwise


def question_in(text: str, language: Language) -> str:
    """``text`` without the small talk around its question; "" if it has no question."""
    rest = _without_opening(text, language)
    stops = (stop.end() for stop in _STOP.finditer(rest, max(0, len(rest) - _LONGEST)))
    end = next((at for at in stops if not _without_opening(rest[at:], language)), None)
    return rest[:end].rstrip()


def _without_opening(text: str, language: Language) -> str:
    """``text`` from its question on, capitalised if words before it were dropped."""
    start = 0
    for _, end in _phrases(text, language):
        start = end
    found = _GAP.match(text, start)
    rest = text[found.end() :] if found else ""
    if not rest or not start:
        return text if rest else ""
    return rest[0].upper() + rest[1:] if _asks(found[0] if found else "", rest, language) else text


def _asks(gap: str, rest: str, language: Language) -> bool:
    """Whether ``rest`` is a separate question after small talk, unlike the "Fi" of "Hi Fi"."""
    if language.small_talk.asks.match(rest) or _ENDS.search(gap):
        return True
    return bool(gap.strip()) and not rest[0].isupper()


def _phrases(text: str, language: Language) -> Iterator[tuple[int, int]]:
    """The phrases of small talk at the start of ``text``: the index of each kind, and its end."""
    start, talk = 0, language.small_talk
    while start <= _LONGEST:
        at = _end(_GAP, text, start)
        if start:  # "Thanks and goodbye"
            at = max(at, _end(talk.joins, text, at))
        ends = [(_end(kind, text, at), -place) for place, (kind, _) in enumerate(talk.kinds)]
        end, place = max(ends, default=(at, 0))
        if end <= at:
            return
        yield -place, end
        start = end


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start
