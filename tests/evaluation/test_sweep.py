"""Tests sweeps: selection on one half, evaluation on the other, and shared indexes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.cli.main import run
from rag.evaluation.comparing.sweep import Sweep, halves, read_grid, sweep
from rag.evaluation.datasets.reading import load_dataset

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]

CITIES = ("Oslo", "Bern", "Riga", "Rome", "Kyiv", "Lima", "Cairo", "Tunis")
CONTAINS = "answers/contains_shown"


@pytest.fixture
def folder(tmp_path: Path, write_rows: WriteRows) -> Path:
    """A data set with one question about each of eight cities, and two about the first."""
    return write_dataset(tmp_path / "cities", CITIES, write_rows)


def write_dataset(folder: Path, cities: Sequence[str], write_rows: WriteRows) -> Path:
    corpus = [
        {
            "id": city,
            "title": "Football",
            "paragraphs": [
                f"The mayor opened the fair on day {number}.",
                f"The stadium of {city} holds {number}000 people.",
            ],
        }
        for number, city in enumerate(cities, start=2)
    ]
    questions: list[dict[str, Any]] = [
        {
            "id": city.lower(),
            "question": f"How many people does the stadium of {city} hold?",
            "answers": [f"{number}000"],
            "gold": [city],
            "gold_paragraphs": [f"{city}#p1"],
        }
        for number, city in enumerate(cities, start=2)
    ]
    questions.append({**questions[0], "id": "oslo-again"})
    write_rows(folder / "corpus.jsonl", corpus)
    write_rows(folder / "questions.jsonl", questions)
    return folder


class Counting(rag.HashEmbedder):
    """Counts the article texts that it embeds."""

    embedded = 0

    def embed_documents(self, texts: Sequence[str]) -> Any:
        self.embedded += len(texts)
        return super().embed_documents(texts)

    def embed_questions(self, texts: Sequence[str]) -> Any:
        return rag.HashEmbedder(self.dims).embed_questions(texts)


def write_grid(folder: Path, text: str) -> Path:
    file = folder / "grid.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def run_sweep(folder: Path, grid: str, **options: Any) -> Sweep:
    return sweep(
        folder,
        grid=read_grid(write_grid(folder, grid)),
        out=folder.parent / "out",
        index_cache=folder.parent / "cache",
        config=rag.Config(threshold=0.0),
        **{"embedder": rag.HashEmbedder(), **options},
    )


def test_grid_is_every_combination(tmp_path: Path) -> None:
    grid = read_grid(write_grid(tmp_path, "candidates: [5, 50]\ndense_weight: [0.2, 0.8]\n"))
    assert [tuple(settings.values()) for settings in grid] == [
        (5, 0.2),
        (5, 0.8),
        (50, 0.2),
        (50, 0.8),
    ]


def test_a_grid_that_is_not_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(rag.UsageError, match=r"there is no file .*grid\.yaml"):
        read_grid(tmp_path / "grid.yaml")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "is empty"),
        ("[1, 2]", "is empty"),
        ("dense_weight: 0.5", "a list of values"),
        ("dense_wait: [0.5]", "'dense_wait'"),
        ("port: [1]", "'port'"),
        ("dense_weight: [0.5", "is not YAML"),
    ],
)
def test_bad_grid_is_refused_by_name(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(rag.UsageError, match=names):
        read_grid(write_grid(tmp_path, text))


def test_bad_value_is_refused_before_anything_is_asked(folder: Path) -> None:
    with pytest.raises(rag.ConfigError, match="dense_weight"):
        run_sweep(folder, "dense_weight: [0.5, 7]")
    assert not (folder.parent / "out").exists()


def test_halves_share_no_question_and_no_article(folder: Path) -> None:
    dataset = load_dataset(folder)
    first, second = halves(dataset)
    ids = [{question.id for question in half.questions} for half in (first, second)]
    articles = [{question.gold for question in half.questions} for half in (first, second)]
    assert ids[0] | ids[1] == {question.id for question in dataset.questions}
    assert not ids[0] & ids[1]
    assert not articles[0] & articles[1]
    assert {len(half.questions) for half in (first, second)} == {4, 5}
    assert halves(dataset) == (first, second)


def test_questions_on_one_article_cannot_be_halved(folder: Path, write_rows: WriteRows) -> None:
    write_rows(folder / "questions.jsonl", [{"id": "q", "question": "Who?", "gold": ["Oslo"]}])
    with pytest.raises(rag.DatasetError, match="about one article"):
        run_sweep(folder, "candidates: [5]")


def test_the_better_setting_wins_and_is_judged_on_the_other_half(folder: Path) -> None:
    swept = run_sweep(folder, "max_statements: [2]\nthreshold: [1.0, 0.0]", by="answers/EM")
    assert [trial.figure.value for trial in swept.trials] == sorted(
        (trial.figure.value or 0 for trial in swept.trials), reverse=True
    )
    worst = run_sweep(folder, "threshold: [1.0]", by=CONTAINS)
    assert worst.trials[0].settings == {}
    assert worst.comparison is None
    assert worst.trials[1].figure.value == 0  # it abstained from every question


def test_winner_is_compared_on_the_half_that_did_not_choose(folder: Path) -> None:
    swept = sweep(
        folder,
        grid=[{"threshold": 0.0}],
        out=folder.parent / "out",
        by=CONTAINS,
        config=rag.Config(threshold=1.0),
        embedder=rag.HashEmbedder(),
        index_cache=folder.parent / "cache",
    )
    assert swept.trials[0].settings == {"threshold": 0.0}
    assert swept.comparison is not None
    (judged,) = [v for v in swept.comparison.verdicts if v.key == CONTAINS]
    assert judged.n == swept.judged_on
    assert swept.chosen_on + swept.judged_on == len(CITIES) + 1


def test_of_equal_trials_the_one_that_changes_least_is_better(folder: Path) -> None:
    """Size limits do not affect answers; the current settings are 20 MB and a threshold of 0."""
    grid = "max_file_mb: [10, 20]\nmax_question: [1000, 2000]\nthreshold: [0]"
    swept = run_sweep(folder, grid)
    assert [trial.settings for trial in swept.trials] == [
        {},
        {"max_file_mb": 10.0},
        {"max_question": 1000},
        {"max_file_mb": 10.0, "max_question": 1000},
    ]
    assert swept.moved == ()
    assert swept.comparison is None


def test_measures_that_a_setting_moved_are_named(folder: Path) -> None:
    swept = run_sweep(folder, "threshold: [1.0]")
    assert swept.comparison is None
    assert CONTAINS in swept.moved
    assert "abstention/answerable_lost" in swept.moved
    assert not any(key.startswith(("passage/", "article/")) for key in swept.moved)


def test_a_trial_without_data_is_last(folder: Path) -> None:
    """If a trial always abstains, it quotes nothing."""
    swept = run_sweep(folder, "threshold: [1.0]", by="citations/quotes_exact")
    assert [trial.settings for trial in swept.trials] == [{}, {"threshold": 1.0}]
    assert swept.trials[1].figure.value is None
    with pytest.raises(rag.UsageError, match="no data on cities"):
        run_sweep(folder, "threshold: [1.0]", by="citations/span_recall")


def test_only_changed_text_is_embedded_again(folder: Path) -> None:
    embedder = Counting()
    run_sweep(folder, "dense_weight: [0.1, 0.9]", embedder=embedder)
    once = embedder.embedded
    assert once > 0
    run_sweep(folder, "dense_weight: [0.3, 0.7]\ncandidates: [5, 50]", embedder=embedder)
    assert embedder.embedded == once
    run_sweep(folder, "passage_tokens: [8]", embedder=embedder)
    smaller = embedder.embedded
    assert smaller > once
    run_sweep(folder, "passage_tokens: [8]\ncandidates: [5, 50]", embedder=embedder)
    assert embedder.embedded == smaller


def test_unknown_measure_names_the_known_ones(folder: Path) -> None:
    with pytest.raises(rag.UsageError, match="passage/RR@10"):
        run_sweep(folder, "candidates: [5]", by="RR")
    nearest = r"not a deciding measure; did you mean answers/contains_shown\? Choose from passage/"
    with pytest.raises(rag.UsageError, match=nearest):
        run_sweep(folder, "candidates: [5]", by="contains_shown")
    assert not (folder.parent / "out").exists()


@pytest.mark.slow
def test_command_ends_with_what_to_do_next(
    tmp_path: Path,
    write_rows: WriteRows,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """If the current settings always abstain, any lower threshold is better."""
    monkeypatch.setenv("BYLINE_THRESHOLD", "1")
    folder = write_dataset(
        tmp_path / "cities", [f"{a}{b}" for a in CITIES for b in CITIES[:5]], write_rows
    )
    grid, out = write_grid(tmp_path, "threshold: [0.0, 1.0]"), tmp_path / "out"
    command = ["sweep", str(folder), "--grid", str(grid), "--out", str(out)]
    command += ["--cache", str(tmp_path / "cache")]
    assert run(command) == 0
    said = capsys.readouterr().out
    assert f"No setting changed passage/RR@10; try --by {CONTAINS}\n" in said
    assert said.endswith("Next: keep the current settings.\n")
    assert run([*command, "--by", CONTAINS]) == 0
    said = capsys.readouterr().out
    assert "n: number of these questions that count for the measure" in said
    assert said.endswith(": better\nNext: put this into byline.toml:\nthreshold = 0.0\n")
    write_grid(tmp_path, "threshold: [1.0]")
    assert run(command) == 0
    assert (
        "Nothing was tried: the grid contains only the current settings.\n"
        in capsys.readouterr().out
    )
