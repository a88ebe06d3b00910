"""Fits which stretch of a sentence is the short answer, and writes src/rag/answer/short.json.

For each question of the open data sets that BYLINE_BENCH names it takes the first sentence that
would be shown; the stretch that equals an accepted answer is right, and where none does, "none".
The sets are measured across sources first; the shipped weights come from both.
Run: BYLINE_BENCH=FOLDER python scripts/fit_short.py [QUESTIONS PER SET]
"""

import gzip
import json
import math
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import rag
from rag.answer import answer
from rag.answer.short import likeliest, probabilities
from rag.answer.spans import Span, sort_asked, spans
from rag.evaluation.measures.answers import exact_match

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "src" / "rag" / "answer" / "short.json"
INDEXES = ROOT / ".byline" / "eval"  # where `byline eval` keeps them
SETS = ("squad2_dev", "rtqa22")
SORTS = ("date", "number", "person", "place", "name")
PENALTY = 1.0
CLEAR = (0.4, 0.45, 0.5, 0.6)

Floats = NDArray[np.float64]
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """The stretches of one sentence, and which of them are right (1) or not (0)."""

    sort: str
    found: list[Span]
    right: Floats


def gather(bench: Path, name: str, most: int) -> list[Example]:
    """The examples of one data set, from the index that ``byline eval`` made of it."""
    with gzip.open(bench / name / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        asked = [row for row in map(json.loads, lines) if row["answerable"] and row["answers"]]
    random.Random(0).shuffle(asked)  # noqa: S311 - a sample, no secret
    examples = []
    with rag.Byline(INDEXES / name, create=False) as news:
        for row in asked[:most]:
            evidence = news.evidence(row["question"])
            made = example(evidence, row["answers"])
            examples += [made] if made else []
    say(f"{name}: {len(examples)} questions for a short thing")
    return examples


def example(evidence: rag.Evidence, answers: Sequence[str]) -> Example | None:
    """The example that a question makes; None where it asks for no short thing."""
    sort = sort_asked(evidence.standalone_question)
    shown = answer(evidence, max_statements=1, threshold=0.0).statements
    if sort is None or not shown:
        return None
    text = shown[0].text
    found = spans(evidence.standalone_question, text, sort)
    right = [exact_match(text[span.start : span.end], answers) for span in found]
    return Example(sort, found, np.array(right))


def fit(examples: Sequence[Example]) -> Weights:
    """The weights under which the right stretches, or none, are likeliest; ridge-penalised."""
    kept = [item for item in examples if item.found]
    names = list(kept[0].found[0].features)
    values = [np.array([[*s.features.values(), 1.0] for s in item.found]) for item in kept]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total = PENALTY / 2 * float(weights[:-1] @ weights[:-1])
        slope: Floats = np.append(PENALTY * weights[:-1], 0.0)
        for item, rows in zip(kept, values, strict=True):
            scores = np.append(rows @ weights, 0.0)  # the last is "none"
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            good = np.append(item.right, float(not item.right.any()))
            right = float(chances @ good)
            total -= math.log(right + 1e-12)
            slope += (chances - chances * good / (right + 1e-12))[:-1] @ rows
        return total, slope

    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    return {name: round(float(w), 3) for name, w in zip([*names, "intercept"], found, strict=True)}


def judge(examples: Sequence[Example], weights: Weights) -> str:
    """How many get a short answer at each probability, and how many of those are right."""
    best = []
    for item in examples:
        chances = probabilities(item.found, weights)
        place, chance = likeliest(item.found, chances) if chances else (0, 0.0)
        best.append((chance, item.right[place] if chances else 0.0))
    told = []
    for least in CLEAR:
        given = [right for chance, right in best if chance >= least]
        share = len(given) / max(1, len(best))
        told.append(f"from {least}: {share:.2f} answered, {np.mean(given or [0]):.2f} right")
    return "; ".join(told)


def main() -> int:
    """Gathers, fits, shows and writes."""
    if "BYLINE_BENCH" not in os.environ:
        say("BYLINE_BENCH names no folder of open data sets; set it and run this again")
        return 1
    bench = Path(os.environ["BYLINE_BENCH"])
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    gathered = {name: gather(bench, name, most) for name in SETS}
    write(fit_all(gathered), {name: len(examples) for name, examples in gathered.items()})
    return 0


def fit_all(gathered: dict[str, list[Example]]) -> dict[str, Weights]:
    """The weights of each sort, after showing those of one half, or set, on the other."""
    fitted = {}
    for sort in SORTS:
        of_sort = {
            name: [item for item in examples if item.sort == sort]
            for name, examples in gathered.items()
        }
        first, second = of_sort[SETS[0]], of_sort[SETS[1]]
        half = len(first) // 2
        say(f"{sort}, half of {SETS[0]} on the other: {judge(first[half:], fit(first[:half]))}")
        say(f"{sort}, {SETS[0]} on {SETS[1]}: {judge(second, fit(first))}")
        fitted[sort] = fit([*first, *second])
    return fitted


def write(fitted: dict[str, Weights], sizes: dict[str, int]) -> None:
    """Writes the weights with where they come from."""
    model = {
        "weights": fitted,
        "provenance": {
            "script": "scripts/fit_short.py",
            "examples": sizes,
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
