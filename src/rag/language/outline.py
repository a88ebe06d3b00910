"""The words and facts of a text, and the runs of words that align two texts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.language import Language
from rag.language.names import name_spans
from rag.language.temporal.dates import date_spans
from rag.language.words import fold, is_stop_word, tokens

__all__ = ["RUN", "Fact", "Outline", "outline"]

RUN = 3
"""The number of words and facts in a run."""
_TEXTS = 128  # texts whose facts are cached
_OPENS = re.compile(r"(?:\A|\n|[.!?…:][\"”’')]*\s)\W*\Z")

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, number or date in a text."""

    words: tuple[str, ...]
    text: str
    kind: str  # "date", "number" or "name"
    opens: bool  # true for a name at the start of a sentence, where every word is capitalised


@dataclass(frozen=True, slots=True)
class Outline:
    """The facts of a text, and the runs of words around them."""

    facts: Mapping[int, Fact]
    """The facts by their position in the text. Each word and each fact takes one position."""
    runs: tuple[Mapping[Run, int], Mapping[Run, int]]
    """The start of each unique run that has a fact: first with exact names, then with any names."""


@lru_cache(maxsize=_TEXTS)
def outline(text: str, language: Language) -> Outline:
    """The facts of ``text`` and the runs around them. A score such as "2-1" is one fact."""
    kinds = _kinds(text, language)
    groups: list[list[tuple[str, int, int]]] = []
    for word in tokens(text):
        if groups and _are_one_fact(text, groups[-1][-1], word, kinds):
            groups[-1].append(word)
        else:
            groups.append([word])
    facts = {
        place: _fact(text, words, kinds[words[0][1]][0])
        for place, words in enumerate(groups)
        if words[0][1] in kinds
    }
    plain = [words[0][0] for words in groups]
    return Outline(facts, (_runs(plain, facts, named=True), _runs(plain, facts, named=False)))


def _kinds(text: str, language: Language) -> dict[int, tuple[str, int]]:
    """The kind of fact at each character of ``text``, and where the fact starts."""
    numbers = [match.span() for match in language.numbers.whole.finditer(text)]
    names = [span for span in name_spans(text, language=language) if span[1] - span[0] > 1]
    dates = date_spans(text, language=language)
    dates = [(start, end) for start, end in dates if not text[start:end].isdigit()]  # or 1,000
    found: dict[int, tuple[str, int]] = {}
    for kind, spans in (("name", names), ("number", numbers), ("date", dates)):
        for start, end in spans:
            found.update(dict.fromkeys(range(start, end), (kind, start)))
    return found


def _are_one_fact(
    text: str,
    before: tuple[str, int, int],
    word: tuple[str, int, int],
    kinds: Mapping[int, tuple[str, int]],
) -> bool:
    """Whether two adjacent words belong to one name or date, or are numbers joined by a sign."""
    (_, first, end), (_, start, _) = before, word
    if first not in kinds or start not in kinds:
        return False
    is_score = kinds[first][0] == kinds[start][0] == "number" and text[end:start] in "-–—:/"
    return is_score or kinds[first] == kinds[start]


def _fact(text: str, words: Sequence[tuple[str, int, int]], kind: str) -> Fact:
    start, end = words[0][1], words[-1][2]
    opens = kind == "name" and bool(_OPENS.search(text, max(0, start - 5), start))
    return Fact(tuple(fold(word) for word, _, _ in words), text[start:end], kind, opens)


def _runs(plain: Sequence[str], facts: Mapping[int, Fact], *, named: bool) -> dict[Run, int]:
    """The start of each run that occurs once, in text order.

    A run is a sequence of three words or facts, with at least one fact and one content word or
    date. Facts are compared by kind only; with ``named``, names are compared as words.
    """
    most = len(plain) - RUN
    starts = sorted({place - step for place in facts for step in range(RUN)} & set(range(most + 1)))
    runs = []
    for start in starts:
        marks, is_solid = [], False
        for place in range(start, start + RUN):
            fact = facts.get(place)
            if fact is None:
                marks.append(fold(plain[place]))
                is_solid = is_solid or not is_stop_word(plain[place])
            else:
                is_word = named and fact.kind == "name"
                marks.append(" ".join(fact.words) if is_word else f"<{fact.kind}>")
                is_solid = is_solid or is_word or fact.kind == "date"
        runs.append((tuple(marks), start, is_solid))
    counts = Counter(run for run, _, _ in runs)
    return {run: start for run, start, is_solid in runs if is_solid and counts[run] == 1}
