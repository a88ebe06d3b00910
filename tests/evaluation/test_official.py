"""Compares our measures on real SQuAD questions with the official script."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.evaluation import evaluate
from rag.evaluation.folder import read_results
from rag.evaluation.lines import dump_line
from rag.evaluation.measuring.metrics import measure
from rag.evaluation.records import PREDICTIONS, Prediction

WriteRows = Callable[[Path, Iterable[Mapping[str, object]]], Path]
EMPTIED = ("a", "an", "the")  # the script treats an answer of only these as empty
Official = Callable[[Path], dict[str, float]]

ARTICLES = ("Normans", "Jacksonville,_Florida")
PARAGRAPHS = 8  # questions per article
NAME = re.compile(r"[A-Z]\w+(?: [A-Z]\w+)*|\d[\d,.]*\d")


@pytest.fixture(scope="module")
def squad(bench: Path) -> dict[str, Any]:
    """The first paragraphs of two articles of the script's data."""
    with gzip.open(bench / "squad2_dev" / "dev-v2.0.rebuilt.json.gz", "rt") as file:
        whole = json.load(file)
    data = [
        {**article, "paragraphs": article["paragraphs"][:PARAGRAPHS]}
        for article in whole["data"]
        if article["title"] in ARTICLES
    ]
    return {"version": whole["version"], "data": data}


def paragraphs(squad: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for article in squad["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            yield f"{article['title']}:{number}", paragraph


@pytest.fixture(scope="module")
def shown(
    squad: Mapping[str, Any], write_rows: WriteRows, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The questions about these articles, asked over their paragraphs; some find no answer."""
    folder = tmp_path_factory.mktemp("squad")
    documents = [{"id": name, "text": one["context"]} for name, one in paragraphs(squad)]
    questions = [
        {
            "id": asked["id"],
            "question": asked["question"],
            "answers": list(dict.fromkeys(answer["text"] for answer in asked["answers"])),
            "gold": [] if asked["is_impossible"] else [name],
            "answerable": not asked["is_impossible"],
        }
        for name, paragraph in paragraphs(squad)
        for asked in paragraph["qas"]
    ]
    write_rows(folder / "set" / "corpus.jsonl", documents)
    write_rows(folder / "set" / "questions.jsonl", questions)
    evaluate(
        folder / "set",
        out=folder / "results",
        index_cache=folder / "index",
        embedder=rag.HashEmbedder(dims=256),
    )
    return folder / "results"


@pytest.fixture(scope="module")
def shortened(shown: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with the last name or number of most answers as short answer; some are right."""
    folder = tmp_path_factory.mktemp("shortened") / "results"
    shutil.copytree(shown, folder)
    lines = (shown / PREDICTIONS).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for number, row in enumerate(rows):
        names = [name for name in NAME.findall(row["answer"]) if name.lower() not in EMPTIED]
        row["short_answer"] = names[-1] if names and number % 3 else None
    (folder / PREDICTIONS).write_text("".join(map(dump_line, rows)), encoding="utf-8")
    return folder


def said(prediction: Prediction) -> str:
    """The input for the script: the short answer, else the first statement, or nothing."""
    if prediction.abstained:
        return ""
    return prediction.short_answer or prediction.statements[0]


def figures(folder: Path) -> dict[str, float]:
    """Our figures under the script's names, in percent."""
    scores = measure(folder)[0].scores
    ours = {
        "HasAns_exact": scores.answers["EM"],
        "HasAns_f1": scores.answers["F1"],
        "NoAns_exact": scores.abstention["unanswerable_abstained"],
    }
    return {name: 100 * (figure.value or 0) for name, figure in ours.items()}


@pytest.fixture
def official(bench: Path, squad: Mapping[str, Any], tmp_path: Path) -> Official:
    """The output of the script for the predictions in a result folder."""

    def official(folder: Path) -> dict[str, float]:
        answers = {prediction.id: said(prediction) for prediction, _ in read_results(folder).rows}
        data, given = tmp_path / "data.json", tmp_path / "answers.json"
        data.write_text(json.dumps(squad), encoding="utf-8")
        given.write_text(json.dumps(answers), encoding="utf-8")
        script = bench / "squad2_dev" / "evaluate-v2.0.py"
        command = [sys.executable, str(script), str(data), str(given)]
        done = subprocess.run(command, capture_output=True, check=True)
        found: dict[str, float] = json.loads(done.stdout)
        asked = [each for _, paragraph in paragraphs(squad) for each in paragraph["qas"]]
        answered = [each for each in asked if not each["is_impossible"]]
        assert (found["total"], found["HasAns_total"]) == (len(asked), len(answered))
        assert min(len(answered), len(asked) - len(answered)) > 30
        return found

    return official


@pytest.mark.slow
def test_the_official_script_gives_the_same_figures(shown: Path, official: Official) -> None:
    ours, theirs = figures(shown), official(shown)
    assert ours == pytest.approx({name: theirs[name] for name in ours}, abs=5e-5)
    assert 0 < ours["NoAns_exact"] < 100


@pytest.mark.slow
def test_it_does_so_for_short_answers(shortened: Path, official: Official) -> None:
    ours, theirs = figures(shortened), official(shortened)
    assert ours == pytest.approx({name: theirs[name] for name in ours}, abs=5e-5)
    assert 0 < ours["HasAns_exact"] < ours["HasAns_f1"] < 100
