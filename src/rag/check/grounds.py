"""Finds the reasons against a claim: quotations and facts that the sources lack or contradict."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from rag.check.exact import exact
from rag.check.excerpt import read_excerpt
from rag.check.facts import Fact, Sentence, share
from rag.check.figures import around, counts_same, is_stated
from rag.check.reasons import Reason
from rag.check.words import Span, words_of
from rag.language.english import ENGLISH
from rag.language.words import fold

__all__ = ["misquoted", "ungrounded"]

_BESIDE = 0.6  # minimum share of them, relative to the sentence with the most
_FIGURE = 0.6  # the same for a source with a different figure
_SIDE = 3  # words on each side of a fact that identify its place
_LOOSE = 4  # further words between those of a name
_PREFIX = 4  # minimum letters that "Iran" and "Iranian" share


def misquoted(quotations: Sequence[str], sources: Sequence[str]) -> Iterator[Reason]:
    """The quotations that no source contains word for word."""
    for quotation in quotations:
        excerpt = read_excerpt(quotation)
        found = (exact(excerpt, words_of(text)) for text in sources)
        if len(excerpt.words) and not any(one and not one.differences for one in found):
            yield Reason(kind="quotation", words=quotation)


def ungrounded(
    asked: Sentence,
    everything: Sequence[Sentence],
    chosen: Sequence[Sentence],
    *,
    nationalities: frozenset[str] = frozenset(),
) -> Iterator[Reason]:
    """The names, numbers and dates of a claim that its source does not have in the same context.

    If the source has another of the ``nationalities``, the reason names it.
    """
    words = frozenset().union(*(sentence.words for sentence in everything))
    names = [f for one in everything for f in one.facts if f.kind == "name"]
    known = {key for name in names for key in name.keys} | set(map(_capitals, names))
    for fact in asked.facts:
        if fact.kind != "name":
            yield from _figure(fact, asked, everything, chosen)
        elif _is_ordinary(fact, everything):
            continue
        elif not (
            all(_is_named(key, words, known) for key in fact.keys)
            and _is_one_name(fact, everything)
        ):
            people = fact.keys & nationalities
            instead = _nationality(asked, chosen, nationalities) if people else ""
            yield Reason(kind="name", words=fact.words, source=instead)
            continue
        other = _in_its_place(fact, asked, chosen) or _left_out(fact, asked, chosen[0])
        if other is not None and other.kind != fact.kind:
            yield Reason(kind="wording", words=fact.words)
        elif other is not None:
            yield Reason(kind=fact.kind, words=fact.words, source=other.words)


def _is_ordinary(name: Fact, everything: Sequence[Sentence]) -> bool:
    """Whether a "name" is an ordinary word that opens the sentence: "According to", "Fire"."""
    if name.start or " " in name.words:
        return False
    if name.words.lower() in ENGLISH.speech.reporting:
        return True
    if any(name.keys <= f.keys for one in everything for f in one.facts if f.kind == "name"):
        return False
    plain = re.compile(rf"\b{re.escape(name.words.lower())}\b")
    return any(plain.search(one.text) for one in everything)


def _nationality(asked: Sentence, chosen: Sequence[Sentence], known: frozenset[str]) -> str:
    """The one nationality that the most similar sentence has and the claim lacks, or ""."""
    best = max(chosen, key=lambda one: share(asked.content, one.content))
    found = {key for f in best.facts if f.kind == "name" for key in f.keys & known} - asked.words
    return found.pop().title() if len(found) == 1 else ""


def _capitals(name: Fact) -> str:
    return "".join(part[0] for part in name.words.split() if part[0].isupper()).lower()


def _in_its_place(fact: Fact, asked: Sentence, chosen: Sequence[Sentence]) -> Fact | None:
    """A different fact that a source has between the same words, or None.

    At least two of the words around it must match, one of them a content word, and more than around
    ``fact`` itself. Numbers must count the same. A name may stand in the place of a date, or a date
    in that of a name.
    """
    best, found = 1, None
    place = asked.place(fact)
    kinds = {"number"} if fact.kind == "number" else {"name", "date"}
    for one in chosen:
        stated = False
        others = (each for each in one.facts if each.kind in kinds)
        for other in sorted(others, key=lambda each: each.start):
            same = _is_same(fact, other)
            if not same and not _can_replace(other, one, fact, asked):
                continue
            before, after = _context(asked, place, one, one.place(other))
            near = asked.stems[place[0] - before : place[0]] + asked.stems[place[1] :][:after]
            inserted = stated and not before  # "Lind, who lives in Lunda, said"
            stated = stated or same
            alike = before + after
            if not same and asked.content.isdisjoint(near):
                continue
            if (alike > best and not inserted) or (alike == best and same):
                best, found = alike, None if same else other
    return found


def _can_replace(other: Fact, one: Sentence, fact: Fact, asked: Sentence) -> bool:
    """Whether ``other`` excludes ``fact``; a number only if both count the same."""
    if other.kind != fact.kind:
        return "number" not in (other.kind, fact.kind)
    return fact.differs(other) and (fact.kind != "number" or counts_same(fact, asked, other, one))


def _is_one_name(name: Fact, everything: Sequence[Sentence]) -> bool:
    """Whether one sentence contains all words of a name, close to each other."""
    return len(name.keys) < 2 or any(
        all(_is_named(key, near, set(near)) for key in name.keys)
        for one in everything
        if all(_is_named(key, one.words, set(one.words)) for key in name.keys)
        for near in _windows(one, len(name.words.split()) + _LOOSE)
    )


def _windows(one: Sentence, size: int) -> Iterator[frozenset[str]]:
    """The words of each ``size`` neighbouring words of a sentence."""
    parts = [re.split(r"[’'-]", one.text[a:b]) for a, b in one.spans]
    for n in range(max(1, len(parts) - size + 1)):
        yield frozenset(fold(part) for word in parts[n : n + size] for part in word)


def _is_same(fact: Fact, other: Fact) -> bool:
    """Whether one has all words of the other; for a name also "Huguenot" for "Huguenots"."""
    if fact.keys <= other.keys or other.keys <= fact.keys:
        return True
    names = fact.kind == "name"
    return names and all(_is_named(key, other.keys, set(other.keys)) for key in fact.keys)


def _left_out(fact: Fact, asked: Sentence, nearest: Sentence) -> Fact | None:
    """The name that the most similar sentence has instead of the name ``fact``, or None.

    The claim and that sentence must share most of their words. The sentence must lack ``fact``, and
    the claim must lack what is returned.
    """
    if fact.kind != "name" or fact.keys & nearest.words:
        return None
    if min(share(nearest.content, asked.content), share(asked.content, nearest.content)) < _FIGURE:
        return None
    others = (f for f in nearest.facts if f.kind == "name")
    return next((f for f in others if not f.keys & (asked.words | asked.keys)), None)


def _context(one: Sentence, place: Span, other: Sentence, at: Span) -> tuple[int, int]:
    """The number of equal words directly before two places, and directly after; three at most.

    If both sentences begin, or both end, there, that counts as an equal word.
    """
    left = zip(
        ("", *one.stems[: place[0]])[: -_SIDE - 1 : -1],
        ("", *other.stems[: at[0]])[: -_SIDE - 1 : -1],
        strict=False,
    )
    right = zip(
        (*one.stems[place[1] :], "")[:_SIDE], (*other.stems[at[1] :], "")[:_SIDE], strict=False
    )
    before, after = (
        sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], side)) for side in (left, right)
    )
    return before, after


def _is_named(key: str, words: frozenset[str], names: set[str]) -> bool:
    """Whether the source contains a word of a name, or a form of it: "Iran" for "Iranian"."""
    if key in words or key in names:
        return True
    return any(
        min(len(key), len(name)) >= _PREFIX
        and (key.startswith(name) or name.startswith(key))
        and abs(len(key) - len(name)) <= 3
        for name in names
    )


def _figure(
    fact: Fact, asked: Sentence, everything: Sequence[Sentence], chosen: Sequence[Sentence]
) -> Iterator[Reason]:
    """A reason if the source does not have a number or date next to the same words as the claim."""
    holding = [one for one in everything if fact.keys <= one.keys]
    near = around(fact, asked)
    best = max((share(near, one.content) for one in everything), default=0.0)
    beside = max((share(near, one.content) for one in holding), default=0.0)
    if holding and beside >= _BESIDE * best:
        key = next(iter(fact.keys))
        units = {unit for one in holding for value, unit in one.units if value == key}
        if fact.unit and units and fact.unit not in units and all(unit for unit in units):
            yield Reason(kind="unit", words=fact.words, source=", ".join(sorted(units)))
        return
    other = "" if is_stated(fact, asked, holding) else _instead(fact, asked, chosen)
    yield Reason(kind=fact.kind, words=fact.words, source=other)


def _instead(fact: Fact, asked: Sentence, chosen: Sequence[Sentence]) -> str:
    """The number of the same things that a source has next to the same words, or ""."""
    near = around(fact, asked)
    best = max(chosen, key=lambda one: share(near, one.content))
    if share(near, best.content) < _FIGURE:
        return ""
    others = [f for f in best.facts if f.kind == fact.kind and _can_replace(f, best, fact, asked)]
    return others[0].words if len(others) == 1 else ""
