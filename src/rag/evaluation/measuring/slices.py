"""Slices: groups of similar questions that show where a system performs worse."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from rag.evaluation.measures.answers import words
from rag.evaluation.measuring.values import Row

OUTLETS = 20  # only the most frequent values have a slice
OTHERS = "other outlets"
LENGTHS = ((1, "1 word"), (3, "2–3 words"), (10, "4–10 words"))
LONGER = "more than 10 words"
AGES = ((7, "within a week"), (31, "within a month"), (366, "within a year"))
OLDER, UNDATED = "older", "undated"

WORD = re.compile(
    r"\b(?:(?P<amount>how (?:many|much))|(?P<person>who(?:m|se)?)"
    r"|what|when|where|which|why|how)\b",
    re.IGNORECASE,
)
AUXILIARY = re.compile(
    r"(?:(?:and|but|so|then|also)\W+)?"
    r"(?:am|are|is|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)"
    r"(?:n['’]t)?\b",
    re.IGNORECASE,
)
WORDS = ("who", "what", "when", "where", "which", "why", "how many or much", "how")
ASKS = (*WORDS, "yes or no", "other")


def slices(rows: Sequence[Row]) -> Mapping[str, tuple[str, ...]]:
    """The question ids of each slice, keyed by slice name.

    Questions are split by history (``standalone``, ``followup``), by the data set's own ``kind``,
    by ``asks`` (see below), by ``answer length`` in words of the shortest accepted answer, and by
    ``outlet`` and ``age`` of the gold articles. A question without a property is in no slice of
    that property. A property with only one slice is left out.
    """
    counts = Counter(outlet for _, gold in rows for outlet in set(gold.outlets))
    outlets = sorted(counts, key=lambda outlet: (-counts[outlet], outlet))[:OUTLETS]
    kinds = sorted({gold.kind for _, gold in rows if gold.kind})
    sorts = (
        _sort(
            rows,
            "",
            ("standalone", "followup"),
            lambda row: ["followup" if row[1].has_history else "standalone"],
        ),
        _sort(rows, "kind=", kinds, lambda row: filter(None, [row[1].kind])),
        _sort(rows, "asks=", ASKS, lambda row: [asks(row[0].question)]),
        _sort(rows, "answer length=", [*(name for _, name in LENGTHS), LONGER], _length),
        _sort(rows, "outlet=", [*outlets, OTHERS], lambda row: _outlet(row, outlets)),
        _sort(rows, "age=", [*(name for _, name in AGES), OLDER, UNDATED], _age),
    )
    return {name: ids for sort in sorts if len(sort) > 1 for name, ids in sort.items()}


def asks(question: str) -> str:
    """The type of an English question: one of ``ASKS``.

    The type is "yes or no" if the question begins with an auxiliary verb. Otherwise it is the first
    question word, or "other" if there is none. The grammar is not analysed: "When it fell, who
    died?" is of type "when".
    """
    if AUXILIARY.match(question.strip()):
        return "yes or no"
    found = WORD.search(question)
    if found is None:
        return "other"
    return "how many or much" if found["amount"] else "who" if found["person"] else found[0].lower()


def _sort(
    rows: Sequence[Row], prefix: str, names: Iterable[str], names_of: Callable[[Row], Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """The slices of one property in the order of ``names``, without empty slices."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for row in rows:
        for name in names_of(row):
            found[name].append(row[1].id)
    return {f"{prefix}{name}": tuple(ids) for name, ids in found.items() if ids}


def _length(row: Row) -> list[str]:
    lengths = sorted(map(words, row[1].answers))
    return [_step(shortest, LENGTHS, LONGER) for shortest in lengths[:1]]


def _age(row: Row) -> list[str]:
    _, gold = row
    if gold.age_days is None:
        return [UNDATED] if gold.articles else []
    return [_step(gold.age_days, AGES, OLDER)]


def _step(number: int, steps: Sequence[tuple[int, str]], beyond: str) -> str:
    return next((name for last, name in steps if number <= last), beyond)


def _outlet(row: Row, outlets: Sequence[str]) -> Iterable[str]:
    return dict.fromkeys(outlet if outlet in outlets else OTHERS for outlet in row[1].outlets)
