"""Who and what sentences name, and which names are one."""

import pytest

from rag.language.deeds import Deed
from rag.language.english import ENGLISH
from rag.language.entities import Entity, entities, mentions
from rag.language.naming import Sort


def named(*sentences: str) -> dict[str, Entity]:
    return {one.name: one for one in entities(sentences, ENGLISH)}


@pytest.mark.parametrize(
    ("sentence", "name", "sort"),
    [
        ("The harbour master thanked Pilot Ine Solberg.", "Ine Solberg", Sort.PERSON),
        ("Ola Fjeld swam across the bay.", "Ola Fjeld", Sort.PERSON),
        ("Nobody saw Marta King again.", "Marta King", Sort.PERSON),
        ("Later Ola Fjeld swam across the bay.", "Ola Fjeld", Sort.PERSON),
        ("Talks with Italy failed.", "Italy", Sort.COUNTRY),
        ("Talks with Saudi Arabia failed.", "Saudi Arabia", Sort.COUNTRY),
        ("The Republic of Moldova agreed.", "Moldova", Sort.COUNTRY),
        ("The chip maker Silvane lost a case.", "Silvane", Sort.COMPANY),
        ("A judge fined Torp & Daughters.", "Torp & Daughters", Sort.COMPANY),
        ("A judge fined Kelder Industries.", "Kelder Industries", Sort.COMPANY),
        ("The Labour Party split.", "Labour Party", Sort.BODY),
        ("A barge sank in the river Wend.", "Wend", Sort.PLACE),
        ("It rained for days in Halvik.", "Halvik", Sort.PLACE),
        ("They crossed Wend Bridge.", "Wend Bridge", Sort.PLACE),
    ],
)
def test_the_words_beside_a_name_say_what_it_stands_for(
    sentence: str, name: str, sort: Sort
) -> None:
    assert named(sentence)[name].sort is sort


@pytest.mark.parametrize(
    ("variants", "name"),
    [
        (
            ("President Aldo Rey spoke.", "Later Rey left.", "A crowd met President Rey."),
            "Aldo Rey",
        ),
        (("They met Sara El-Amin.", "Then Elamin left, said a guard."), "Sara El-Amin"),
        (("They met Josef Anders.", "They thanked Josefs Anders."), "Josef Anders"),
        (("They met Sara El Amin.", "They thanked Sara El-Amin."), "Sara El Amin"),
    ],
)
def test_variants_of_a_name_are_one(variants: tuple[str, ...], name: str) -> None:
    found = named(*variants)
    assert list(found) == [name]
    assert len(found[name].mentions) == len(variants)


def test_a_last_name_of_two_people_is_not_merged() -> None:
    found = named("They met Ann Ek and Bo Ek.", "A guard thanked Mr Ek.")
    assert set(found) == {"Ann Ek", "Bo Ek", "Ek"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Shoppers Queue For Cheap Bread",
        "Nobody came on Tuesday in March.",
        "The Swedish and German fleets met.",
        "The Prime Minister resigned.",
        "Rain fell.",
    ],
)
def test_what_is_no_name_is_left_out(sentence: str) -> None:
    assert named(sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("Mayor Una Holt spoke.", "mayor"),
        ("Una Holt, the mayor of Wend, spoke.", "mayor"),
        ("The mayor of Wend, Una Holt, spoke.", "mayor"),
        ("The town’s mayor, Una Holt, spoke.", "mayor"),
        ("Una Holt was elected mayor of Wend.", "mayor"),
        ("Una Holt is the mayor of Wend.", "mayor"),
        ("Two mayors were absent: Una Holt and Bo Ek.", "mayors"),
    ],
)
def test_roles(sentence: str, role: str) -> None:
    found = named(sentence)
    assert role in found["Una Holt"].roles
    assert not any(role in one.roles for name, one in found.items() if name == "Wend")


@pytest.mark.parametrize(
    ("words", "is_done", "sentence", "names"),
    [
        ("signed the pact", False, "Chile, Peru and Bolivia signed the pact.", 3),
        ("signed the pact", False, "The pact was signed by Chile and Peru.", 2),
        ("signed the pact", False, "Chile has not signed the pact.", 0),
        ("signed the pact", False, "Chile said that Peru signed the pact.", 1),
        ("voted for the pact", False, "Chile voted against the pact.", 0),
        ("voted for the pact", False, "Chile voted for the pact.", 1),
        ("arrested", True, "The police arrested Una Holt and Bo Ek.", 2),
        ("arrested", True, "Una Holt was arrested.", 1),
        ("arrested", True, "Una Holt arrested a thief.", 0),
        ("arrested by Chile", True, "Peru arrested Una Holt.", 0),
    ],
)
def test_who_does_it_and_to_whom_it_is_done(
    words: str, sentence: str, names: int, *, is_done: bool
) -> None:
    deed = Deed.of(words, ENGLISH, is_done=is_done)
    assert deed
    assert len(deed.among(sentence, mentions(sentence, ENGLISH), ENGLISH)) == names


def test_a_deed_needs_a_verb() -> None:
    assert Deed.of("was it", ENGLISH, is_done=False) is None
