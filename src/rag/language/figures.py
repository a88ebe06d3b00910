"""Finds different figures for the same thing in two sentences."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.language.language import Language
from rag.language.names import name_words
from rag.language.quantities import Quantity, differ, quantities
from rag.language.temporal.periods import spoken_periods
from rag.language.words import fold, is_stop_word, plain, stem, tokens
from rag.schema import Article

__all__ = ["Figures", "different_figures", "has_changed", "is_update", "later_note"]

_NEAR = 7  # maximum days between two reports of one event that share no name
_MONTH = 27  # minimum days of a time that limits what a figure is for


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Two different figures for the same thing, each as its sentence prints it."""

    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """A quantity, with the stems of the words around it that say what it counts.

    ``owners`` are the names before the "he" or "she" that it is told of; None without these.
    """

    quantity: Quantity
    printed: str
    words: frozenset[str]
    owners: frozenset[str] | None


def different_figures(
    one: str,
    other: str,
    *,
    published: tuple[date | None, date | None] = (None, None),
    is_later: bool = False,
    language: Language,
) -> Figures | None:
    """The first two figures for the same thing that differ by more than rounding, or None.

    They have the same unit or count the same noun, and their clauses share most of their words.
    The sentences do not name different people, places, months or years. A sentence that also
    contains the other figure does not differ. Figures of "he" or "she" do
    not differ unless both sentences name the person. Nor do measurements that may have changed in
    between, unless ``is_later``: a later report of the same outlet.
    """
    for first in _figures(one, language):
        for second in _figures(other, language):
            if (
                differ(first.quantity, second.quantity)
                and _counts_the_same(first, second)
                and _is_of_one(first, second, (one, other), language)
                and not _tells(one, second.quantity, language)
                and not _tells(other, first.quantity, language)
                and not _elsewhere(one, other, language)
                and not _at_other_times(one, other, published, language)
                and not _are_far_apart(one, other, published, language)
                and (is_later or not has_changed(one, other, published, language))
            ):
                return Figures(one=first.printed, other=second.printed)
    return None


def is_update(one: Article, other: Article) -> bool:
    """Whether both are from the same outlet and one is later than the other."""
    days = {one.published, other.published}
    same = plain(one.outlet or "") == plain(other.outlet or "") != ""
    return same and None not in days and len(days) > 1


def later_note(new: str, old: str, language: Language) -> str:
    """The note for a later report, such as "later report: 112 (was 40)"."""
    if not (new and old):
        return "later report"
    new, old = (_lowered(words.strip(), language) for words in (new, old))
    return f"later report: {new} (was {old})"


def _lowered(words: str, language: Language) -> str:
    """A number word in lower case; a name unchanged."""
    first = words.split(" ", maxsplit=1)[0]
    is_number = first.casefold() in language.numbers.values
    return words[:1].lower() + words[1:] if is_number else words


def _are_far_apart(
    one: str, other: str, published: tuple[date | None, date | None], language: Language
) -> bool:
    """Whether the reports are days apart and share no name, so they may be of different events."""
    first, last = published
    if first is None or last is None or abs((first - last).days) <= _NEAR:
        return False
    names = [name_words(text, language=language) - _opening(text) for text in (one, other)]
    return not set(names[0]) & set(names[1])


def _elsewhere(one: str, other: str, language: Language) -> bool:
    """Whether each sentence has names that the other lacks. Names of sources do not count."""
    names = [
        (name_words(language.speech.attribution.sub("", text), language=language) | _persons(text))
        - set(map(fold, (*language.calendar.weekdays, *language.calendar.months)))
        - (_opening(text) - _persons(text))
        for text in (one, other)
    ]
    return bool(names[0] - names[1]) and bool(names[1] - names[0])


def _persons(text: str) -> set[str]:
    """The pronouns for a person, which count as names."""
    return {fold(word) for word, _, _ in tokens(text)} & {"he", "she"}


def _opening(text: str) -> set[str]:
    """The first word, which is always capitalised."""
    return {fold(word) for word, start, _ in tokens(text)[:1] if start == 0}


def _at_other_times(
    one: str, other: str, published: tuple[date | None, date | None], language: Language
) -> bool:
    """Whether both sentences state months or years and none of them overlap."""
    times = [
        [
            (period.since, period.until)
            for period in spoken_periods(text, published=day, language=language)
            if period.since and period.until and (period.until - period.since).days >= _MONTH
        ]
        for text, day in zip((one, other), published, strict=True)
    ]
    apart = (a[1] < b[0] or b[1] < a[0] for a in times[0] for b in times[1])
    return all(times) and all(apart)


def has_changed(
    one: str, other: str, published: tuple[date | None, date | None], language: Language
) -> bool:
    """Whether both measure what changes from day to day, and no common time is stated.

    Reports of one day are of one time.
    """
    if published[0] == published[1]:
        return False
    times = [
        {
            (period.since, period.until)
            for period in spoken_periods(text, published=day, language=language)
            if period.since and period.until
        }
        for text, day in zip((one, other), published, strict=True)
    ]
    words = [{stem(word, language.stemmer) for word, _, _ in tokens(t)} for t in (one, other)]
    return not times[0] & times[1] and bool(words[0] & words[1] & language.numbers.changing)


def _is_of_one(
    one: _Figure, other: _Figure, sentences: tuple[str, str], language: Language
) -> bool:
    """Whether "he" and "she", if the figures are told of them, are named in both sentences."""
    names = [name_words(sentence, language=language) for sentence in sentences]
    return (one.owners is None or bool(one.owners & names[1])) and (
        other.owners is None or bool(other.owners & names[0])
    )


@lru_cache(maxsize=4096)
def _figures(sentence: str, language: Language) -> tuple[_Figure, ...]:
    found = []
    for one in quantities(sentence, language=language):
        start, end = _clause(sentence, one, language)
        words = frozenset(
            stem(word, language.stemmer)
            for word, begin, last in tokens(sentence[start:end])
            if not is_stop_word(word, language=language)
            and not (start + begin < one.stop and start + last > one.begin)
            and word.casefold() not in language.speech.reporting
            and word.casefold() not in language.numbers.no_difference
        )
        printed = sentence[one.begin : one.whole]
        person = language.referents.of_person.search(sentence, start, end)
        owners = name_words(sentence[: person.start()], language=language) if person else None
        found.append(
            _Figure(
                quantity=one,
                printed=printed,
                words=words,
                owners=None if owners is None else frozenset(owners),
            )
        )
    return tuple(found)


def _clause(sentence: str, one: Quantity, language: Language) -> tuple[int, int]:
    """The span of the clause around a quantity."""
    breaks = [match.span() for match in language.numbers.clause.finditer(sentence)]
    start = max((end for _, end in breaks if end <= one.begin), default=0)
    end = min((begin for begin, _ in breaks if begin >= one.stop), default=len(sentence))
    return start, end


def _counts_the_same(one: _Figure, other: _Figure) -> bool:
    units = one.quantity.unit, other.quantity.unit
    if not any(units) and one.quantity.noun != other.quantity.noun:
        return False
    nouns = {one.quantity.noun, other.quantity.noun}
    words, others = one.words - nouns, other.words - nouns
    return bool(words & others) and (words <= others or others <= words)


def _tells(sentence: str, told: Quantity, language: Language) -> bool:
    return any(
        (one.unit, one.noun) == (told.unit, told.noun) and one.readings and not differ(one, told)
        for one in quantities(sentence, language=language)
    )
