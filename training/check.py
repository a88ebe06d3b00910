"""Fits the model that judges a claim as a whole: ``python -m training.check``; takes a minute.

``training/claims.py`` generates the claims from the training half of SQuAD 2.0's development set.
Writes ``src/rag/check/support.json``.
"""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from training.claims import Claim, Source, claims, fused, twins
from training.data import squad2

from rag.check.claims import examine

MODEL = Path(__file__).parents[1] / "src" / "rag" / "check" / "support.json"
TRUE_KEPT = 0.965  # share of true claims without other faults that pass
EACH = 2  # true claims per source; the same number of fused ones


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
    """Returns claims about every source: true ones, one false twin of each, and fused ones."""
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


def main() -> None:
    """Fits the model, prints its results on the training claims, and saves it."""
    chance = random.Random(1)
    made = sampled(sources(even=True), chance, each=EACH)
    found = [(claim, examine(claim.text, [claim.source.text])) for claim in made]
    made = [claim for claim, one in found if one]
    seen = [one for _, one in found if one]
    names = list(seen[0].features)
    rows = np.array([[one.features[name] for name in names] for one in seen])
    labels = np.array([claim.supported for claim in made])
    clear = np.array([not one.reasons for one in seen])
    fitted = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    fitted.fit(rows[clear], labels[clear])
    chances = fitted.predict_proba(rows)[:, 1]
    threshold = float(np.quantile(chances[clear & labels], 1 - TRUE_KEPT))
    print(f"{len(made)} claims; {Counter(claim.kind for claim in made)}")
    print(f"true without a fault {clear[labels].mean():.3f}, false {clear[~labels].mean():.3f}")
    print(
        f"AUROC of the others {roc_auc_score(labels[clear], chances[clear]):.3f}; {threshold:.3f}"
    )
    kept = {
        "weights": {
            name: round(float(w), 4) for name, w in zip(names, fitted.coef_[0], strict=True)
        },
        "intercept": round(float(fitted.intercept_[0]), 4),
        "threshold": round(threshold, 4),
    }
    MODEL.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
