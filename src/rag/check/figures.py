"""Compares what two numbers count: "143 passengers" and "58 passengers", but not "Eide, 58,"."""

from collections.abc import Sequence

from rag.check.facts import Fact, Sentence, share
from rag.language.english.clauses import MARK, is_verbal

__all__ = ["around", "counts_same", "is_stated"]

_AROUND = 6  # words on each side of a fact that must also be next to it in the source
_ALIKE = 0.5  # minimum share of them in a sentence that states the same figure
_NOUNS = 4  # maximum words after a number that name what it counts
_OF = frozenset(("of", "the"))


def counts_same(fact: Fact, one: Sentence, other: Fact, two: Sentence) -> bool:
    """Whether two numbers have the same unit, or count the same things.

    If one of them is not followed by a noun, the word before or after both must be the same.
    """
    if fact.unit and other.unit:
        return fact.unit == other.unit
    ours, theirs = _counted(fact, one), _counted(other, two)
    if ours and theirs:
        return ours[-1] in theirs or theirs[-1] in ours
    return any(a == b for a, b in zip(_sides(fact, one), _sides(other, two), strict=True))


def is_stated(fact: Fact, asked: Sentence, read: Sequence[Sentence]) -> bool:
    """Whether a sentence has the same number of the same things, and half of the words around."""
    near = around(fact, asked)
    return any(
        other.kind == "number" and fact.keys == other.keys and counts_same(fact, asked, other, one)
        for one in read
        if fact.keys <= one.keys and share(near, one.content) >= _ALIKE
        for other in one.facts
    )


def around(fact: Fact, asked: Sentence) -> frozenset[str]:
    """The content words on both sides of a fact in the claim, without numbers."""
    first, last = asked.place(fact)
    near = (*asked.stems[max(0, first - _AROUND) : first], *asked.stems[last:][:_AROUND])
    return frozenset(s for s in near if last and s in asked.content and s[0] != "#")


def _counted(fact: Fact, one: Sentence) -> list[str]:
    """The stems directly after a number that name what it counts; the last one is the noun."""
    found: list[str] = []
    _, after = one.place(fact)
    for n in range(after, min(after + _NOUNS, len(one.spans))):
        start, end = one.spans[n]
        if MARK.search(one.text[one.spans[n - 1][1] if n else 0 : start]):
            break
        form = one.text[start:end].lower()
        if one.stems[n] not in one.content or (found and is_verbal(form)):
            if form in _OF and not found:
                continue
            break
        found.append(one.stems[n])
    return found


def _sides(fact: Fact, one: Sentence) -> tuple[str, str]:
    """The words before and after a number; "" at the start and the end of the sentence."""
    first, last = one.place(fact)
    return ("", *one.stems)[first], (*one.stems, "")[last]
