"""Lists of those who did something, in the many ways in which a folder says so."""

from collections.abc import Iterator
from datetime import date

import pytest

import rag

TEXTS = {
    "motion": (
        "The council of the league passed a motion on quotas. Malta, Ghana and Peru voted for the"
        " motion. Kenya and Japan voted against it, but Cuba abstained. Hungary, which fishes"
        " little, voted against the motion. Oman refused to vote for the motion."
    ),
    "talks": (
        "The mayor of Torvik, Ola Ness, and Mayor Ina Brekke of Hagen met the transport minister,"
        " Jon Wessel, on Friday. Mayor Siri Dal of Lysne met Wessel a day later. The mayor of"
        " Sandby, Arne Moe, did not meet the minister."
    ),
    "court": (
        "Max Pohl and his sister, Rita Pohl, were acquitted. The banker Ivo Stern was convicted of"
        " fraud. Two accountants, Mia Falk and Erik Lund, were convicted of bribery. Three judges"
        " resigned on Monday: Max Orban, Tia Kovac and Leo Brandt."
    ),
    "storm": (
        "The towns of Wend and Orrin were flooded. Villages such as Hale and Morby were evacuated."
        " A gunman shot dead two men in Rask: Ben Dorn, 51, and Dan Ells, 19."
    ),
    "treaty": (
        "Chile and Bolivia signed the water treaty. Ecuador signed the treaty on Friday. Colombia"
        " will sign the treaty in May. Prime Minister Rosa Conti praised the treaty, and so did"
        " Minister Ada Roos."
    ),
    "floor": "The floors by Ann Pell and Bo Rask won praise. Max Ek bought a floorer.",
    "funeral": "The funeral of the king was quiet. Ole Krag and Siv Munk attended the Rask Fair.",
    "seats": "The Liberals and the Farmers' Party won seats in the town council of Lubar.",
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    folder = tmp_path_factory.mktemp("deeds")
    with rag.Byline(
        folder, embedder=rag.HashEmbedder(dims=64), config=rag.Config(reader="none")
    ) as made:
        made.add(
            rag.make_article(id=id_, text=text, published=date(2024, 5, day))
            for day, (id_, text) in enumerate(TEXTS.items(), start=1)
        )
        yield made


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Which countries voted against the motion?", "Kenya, Japan, Hungary"),
        ("What countries voted against the quotas motion?", "Kenya, Japan, Hungary"),
        ("Who voted against the motion?", "Kenya, Japan, Hungary"),
        ("Who voted for the motion?", "Malta, Ghana, Peru"),
        ("Which of the countries voted for the motion?", "Malta, Ghana, Peru"),
        ("What are the countries that voted for the motion?", "Malta, Ghana, Peru"),
        ("Give me a list of the countries that voted for the motion", "Malta, Ghana, Peru"),
        ("Which countries abstained?", "Cuba"),
        ("Which mayors met the minister?", "Ola Ness, Ina Brekke, Siri Dal"),
        ("Which mayors met Jon Wessel?", "Ola Ness, Ina Brekke, Siri Dal"),
        ("Who met the transport minister?", "Ola Ness, Ina Brekke, Siri Dal"),
        ("Who was convicted?", "Ivo Stern, Mia Falk, Erik Lund"),
        ("Who was acquitted?", "Max Pohl, Rita Pohl"),
        ("Who was convicted of bribery?", "Mia Falk, Erik Lund"),
        ("Which accountants were convicted?", "Mia Falk, Erik Lund"),
        ("Which judges resigned?", "Max Orban, Tia Kovac, Leo Brandt"),
        ("Which towns were flooded?", "Wend, Orrin"),
        ("Which villages were evacuated?", "Hale, Morby"),
        ("Who was shot dead?", "Ben Dorn, Dan Ells"),
        ("Which countries signed the treaty?", "Chile, Bolivia, Ecuador"),
        ("Which countries signed the water treaty?", "Chile, Bolivia, Ecuador"),
        ("Which countries will sign the treaty?", "Colombia"),
        ("Which prime ministers are mentioned?", "Rosa Conti"),
        ("Which parties won seats?", "Liberals, Farmers' Party"),
    ],
)
def test_those_who_did_it_are_listed(news: rag.Byline, question: str, wanted: str) -> None:
    answer = news.ask(question)
    for citation in answer.citations:
        assert TEXTS[citation.article_id][citation.start : citation.end] == citation.quote
    shown = [name for one in answer.statements for name in (one.note or "").split(", ")]
    assert sorted(shown) == sorted(wanted.split(", "))
    assert answer.coverage.startswith(f"{len(shown)} name")


@pytest.mark.parametrize(
    "question",
    [
        "Which countries voted no on the motion?",
        "Which mayors did not meet the minister?",
        "Who voted for the treaty?",
        "Who signed the motion?",
        "Which countries signed the treaty and why?",
        "Who was floored?",
        "Who attended the funeral?",
        "Who praised the treaty?",
        "Who refused to vote for the motion?",
        "Who shot two men dead?",
        "Which mayors met in Rask?",
        "Who was convicted of treason?",
    ],
)
def test_a_deed_that_no_names_go_with_is_no_list(news: rag.Byline, question: str) -> None:
    assert news.evidence(question).coverage == ""
