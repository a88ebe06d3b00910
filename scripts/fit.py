"""Fits the numbers of ``src/rag/answer/model.json`` on the open data sets, and says how well.

Run as ``python scripts/fit.py [QUESTIONS_A_SET]`` with BYLINE_BENCH set. Two logistic models are
fitted: which sentence answers, and whether the articles answer at all. Each is shown fitted on one
source and tested on the other, then fitted on both, each source weighing the same. The threshold
is the one at which, on average over the sources, a given share of answerable questions is lost.
The indexes are kept in results/fit.
"""

import gzip
import json
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import rag
from rag.answer.answerability import answerability_features
from rag.answer.candidates import Candidate, candidates
from rag.answer.model import logistic
from rag.evaluation.measures.answers import contains

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "src" / "rag" / "answer" / "model.json"
GATHERED = ROOT / "results" / "fit"
SENTENCE_SETS = ("squad2_dev", "rtqa22")
ANSWERABLE_SETS = ("squad2_dev", "rtqa22_abstain")
SENTENCE_FEATURES = (
    "coverage",
    "coverage_before",
    "soft_share",
    "kind_missed",
    "fused",
    "new_words",
)
QUESTION_FEATURES = (
    "soft_all",
    "names",
    "kind_missed",
    "sentence_score",
    "lexical_top",
    "dense_top",
    "agreement",
)
LOST = 0.03  # the share of answerable questions that the threshold may cost
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's label, all that was found for it, and which sentences answer it."""

    answerable: bool
    evidence: rag.Evidence
    found: list[Candidate]
    answers: NDArray[np.bool_]


def read(path: Path) -> Iterator[Row]:
    """The rows of a compressed JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def articles(folder: Path) -> list[rag.Article]:
    """The documents of a data set, verbatim."""
    return [
        rag.make_article(
            id=row["id"],
            title=row["title"] or "",
            text=row["text"] if "text" in row else "\n\n".join(row["paragraphs"]),
            outlet=row.get("source"),
            published=date.fromisoformat(row["date"][:10]) if row.get("date") else None,
        )
        for row in read(folder / "corpus.jsonl.gz")
    ]


def gather(bench: Path, name: str, most: int) -> list[Asked]:
    """For each question its evidence, its candidate sentences, and which of them answer."""
    questions = list(read(bench / name / "questions.jsonl.gz"))
    random.Random(0).shuffle(questions)  # noqa: S311 - a sample, no secret
    gathered = []
    with rag.Byline(GATHERED / name) as news:
        news.add(articles(bench / name))
        for question in questions[:most]:
            evidence = news.evidence(question["question"])
            found = candidates(evidence)
            answers = [
                candidate.article.id in question["gold"]
                and contains(candidate.text, question["answers"]) > 0
                for candidate in found
            ]
            gathered.append(
                Asked(bool(question["answerable"]), evidence, found, np.array(answers, dtype=bool))
            )
    say(f"{name}: {len(gathered)} questions gathered")
    return gathered


def fit(sources: Sequence[tuple[list[Row], list[bool]]], names: Sequence[str]) -> dict[str, float]:
    """Logistic weights over the features ``names``, each source weighing the same."""
    values = np.array([[row[name] for name in names] for rows, _ in sources for row in rows])
    labels = np.array([label for _, source in sources for label in source])
    weights = np.concatenate([np.full(len(rows), 1 / len(rows)) for rows, _ in sources])
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=1.0, max_iter=5000).fit(
        (values - middle) / spread, labels, sample_weight=weights * len(labels) / len(sources)
    )
    scaled = fitted.coef_[0] / spread
    intercept = float(fitted.intercept_[0] - scaled @ middle)
    named = {name: round(float(w), 4) for name, w in zip(names, scaled, strict=True)}
    return {"intercept": round(intercept, 4), **named}


def sentence_rows(asked: Sequence[Asked]) -> tuple[list[Row], list[bool]]:
    """The sentences of questions that one of them answers, with which does."""
    kept = [item for item in asked if item.answers.any()]
    return (
        [dict(candidate.features) for item in kept for candidate in item.found],
        [bool(answer) for item in kept for answer in item.answers],
    )


def question_rows(asked: Sequence[Asked], weights: Row) -> tuple[list[Row], list[bool]]:
    """The features of each question as a whole, with whether it is answerable."""
    rows, labels = [], []
    for item in asked:
        scored = [(c, logistic(weights, c.features)) for c in item.found]
        scored.sort(key=lambda pair: -pair[1])
        if scored:
            rows.append(answerability_features(item.evidence, scored))
            labels.append(item.answerable)
    return rows, labels


def first_right(asked: Sequence[Asked], weights: Row) -> float:
    """The share of answerable questions whose best-scored sentence answers."""
    kept = [item for item in asked if item.answerable]
    right = 0
    for item in kept:
        scores = [logistic(weights, candidate.features) for candidate in item.found]
        right += bool(item.found) and bool(item.answers[int(np.argmax(scores))])
    return right / len(kept)


def scores(rows: Sequence[Row], weights: Row) -> NDArray[np.float64]:
    """The probability of each row."""
    return np.array([logistic(weights, row) for row in rows])


def main() -> int:
    """Gathers, fits, shows and writes."""
    if "BYLINE_BENCH" not in os.environ:
        say("BYLINE_BENCH names no folder of open data sets; set it and run this again")
        return 1
    bench = Path(os.environ["BYLINE_BENCH"])
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    names = sorted({*SENTENCE_SETS, *ANSWERABLE_SETS})
    asked = {name: gather(bench, name, most) for name in names}

    rows = {name: sentence_rows(asked[name]) for name in SENTENCE_SETS}
    for name in SENTENCE_SETS:
        others = [rows[other] for other in SENTENCE_SETS if other != name]
        shown = first_right(asked[name], fit(others, SENTENCE_FEATURES))
        say(f"best sentence answers, fitted without {name}, on {name}: {shown:.3f}")
    sentence = fit([rows[name] for name in SENTENCE_SETS], SENTENCE_FEATURES)

    questions = {name: question_rows(asked[name], sentence) for name in ANSWERABLE_SETS}
    for name, (features, labels) in questions.items():
        other = fit([questions[o] for o in ANSWERABLE_SETS if o != name], QUESTION_FEATURES)
        auroc = roc_auc_score(labels, scores(features, other))
        say(f"AUROC, fitted without {name}, on {name}: {auroc:.3f}")
    answerability = fit([questions[name] for name in ANSWERABLE_SETS], QUESTION_FEATURES)
    threshold = lost_at([(scores(f, answerability), np.array(y)) for f, y in questions.values()])
    for name, (features, labels) in questions.items():
        probabilities, truth = scores(features, answerability), np.array(labels)
        say(
            f"{name}: AUROC {roc_auc_score(truth, probabilities):.3f}, answerable lost"
            f" {np.mean(probabilities[truth] < threshold):.3f}, unanswerable abstained"
            f" {np.mean(probabilities[~truth] < threshold):.3f}"
        )
    write(sentence, answerability, threshold, {name: len(asked[name]) for name in names})
    return 0


def lost_at(sources: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]]) -> float:
    """The highest threshold that loses at most LOST of the answerable, on average over sources."""
    grid = np.linspace(0, 1, 1001)
    lost = [np.mean([np.mean(p[truth] < least) for p, truth in sources]) for least in grid]
    return float(max(least for least, share in zip(grid, lost, strict=True) if share <= LOST))


def write(sentence: Row, answerability: Row, threshold: float, sizes: Mapping[str, int]) -> None:
    """Writes the model with where it comes from."""
    model = {
        "sentence": sentence,
        "answerability": answerability,
        "threshold": threshold,
        "provenance": {
            "script": "scripts/fit.py",
            "questions": dict(sizes),
            "sentence_sets": SENTENCE_SETS,
            "answerable_sets": ANSWERABLE_SETS,
            "threshold": f"loses {LOST:.0%} of answerable questions, averaged over the sets",
            "byline": rag.__version__,
            "date": datetime.now(tz=UTC).date().isoformat(),
        },
    }
    MODEL.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    say(f"written to {MODEL.relative_to(ROOT)}")


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
