"""Tests that follow-ups are completed from the conversation and read as questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.retrieve import standalone
from rag.retrieve.query_rewriting.coreference import best_referent


def user(text: str) -> rag.Turn:
    return rag.Turn(role="user", text=text)


def turns(*questions: str) -> list[rag.Turn]:
    """A conversation in which every answer lacks a name."""
    answer = rag.Turn(role="agent", text="That is what was said.")
    return [turn for question in questions for turn in (user(question), answer)]


KANAANI = "Who is Nasser Kanaani?"
EXPELLED = "Did Baku expel Iranian diplomats?"


@pytest.mark.parametrize(
    ("before", "told", "group"),
    [
        ("Who backed it?", "Mayor Ada Rose and Bo Lund backed it.", "Mayor Ada Rose and Bo Lund"),
        ("Who left the port?", "On Monday, about 40 dockers left the port.", "about 40 dockers"),
        ("Who was fined in Hagen?", "The two skippers were fined.", "the two skippers"),
        ("How many dockers left?", "The port said 40 dockers had left.", "40 dockers"),
        (
            "Which company built it?",
            "The builder Brandt Mills built it.",
            "the builder Brandt Mills",
        ),
        ("Which firms have signed?", "Brandt Mills and Stahl signed.", "Brandt Mills and Stahl"),
        ("When did the dockers leave Hagen?", "They left on Monday.", "the dockers"),
        ("Who met the dockers in Hagen?", "Ada Rose met them in Hagen.", "the dockers"),
    ],
)
def test_they_are_the_group_that_was_asked_for(before: str, told: str, group: str) -> None:
    history = [user(before), rag.Turn(role="assistant", text=told)]
    assert standalone("What do they want?", history) == f"What do {group} want?"


@pytest.mark.parametrize(
    ("question", "before", "understood"),
    [
        ("What did he say?", KANAANI, "What did Nasser Kanaani say?"),
        ("What is his post?", KANAANI, "What is Nasser Kanaani's post?"),
        ("Who told him so?", KANAANI, "Who told Nasser Kanaani so?"),
        ("What's he known for?", KANAANI, "What's Nasser Kanaani known for?"),
        ("When did her party win?", "Who is Sandu?", "When did Sandu's party win?"),
        ("Who wrote to her in May?", "Who is Sandu?", "Who wrote to Sandu in May?"),
        ("Where is it?", "Who built the Qiz Qalasi Dam?", "Where is Qiz Qalasi Dam?"),
        ("What are its costs?", "Who built the Wallis?", "What are Wallis' costs?"),
        ("How much they've paid?", "Did OPEC pay?", "How much OPEC have paid?"),
        ("And why?", EXPELLED, "Did Baku expel Iranian diplomats, and why?"),
        ("Why?", EXPELLED, "Did Baku expel Iranian diplomats, and why?"),
        ("When was that?", EXPELLED, "Did Baku expel Iranian diplomats, and when was that?"),
        (
            "What about Tehran?",
            EXPELLED,
            "Did Baku expel Iranian diplomats, and what about Tehran?",
        ),
        ("Any others?", EXPELLED, "Did Baku expel Iranian diplomats, and any others?"),
        (
            "What happened next?",
            EXPELLED,
            "Did Baku expel Iranian diplomats, and what happened next?",
        ),
        ("And Tehran?", EXPELLED, "Did Baku expel Iranian diplomats, and Tehran?"),
    ],
)
def test_follow_up_reads_as_a_question_of_its_own(
    question: str, before: str, understood: str
) -> None:
    assert standalone(question, turns(before)) == understood


VISITED = "How many tourists visited Sweden in 2019?"
DIED = "How many people died in the flood in Valencia?"


@pytest.mark.parametrize(
    ("question", "before", "understood"),
    [
        ("And in Norway?", VISITED, "How many tourists visited Norway in 2019?"),
        ("What about Norway?", VISITED, "How many tourists visited Norway in 2019?"),
        ("And in 2020?", VISITED, "How many tourists visited Sweden in 2020?"),
        ("And in Madrid?", DIED, "How many people died in the flood in Madrid?"),
        ("And how many were rescued?", DIED, "How many were rescued in the flood in Valencia?"),
        ("And in April?", "What burned in March 2024?", "What burned in April 2024?"),
        ("And Raisi?", KANAANI, "Who is Raisi?"),
        ("And in the Arctic?", "What is the price of Iran?", "What is the price of the Arctic?"),
        ("And Oslo?", "What is Bergen's mayor called?", "What is Oslo's mayor called?"),
        (
            "And in Bari?",
            "Who met Raisi in Rome in May 2010?",
            "Who met Raisi in Bari in May 2010?",
        ),
        ("And on Tuesday?", "What burned on Monday?", "What burned on Tuesday?"),
        ("And in June?", "What burned on 3 May 2022?", "What burned in June 2022?"),
        ("And on Tuesday?", "What burned in June?", "What burned on Tuesday?"),
        ("And in 2021?", "What burned last week?", "What burned in 2021?"),
        ("And last week?", "What burned in 2021?", "What burned last week?"),
    ],
)
def test_same_kind_of_thing_takes_the_place_of_the_old(
    question: str, before: str, understood: str
) -> None:
    assert standalone(question, turns(before)) == understood


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("And in France?", "When was Merkel elected?"),
        ("And in 2021?", DIED),
        ("And who was rescued?", DIED),
        ("And Raisi?", "What did Kanaani say in Tehran?"),
        ("And how did Vessby react?", "How many ferries did Lunda cancel?"),
    ],
)
def test_both_are_asked_where_it_is_not_plain_what_gives_way(question: str, before: str) -> None:
    rest = question.removeprefix("And ")
    assert standalone(question, turns(before)) == f"{before.rstrip('?')}, and {rest}"


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("And who manages Vessby?", "Who manages Vessby?"),
        ("And how long is it?", "How long is the canal tunnel?"),
        ("And when will the museum open?", "When will the museum open?"),
        ("But who won the men's?", "Who won the men's?"),
        ("And what did Aino Berg say?", "What did Aino Berg say?"),
    ],
)
def test_a_whole_question_after_and_stands_alone(question: str, understood: str) -> None:
    before = turns("How much will the canal tunnel cost?")
    assert standalone(question, before) == understood


@pytest.mark.parametrize(
    ("question", "before", "understood"),
    [
        ("When was it stolen?", "Who found the statue?", "When was the statue stolen?"),
        ("Who owns it?", "When was the statue stolen?", "Who owns the statue?"),
        ("Who opposes it?", "When did the council ban the fair?", "Who opposes the fair?"),
        ("Who is its head?", "When will the new school open?", "Who is the new school's head?"),
        ("How old is it?", "What is the name of the ship?", "How old is the ship?"),
        ("How old is it?", "Who built the Orrin bridge?", "How old is the Orrin bridge?"),
        ("Who sank it?", "Where is the ferry Anna Maria?", "Who sank Anna Maria?"),
        ("Who saw it?", "Who is the mayor?", "Who saw it?"),
    ],
)
def test_it_is_the_thing_of_the_last_question(question: str, before: str, understood: str) -> None:
    history = [user(before), rag.Turn(role="agent", text="It is said so.")]
    assert standalone(question, history) == understood


def test_she_is_not_the_club_that_she_manages() -> None:
    answer = "Vessby manager Aino Berg praised her team."
    history = [user("Who is the manager of Vessby United?"), rag.Turn(role="agent", text=answer)]
    assert standalone("What did she say?", history) == "What did Aino Berg say?"


@pytest.mark.parametrize(
    ("question", "before", "understood"),
    [
        ("And against Lunda?", "Who scored against Vessby?", "Who scored against Lunda?"),
        ("And in May?", "Which shops closed in April?", "Which shops closed in May?"),
        ("And the museum?", "When will the pool open?", "When will the museum open?"),
    ],
)
def test_the_part_after_the_same_preposition_gives_way(
    question: str, before: str, understood: str
) -> None:
    assert standalone(question, turns(before)) == understood


def test_what_took_a_place_gives_way_in_turn() -> None:
    history = turns(VISITED, "And in Norway?")
    assert standalone("And in 2020?", history) == "How many tourists visited Norway in 2020?"


@pytest.mark.parametrize(
    "question",
    [
        "Who is the President of Azerbaijan?",
        "How many Iranian diplomats did Baku expel?",
        "Is it true that parliament passed the budget?",
        "Is it possible to visit the harbour?",
        "Did Raisi say that they would return?",
        "What are the effects of cheese on health?",
        "What is a gurdwara?",
        "When was the ferry?",
        'Who wrote "She Loves You"?',
        "Does Romelu Lukaku still play, or did he retire?",
        "What was R. Kelly's sentence for his crimes?",
        "How are croissants stored after they are baked?",
    ],
)
def test_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert standalone(question, turns(KANAANI, EXPELLED)) == question


@pytest.mark.parametrize("question", ["What did he say?", "And why?", "Who is Ilham Aliyev?"])
def test_first_question_stays_as_it_is(question: str) -> None:
    assert standalone(question, []) == question
    assert standalone(question, [rag.Turn(role="agent", text="Welcome to Baku.")]) == question
    assert standalone(question, turns("   ")) == question


def test_he_may_be_a_person_of_the_answer() -> None:
    history = [
        user("Who spoke to the press?"),
        rag.Turn(role="agent", text="Nasser Kanaani said in Tehran that his country was calm."),
    ]
    assert standalone("When did he speak?", history) == "When did Nasser Kanaani speak?"


@pytest.mark.parametrize(
    ("before", "told", "question", "understood"),
    [
        (
            "Will Norway let a trawler fish off Denmark?",
            "Fisheries Minister Arne Solheim has told Denmark that no trawler will be let in.",
            "Who did he say that to?",
            "Who did Fisheries Minister Arne Solheim say that to?",
        ),
        (
            "What did Halvorsen hope Tromsø would do?",
            "A loan was hoped for.",
            "Who is her deputy?",
            "Who is Halvorsen's deputy?",
        ),
    ],
)
def test_he_is_no_country_and_rather_who_was_asked_about(
    before: str, told: str, question: str, understood: str
) -> None:
    history = [user(before), rag.Turn(role="agent", text=told)]
    assert standalone(question, history) == understood


def test_she_is_no_ferry() -> None:
    history = [
        rag.Turn(role="user", text="When did the ferry Anna Maria run aground?"),
        rag.Turn(role="agent", text="It ran aground on Friday, said Helen Aas of the coast guard."),
    ]
    assert standalone("What did she promise?", history) == "What did Helen Aas promise?"


def test_it_is_rather_what_was_asked_about() -> None:
    history = [
        user("Who built the Qiz Qalasi Dam?"),
        rag.Turn(role="agent", text="Khatam built it. Khatam is a company of Iran. Iran owns it."),
    ]
    assert "Qiz Qalasi Dam" in standalone("How high is it?", history)


def test_topic_lives_on_through_several_follow_ups() -> None:
    history = turns(KANAANI, "What did he say on Monday?", "Why?")
    assert "Nasser Kanaani" in standalone("And where?", history)


def test_conversation_of_a_thousand_follow_ups_is_understood() -> None:
    history = turns(KANAANI, *["And what did he say then?"] * 1_500)
    understood = standalone("And why?", history)
    assert understood == "What did Nasser Kanaani say then, and why?"


def test_new_topic_takes_the_place_of_the_old() -> None:
    history = turns(KANAANI, "Did Raisi meet Ilham Aliyev?")
    understood = standalone("When was that?", history)
    assert "Ilham Aliyev" in understood
    assert "Kanaani" not in understood


def test_shorter_names_count_for_the_full_one() -> None:
    said = [user("What did Nasser Kanaani say?"), user("Did Kanaani go?"), user("Is Raisi back?")]
    assert best_referent(said, is_person=True) == "Nasser Kanaani"
    assert best_referent(said, is_person=True, known={"kanaani"}) == "Raisi"
    assert best_referent([user("what now?")], is_person=True) is None


def test_person_is_not_a_group_nor_a_short_form() -> None:
    heard = [user("I'd say the Texas Rangers lost. Who'd coached for the Rangers? Ian Rogers?")]
    assert best_referent(heard, is_person=True) == "Ian Rogers"
    assert best_referent(heard, is_person=False) == "Texas Rangers"
    assert best_referent([user("I'd go. How'd they go?")], is_person=False) is None


PIECES = ["he", "and", "why", "Baku", "Raisi", "the", "what about", "her", "it's", "👍", "?", "."]
words = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)


@given(words, st.lists(words, max_size=6))
def test_any_conversation_is_understood_as_one_line(question: str, before: list[str]) -> None:
    understood = standalone(question, turns(*before))
    assert "\n" not in understood
    assert len(understood) < 1_000
    assert standalone(question, turns(*before)) == understood


def test_what_is_joined_stays_short() -> None:
    long = "Did " + " or ".join(f"Person{number}" for number in range(100)) + " speak?"
    assert standalone("Why?", turns(long)) == "Why?"


def test_search_uses_what_was_understood(hashed: rag.Byline) -> None:
    history = turns("How many Iranian diplomats did Baku expel?")
    answer = hashed.ask("And why?", history=history)
    assert answer.question == "And why?"
    assert answer.standalone_question == "How many Iranian diplomats did Baku expel, and why?"
    assert "diplomats" in answer.hits[0].matched_terms


def test_search_keeps_half_the_weight_for_what_was_said(hashed: rag.Byline) -> None:
    history = turns("Who is Nasser Kanaani?")
    alone = hashed.search("What did he say of land borders?")[0]
    understood = hashed.search("What did Nasser Kanaani say of land borders?")[0]
    followed = hashed.search("What did he say of land borders?", history=history)
    found = next(hit for hit in followed if hit.passage == alone.passage)
    assert found.dense_score is not None
    assert alone.dense_score is not None
    assert understood.passage in [hit.passage for hit in followed[:3]]


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        ("How old is Judge Ada Rose?", "And the tall clerk?", "How old is the tall clerk?"),
        ("How old is the judge?", "And the clerk?", "How old is the clerk?"),
        ("How old is the judge?", "And the lawyer?", "How old is the lawyer?"),
        ("What did Ada Rose say?", "And the lawyer?", "What did the lawyer say?"),
        ("Why did Bo Lund leave the mill?", "And the judge?", "Why did the judge leave the mill?"),
        ("Why did Bo Lund leave the mill?", "And the port?", "Why did Bo Lund leave the port?"),
    ],
)
def test_a_phrase_replaces_one_of_its_sort_or_the_name_asked_about(
    before: str, question: str, understood: str
) -> None:
    assert standalone(question, turns(before)) == understood


@pytest.mark.parametrize(
    ("before", "told", "question", "understood"),
    [
        (
            "Which mill did Rose and Lund open?",
            "Judges Ada Rose and Bo Lund opened the old Brandt Mill on Monday.",
            "Who built it?",
            "Who built the old Brandt Mill?",
        ),
        (
            "Which mill did Ada Rose open?",
            "She opened one.",
            "Who built it?",
            "Who built the mill?",
        ),
        (
            "Which ferry sank?",
            "The ferry Anna sank.",
            "How old was it?",
            "How old was the ferry Anna?",
        ),
        ("What song did Rose sing?", "Hagen.", "Who wrote it?", "Who wrote the song Hagen?"),
        ("Did Mayor Rose speak in Hagen?", "Yes.", "Where is it?", "Where is Hagen?"),
    ],
)
def test_it_is_the_thing_asked_for_and_no_person(
    before: str, told: str, question: str, understood: str
) -> None:
    history = [user(before), rag.Turn(role="agent", text=told)]
    assert standalone(question, history) == understood


@pytest.mark.parametrize(
    ("before", "told", "question", "understood"),
    [
        ("Who succeeded him?", "That was Ada Rose.", "Is she here?", "Is Ada Rose here?"),
        ("Who succeeded him?", "That was Ada Rose.", "Is he here?", "Is Bo Lund here?"),
        ("Who succeeded Bo Lund?", "That was Ada Rose.", "Is she here?", "Is Ada Rose here?"),
        ("Who thanked Bo Lund?", "Mr Jan Rose did.", "Is she here?", "Is Bo Lund here?"),
        ("Who is Bo Lund?", "He replaced Ada Rose.", "Is he here?", "Is Bo Lund here?"),
    ],
)
def test_he_or_she_may_be_the_person_who_was_asked_for(
    before: str, told: str, question: str, understood: str
) -> None:
    history = [
        user("When did Bo Lund leave?"),
        rag.Turn(role="agent", text="Bo Lund left the mill in May."),
        user(before),
        rag.Turn(role="agent", text=told),
    ]
    assert standalone(question, history) == understood


@pytest.mark.parametrize(
    "question",
    [
        "When did Rose patent her pump?",
        "Who had Lund wanted to succeed him?",
        "What was Berg paid before he was dismissed?",
        "Which choir calls itself the Gulls?",
        "How did the nurses defend themselves?",
    ],
)
def test_a_pronoun_with_a_referent_in_the_question_stays(question: str) -> None:
    assert standalone(question, turns("Who runs the ferry to Holm?")) == question
