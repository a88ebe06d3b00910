"""Fits the numbers of ``src/rag/answer/model.json`` on the open data sets, and says how well.

``python scripts/fit.py sentences [QUESTIONS A SET]``, with BYLINE_BENCH set, fits which sentence
answers: a choice among all sentences that were read for a question. It is shown fitted on each
source and tested on the others, then fitted on all. It uses the indexes that ``byline eval`` made.

``python scripts/fit.py answerability FOLDER …`` then fits whether the articles answer at all, on
the ``features`` of the predictions in result folders of ``byline eval``. Each folder weighs the
same; the model is shown fitted without each and tested on it. The threshold is the one at which a
given share of answerable questions is lost, averaged over the folders; the errors at each
threshold are kept beside it, which is what ``max_error`` reads.
"""

import gzip
import json
import os
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import rag
from rag.answer.candidates import candidates
from rag.answer.model import logistic
from rag.evaluation.measures.answers import contains

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "src" / "rag" / "answer" / "model.json"
INDEXES = ROOT / ".byline" / "eval"  # where `byline eval` keeps them
SENTENCE_SETS = {"squad2_dev": 3.0, "rtqa22": 1.0}
"""Sources and weights; the answers of rtqa22 were linked by machine, mostly by shared words."""
SENTENCE_FEATURES = ("coverage_before", "soft_share", "kind_missed", "fused")
QUESTION_FEATURES = (
    "soft_all",
    "soft_coverage",
    "dense_top",
    "kind_missed",
    "names",
    "numbers",
    "negation_missed",
)
PENALTY = 1e-3
LOST = 0.08  # the share of answerable questions that the threshold may cost
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Weights = dict[str, float]
Choice = tuple[Floats, Flags]
"""The features of the sentences read for one question, (sentences, features); which answer."""


# ---- which sentence answers


def gather(bench: Path, name: str, most: int) -> list[Choice]:
    """The choices of a data set's answerable questions; those without a right sentence too."""
    with gzip.open(bench / name / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        asked = [row for row in map(json.loads, lines) if row["answerable"] and row["answers"]]
    random.Random(0).shuffle(asked)  # noqa: S311 - a sample, no secret
    with rag.Byline(INDEXES / name, create=False) as news:
        gathered = [choice(news, row) for row in asked[:most]]
    say(f"{name}: {len(gathered)} questions gathered")
    return gathered


def choice(news: rag.Byline, row: Mapping[str, Any]) -> Choice:
    """The sentences read for one question, and which of them answer."""
    day = date.fromisoformat(row["date"][:10]) if row.get("date") else None
    found = candidates(news.evidence(row["question"], asked_on=day))
    gold = {*row["gold"], *row.get("gold_human", [])}
    features = [[c.features[name] for name in SENTENCE_FEATURES] for c in found]
    right = [c.article.id in gold and contains(c.text, row["answers"]) > 0 for c in found]
    return np.array(features).reshape(len(found), -1), np.array(right, dtype=bool)


def fit_choice(sources: Sequence[tuple[list[Choice], float]]) -> Weights:
    """The weights that make the right sentences most likely among those of their question.

    A conditional logit: McFadden, Conditional logit analysis of qualitative choice behavior, 1974.
    The intercept makes the mean probability of all sentences the share of right ones.
    """
    kept = [
        (features, right, weight / len(choices))
        for choices, weight in sources
        for features, right in choices
        if right.any() and not right.all()
    ]
    spread = np.concatenate([features for features, _, _ in kept]).std(axis=0) + 1e-9

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = PENALTY * weights @ weights, 2 * PENALTY * weights
        for features, right, weight in kept:
            scaled = features / spread
            scores = scaled @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            mass = (chances * right).sum() + 1e-12
            value -= weight * np.log(mass)
            slope = slope - weight * (chances * right / mass - chances) @ scaled
        return float(value), slope

    fitted = minimize(loss, np.zeros(len(SENTENCE_FEATURES)), jac=True, method="L-BFGS-B").x
    scaled = fitted / spread
    scores = np.concatenate([features @ scaled for features, _, _ in kept])
    share = np.mean(np.concatenate([right for _, right, _ in kept]))
    intercept = brentq(lambda b: np.mean(1 / (1 + np.exp(-scores - b))) - share, -50, 50)
    return named(float(intercept), scaled, SENTENCE_FEATURES)


def first_right(choices: Sequence[Choice], weights: Weights) -> float:
    """The share of questions whose best-scored sentence answers."""
    values = np.array([weights[name] for name in SENTENCE_FEATURES])
    right = [
        bool(right[int(np.argmax(features @ values))]) if len(right) else False
        for features, right in choices
    ]
    return float(np.mean(right))


def fit_sentences(bench: Path, most: int) -> int:
    """Gathers, fits, shows and writes the weights of sentences."""
    choices = {name: gather(bench, name, most) for name in SENTENCE_SETS}
    for name in SENTENCE_SETS:
        others = [(choices[n], weight) for n, weight in SENTENCE_SETS.items() if n != name]
        say(
            f"best sentence answers, fitted without {name}, on {name}:"
            f" {first_right(choices[name], fit_choice(others)):.3f}"
        )
    weights = fit_choice([(choices[name], weight) for name, weight in SENTENCE_SETS.items()])
    for name in SENTENCE_SETS:
        say(f"best sentence answers, fitted on all, {name}: {first_right(choices[name], weights)}")
    sizes = {name: len(found) for name, found in choices.items()}
    provenance = {
        "sentence_questions": sizes,
        "sentence_weights": SENTENCE_SETS,
        "question_features": "of predictions made with the sentence weights before these",
    }
    write({"sentence": weights}, provenance)
    return 0


# ---- whether the articles answer


@dataclass(frozen=True, slots=True)
class Predicted:
    """A folder's questions: features, whether each is answerable, and whether what leads is right.

    Shapes: (questions, features), (questions,), (questions,).
    """

    name: str
    features: Floats
    answerable: Flags
    right: Flags


def read_folder(folder: Path) -> Predicted:
    """The questions of a result folder that are marked answerable or not."""
    gold = {row["id"]: row for row in rows(folder / "gold.jsonl")}
    features, answerable, right = [], [], []
    for row in rows(folder / "predictions.jsonl"):
        marked = gold[row["id"]]
        if marked["answerable"] is None or not row["features"] or marked["history"]:
            continue
        lead = [*row["citations"], *row["withheld"]][:1]
        features.append([row["features"][name] for name in QUESTION_FEATURES])
        answerable.append(marked["answerable"])
        right.append(any(contains(cited["quote"], marked["answers"]) > 0 for cited in lead))
    say(f"{folder}: {len(features)} questions")
    return Predicted(folder.name, np.array(features), np.array(answerable), np.array(right))


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def fit_logistic(folders: Sequence[Predicted]) -> Weights:
    """Logistic weights, each folder weighing the same, and in it both kinds of question."""
    values = np.concatenate([folder.features for folder in folders])
    labels = np.concatenate([folder.answerable for folder in folders])
    weights = np.concatenate([balanced(folder.answerable) for folder in folders])
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=1.0, max_iter=5000).fit(
        (values - middle) / spread, labels, sample_weight=weights * len(labels) / len(folders)
    )
    scaled = fitted.coef_[0] / spread
    return named(float(fitted.intercept_[0] - scaled @ middle), scaled, QUESTION_FEATURES)


def balanced(labels: Flags) -> Floats:
    """Weights under which either kind adds up to a half."""
    weights: Floats = np.where(labels, 0.5 / max(labels.sum(), 1), 0.5 / max((~labels).sum(), 1))
    return weights


def fit_answerability(folders: Sequence[Path]) -> int:
    """Reads, fits, shows and writes the weights of questions, the threshold and its errors."""
    read = [read_folder(folder) for folder in folders]
    for one in read:
        if others := [other for other in read if other is not one]:
            auroc = roc_auc_score(one.answerable, chances(one, fit_logistic(others)))
            say(f"AUROC, fitted without {one.name}, on {one.name}: {auroc:.3f}")
    weights = fit_logistic(read)
    found = [chances(one, weights) for one in read]
    grid = np.round(np.linspace(0, 1, 101), 2)
    lost = [
        np.mean([np.mean(p[one.answerable] < least) for one, p in zip(read, found, strict=True)])
        for least in grid
    ]
    threshold = max(least for least, share in zip(grid, lost, strict=True) if share <= LOST)
    for one, p in zip(read, found, strict=True):
        say(
            f"{one.name}: AUROC {roc_auc_score(one.answerable, p):.3f}, answerable lost"
            f" {np.mean(p[one.answerable] < threshold):.3f}, unanswerable abstained"
            f" {np.mean(p[~one.answerable] < threshold):.3f}"
        )
    write(
        {
            "answerability": weights,
            "threshold": float(threshold),
            "errors": [[float(least), error(read, found, least)] for least in grid[:-1]],
        },
        {
            "question_sets": {one.name: len(one.answerable) for one in read},
            "question_features": "of predictions made with these sentence weights",
            "threshold": f"loses {LOST:.0%} of answerable questions, averaged over the sets",
            "errors": "share of shown first sentences without the answer, averaged over the sets",
        },
    )
    return 0


def chances(one: Predicted, weights: Weights) -> Floats:
    """The answerability of each question."""
    named_rows = (dict(zip(QUESTION_FEATURES, row, strict=True)) for row in one.features)
    return np.array([logistic(weights, row) for row in named_rows])


def error(read: Sequence[Predicted], found: Sequence[Floats], least: float) -> float:
    """The share of wrong first sentences among those shown at a threshold, over the folders.

    Where a folder shows nothing any more, its last share stands: errors are not shown to vanish.
    """
    shares = []
    for one, p in zip(read, found, strict=True):
        shown = p >= min(least, np.sort(p)[-min(20, len(p))])
        shares.append(1 - np.mean(one.right[shown] & one.answerable[shown]))
    return round(float(np.mean(shares)), 4)


# ---- writing


def named(intercept: float, weights: Floats, names: Sequence[str]) -> Weights:
    """The weights by name, as they are written."""
    pairs = zip(names, weights, strict=True)
    return {"intercept": round(intercept, 4), **{n: round(float(w), 4) for n, w in pairs}}


def write(fitted: Mapping[str, object], provenance: Mapping[str, object]) -> None:
    """Puts what was fitted into the model, with where it comes from."""
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    made = {
        "script": "scripts/fit.py",
        "byline": rag.__version__,
        "date": datetime.now(tz=UTC).date().isoformat(),
    }
    model |= fitted
    model["provenance"] = model.get("provenance", {}) | provenance | made
    MODEL.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    say(f"written to {MODEL.relative_to(ROOT)}")


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)


def main() -> int:
    """Does what the first argument says."""
    match sys.argv[1:]:
        case ["sentences", *rest] if "BYLINE_BENCH" in os.environ and len(rest) < 2:
            return fit_sentences(Path(os.environ["BYLINE_BENCH"]), int(rest[0]) if rest else 2000)
        case ["answerability", *folders] if folders:
            return fit_answerability([Path(folder) for folder in folders])
    say((__doc__ or "").strip())
    return 1


if __name__ == "__main__":
    sys.exit(main())
