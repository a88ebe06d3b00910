"""Finds names in exchanged roles: "Holm sued Berg" for "Berg sued Holm"."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from rag.check.facts import Sentence
from rag.check.reasons import Reason
from rag.check.words import Span
from rag.language.english.clauses import MUTUAL, OPENERS
from rag.language.english.verbs import is_verb

__all__ = ["exchanged"]

# Links between names that may change places.
_EVEN: tuple[list[str], ...] = ([], ["and"], ["or"], ["with"], ["against"])


def exchanged(asked: Sentence, everything: Sequence[Sentence]) -> Iterator[Reason]:
    """The neighbouring names of a claim that the sources link only in the other order.

    A link is what ``_link`` returns, or a verb in it; "by" exchanges the sides of a verb.
    """
    for first, second in pairwise(_names(asked)):
        names = [frozenset(asked.stems[slice(*span)]) for span in (first, second)]
        link = _link(asked, first, second)
        if names[0] & names[1] or _is_even(asked, first, second, link):
            continue
        verb = _verb(asked, first, second)
        holding = (one for one in everything if all(name & set(one.stems) for name in names))
        ways = {way for one in holding for way in _ways(names, link, verb, one)}
        if ways == {False}:
            yield Reason(kind="name", words=_text(asked, first), source=_text(asked, second))


def _ways(
    names: Sequence[frozenset[str]], link: Sequence[str], verb: str, one: Sentence
) -> Iterator[bool]:
    """For each place where a source links both names as the claim does: whether in that order."""
    for first, second in combinations(_names(one), 2):
        pair = [frozenset(one.stems[slice(*span)]) for span in (first, second)]
        is_same, is_turned = (
            all(a <= b or b <= a for a, b in zip(names, order, strict=True))
            for order in (pair, pair[::-1])
        )
        if is_same or is_turned:
            found = _link(one, first, second)
            if found == link:
                yield is_same
            elif verb in found:
                yield is_same is (("by" in link) is ("by" in found))


def _names(one: Sentence) -> list[Span]:
    """The runs of capitalised words in names, as word indices: "Bank of Norway" has two."""
    runs: list[Span] = []
    for fact in sorted((f for f in one.facts if f.kind == "name"), key=lambda f: f.start):
        start, end = one.place(fact)
        for n in range(start, end):
            if not one.text[one.spans[n][0]].isupper():
                continue
            if n > start and runs and runs[-1][1] == n and not _owns(one, n - 1):
                runs[-1] = runs[-1][0], n + 1
            else:
                runs.append((n, n + 1))
    return runs


def _link(one: Sentence, first: Span, second: Span) -> list[str]:
    """The content words and prepositions between two names, with "'s" for a possessive.

    If no word is between them, the preposition before the first name: "in Oslo, Berg said".
    """
    between = one.stems[first[1] : second[0]]
    words = [word for word in between if word in one.content or word in OPENERS]
    if _owns(one, first[1] - 1):
        return ["'s", *words]
    before = one.stems[max(0, first[0] - 1) : first[0]]
    return words if between else [f"{word}," for word in before if word in OPENERS]


def _owns(one: Sentence, at: int) -> bool:
    return one.text[slice(*one.spans[at])].endswith(("'s", "’s"))


def _is_even(one: Sentence, first: Span, second: Span, link: Sequence[str]) -> bool:
    """Whether names may change places: "Berg is Holm", "Berg met Holm", or in a list."""
    after = one.stems[second[1] : second[1] + 1]
    is_listed = first[1] == second[0] and after in (("and",), ("or",))
    return link in _EVEN or is_listed or not MUTUAL.isdisjoint(link)


def _verb(one: Sentence, first: Span, second: Span) -> str:
    """The first content word between two names if it can be a verb, else ""."""
    for at in range(first[1], second[0]):
        if one.stems[at] in one.content:
            word = one.text[slice(*one.spans[at])].lower()
            return one.stems[at] if is_verb(word) else ""
    return ""


def _text(one: Sentence, name: Span) -> str:
    return one.text[one.spans[name[0]][0] : one.spans[name[1] - 1][1]]
