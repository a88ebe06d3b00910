"""Tests a run over a tiny data set, from articles to figures, with the fake embedder."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.evaluation import Metrics, evaluate, measure_again
from rag.evaluation.datasets.reading import load_dataset
from rag.evaluation.running.manifest import deciding_code
from rag.evaluation.running.run import run

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
Evaluate = Callable[..., Metrics]
Ask = Callable[..., Path]

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
    "withheld": list,
    "state": str,
}
HIT = {"article_id", "start", "end", "score", "rank"}
REASONS = {"dense_rank", "dense_score", "lexical_rank", "lexical_score", "matched_terms"}
REASONS |= {"copies", "superseded_by"}


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    write_rows(tmp_path / "tiny" / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "tiny" / "questions.jsonl", QUESTIONS)
    return tmp_path / "tiny"


@pytest.fixture
def tiny(folder: Path, tmp_path: Path) -> Evaluate:
    """Evaluates the tiny data set, without abstention."""

    def tiny(**options: Any) -> Metrics:
        return evaluate(folder, **settings(tmp_path, **options))

    return tiny


@pytest.fixture
def ask(folder: Path, tmp_path: Path) -> Ask:
    """Runs the tiny data set without measuring it."""

    def ask(**options: Any) -> Path:
        return run(load_dataset(folder), **settings(tmp_path, **options))

    return ask


def settings(tmp_path: Path, **options: Any) -> dict[str, Any]:
    usual = {
        "out": tmp_path / "out",
        "index_cache": tmp_path / "cache",
        "config": rag.Config(threshold=0.0),
        "embedder": rag.HashEmbedder(dims=64),
    }
    return {**usual, **options}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def break_off_after(asked: int) -> Callable[[rag.Progress], None]:
    """A progress callback that simulates Ctrl-C."""

    def watch(progress: rag.Progress) -> None:
        if progress.stage == "asking" and progress.done == asked:
            raise KeyboardInterrupt

    return watch


def test_predictions_keep_the_contract(ask: Ask, tmp_path: Path) -> None:
    ask()
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
        assert all(hit.keys() == HIT | REASONS for hit in row["hits"])
        assert row["abstained"] == (not row["answer"]) == (not row["statements"])
        assert row["seconds"]["total"] > 0
        assert not row["withheld"]
        for cited in row["citations"]:
            assert cited["quote"] == texts[cited["article_id"]][cited["start"] : cited["end"]]


def test_hits_say_why_they_stand_there(ask: Ask, tmp_path: Path) -> None:
    ask()
    (row,) = [row for row in lines(tmp_path / "out" / "predictions.jsonl") if row["id"] == "q2"]
    config = rag.Config(threshold=0.0)
    embedder = rag.HashEmbedder(dims=64)
    with rag.Byline(tmp_path / "cache", config=config, embedder=embedder) as news:
        hits = news.ask(QUESTIONS[1]["question"]).hits
    for written, hit in zip(row["hits"], hits, strict=True):
        assert written["article_id"] == hit.passage.article_id
        assert {name: written[name] for name in REASONS} == {
            "dense_rank": hit.dense_rank,
            "dense_score": pytest.approx(hit.dense_score),
            "lexical_rank": hit.lexical_rank,
            "lexical_score": hit.lexical_score and pytest.approx(hit.lexical_score),
            "matched_terms": list(hit.matched_terms),
            "copies": [],
            "superseded_by": None,
        }
    assert row["hits"][0]["matched_terms"] == ["rain", "flooded"]


def test_what_an_abstention_keeps_back_is_written_down(ask: Ask, tmp_path: Path) -> None:
    ask()
    shown = lines(tmp_path / "out" / "predictions.jsonl")
    ask(config=rag.Config(threshold=1.0), replace=True)
    kept_back = lines(tmp_path / "out" / "predictions.jsonl")
    for before, after in zip(shown, kept_back, strict=True):
        assert before["citations"]
        assert (after["abstained"], after["citations"]) == (True, [])
        assert after["withheld"] == before["citations"]
    named = {row["article_id"] for row in lines(tmp_path / "out" / "articles.jsonl")}
    assert named == {"talks", "rain", "vote"}


def test_the_folder_says_what_ran_and_what_is_right(tiny: Evaluate, tmp_path: Path) -> None:
    metrics = tiny()
    out = tmp_path / "out"
    described = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert described["format"] == 2
    assert (described["dataset"], described["questions"], described["articles"]) == ("tiny", 4, 3)
    assert described["finished"] is True
    assert described["library"] == rag.__version__
    assert set(described["times"]) == {
        "reading",
        "indexing",
        "asking",
        "other systems",
        "measuring",
        "report",
    }
    assert described["seconds"] == pytest.approx(sum(described["times"].values()))
    assert (described["faults"], described["warnings"], described["skipped"]) == ([], [], [])
    gold = {row["id"]: row for row in lines(out / "gold.jsonl")}
    start = len("The ministers met in Geneva.\n\n")
    end = start + len("The talks ended on Friday.")
    assert gold["q1"]["units"] == [{"article_id": "talks", "start": start, "end": end}]
    assert gold["q3"]["history"] == [
        {"role": "user", "text": "Did the ministers hold talks?"},
        {"role": "agent", "text": "The ministers met."},
    ]
    assert gold["q1"]["outlets"] == ["The Courier"]
    assert (gold["q1"]["age_days"], gold["q2"]["age_days"]) == (0, None)
    assert (gold["q1"]["indexed"], gold["q1"]["free_form"]) == (True, False)
    assert gold["q4"]["answerable"] is False
    written = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(metrics.as_json()))
    assert len(lines(out / "rows.jsonl")) == 4
    assert (out / "report.html").is_file()


def test_articles_stand_with_their_sources(ask: Ask, tmp_path: Path) -> None:
    ask()
    articles = {row["article_id"]: row for row in lines(tmp_path / "out" / "articles.jsonl")}
    assert articles["talks"] == {
        "article_id": "talks",
        "title": "Talks in Geneva",
        "outlet": "The Courier",
        "published": "2022-06-16",
        "text": "The ministers met in Geneva.\n\nThe talks ended on Friday.",
    }
    assert articles["rain"]["published"] is None
    assert list(articles) == sorted(articles)


def test_articles_are_those_cited_or_found_first_or_gold(
    ask: Ask, tmp_path: Path, folder: Path, write_rows: WriteRows
) -> None:
    more = [{"id": f"other-{n:02d}", "text": f"Nothing happened on day {n}."} for n in range(30)]
    gold = {"id": "gold", "text": "Quite another story."}
    human = {"id": "human", "text": "Somewhere else entirely."}
    write_rows(folder / "corpus.jsonl", [*CORPUS, *more, gold, human])
    linked = {**QUESTIONS[0], "gold": ["gold"], "gold_paragraphs": [], "gold_human": ["human"]}
    write_rows(folder / "questions.jsonl", [linked])
    ask()
    (row,) = lines(tmp_path / "out" / "predictions.jsonl")
    found = {hit["article_id"] for hit in row["hits"][:10]}
    cited = {quote["article_id"] for quote in row["citations"]}
    named = {article["article_id"] for article in lines(tmp_path / "out" / "articles.jsonl")}
    assert len({hit["article_id"] for hit in row["hits"]}) > len(found)
    assert named == found | cited | {"gold", "human"}


def test_figures_of_a_run(tiny: Evaluate) -> None:
    scores = tiny().scores
    assert scores.n == 4
    assert scores.retrieval["article"]["Success@1"].n == 3
    assert scores.retrieval["article"]["Success@3"].value == 1
    assert scores.citations["quotes_exact"].value == 1
    assert scores.abstention["answerable_lost"].n == 3


def test_a_broken_run_goes_on_where_it_stopped(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(2))
    predictions = tmp_path / "out" / "predictions.jsonl"
    before = predictions.read_bytes()
    assert before.count(b"\n") == 2
    assert json.loads((tmp_path / "out" / "run.json").read_text())["finished"] is False
    predictions.write_bytes(before + b'{"id": "q3", "que')
    ask()
    assert predictions.read_bytes().startswith(before)
    assert [row["id"] for row in lines(predictions)] == ["q1", "q2", "q3", "q4"]


def test_times_of_a_broken_run_add_up(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(2))
    before = json.loads((tmp_path / "out" / "run.json").read_text())
    ask()
    after = json.loads((tmp_path / "out" / "run.json").read_text())
    assert after["started"] == before["started"]
    assert after["times"]["asking"] > before["times"]["asking"] > 0
    assert after["times"]["indexing"] > before["times"]["indexing"] > 0


def test_articles_of_questions_asked_before_a_break_are_kept(ask: Ask, tmp_path: Path) -> None:
    ask()
    whole = (tmp_path / "out" / "articles.jsonl").read_bytes()
    (tmp_path / "out" / "report.html").touch()
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(3))
    ask()
    assert (tmp_path / "out" / "articles.jsonl").read_bytes() == whole


def test_a_broken_run_is_not_measured(tiny: Evaluate, tmp_path: Path) -> None:
    tiny()
    with pytest.raises(KeyboardInterrupt):
        tiny(progress=break_off_after(2))
    left = {file.name for file in (tmp_path / "out").iterdir()}
    assert not left & {"metrics.json", "rows.jsonl", "report.html"}
    with pytest.raises(rag.UsageError, match="2 of 4 answers"):
        measure_again(tmp_path / "out")


def test_a_broken_run_of_another_kind_is_not_taken_up(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(2))
    predictions = tmp_path / "out" / "predictions.jsonl"
    before = predictions.read_bytes()
    ask(config=rag.Config(threshold=0.0, candidates=7), replace=True)
    assert not predictions.read_bytes().startswith(before)
    assert len(lines(predictions)) == 4


@pytest.mark.parametrize("broken_off", [True, False])
def test_a_run_of_other_settings_is_kept(ask: Ask, tmp_path: Path, *, broken_off: bool) -> None:
    if broken_off:
        with pytest.raises(KeyboardInterrupt):
            ask(progress=break_off_after(2))
    else:
        ask()
    out = tmp_path / "out"
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    told = (
        f"{out} contains a run with candidates 100 and threshold 0.0, but this run has 7 and -1.0;"
    )
    with pytest.raises(rag.UsageError, match=f"{told} choose another --out, .* with --replace"):
        ask(config=rag.Config(candidates=7))
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before


def test_a_run_of_other_data_is_kept(
    ask: Ask, tiny: Evaluate, tmp_path: Path, folder: Path, write_rows: WriteRows
) -> None:
    ask()
    before = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    changed = "contains a run of tiny with different documents or questions; choose another"
    write_rows(folder / "questions.jsonl", QUESTIONS[:3])
    with pytest.raises(rag.UsageError, match=changed):
        ask()
    with pytest.raises(rag.UsageError, match=changed):
        tiny()
    write_rows(folder / "questions.jsonl", QUESTIONS)
    write_rows(folder / "corpus.jsonl", CORPUS[:2])
    with pytest.raises(rag.UsageError, match=changed):
        ask()
    write_rows(folder / "corpus.jsonl", CORPUS)
    other = folder.rename(tmp_path / "other")
    with pytest.raises(rag.UsageError, match="of the data set tiny, but this run is of other"):
        run(load_dataset(other), **settings(tmp_path))
    assert (tmp_path / "out" / "predictions.jsonl").read_bytes() == before
    assert evaluate(other, replace=True, **settings(tmp_path)).dataset == "other"


def test_results_that_byline_did_not_make_are_kept(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    converted = {"dataset": "tiny", "run_file": "bm25.run", "finished": True}
    (tmp_path / "out" / "run.json").write_text(json.dumps(converted))
    with pytest.raises(rag.UsageError, match="a run that Byline did not create; choose another"):
        ask()


def test_a_run_without_an_answer_is_nothing_to_keep(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(0))
    assert (tmp_path / "out" / "run.json").is_file()
    ask(config=rag.Config(threshold=1.0))
    assert len(lines(tmp_path / "out" / "predictions.jsonl")) == 4


def test_a_broken_run_goes_on_from_other_places(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(2))
    predictions = tmp_path / "out" / "predictions.jsonl"
    before = predictions.read_bytes()
    ask(config=rag.Config(threshold=0.0, port=1, host="::1", corpus="c", index="i"))
    assert predictions.read_bytes().startswith(before)


def test_what_is_to_be_replaced_is_still_gone_on_with(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(2))
    before = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    ask(replace=True)
    assert (tmp_path / "out" / "predictions.jsonl").read_bytes().startswith(before)


def test_progress_begins_with_what_is_answered(ask: Ask) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(3))
    steps: list[rag.Progress] = []
    ask(progress=steps.append)
    asking = [step.done for step in steps if step.stage == "asking"]
    assert asking == [3, 4]


def test_a_finished_run_is_measured_anew(ask: Ask, tmp_path: Path) -> None:
    ask()
    (tmp_path / "out" / "report.html").touch()
    before = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    ask()
    after = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    assert after != before
    assert after.count(b"\n") == len(QUESTIONS)


def test_a_run_that_broke_off_before_its_report_is_measured_without_asking(
    ask: Ask, tiny: Evaluate, tmp_path: Path
) -> None:
    ask()
    before = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    assert tiny().scores.n == len(QUESTIONS)
    assert (tmp_path / "out" / "predictions.jsonl").read_bytes() == before
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.parametrize("name", ["predictions.jsonl", "systems/a.jsonl", "figures/map.png"])
def test_files_that_no_run_made_are_kept(ask: Ask, tmp_path: Path, name: str) -> None:
    own = tmp_path / "out" / name
    first, _, _ = name.partition("/")
    own.parent.mkdir(parents=True)
    own.write_text("my own")
    with pytest.raises(rag.UsageError, match=rf"contains {first}, but no run\.json"):
        ask(replace=True)
    assert own.read_text() == "my own"
    assert not (tmp_path / "out" / "run.json").exists()


def test_a_broken_run_goes_on_after_a_blank_line_in_the_questions(
    ask: Ask, tmp_path: Path, folder: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(progress=break_off_after(2))
    before = (tmp_path / "out" / "predictions.jsonl").read_bytes()
    questions = folder / "questions.jsonl"
    questions.write_text("\n" + questions.read_text())
    ask()
    assert (tmp_path / "out" / "predictions.jsonl").read_bytes().startswith(before)


def test_another_embedder_makes_another_run(ask: Ask, tmp_path: Path) -> None:
    def fingerprint() -> object:
        return json.loads((tmp_path / "out" / "run.json").read_text())["fingerprint"]

    ask()
    before = fingerprint()
    ask(embedder=rag.HashEmbedder(dims=64, max_tokens=32))
    assert fingerprint() != before


def test_code_that_shows_or_judges_decides_no_answer() -> None:
    package = Path(rag.__file__).parent
    places = {file.relative_to(package).parts[:-1] for file in deciding_code()}
    rooms = {parts[1] for parts in places if parts[:1] == ("evaluation",) and len(parts) > 1}
    assert rooms == {"datasets", "running"}
    assert not {"web", "cli"} & {parts[0] for parts in places if parts}
    assert package / "byline.py" in set(deciding_code())


def test_measuring_again_asks_nothing(tiny: Evaluate, tmp_path: Path) -> None:
    metrics = tiny()
    out = tmp_path / "out"
    kept = ("predictions.jsonl", "gold.jsonl", "articles.jsonl", "metrics.json", "rows.jsonl")
    before = {name: (out / name).read_bytes() for name in kept}
    (out / "report.html").unlink()
    (out / "metrics.json").unlink()
    stages: list[str] = []
    again = measure_again(out, progress=lambda step: stages.append(step.stage))
    assert again.scores == metrics.scores
    assert {name: (out / name).read_bytes() for name in kept} == before
    assert (out / "report.html").is_file()
    assert set(stages) == {"measuring", "report"}


def test_progress_names_each_stage_and_comes_to_its_end(tiny: Evaluate) -> None:
    steps: dict[str, rag.Progress] = {}
    tiny(progress=lambda step: steps.update({step.stage: step}))
    assert list(steps) == ["indexing", "asking", "ignoring-history", "measuring", "report"]
    assert all(step.done == step.total for step in steps.values())
    assert steps["asking"].total == len(QUESTIONS)


def test_only_what_changed_is_indexed_again(
    ask: Ask, tmp_path: Path, folder: Path, write_rows: WriteRows
) -> None:
    ask()
    generation = json.loads((tmp_path / "out" / "run.json").read_text())["generation"]
    ask()
    assert json.loads((tmp_path / "out" / "run.json").read_text())["generation"] == generation
    write_rows(folder / "corpus.jsonl", CORPUS[:2])
    ask(replace=True)
    found = {
        hit["article_id"]
        for row in lines(tmp_path / "out" / "predictions.jsonl")
        for hit in row["hits"]
    }
    assert found <= {"talks", "rain"}


def test_documents_are_in_the_language_of_the_settings(ask: Ask, tmp_path: Path) -> None:
    ask(config=rag.Config(language="de"))
    with rag.Byline(tmp_path / "cache", embedder=rag.HashEmbedder(dims=64)) as news:
        assert {article.language for article in news.articles()} == {"de"}


def test_the_index_is_kept_below_the_current_folder(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ask(index_cache=None)
    assert (tmp_path / ".byline" / "eval" / "tiny").is_dir()


@pytest.fixture
def files(tmp_path: Path, write_rows: WriteRows) -> Path:
    """A data set with article files."""
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
    cache = out.parent / "files-cache"
    run(load_dataset(files), **settings(out.parent, out=out, index_cache=cache, replace=True))
    return measure_again(out)


def test_articles_may_be_files(files: Path, tmp_path: Path) -> None:
    scores = run_files(files, tmp_path / "out").scores
    assert scores.retrieval["passage"]["R@5"].value == 1
    assert scores.citations["quotes_exact"].value == 1
    (gold,) = lines(tmp_path / "out" / "gold.jsonl")
    (unit,) = gold["units"]
    (cited,) = lines(tmp_path / "out" / "articles.jsonl")
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
    (cited,) = lines(tmp_path / "out" / "articles.jsonl")
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


def test_a_refused_file_that_is_gold_keeps_its_question(
    files: Path, tmp_path: Path, write_rows: WriteRows
) -> None:
    run_files(files, tmp_path / "out")
    bad = tmp_path / "articles" / "bad.txt"
    bad.write_text("The vote was on Monday.\n")
    lost = {"id": "lost", "question": "When was the vote?", "gold": ["bad.txt"], "answers": ["M"]}
    kept = {"id": "kept", "question": "When did the talks end?", "gold": ["talks.txt"]}
    write_rows(files / "questions.jsonl", [lost, kept])
    run_files(files, tmp_path / "out")
    indexed = {row["id"]: row["indexed"] for row in lines(tmp_path / "out" / "gold.jsonl")}
    assert indexed == {"lost": True, "kept": True}
    bad.write_bytes(b"\x00\xff" * 100)  # its earlier indexed version no longer counts
    run_files(files, tmp_path / "out")
    gold = {row["id"]: row for row in lines(tmp_path / "out" / "gold.jsonl")}
    assert (gold["lost"]["indexed"], gold["lost"]["units"]) == (False, [])
    assert gold["kept"]["indexed"] is True
    rows = {row["id"]: row for row in lines(tmp_path / "out" / "rows.jsonl")}
    assert rows["lost"]["group"] == "not indexed"
    for view in ("passage", "article"):
        assert rows["lost"]["values"][f"{view}/Success@5"] == 0
        assert rows["kept"]["values"][f"{view}/Success@5"] == 1
    predictions = lines(tmp_path / "out" / "predictions.jsonl")
    assert {hit["article_id"] for row in predictions for hit in row["hits"]} == {"talks.txt"}
    described = json.loads((tmp_path / "out" / "run.json").read_text())
    ((name, reason),) = described["skipped"]
    assert name == "bad.txt"
    assert "not text" in reason
    assert any("gold 'bad.txt' is not indexed" in warning for warning in described["warnings"])


def test_bad_lines_are_left_out_and_told_of(
    tiny: Evaluate, tmp_path: Path, folder: Path, write_rows: WriteRows
) -> None:
    bad = {"id": "bad", "question": "Where is it?", "gold": ["nowhere"], "answers": ["here"]}
    odd = {**QUESTIONS[1], "answers": ["the whole of Trieste"]}
    write_rows(folder / "questions.jsonl", [bad, QUESTIONS[0], odd, QUESTIONS[0]])
    with pytest.raises(rag.DatasetError, match="2 faults"):
        tiny()
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "cache").exists()
    metrics = tiny(skip_bad=True)
    assert metrics.scores.n == 2
    assert [row["id"] for row in lines(tmp_path / "out" / "predictions.jsonl")] == ["q1", "q2"]
    described = json.loads((tmp_path / "out" / "run.json").read_text())
    assert described["questions"] == 2
    assert [fault.split(": ")[0] for fault in described["faults"]] == [
        "questions.jsonl:1",
        "questions.jsonl:4",
    ]
    (warning,) = described["warnings"]
    absent = "accepted answer 'the whole of Trieste' does not occur in its gold text"
    assert warning == f"questions.jsonl:3: question 'q2': {absent}"


def test_a_question_that_cannot_be_asked_is_named(
    tiny: Evaluate, folder: Path, write_rows: WriteRows
) -> None:
    write_rows(folder / "questions.jsonl", [{"id": "long", "question": "why " * 20_000}])
    with pytest.raises(rag.DatasetError, match=r"questions\.jsonl:1: question cannot be asked"):
        tiny()


def test_results_cannot_go_where_a_file_stands(tiny: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(rag.UsageError, match="cannot write results to"):
        tiny(out=tmp_path / "taken")


# ---- the date of a question

REPORTS = [
    {"id": day, "title": "The ferry stops", "date": day, "text": "The ferry stopped in a storm."}
    for day in ("2022-06-09", "2022-07-12", "2022-10-03")
]


def test_a_question_is_asked_on_its_date_or_that_of_the_newest_article(
    tmp_path: Path, write_rows: WriteRows
) -> None:
    why = {"question": "Why did the ferry stop this week?", "gold": ["2022-06-09"]}
    dated = [{"id": "june", "date": "2022-06-10", **why}, {"id": "none", **why}]
    write_rows(tmp_path / "ferries" / "corpus.jsonl", REPORTS)
    write_rows(tmp_path / "ferries" / "questions.jsonl", dated)
    run(load_dataset(tmp_path / "ferries"), **settings(tmp_path))
    rows = lines(tmp_path / "out" / "predictions.jsonl")
    first = {row["id"]: row["hits"][0]["article_id"] for row in rows}
    assert first == {"june": "2022-06-09", "none": "2022-10-03"}
