"""Tests that every language is complete, and that the code uses the given language."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import date

import pytest

from rag.language import LANGUAGES, Language, language_for
from rag.language.english import ENGLISH
from rag.language.invented import INVENTED
from rag.language.names import name_spans
from rag.language.numbers import number_terms
from rag.language.patterns import NEVER
from rag.language.quantities import number_value
from rag.language.question_type import Kind, kind_of
from rag.language.sentences import sentence_spans
from rag.language.temporal.dates import date_spans
from rag.language.temporal.periods import find_period
from rag.language.words import check_stemmer, content_terms
from rag.schema import Period

ALL = pytest.mark.parametrize(
    "language", [*LANGUAGES, INVENTED], ids=lambda language: str(language.code)
)


def patterns(part: object, path: str = "") -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in ``part`` with their paths."""
    if isinstance(part, re.Pattern):
        yield path, part
    elif isinstance(part, tuple):
        for number, item in enumerate(part):
            yield from patterns(item, f"{path}.{number}")
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from patterns(getattr(part, field.name), f"{path}.{field.name}".lstrip("."))


@ALL
def test_a_language_is_frozen(language: Language) -> None:
    for part in (language, language.calendar, language.names, language.numbers, language.times):
        name = dataclasses.fields(part)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(part, name, None)


@ALL
def test_a_year_has_twelve_months_and_a_week_seven_days(language: Language) -> None:
    calendar = language.calendar
    assert [calendar.month_number(name) for name in calendar.months] == list(range(1, 13))
    assert [calendar.weekday_number(name) for name in calendar.weekdays] == list(range(7))
    assert all(month in range(1, 13) for month in calendar.seasons.values())
    for number_of in (calendar.month_number, calendar.weekday_number):
        with pytest.raises(ValueError, match="not in"):
            number_of("\u017feptember")  # with a long s, which matches "s" if case is ignored


@ALL
def test_the_stemmer_is_known_to_snowball(language: Language) -> None:
    check_stemmer(language.stemmer)


@ALL
def test_sentences_are_split_where_they_end(language: Language) -> None:
    text = " ".join(language.sample)
    spans = sentence_spans(text, 0, len(text), language=language.splitter)
    assert tuple(text[start:end] for start, end in spans) == language.sample
    assert len(spans) > 1


@ALL
def test_every_pattern_matches_its_example(language: Language) -> None:
    given = {path: pattern for path, pattern in patterns(language) if pattern is not NEVER}
    assert given.keys() == language.examples.keys()
    for path, pattern in given.items():
        assert pattern.search(language.examples[path]), path


@ALL
def test_words_that_are_compared_in_lower_case_are_in_lower_case(language: Language) -> None:
    numbers, times = language.numbers, language.times
    words = (*language.stop_words, *numbers.values, *numbers.factors, *times.counts, *times.bounds)
    assert [word for word in words if word != word.lower()] == []


def test_an_unknown_language_is_treated_as_english() -> None:
    assert {language_for(code) for code in ("en", "EN-gb", "en_US", "xx", "")} == {ENGLISH}
    assert len({language.code for language in LANGUAGES}) == len(LANGUAGES)


def test_the_code_uses_the_language_that_it_is_given() -> None:
    assert content_terms("la du urboj", stemmer="none", language=INVENTED) == ["du", "urboj"]
    assert name_spans("Anna kaj The", language=INVENTED) == [(0, 4), (9, 12)]
    assert number_terms("du two 3", language=INVENTED) == {"du", "3"}
    assert number_value("du", language=INVENTED) == 2.0
    assert number_value("two", language=INVENTED) is None
    assert date_spans("en Dua 2022", language=INVENTED) == [(3, 11)]
    assert kind_of("Kie vidas vi?", language=INVENTED) is Kind.PLACE
    assert kind_of("Where?", language=INVENTED) is Kind.THING
    day = date(2023, 1, 1)
    assert find_period("Kio en jaro 2022?", asked_on=day, language=INVENTED) == Period(
        since=date(2022, 1, 1), until=date(2022, 12, 31), words="jaro 2022"
    )
    assert find_period("What in March 2022?", asked_on=day, language=INVENTED) is None
