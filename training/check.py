"""Fits the model that judges a claim as a whole: ``python -m training.check``; takes minutes.

The claims are made by ``training/claims.py`` and ``training/summaries.py``, from some of the news
and of the half of SQuAD 2.0's development set that may be trained on. The threshold is chosen on
the held-out news. No weight of evidence may be negative, and none of a fault positive. Writes
``src/rag/check/support.json``.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from training.claims import Claim, Source, claims, fused, twins
from training.data import squad2, written
from training.summaries import summaries

from rag.check.claims import examine
from rag.check.model import FAULTS

MODEL = Path(__file__).parents[1] / "src" / "rag" / "check" / "support.json"
TRUE_KEPT = 0.9  # share of true held-out claims without a fault that a rule finds that pass
NEWS, PARAGRAPHS = 400, 250  # sources of both kinds that claims are made of
LEAST = 0.01  # a weight below it is none
PENALTY = 0.001  # on the sum of the weights, beside the mean loss of a claim
EACH = 2  # true claims of each source, and as many that are fused
OF_KIND = 2  # claims of each kind of summary and source
PLAIN = 0.5  # share of claims in lower case, as headlines and machines may write


def sources(*, even: bool) -> list[Source]:
    """Returns the paragraphs of one half of SQuAD 2.0, with their answered questions."""
    found: dict[str, list[tuple[str, str]]] = {}
    titles = {}
    for example in squad2(even=even):
        found.setdefault(example.passage, [])
        titles[example.passage] = example.title
        if example.answers:
            found[example.passage].append((example.question, example.answers[0]))
    return [
        Source(article=titles[text], text=text, answered=tuple(asked))
        for text, asked in found.items()
    ]


def sampled(given: list[Source], chance: random.Random, *, each: int) -> list[Claim]:
    """Returns claims of every source: true ones, one false twin of each, and fused ones."""
    by_article: dict[str, list[str]] = {}
    for source in given:
        by_article.setdefault(source.article, []).extend(source.sentences)
    titles = sorted(by_article)
    made: list[Claim] = []
    kinds: Counter[str] = Counter()
    for source in given:
        other = chance.choice([title for title in titles if title != source.article])
        true = list(claims(source, chance))
        chance.shuffle(true)
        true.sort(key=lambda claim: kinds[claim.kind])  # the rarest kinds first
        for claim in true[:each]:
            kinds[claim.kind] += 1
            made.append(claim)
            false = list(twins(claim, by_article[other] or ["Nothing was said of it."], chance))
            if false:
                twin = min(false, key=lambda one: (kinds[one.kind], chance.random()))
                kinds[twin.kind] += 1
                made.append(twin)
        mixed = list(fused(source, chance))
        made += chance.sample(mixed, min(len(mixed), each))
    return made


def articles(*, held_out: bool) -> list[Source]:
    """Returns the invented news that is held out, or that is trained on."""
    return [
        Source(
            article=one.title,
            text="\n\n".join(one.paragraphs),
            answered=tuple(
                (each.question, each.answers[0]) for each in one.examples if each.answers
            ),
            unanswered=tuple(each.question for each in one.examples if not each.answers),
        )
        for one in written("news", held_out=held_out)
    ]


def summarised(given: list[Source], chance: random.Random) -> list[Claim]:
    """Returns a few claims of each kind of summary of every source."""
    made: list[Claim] = []
    for source in given:
        kinds: dict[str, list[Claim]] = {}
        for claim in summaries(source, chance):
            kinds.setdefault(claim.kind, []).append(claim)
        for found in kinds.values():
            made += chance.sample(found, min(OF_KIND, len(found)))
    return made


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Claims that a model is fitted on or judged by; ``clear`` have no fault that a rule finds."""

    names: list[str]
    rows: NDArray[np.float64]
    labels: NDArray[np.bool_]
    clear: NDArray[np.bool_]


def seen(made: list[Claim], chance: random.Random) -> Seen:
    """Examines claims, some of them in lower case."""
    texts = [one.text.lower() if chance.random() < PLAIN else one.text for one in made]
    found = [examine(text, [one.source.text]) for text, one in zip(texts, made, strict=True)]
    kept = [(one, claim) for one, claim in zip(found, made, strict=True) if one]
    names = list(kept[0][0].features)
    return Seen(
        names=names,
        rows=np.array([[one.features[name] for name in names] for one, _ in kept]),
        labels=np.array([claim.supported for _, claim in kept]),
        clear=np.array([not one.reasons for one, _ in kept]),
    )


def fit(given: Seen) -> tuple[NDArray[np.float64], float]:
    """Returns the weights, none of the wrong sign, and the intercept.

    A logistic regression with an L1 penalty, in which true and false claims weigh the same.
    """
    labels = given.labels
    signs = np.array([-1.0 if name in FAULTS else 1.0 for name in given.names])
    share = np.where(labels, 0.5 / labels.sum(), 0.5 / (~labels).sum())
    rows = np.column_stack([given.rows * signs, np.ones(len(labels))])  # (claims, features + 1)
    penalty = np.append(np.full(len(signs), PENALTY), 0.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = rows @ weights
        slope = share * (1 / (1 + np.exp(-total)) - labels)
        value = share @ (np.logaddexp(0, total) - labels * total) + penalty @ weights
        return float(value), rows.T @ slope + penalty

    bounds = [*((0.0, None) for _ in signs), (None, None)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:-1] * signs, float(found.x[-1])


def main() -> None:
    """Fits the model, prints what it does on the held-out news, and writes it."""
    chance = random.Random(1)
    given = [
        *chance.sample(articles(held_out=False), NEWS),
        *chance.sample(sources(even=True), PARAGRAPHS),
    ]
    fitting = seen([*sampled(given, chance, each=EACH), *summarised(given, chance)], chance)
    other = articles(held_out=True)
    held = seen([*sampled(other, chance, each=EACH), *summarised(other, chance)], chance)
    weights, intercept = fit(fitting)
    chances = 1 / (1 + np.exp(-(held.rows @ weights + intercept)))
    threshold = float(np.quantile(chances[held.labels & held.clear], 1 - TRUE_KEPT))
    passed = (chances >= threshold) & held.clear
    print(f"{len(fitting.labels)} claims; held out {len(held.labels)}")
    print(f"AUROC {roc_auc_score(held.labels, chances):.3f}; threshold {threshold:.3f}")
    print(f"true kept {passed[held.labels].mean():.3f}, false {passed[~held.labels].mean():.3f}")
    kept = {
        "weights": {
            name: round(float(w), 4)
            for name, w in zip(fitting.names, weights, strict=True)
            if abs(w) > LEAST
        },
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 4),
    }
    MODEL.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
