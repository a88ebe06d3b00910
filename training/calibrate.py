"""Fits the calibration and the threshold on held-out questions: ``python -m training.calibrate``.

Each cluster of the held-out invented news serves as a small folder of articles. Each question is
asked over its folder; answerable questions are also asked without their own article. Answerable and
unanswerable questions have equal total weight. Writes ``reader.json`` and
``thresholds.json``; with ``--fallback``, only prints the numbers for ``late_interaction.py``.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from training.data import Example, Written, written

import rag
from rag.evaluation.measures.answers import contains
from rag.read.onnx_reader import OnnxReader

SOURCE = Path(__file__).parents[1] / "src" / "rag"
CARD = SOURCE / "read" / "reader.json"
THRESHOLDS = SOURCE / "answer" / "thresholds.json"
EVERY = 4  # every fourth question of an article is asked
STEPS = 100  # number of thresholds at which the error rate is measured
LEAST = 0.02  # minimum share of questions with a shown answer for a measurement


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The log odds of an answer, whether there is one, and whether the first sentence has it."""

    log_odds: float
    answerable: bool
    right: bool


def asked(found: rag.Byline, articles: Sequence[Written]) -> Iterator[Asked]:
    """Asks each question over its cluster; answerable ones also without their own article."""
    for own, article in enumerate(articles):
        folder = [n for n, each in enumerate(articles) if each.cluster == article.cluster]
        others = [n for n in folder if n != own]
        for example in article.examples[own % EVERY :: EVERY]:
            yield one(found, example.question, example, folder)
            if example.is_answered and others:
                yield one(found, example.question, None, others)


def one(
    found: rag.Byline, question: str, example: Example | None, articles: Sequence[int]
) -> Asked:
    """Asks one question of the uncalibrated reader; ``example`` is None if it has no answer."""
    answer = found.ask(question, filter=rag.Filter(articles=tuple(map(str, articles))))
    none = answer.confidence.none if answer.confidence else 1.0
    none = min(max(none, 1e-9), 1 - 1e-9)
    shown = answer.statements or answer.withheld
    answers = list(example.answers) if example else []
    return Asked(
        log_odds=float(np.log((1 - none) / none)),
        answerable=bool(answers),
        right=bool(answers and shown and contains(shown[0].text, answers) > 0),
    )


def main() -> None:
    """Fits the calibration and the threshold; prints and saves them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--lost", type=float, default=0.08, help="share of answerable questions to decline"
    )
    parser.add_argument(
        "--silent", type=float, default=0.03, help="share of them to show no closest sentence for"
    )
    parser.add_argument(
        "--fallback", action="store_true", help="fit the fallback reader; write nothing"
    )
    args = parser.parse_args()
    articles = written("news", held_out=True)
    config = rag.Config(reader="none", threshold=0.0)
    reader = OnnxReader(calibrate=False)
    with (
        tempfile.TemporaryDirectory() as index,
        rag.Byline(index, config=config, reader=None if args.fallback else reader) as byline,
    ):
        byline.add(
            rag.make_article(id=str(n), title=each.title, text="\n\n".join(each.paragraphs))
            for n, each in enumerate(articles)
        )
        found = list(asked(byline, articles))
    odds = np.array([[each.log_odds] for each in found])
    answerable = np.array([each.answerable for each in found])
    right = np.array([each.right for each in found])
    weights = np.where(answerable, 1 / answerable.sum(), 1 / (~answerable).sum()) / 2
    fitted = LogisticRegression(C=1e6).fit(odds, answerable, sample_weight=weights * len(found))
    calibration = {
        "slope": round(float(fitted.coef_[0, 0]), 4),
        "intercept": round(float(fitted.intercept_[0]), 4),
    }
    chance = fitted.predict_proba(odds)[:, 1]
    threshold, closest = (
        round(float(np.quantile(chance[answerable], share)), 3)
        for share in (args.lost, args.silent)
    )
    print(
        f"{len(found)} questions; first sentence right {right[answerable].mean():.3f};"
        f" AUROC {roc_auc_score(answerable, chance):.3f}; {calibration}; threshold {threshold}"
        f" declines {np.mean(chance[~answerable] < threshold):.3f} of the unanswerable;"
        f" closest {closest}: nothing shown for {np.mean(chance[~answerable] < closest):.3f}"
    )
    if args.fallback:
        return
    card = json.loads(CARD.read_text(encoding="utf-8")) | {"calibration": calibration}
    CARD.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    kept = {"shipped": threshold, "closest": closest, "errors": errors(chance, right, weights)}
    THRESHOLDS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def errors(
    chance: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Returns each threshold with the share of wrong first sentences shown, (thresholds, 2).

    Estimated by the rule of succession, as if one more right and one more wrong sentence had been
    shown: no errors among thirty sentences do not mean an error rate of 0.
    """
    found = []
    for step in range(STEPS):
        shown = chance >= step / STEPS
        if (total := (weights * shown).sum()) > LEAST:
            wrong, count = (weights * (shown & ~right)).sum(), shown.sum()
            rate = (wrong / total * count + 1) / (count + 2)
            found.append((step / STEPS, round(float(rate), 4)))
    return found


if __name__ == "__main__":
    main()
