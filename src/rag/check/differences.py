"""Classifies the differences between an excerpt and its article."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.check.words import Span, Words, words_of
from rag.language.language import Language

__all__ = ["Alignment", "Difference", "difference", "misused", "recased"]

_SHORT = 5  # maximum words of an omission that is checked for a denial


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference between an excerpt and its article.

    ``said`` has the words of the excerpt, ``source`` those of the article; either may be empty.
    ``kind`` is "number", "name", "negation", "case", "word", "omitted", "added", "speaker", or
    "joined" for words from two places that are joined without an ellipsis.
    """

    kind: str
    said: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """An excerpt's place in a text: ``start`` and ``end`` are offsets, ``share`` is in [0, 1]."""

    start: int
    end: int
    share: float
    differences: tuple[Difference, ...] = ()

    @property
    def changes(self) -> int:
        """The number of words that differ, on both sides."""
        return sum(len(words_of(f"{d.said} {d.source}")) + 1 for d in self.differences)


def difference(said: str, source: str, language: Language) -> Difference:
    """The difference between the words of an excerpt and those of its article, by kind."""
    ours, theirs = words_of(said), words_of(source)
    kinds = {
        _kind(form, language)
        for one, other in ((ours, theirs), (theirs, ours))
        for form, key in zip(one.forms, one.keys, strict=True)
        if key not in other.keys
    }
    kind = next((k for k in ("negation", "number", "name") if k in kinds), "word")
    if kind == "word":
        kind = "omitted" if not said else "added" if not source else "word"
    return Difference(kind=kind, said=said, source=source)


def recased(words: Words, run: Span, source: Words, place: int) -> Iterator[Difference]:
    """The words of ``run`` whose case differs from ``source``, except where a sentence starts."""
    for n, form in enumerate(words.forms[slice(*run)], start=run[0]):
        other = place + n - run[0]
        if form != source.forms[other] and not (words.opens(n) or source.opens(other)):
            yield Difference(kind="case", said=form, source=source.forms[other])


def misused(added: str | None, hidden: str, language: Language) -> Iterator[Difference]:
    """Differences that an editor's mark must not hide: a negation, a number, or a replaced name."""
    inside, outside = words_of(added or ""), words_of(hidden)
    kinds = [{_kind(form, language) for form in words.forms} for words in (inside, outside)]
    denied = ["negation" in each for each in kinds]
    if added is None:
        if denied[1] and len(outside) <= _SHORT:
            yield Difference(kind="negation", said="…", source=hidden)
        return
    shared = bool(set(inside.keys) & set(outside.keys))
    if denied[0] != denied[1]:
        yield Difference(kind="negation", said=added, source=hidden)
    elif "number" in kinds[1] and not _numbers(outside, language) <= _numbers(inside, language):
        yield Difference(kind="number", said=added, source=hidden)
    elif "name" in kinds[0] and "name" in kinds[1] and not shared:
        yield Difference(kind="name", said=added, source=hidden)


def _numbers(words: Words, language: Language) -> set[str]:
    return {form.casefold() for form in words.forms if _kind(form, language) == "number"}


def _kind(form: str, language: Language) -> str:
    key, numbers, questions = form.casefold(), language.numbers, language.questions
    if any(char.isdigit() for char in key) or key in numbers.values:
        return "number"
    if key.rstrip("s") in numbers.factors or key in "-$€£¥₹%":
        return "number"
    if key in questions.denials or questions.denies.search(key):
        return "negation"
    return "name" if form[:1].isupper() and key not in language.stop_words else "word"
