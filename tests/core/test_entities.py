"""Tests which entities sentences name, and which names are merged."""

from time import perf_counter

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
    ("sentence", "name"),
    [
        ("Torvik Rovers won the derby.", "Torvik Rovers"),
        ("The race went to the Halvik Harriers.", "Halvik Harriers"),
        ("The novel is published by Linden Press.", "Linden Press"),
        ("The council blamed the contractor, Osmund Build, for the delay.", "Osmund Build"),
        ("Divers found the Lady Agnes.", "Lady Agnes"),
        ("Smoke rose from the passenger ferry Lady Agnes.", "Lady Agnes"),
    ],
)
def test_clubs_companies_and_ships_are_no_persons(sentence: str, name: str) -> None:
    assert named(sentence)[name].sort is not Sort.PERSON


def test_an_ordinary_word_that_opens_a_sentence_is_no_name() -> None:
    found = named(
        "Since Ada Rose left, the aides, who have kept the keys since then, are silent.",
        "Aides said that Rose is ill, yet Rose denies it.",
        "Yet Rose came.",
        "Mark Orme said that bells will mark the day.",
        "They met Mark Fox.",
    )
    assert set(found) == {"Ada Rose", "Mark Orme", "Mark Fox"}
    assert [one.name for one in found["Ada Rose"].mentions] == ["Ada Rose", *["Rose"] * 3]


@pytest.mark.parametrize("name", ["Hagen’s Old Port", "Rain On My Roof", "Princess"])
def test_works_and_bare_titles_are_no_persons(name: str) -> None:
    found = named(f"We saw {name} again.")
    assert not any(one.sort is Sort.PERSON for one in found.values())


def test_a_role_that_opens_a_sentence_is_not_part_of_the_name() -> None:
    found = named("Stuntman Ivo Lind fell.", "Doctors treated Ivo Lind.", "Anna Ivo Lind sang.")
    assert [one.place for one in found["Ivo Lind"].mentions] == [0, 1, 2]
    found = named("Anna Rose Lind sang.", "Rose Lind danced.", "They heard Anna Rose Lind.")
    assert "Anna Rose Lind" in found
    assert set(named("Passenger Ivo Lind fell.")) == {"Ivo Lind"}


@pytest.mark.parametrize(
    ("variants", "name"),
    [
        (
            ("President Aldo Rey spoke.", "Later Rey left.", "A crowd met President Rey."),
            "Aldo Rey",
        ),
        (("They met Sara El-Amin.", "Then Elamin left, said a guard."), "Sara El-Amin"),
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
    "sentences",
    [
        ("Talks with Sudan failed.", "Talks with South Sudan failed."),
        ("They met Daniel Berg.", "They met Daniela Berg."),
        ("They met Jan Berg.", "They met Jane Berg."),
        ("It snows in Lund.", "They met Ann Lund."),
    ],
)
def test_different_names_stay_apart(sentences: tuple[str, ...]) -> None:
    assert len(named(*sentences)) == 2


def test_a_last_name_stands_for_a_longer_name_of_its_own_article_only() -> None:
    sentences = ["They met Anna Smith.", "Later Mr Smith spoke.", "A guard met Mr Smith."]
    found = entities(sentences, ENGLISH, articles=["a", "a", "b"])
    assert [(one.name, len(one.mentions)) for one in found] == [("Anna Smith", 2), ("Smith", 1)]


@pytest.mark.parametrize("name", ["US", "U.S.", "UK"])
def test_a_country_of_few_letters_is_one(name: str) -> None:
    (found,) = named(f"The {name} voted against the treaty.").values()
    assert (found.name, found.sort) == (name, Sort.COUNTRY)
    assert named("They told us. Us they told.") == {}


def test_many_names_are_merged_at_once() -> None:
    names = [f"{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{'x' * (n // 676)}" for n in range(3000)]
    started = perf_counter()
    found = named(*(f"They met {n.title()}o {n.title()}vik." for n in names))
    assert len(found) == len(names)
    assert perf_counter() - started < 10


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
        ("arrested", True, "Una Holt, a banker, was later arrested.", 1),
        ("resigned", False, "Una Holt, 43, has resigned.", 1),
        ("arrested by Chile", True, "Peru arrested Una Holt.", 0),
    ],
)
def test_who_does_it_and_to_whom_it_is_done(
    words: str, sentence: str, names: int, *, is_done: bool
) -> None:
    deed = Deed.of(words, ENGLISH, is_done=is_done)
    assert deed
    assert len(deed.among(sentence, mentions(sentence, ENGLISH), ENGLISH)) == names


@pytest.mark.parametrize(
    ("words", "is_done", "sentence"),
    [
        ("killed", True, "Minister Jonas Vik said three people were killed."),
        ("killed", True, "Eva Holm said her driver was killed."),
        ("killed", True, "Maria Silva, whose son was killed, spoke."),
        ("killed", True, "A storm killed the horses that Eva Holm bred."),
        ("killed", True, "The storm killed Eva Holm’s horse."),
        ("arrested", True, "No one close to Eva Holm was arrested."),
        ("arrested", True, "The police refused to arrest Eva Holm."),
        ("arrested", True, "Police arrested two men near Eva Holm."),
        ("resigned", False, "Minister Ann Lee refused to resign."),
        ("resigned", False, "Minister Ann Lee urged Bo Ek to resign."),
        ("resigned", False, "Aides to Anna Berg resigned."),
        ("resigned", False, "Aides to the mayor, Anna Berg, resigned."),
        ("resigned", False, "Bo Ek would leave if Anna Berg resigned."),
        ("voted for the treaty", False, "Norway voted for the budget and against the treaty."),
        ("voted for the treaty", False, "Norway voted for the budget."),
        ("voted against the treaty", False, "No member except Malta voted against the treaty."),
        ("voted against the treaty", False, "Malta almost voted against the treaty."),
        ("voted against the treaty", False, "Had Greece voted against the treaty, it had failed."),
        ("banned", True, "The law that Spain drafted was banned."),
    ],
)
def test_a_name_that_may_not_have_done_it_is_left_out(
    words: str, sentence: str, *, is_done: bool
) -> None:
    deed = Deed.of(words, ENGLISH, is_done=is_done)
    assert deed
    assert deed.among(sentence, mentions(sentence, ENGLISH), ENGLISH) == []


def test_a_deed_needs_a_verb() -> None:
    assert Deed.of("was it", ENGLISH, is_done=False) is None


@pytest.mark.parametrize(
    ("name", "is_person"),
    [
        ("Norra Water", False),
        ("Lunda Centre", False),
        ("Storm Edda", False),
        ("Norrakraft", False),
        ("Eva Storm", True),
    ],
)
def test_companies_places_and_storms_are_no_people(name: str, *, is_person: bool) -> None:
    (one,) = entities([f"On Monday {name} said so."], ENGLISH)
    assert (one.sort == Sort.PERSON) is is_person


def test_a_place_named_after_a_saint_is_no_person() -> None:
    (one,) = entities(["The parents at Saint Edda complained."], ENGLISH)
    assert (one.name, one.sort) == ("Saint Edda", Sort.PLACE)
