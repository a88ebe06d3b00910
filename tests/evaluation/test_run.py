"""A run over a tiny data set, from articles to figures, with the public fake embedder."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.evaluation import Metrics, evaluate

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
Evaluate = Callable[..., Metrics]

CORPUS: list[dict[str, Any]] = [
    {
        "id": "talks",
        "title": "Talks in Geneva",
        "source": "The Courier",
        "date": "2022-06-16",
        "paragraphs": ["The ministers met in Geneva.", "The talks ended on Friday."],
    },
    {"id": "rain", "title": "Rain", "text": "Heavy rain flooded the harbour of Trieste."},
    {"id": "vote", "title": "Vote", "text": "Parliament passed the budget by nine votes."},
]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "question": "When did the talks end?",
        "answers": ["Friday"],
        "gold": ["talks"],
        "gold_paragraphs": ["talks#p1"],
    },
    {
        "id": "q2",
        "question": "What did rain flood?",
        "answers": ["harbour of Trieste"],
        "gold": ["rain"],
        "gold_spans": [{"article": "rain", "quote": "flooded the harbour of Trieste"}],
    },
    {
        "id": "q3",
        "question": "Where did they meet?",
        "answers": ["Geneva"],
        "gold": ["talks"],
        "history": [["user", "Did the ministers hold talks?"], ["agent", "The ministers met."]],
    },
    {"id": "q4", "question": "Who won the marathon?", "answerable": False},
]
CONTRACT: dict[str, Any] = {
    "id": str,
    "question": str,
    "standalone_question": str,
    "hits": list,
    "answer": str,
    "short_answer": (str, type(None)),
    "statements": list,
    "citations": list,
    "abstained": bool,
    "answerability": float,
    "features": dict,
    "seconds": dict,
}


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "tiny" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "tiny" / "questions.jsonl", QUESTIONS)
    return tmp_path / "tiny"


@pytest.fixture
def tiny(folder: Path, tmp_path: Path) -> Evaluate:
    """Evaluates the tiny data set; it answers whatever it finds."""

    def tiny(**options: Any) -> Metrics:
        settings = {
            "out": tmp_path / "out",
            "index_cache": tmp_path / "cache",
            "config": rag.Config(threshold=0.0),
            "embedder": rag.HashEmbedder(dims=64),
        }
        return evaluate(folder, **{**settings, **options})

    return tiny


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def break_off_after(asked: int) -> Callable[[rag.Progress], None]:
    """A watcher that presses Ctrl-C."""

    def watch(progress: rag.Progress) -> None:
        if progress.stage == "asking" and progress.done == asked:
            raise KeyboardInterrupt

    return watch


def test_predictions_keep_the_contract(tiny: Evaluate, tmp_path: Path) -> None:
    tiny()
    predictions = lines(tmp_path / "out" / "predictions.jsonl")
    assert [row["id"] for row in predictions] == [question["id"] for question in QUESTIONS]
    texts = {
        str(document["id"]): str(document.get("text") or "\n\n".join(document["paragraphs"]))
        for document in CORPUS
    }
    for row in predictions:
        assert row.keys() == CONTRACT.keys()
        assert all(isinstance(row[name], kind) for name, kind in CONTRACT.items())
        assert [hit["rank"] for hit in row["hits"]] == list(range(1, len(row["hits"]) + 1))
        assert all(
            hit.keys() == {"article_id", "start", "end", "score", "rank"} for hit in row["hits"]
        )
        assert row["abstained"] == (not row["answer"]) == (not row["statements"])
        assert row["seconds"]["total"] > 0
        for cited in row["citations"]:
            assert cited["quote"] == texts[cited["article_id"]][cited["start"] : cited["end"]]


def test_the_folder_says_what_ran_and_what_is_right(tiny: Evaluate, tmp_path: Path) -> None:
    metrics = tiny()
    out = tmp_path / "out"
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["format"] == 1
    assert (run["dataset"], run["questions"], run["articles"]) == ("tiny", 4, 3)
    assert run["finished"] is True
    assert run["library"] == rag.__version__
    assert run["seconds"] > 0
    gold = {row["id"]: row for row in lines(out / "gold.jsonl")}
    start = len("The ministers met in Geneva.\n\n")
    end = start + len("The talks ended on Friday.")
    assert gold["q1"]["units"] == [{"article_id": "talks", "start": start, "end": end}]
    assert gold["q3"]["has_history"] is True
    assert gold["q4"]["answerable"] is False
    assert json.loads((out / "metrics.json").read_text(encoding="utf-8")) == metrics.as_json()


def test_figures_of_a_run(tiny: Evaluate) -> None:
    scores = tiny().scores
    assert scores.n == 4
    assert scores.retrieval["article"]["Success@1"].n == 3
    assert scores.retrieval["article"]["Success@3"].value == 1
    assert scores.citations["quotes_exact"].value == 1
    assert scores.abstention["answerable_lost"].n == 3


def test_a_broken_run_goes_on_where_it_stopped(tiny: Evaluate, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        tiny(progress=break_off_after(2))
    predictions = tmp_path / "out" / "predictions.jsonl"
    before = predictions.read_bytes()
    assert before.count(b"\n") == 2
    assert json.loads((tmp_path / "out" / "run.json").read_text())["finished"] is False
    predictions.write_bytes(before + b'{"id": "q3", "que')
    tiny()
    assert predictions.read_bytes().startswith(before)
    assert [row["id"] for row in lines(predictions)] == ["q1", "q2", "q3", "q4"]


def test_a_broken_run_of_another_kind_is_not_taken_up(tiny: Evaluate, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        tiny(progress=break_off_after(2))
    predictions = tmp_path / "out" / "predictions.jsonl"
    before = predictions.read_bytes()
    tiny(config=rag.Config(threshold=0.0, candidates=7))
    assert not predictions.read_bytes().startswith(before)
    assert len(lines(predictions)) == 4


def test_a_finished_run_is_measured_anew(tiny: Evaluate, tmp_path: Path) -> None:
    tiny()
    before = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    tiny()
    after = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    assert after != before
    assert after.count(b"\n") == len(QUESTIONS)


def test_only_what_changed_is_indexed_again(
    tiny: Evaluate, tmp_path: Path, folder: Path, write_rows: WriteRows
) -> None:
    tiny()
    generation = json.loads((tmp_path / "out" / "run.json").read_text())["generation"]
    tiny()
    assert json.loads((tmp_path / "out" / "run.json").read_text())["generation"] == generation
    write_rows(folder / "corpus.jsonl", CORPUS[:2])
    tiny()
    found = {
        hit["article_id"]
        for row in lines(tmp_path / "out" / "predictions.jsonl")
        for hit in row["hits"]
    }
    assert found <= {"talks", "rain"}


def test_the_index_is_kept_below_the_current_folder(
    tiny: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny(index_cache=None)
    assert (tmp_path / ".byline" / "eval" / "tiny").is_dir()


@pytest.fixture
def files(tmp_path: Path, write_rows: WriteRows) -> Path:
    """A data set whose articles are files."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "talks.txt").write_text(
        "Talks in Geneva\n\nThe ministers met in Geneva.\n\nThe talks ended on Friday.\n"
    )
    span = {"article": "talks.txt", "quote": "The talks ended on Friday."}
    question = {**QUESTIONS[0], "gold": ["talks.txt"], "gold_paragraphs": [], "gold_spans": [span]}
    write_rows(tmp_path / "files" / "questions.jsonl", [question])
    (tmp_path / "files" / "dataset.yaml").write_text("articles: ../articles\n")
    return tmp_path / "files"


def run_files(files: Path, out: Path) -> Metrics:
    return evaluate(
        files,
        out=out,
        index_cache=out.parent / "files-cache",
        config=rag.Config(threshold=0.0),
        embedder=rag.HashEmbedder(dims=64),
    )


def test_articles_may_be_files(files: Path, tmp_path: Path) -> None:
    scores = run_files(files, tmp_path / "out").scores
    assert scores.retrieval["passage"]["R@5"].value == 1
    assert scores.citations["quotes_exact"].value == 1
    (gold,) = lines(tmp_path / "out" / "gold.jsonl")
    (unit,) = gold["units"]
    (cited,) = lines(tmp_path / "out" / "articles_cited.jsonl")
    assert cited["text"][unit["start"] : unit["end"]] == "The talks ended on Friday."


def test_paragraphs_of_a_file_stand_between_blank_lines(
    files: Path, tmp_path: Path, write_rows: WriteRows
) -> None:
    (tmp_path / "articles" / "talks.txt").write_text(
        "Talks in Geneva\n\nThe ministers met\nin Geneva.\n \n\nThe talks ended on Friday.\n"
    )
    places = ["talks.txt#p0", "talks.txt#p1"]
    write_rows(files / "questions.jsonl", [{**QUESTIONS[0], "gold": [], "gold_paragraphs": places}])
    run_files(files, tmp_path / "out")
    (gold,) = lines(tmp_path / "out" / "gold.jsonl")
    (cited,) = lines(tmp_path / "out" / "articles_cited.jsonl")
    quoted = [cited["text"][unit["start"] : unit["end"]] for unit in gold["units"]]
    assert [" ".join(text.split()) for text in quoted] == [
        "The ministers met in Geneva.",
        "The talks ended on Friday.",
    ]


def test_files_of_a_folder_named_before_are_forgotten(
    files: Path, tmp_path: Path, write_rows: WriteRows
) -> None:
    run_files(files, tmp_path / "out")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "rain.txt").write_text("Heavy rain flooded the harbour of Trieste.\n")
    (files / "dataset.yaml").write_text("articles: ../other\n")
    write_rows(files / "questions.jsonl", [{"id": "q", "question": "When did the talks end?"}])
    run_files(files, tmp_path / "out")
    (prediction,) = lines(tmp_path / "out" / "predictions.jsonl")
    assert {hit["article_id"] for hit in prediction["hits"]} == {"rain.txt"}


def test_gold_that_is_in_no_file_is_found_before_the_first_question(
    files: Path, tmp_path: Path, write_rows: WriteRows
) -> None:
    write_rows(files / "questions.jsonl", [QUESTIONS[0]])
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:1: question 'q1'.*'talks'"):
        run_files(files, tmp_path / "out")
    assert not (tmp_path / "out" / "predictions.jsonl").exists()


def test_a_question_that_cannot_be_asked_is_named(
    tiny: Evaluate, folder: Path, write_rows: WriteRows
) -> None:
    write_rows(folder / "questions.jsonl", [{"id": "long", "question": "why " * 20_000}])
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:1: question 'long'"):
        tiny()


def test_results_cannot_go_where_a_file_stands(tiny: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(rag.UsageError, match="cannot write results to"):
        tiny(out=tmp_path / "taken")
