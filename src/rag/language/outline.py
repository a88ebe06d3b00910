"""The words and facts of a text, and the runs by which two texts are aligned."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.language import Language
from rag.language.names import name_spans
from rag.language.temporal.dates import date_spans
from rag.language.words import fold, is_stop_word, tokens

__all__ = ["RUN", "Outline", "Place", "outline"]

RUN = 3
"""The words and facts of a run."""
_TEXTS = 128  # texts whose facts are remembered
_OPENS = re.compile(r"(?:\A|\n|[.!?…:][\"”’')]*\s)\W*\Z")

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A word of a text, or a fact of one or more words."""

    words: tuple[str, ...]
    text: str
    kind: str  # "date", "number", "name", or "" for a word
    opens: bool  # for a name that opens a sentence, where a capital may show none


@dataclass(frozen=True, slots=True)
class Outline:
    """The words and facts of a text, and where its runs stand."""

    places: tuple[Place, ...]
    runs: tuple[Mapping[Run, int], Mapping[Run, int]]
    """The start of each run with a fact that occurs once: with its names, and with any names."""


@lru_cache(maxsize=_TEXTS)
def outline(text: str, language: Language) -> Outline:
    """The words and facts of ``text``."""
    places = tuple(_places(text, language))
    return Outline(places, (_runs(places, named=True), _runs(places, named=False)))


def _places(text: str, language: Language) -> Iterator[Place]:
    """The words and facts of ``text``, in order. Scores such as "2-1" are one fact."""
    facts = _facts(text, language)
    words: list[tuple[str, int, int]] = []
    for word in tokens(text):
        if words and not _is_one_fact(text, words[-1], word, facts):
            yield _place(text, words, facts)
            words = []
        words.append(word)
    if words:
        yield _place(text, words, facts)


def _facts(text: str, language: Language) -> dict[int, tuple[str, int]]:
    """The kind of fact at each character of ``text``, and where the fact starts."""
    numbers = [match.span() for match in language.numbers.whole.finditer(text)]
    names = [span for span in name_spans(text, language=language) if span[1] - span[0] > 1]
    dates = date_spans(text, language=language)
    dates = [(start, end) for start, end in dates if not text[start:end].isdigit()]  # or 1,000
    found: dict[int, tuple[str, int]] = {}
    for kind, spans in (("name", names), ("number", numbers), ("date", dates)):
        for start, end in spans:
            found |= dict.fromkeys(range(start, end), (kind, start))
    return found


def _is_one_fact(
    text: str,
    before: tuple[str, int, int],
    word: tuple[str, int, int],
    facts: Mapping[int, tuple[str, int]],
) -> bool:
    """Whether two adjacent words are of one name or date, or numbers joined by a sign."""
    (_, first, end), (_, start, _) = before, word
    if first not in facts or start not in facts:
        return False
    is_score = facts[first][0] == facts[start][0] == "number" and text[end:start] in "-–—:/"
    return is_score or facts[first] == facts[start]


def _place(
    text: str, words: Sequence[tuple[str, int, int]], facts: Mapping[int, tuple[str, int]]
) -> Place:
    start, end = words[0][1], words[-1][2]
    kind = facts[start][0] if start in facts else ""
    opens = kind == "name" and bool(_OPENS.search(text, max(0, start - 5), start))
    return Place(tuple(fold(word) for word, _, _ in words), text[start:end], kind, opens)


def _runs(places: Sequence[Place], *, named: bool) -> dict[Run, int]:
    """The start of each run that occurs once, in text order.

    A run is three words and facts, with at least one fact and one content word or date. Facts count
    by kind only; names count as words if ``named``.
    """
    facts = {"date", "number"} if named else {"date", "number", "name"}
    marks = [f"<{p.kind}>" if p.kind in facts else " ".join(p.words) for p in places]
    is_solid = [
        p.kind == "date" or (p.kind not in facts and not is_stop_word(p.text)) for p in places
    ]
    runs = list(zip(*(marks[step:] for step in range(RUN)), strict=False))
    counts = Counter(runs)
    near = {start - step for start, p in enumerate(places) if p.kind for step in range(RUN)}
    return {
        runs[start]: start
        for start in sorted(near & set(range(len(runs))))
        if counts[runs[start]] == 1 and any(is_solid[start : start + RUN])
    }
