"""Tests that prose is measured next to the quoted answers to the same questions."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.scripted_server import answering, serving

import rag
from rag.evaluation import evaluate, headline
from rag.evaluation.measuring.values import value
from rag.evaluation.records import Gold, Prediction

GOLD = Gold(
    id="1",
    answers=("eleven weeks",),
    answerable=True,
    kind=None,
    units=(),
    has_spans=False,
    articles=(),
    gold_human=(),
)
SHOWN = Prediction(
    id="1",
    question="q",
    standalone_question="q",
    hits=(),
    answer="One. Two.",
    short_answer=None,
    statements=("One.", "Two."),
    citations=(),
    abstained=False,
    answerability=1.0,
    seconds={"total": 1.0},
    unverified=("Three.",),
    tokens=240,
)


@pytest.mark.parametrize(("fallback", "kept"), [("", 2.0), ("down", 0.0)])
def test_sentences_and_tokens_are_counted(fallback: str, kept: float) -> None:
    valued = value([(replace(SHOWN, fallback=fallback), GOLD)], {}, links=False)
    counted = {key: each["1"] for key, each in valued.values.items() if key.startswith("prose/")}
    assert counted == {
        "prose/sentences_kept": kept,
        "prose/sentences_dropped": 1.0,
        "prose/quoted": float(bool(fallback)),
        "prose/tokens": 240.0,
    }


def test_quoted_answers_have_no_prose() -> None:
    valued = value([(replace(SHOWN, tokens=None), GOLD)], {}, links=False)
    assert not any(key.startswith("prose/") for key in valued.values)


def test_a_run_measures_prose(tmp_path: Path) -> None:
    documents = tmp_path / "data" / "corpus"
    documents.mkdir(parents=True)
    text = "The harbour will close. The work on the northern pier will take eleven weeks."
    (documents / "pier.txt").write_text(text, encoding="utf-8")
    (tmp_path / "data" / "dataset.yaml").write_text("name: pier\narticles: corpus\n", "utf-8")
    question = {
        "id": "1",
        "question": "How long will the work on the pier take?",
        "answers": ["eleven weeks"],
        "answerable": True,
        "gold": ["pier.txt"],
    }
    (tmp_path / "data" / "questions.jsonl").write_text(json.dumps(question) + "\n", "utf-8")
    said = "The work on the northern pier will take eleven weeks [1]. It will take nine years [1]."
    with serving(answering(said)) as script:
        metrics = evaluate(
            tmp_path / "data",
            out=tmp_path / "out",
            index_cache=tmp_path / "index",
            config=rag.Config(llm_base_url=script.url, llm_model="m", threshold=0.0),
            embedder=rag.HashEmbedder(),
            prose=True,
        )
    prose = metrics.systems["prose"].prose
    assert prose["sentences_kept"].value == 1
    assert prose["sentences_dropped"].value == 1
    assert prose["tokens"].value == 240
    assert metrics.systems["prose"].figure("answers/contains_shown").value == 1
    assert headline(metrics)
    run = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert run["prose"] == {"model": "m", "window": 8192}
