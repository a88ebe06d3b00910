"""Tests other systems: their questions, their results, and resuming after an interruption."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.evaluation import measure_again
from rag.evaluation.datasets.reading import load_dataset
from rag.evaluation.measuring.catalog import DESCRIPTIONS
from rag.evaluation.running.run import run

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
Ask = Callable[..., dict[str, list[dict[str, Any]]]]

FOLLOWUPS = ("ignoring-history", "rewritten-by-hand")
BASELINES = ("bm25", "dense", "random-article", "always-abstain")
EMBEDDER = rag.HashEmbedder(dims=256)

CORPUS: list[dict[str, Any]] = [
    {
        "id": "talks",
        "title": "Talks in Geneva",
        "paragraphs": ["The ministers met in Geneva.", "The talks ended on Friday."],
    },
    {"id": "rain", "title": "Rain", "text": "Heavy rain flooded the harbour of Trieste."},
    # More than both searches list together; their ids sort before all others.
    *({"id": f"a{n:02d}", "title": "", "text": f"Nothing happened on day {n}."} for n in range(60)),
]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "first",
        "question": "When did the talks of the ministers end?",
        "answers": ["Friday"],
        "gold": ["talks"],
    },
    {
        "id": "second",
        "question": "Where were they?",
        "answers": ["Geneva"],
        "gold": ["talks"],
        "history": ["When did the talks of the ministers end?", "The talks ended on Friday."],
        "standalone": "Where were the talks of the ministers?",
    },
    {
        "id": "third",
        "question": "What about rain?",
        "history": ["Was there any news of Trieste?"],
        "answerable": False,
    },
]


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "set" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "set" / "questions.jsonl", QUESTIONS)
    return tmp_path / "set"


@pytest.fixture
def ask(folder: Path, tmp_path: Path) -> Ask:
    """Runs the data set; returns the predictions by system name, Byline's under ``""``."""

    def ask(**options: Any) -> dict[str, list[dict[str, Any]]]:
        run(
            load_dataset(folder),
            out=tmp_path / "out",
            index_cache=tmp_path / "cache",
            config=rag.Config(threshold=0.0),
            embedder=EMBEDDER,
            **options,
        )
        others = {file.stem: lines(file) for file in (tmp_path / "out" / "systems").glob("*")}
        return {"": lines(tmp_path / "out" / "predictions.jsonl"), **others}

    return ask


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def text(article_id: str) -> str:
    (row,) = [row for row in CORPUS if row["id"] == article_id]
    return str(row.get("text") or "\n\n".join(row["paragraphs"]))


def by_id(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def test_every_system_is_described() -> None:
    assert tuple(DESCRIPTIONS) == (*FOLLOWUPS, *BASELINES, "prose")
    assert all(DESCRIPTIONS.values())


def test_followups_are_asked_in_other_ways_without_being_asked_for(ask: Ask) -> None:
    assert ask().keys() == {"", *FOLLOWUPS}


def test_without_followups_there_is_nothing_else_to_ask(
    ask: Ask, folder: Path, write_rows: WriteRows
) -> None:
    write_rows(folder / "questions.jsonl", QUESTIONS[:1])
    assert ask().keys() == {""}


def test_predictions_of_all_systems_have_one_form(ask: Ask) -> None:
    systems = ask(baselines=True)
    assert systems.keys() == {"", *FOLLOWUPS, *BASELINES}
    forms = {tuple(row) for rows in systems.values() for row in rows}
    assert len(forms) == 1
    for rows in systems.values():
        for row in rows:
            assert row["abstained"] == (row["answer"] == "") == (row["citations"] == [])
            assert [hit["rank"] for hit in row["hits"]] == list(range(1, len(row["hits"]) + 1))
            assert len(row["hits"]) <= 20
            for cited in row["citations"]:
                assert text(cited["article_id"])[cited["start"] : cited["end"]] == cited["quote"]


def test_ignoring_history_asks_the_bare_question(ask: Ask) -> None:
    systems = ask()
    assert [row["id"] for row in systems["ignoring-history"]] == ["second", "third"]
    understood = by_id(systems[""])["second"]["standalone_question"]
    assert understood != "Where were they?"
    for row in systems["ignoring-history"]:
        assert row["standalone_question"] == row["question"]


def test_rewritten_by_hand_asks_what_a_person_wrote(ask: Ask) -> None:
    (row,) = ask()["rewritten-by-hand"]
    assert row["id"] == "second"
    assert row["question"] == "Where were they?"
    assert row["standalone_question"] == "Where were the talks of the ministers?"


# ---- baselines


def test_bm25_lists_all_that_shares_a_word_and_nothing_else(ask: Ask) -> None:
    row = by_id(ask(baselines=True)["bm25"])["first"]
    # Both paragraphs form one passage; "end" and "ministers" occur nowhere else.
    assert [hit["article_id"] for hit in row["hits"]] == ["talks"]
    (hit,) = row["hits"]
    assert hit["lexical_rank"] == hit["rank"]
    assert row["answerability"] == hit["score"] == hit["lexical_score"] > 0
    assert row["statements"] == [text("talks")[hit["start"] : hit["end"]]]
    assert not row["abstained"]


def test_bm25_keeps_its_last_passage_beside_many_that_share_no_word(
    ask: Ask, folder: Path, write_rows: WriteRows
) -> None:
    asked = {"id": "both", "question": "Geneva harbour harbour Trieste"}
    write_rows(folder / "questions.jsonl", [asked])
    (row,) = ask(baselines=True)["bm25"]
    assert [hit["article_id"] for hit in row["hits"]] == ["rain", "talks"]
    scores = [hit["score"] for hit in row["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_bm25_finds_nothing_without_a_shared_word(
    ask: Ask, folder: Path, write_rows: WriteRows
) -> None:
    write_rows(folder / "questions.jsonl", [{"id": "q", "question": "Who juggled porcupines?"}])
    systems = ask(baselines=True)
    (row,) = systems["bm25"]
    assert (row["hits"], row["answer"], row["answerability"]) == ([], "", 0)
    assert systems["dense"][0]["hits"]


def test_dense_scores_are_cosines_of_whole_passages(ask: Ask) -> None:
    row = by_id(ask(baselines=True)["dense"])["first"]
    question = EMBEDDER.embed_questions([row["question"]])[0]
    titles = {one["id"]: one["title"] for one in CORPUS}
    cosines = {}
    for hit in row["hits"]:
        passage = text(hit["article_id"])[hit["start"] : hit["end"]]
        title = titles[hit["article_id"]]
        (vector,) = EMBEDDER.embed_documents([f"{title}\n{passage}" if title else passage])
        cosines[hit["article_id"]] = float(vector @ question)
        assert hit["score"] == pytest.approx(cosines[hit["article_id"]], abs=2e-3)
    assert row["hits"][0]["article_id"] == max(cosines, key=lambda name: cosines[name]) == "talks"
    assert len(row["hits"]) == 20
    assert row["answerability"] == row["hits"][0]["dense_score"]


def test_baselines_search_for_what_a_followup_means(ask: Ask) -> None:
    systems = ask(baselines=True)
    understood = by_id(systems[""])["second"]["standalone_question"]
    for name in BASELINES:
        assert by_id(systems[name])["second"]["standalone_question"] == understood
    first = by_id(systems["bm25"])["second"]["hits"][0]
    assert first["article_id"] == "talks"  # which the question alone does not mention


def test_searching_for_a_baseline_changes_nothing_in_the_index(ask: Ask, tmp_path: Path) -> None:
    ask()
    before = json.loads((tmp_path / "out" / "run.json").read_text())["generation"]
    plain = {row["id"]: row["hits"] for row in ask()[""]}
    beside = {row["id"]: row["hits"] for row in ask(baselines=True)[""]}
    assert beside == plain
    assert json.loads((tmp_path / "out" / "run.json").read_text())["generation"] == before


def test_an_article_is_drawn_by_the_questions_id(ask: Ask) -> None:
    one, other = (ask(baselines=True)["random-article"] for _ in range(2))
    assert one == other
    assert len({row["hits"][0]["article_id"] for row in one}) > 1
    for row in one:
        (hit,) = row["hits"]
        first = text(hit["article_id"]).split("\n\n", maxsplit=1)[0]
        assert (row["answer"], row["answerability"]) == (first, 0)


def test_always_abstaining_finds_and_says_nothing(ask: Ask) -> None:
    for row in ask(baselines=True)["always-abstain"]:
        assert (row["hits"], row["answer"], row["answerability"]) == ([], "", 0)
        assert row["abstained"]


def test_articles_of_other_systems_are_kept_for_the_report(ask: Ask, tmp_path: Path) -> None:
    systems = ask(baselines=True)
    cited = {
        quote["article_id"]
        for rows in systems.values()
        for row in rows
        for quote in row["citations"]
    }
    named = {row["article_id"] for row in lines(tmp_path / "out" / "articles.jsonl")}
    assert cited <= named


def test_all_systems_are_measured_alike(ask: Ask, tmp_path: Path) -> None:
    ask(baselines=True)
    metrics = measure_again(tmp_path / "out")
    assert metrics.systems.keys() == {*FOLLOWUPS, *BASELINES}
    assert metrics.systems["bm25"].n == 3
    assert metrics.systems["rewritten-by-hand"].n == metrics.beside["rewritten-by-hand"].n == 1
    assert metrics.systems["always-abstain"].abstention["answerable_lost"].value == 1


# ---- interruptions


def break_off(stage: str, after: int) -> Callable[[rag.Progress], None]:
    """A progress callback that simulates Ctrl-C."""

    def watch(step: rag.Progress) -> None:
        if (step.stage, step.done) == (stage, after):
            raise KeyboardInterrupt

    return watch


@pytest.mark.parametrize("stage", [*FOLLOWUPS[:1], *BASELINES])
def test_a_break_in_any_system_is_gone_on_from(ask: Ask, tmp_path: Path, stage: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(baselines=True, progress=break_off(stage, 1))
    out = tmp_path / "out"
    files = [out / "predictions.jsonl", *(out / "systems").glob("*.jsonl")]
    before = {file: file.read_bytes() for file in files}
    assert before[out / "systems" / f"{stage}.jsonl"].count(b"\n") == 1
    systems = ask(baselines=True)
    assert all(file.read_bytes().startswith(written) for file, written in before.items())
    assert systems.keys() == {"", *FOLLOWUPS, *BASELINES}
    assert [row["id"] for row in systems["bm25"]] == ["first", "second", "third"]


def test_a_run_broken_off_in_a_system_is_not_measured(ask: Ask, tmp_path: Path) -> None:
    ask(baselines=True)
    (tmp_path / "out" / "report.html").touch()
    with pytest.raises(KeyboardInterrupt):
        ask(baselines=True, progress=break_off("dense", 2))
    with pytest.raises(rag.UsageError, match="3 of 3 answers of an unfinished run"):
        measure_again(tmp_path / "out")


def test_what_is_no_longer_asked_is_not_left_behind(ask: Ask) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(baselines=True, progress=break_off("dense", 2))
    assert ask().keys() == {"", *FOLLOWUPS}
    ask(baselines=True)
    assert ask().keys() == {"", *FOLLOWUPS}
