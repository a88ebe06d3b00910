"""Tests how many sentences are shown, their order, and disagreement between articles."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.answer.candidates import Candidate
from rag.answer.select import LIST_FACTOR, select

QUESTION = "What did the council decide?"
NAMES = (
    ("Malta", "signed"),
    ("Chad", "agreed"),
    ("Peru", "joined"),
    ("Fiji", "followed"),
    ("Cuba", "wavered"),
    ("Mali", "hurried"),
    ("Togo", "waited"),
)
LONG = "This is a sentence about a matter of its own which has many words and tells little of it"


NUMBER = re.compile(r"\b(?:four|seven|4|7)\b")


def ranked(
    texts: Sequence[str], scores: Sequence[float], articles: Sequence[str] | None = None
) -> list[Candidate]:
    """Candidates with one text each, in order in their articles.

    Marks a number in them as the answer.
    """
    made: list[Candidate] = []
    for text, score, article_id in zip(texts, scores, articles or ["a"] * len(texts), strict=True):
        before = "".join(c.text + "\n\n" for c in made if c.article.id == article_id)
        article = rag.make_article(id=article_id, text=before + text)
        start = article.text.index(text, len(before.rstrip()))
        passage = rag.Passage(
            article_id=article_id,
            revision=article.revision,
            start=start,
            end=start + len(text),
            sentences=((start, start + len(text)),),
        )
        made.append(
            Candidate(
                hit=rag.Hit(passage=passage, score=score, rank=len(made) + 1),
                article=article,
                start=start,
                end=start + len(text),
                probability=score,
                span=(number := NUMBER.search(text)) and number.span(),
                span_share=0.9 if number else 0.0,
            )
        )
    return made


def shown(question: str, found: Sequence[Candidate], *, most: int = 3) -> list[str]:
    return [one.text for one in select(question, found, most=most, stemmer="english").shown]


# ---- number of sentences


def test_a_sure_sentence_stands_alone_and_an_unsure_one_does_not() -> None:
    texts = ["The council decided to wait.", "Its members talked of harbour dues."]
    assert shown(QUESTION, ranked(texts, [0.99, 0.01])) == texts[:1]
    assert shown(QUESTION, ranked(texts, [0.3, 0.25])) == texts


def test_a_longer_sentence_must_be_likelier() -> None:
    first = "The council decided to wait."
    assert shown(QUESTION, ranked([first, "Ferries sailed on."], [0.95, 0.05])) == [
        first,
        "Ferries sailed on.",
    ]
    assert shown(QUESTION, ranked([first, LONG], [0.95, 0.05])) == [first]


def test_a_list_may_have_more() -> None:
    texts = [f"{name} {verb}." for name, verb in NAMES]
    scores = [0.3] * len(texts)
    assert shown("Which country signed?", ranked(texts, scores)) == texts[:3]
    assert shown("Which countries signed?", ranked(texts, scores)) == texts[: 3 * LIST_FACTOR]
    assert shown("Which countries signed?", ranked(texts, scores), most=1) == texts[:1]


def test_nothing_stays_nothing() -> None:
    assert select(QUESTION, [], most=3, stemmer="english").shown == ()


def test_what_is_said_already_is_not_said_again() -> None:
    texts = ["The council decided to wait.", "On Monday the council decided to wait."]
    assert shown(QUESTION, ranked(texts, [0.3, 0.3], ["a", "b"])) == texts[:1]


# ---- order


def test_after_the_best_an_article_is_read_in_its_order() -> None:
    texts = ["Rain fell at noon.", "Ferries sailed late.", "Apples froze."]
    first, second, third = ranked(texts, [0.25, 0.2, 0.3])
    elsewhere = ranked(["Dues rose again."], [0.28], ["b"])[0]
    found = sorted([first, second, third, elsewhere], key=lambda one: -one.probability)
    read = [*texts[2:], *texts[:2], elsewhere.text]
    assert shown(QUESTION, found, most=4) == read


# ---- yes or no


def test_a_yes_no_question_gets_the_sentence_that_decides_it() -> None:
    about = "Baku and Tehran spoke about their relations."
    decides = "Baku expelled four diplomats."
    wonders = "He asked whether Baku expelled diplomats."
    question = "Did Baku expel diplomats?"
    assert shown(question, ranked([about, decides], [0.4, 0.35], ["a", "b"]))[0] == decides
    assert shown(question, ranked([wonders, decides], [0.4, 0.35], ["a", "b"]))[0] == decides
    assert shown(question, ranked([about, decides], [0.8, 0.1], ["a", "b"]))[0] == about
    assert shown("What of Baku?", ranked([about, decides], [0.4, 0.35], ["a", "b"]))[0] == about


# ---- disagreement

FOUR = "Baku expelled four Iranian diplomats."
SEVEN = "Baku expelled seven Iranian diplomats on Friday."
MANY = "How many Iranian diplomats did Baku expel?"


def rival(question: str, texts: Sequence[str], articles: Sequence[str]) -> str | None:
    found = select(question, ranked(texts, [0.4, 0.3], articles), most=3, stemmer="english")
    assert found.rival is None or found.shown[:2] == (found.shown[0], found.rival)
    return found.rival.text if found.rival else None


def test_another_number_of_another_article_is_shown_beside_the_first() -> None:
    assert rival(MANY, [FOUR, SEVEN], ["a", "b"]) == SEVEN


@pytest.mark.parametrize(
    ("question", "texts", "articles"),
    [
        (MANY, [FOUR, SEVEN], ["a", "a"]),
        (MANY, [FOUR, FOUR], ["a", "b"]),
        (MANY, [FOUR, "Baku expelled 4 Iranian diplomats on Friday."], ["a", "b"]),
        (
            "How long did the talks last?",
            ["The talks lasted six weeks.", "The talks lasted 45 days."],
            ["a", "b"],
        ),
        (MANY, [FOUR, "First four, then seven Iranian diplomats left Baku."], ["a", "b"]),
        ("Why did Baku expel them?", [FOUR, SEVEN], ["a", "b"]),
    ],
)
def test_the_same_answer_or_the_same_article_is_no_difference(
    question: str, texts: list[str], articles: list[str]
) -> None:
    assert rival(question, texts, articles) is None


@pytest.mark.parametrize("text", [{"copies": ("b",)}, {"superseded_by": "b"}])
def test_a_copy_or_an_older_version_is_no_other_article(text: dict[str, object]) -> None:
    first, *rest = ranked([FOUR, SEVEN], [0.4, 0.3], ["a", "b"])
    marked = replace(first, hit=replace(first.hit, **text))  # type: ignore[arg-type]
    assert select(MANY, [marked, *rest], most=3, stemmer="english").rival is None


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("at least four", "seven", False),
        ("at least four", "at least seven", True),
        ("at least seven", "four", True),
        ("about seven", "7", False),
        ("4", "seven", True),
    ],
)
def test_bounds_differ_where_not_both_can_be_true(first: str, second: str, *, differ: bool) -> None:
    texts = [FOUR.replace("four", first), SEVEN.replace("seven", second)]
    assert (rival(MANY, texts, ["a", "b"]) is not None) is differ
    assert (rival(MANY, texts[::-1], ["a", "b"]) is not None) is differ


@pytest.mark.parametrize(
    ("question", "first", "other"),
    [
        ("What did the minister announce?", "He announced four new ships.", "Seven judges spoke."),
        ("Why did it stop?", "It stopped because four cars broke.", "It stopped at seven."),
        ("How many ships came?", "Four ships came.", "The council chose seven judges."),
        ("When did the talks end?", "The talks ended at four.", "The museum opened at seven."),
    ],
)
def test_what_is_told_of_something_else_is_no_difference(
    question: str, first: str, other: str
) -> None:
    assert rival(question, [first, other], ["a", "b"]) is None


def test_a_sentence_that_hardly_answers_is_no_difference() -> None:
    found = ranked([FOUR, SEVEN], [0.9, 0.002], ["a", "b"])
    assert select(MANY, found, most=3, stemmer="english").rival is None


def test_a_bound_in_other_words_is_of_another_thing() -> None:
    one = "After last week's attack on its embassy there Baku expelled four Iranian diplomats."
    other = "Gas grew dear in autumn; at least seven Iranian diplomats in Baku sold oil abroad."
    assert rival(MANY, [one, other], ["a", "b"]) is None
    assert rival(MANY, [one, other.replace("at least ", "")], ["a", "b"]) is None


def test_figures_of_an_event_differ_though_one_sentence_is_far_better(tmp_path: Path) -> None:
    texts = (
        "At least 12 people died in the flood in Valencia.",
        "At least 20 people died in the Valencia flood on Tuesday.",
    )
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([rag.make_article(id=text[9:11], text=text) for text in texts])
        answer = news.ask("How many people died in the flood in Valencia?")
    assert {statement.text for statement in answer.differing} == set(texts)


@pytest.mark.parametrize(("title", "differ"), [("Ferry Alma aground", True), ("Bus fire", False)])
def test_the_name_asked_about_may_stand_around_one_of_the_sentences(
    tmp_path: Path, title: str, *, differ: bool
) -> None:
    told = "Twelve people were injured when the ferry ran aground, police said."
    other = "Twenty people were injured when the ferry ran aground, the coast guard said."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([rag.make_article(id="a", title="The ferry Alma", text=told)])
        news.add([rag.make_article(id="b", title=title, text=other)])
        answer = news.ask("How many people were injured when the ferry Alma ran aground?")
    assert {statement.text for statement in answer.differing} == (
        {told, other} if differ else set()
    )


def test_what_is_said_of_another_place_is_no_difference(tmp_path: Path) -> None:
    baku = "In Baku 30 people were killed by the storm, police said."
    ganja = "The storm reached Baku on Monday. In Ganja 50 people were killed by the storm."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        for title, text in (("The storm in Baku", baku), ("The storm after Baku", ganja)):
            news.add([rag.make_article(id=title, title=title, text=text)])
        answer = news.ask("How many people were killed by the storm in Baku?")
    assert answer.differing == ()


def test_a_rival_is_shown_or_there_is_none() -> None:
    found = ranked([FOUR, SEVEN], [0.4, 0.3], ["a", "b"])
    assert select(MANY, found, most=2, stemmer="english").rival is found[1]
    assert select(MANY, found, most=1, stemmer="english").rival is None


def test_yes_and_no_differ() -> None:
    yes, no = "Baku expelled diplomats.", "Baku did not expel diplomats, the minister said."
    assert rival("Did Baku expel diplomats?", [yes, no], ["a", "b"]) == no
    assert rival("Did Baku expel diplomats?", [yes, yes], ["a", "b"]) is None


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Callable[..., rag.Answer]]:
    """Asks an index of two outlets how many were expelled, with the given settings."""
    opened: list[rag.Byline] = []

    def ask(**settings: object) -> rag.Answer:
        config = rag.Config(threshold=0.0, **settings)  # type: ignore[arg-type]
        embedder = rag.HashEmbedder(dims=256)
        opened.append(rag.Byline(tmp_path / str(len(opened)), config=config, embedder=embedder))
        opened[-1].add(
            [
                rag.make_article(id="a", outlet="Post", text=FOUR),
                rag.make_article(id="b", outlet="Courier", text=SEVEN),
            ]
        )
        return opened[-1].ask(MANY)

    yield ask
    for news in opened:
        news.close()


def test_an_answer_says_that_articles_differ_and_quotes_both(
    asked: Callable[..., rag.Answer],
) -> None:
    answer = asked()
    assert {statement.text for statement in answer.differing} == {FOUR, SEVEN}
    marked = [statement.short_answer or "" for statement in answer.differing]
    assert {words.split()[0] for words in marked} == {"four", "seven"}
    assert {citation.article_id for citation in answer.citations} == {"a", "b"}
    alone = asked(max_statements=1)
    assert len(alone.statements) == 1
    assert alone.differing == ()


def test_marking_can_be_switched_off(asked: Callable[..., rag.Answer]) -> None:
    answer = asked(short_answers=False)
    assert answer.short_answer is None
    assert all(statement.short is None for statement in answer.statements)
    assert [s.text for s in answer.statements] == [s.text for s in asked().statements]
