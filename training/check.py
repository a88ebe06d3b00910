"""Fits the model that judges a claim as a whole: ``python -m training.check``; takes two minutes.

``training/claims.py`` and ``training/summaries.py`` generate the claims from the invented news and
from the training half of SQuAD 2.0's development set. One half of SQuAD's articles and the news
fit the weights; the other half and the held-out news set the threshold. No fault may speak for a
claim. Writes ``src/rag/check/support.json``.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from training.claims import Claim, Source, claims, fused, twins
from training.data import squad2, written
from training.summaries import summaries

from rag.check.examine import examine
from rag.check.model import FAULTS

MODEL = Path(__file__).parents[1] / "src" / "rag" / "check" / "support.json"
TRUE_KEPT = 0.91  # share of true claims of the second half of SQuAD that pass
REWORDED = (0.0, 0.4, 0.8, 1.2, 1.6)  # weights to try for claims with words of their own
UNFOUNDED = -9.0  # weight of a claim with most content words in no source: never supported
PENALTY = 0.001  # on the sum of the weights, beside the mean loss
LEAST = 0.01  # lower weights are left out
NEWS = 750  # articles of the news that fit the weights
EACH = 2  # true claims per source; the same number of fused ones
SUMMARIES, ANSWERS = 12, 4  # claims like summaries, and of questions, per source
SOURCES = 150  # paragraphs of each half of SQuAD with such claims
PLAIN = 0.5  # share of claims in lower case


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


def articles(*, held_out: bool) -> list[Source]:
    """Returns the invented news, either the held-out or the training articles."""
    return [
        Source(
            article=one.title,
            text="\n\n".join(one.paragraphs),
            answered=tuple((e.question, e.answers[0]) for e in one.examples if e.answers),
        )
        for one in written("news", held_out=held_out)
    ]


def summarised(given: Sequence[Source], chance: random.Random) -> list[Claim]:
    """Returns claims like those of summaries, and some of questions, about every source."""
    words = {one: set(re.findall(r"(?<= )[a-z]{5,}(?=[ ,.])", one.text)) for one in given}
    made: list[Claim] = []
    for source in given:
        foreign = words[chance.choice(given)] - words[source]
        found = list(summaries(replace(source, foreign=tuple(sorted(foreign))), chance))
        answers = [claim for claim in found if claim.kind.endswith("answer")]
        others = [claim for claim in found if not claim.kind.endswith("answer")]
        made += chance.sample(answers, min(len(answers), ANSWERS))
        made += chance.sample(others, min(len(others), SUMMARIES))
    return made


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Examined claims; ``clear`` are those without a wrong fact."""

    names: list[str]
    rows: NDArray[np.float64]  # (claims, features)
    labels: NDArray[np.bool_]
    clear: NDArray[np.bool_]


def seen(made: Sequence[Claim], chance: random.Random) -> Seen:
    """Examines claims, some of them in lower case with their source."""
    found = []
    for claim in made:
        texts = claim.text, claim.source.text
        if chance.random() < PLAIN:
            texts = texts[0].lower(), texts[1].lower()
        one = examine(texts[0], [texts[1]])
        if one:
            found.append((claim, one))
    names = list(found[0][1].features)
    return Seen(
        names=names,
        rows=np.array([[one.features[name] for name in names] for _, one in found]),
        labels=np.array([claim.supported for claim, _ in found]),
        clear=np.array([not one.reasons for _, one in found]),
    )


def fit(given: Seen) -> tuple[NDArray[np.float64], float]:
    """Returns the weights, all of the right sign, and the intercept.

    A logistic regression with an L1 penalty, in which true and false claims weigh the same. The
    weights that are not fitted are 0.
    """
    rows, labels = given.rows[given.clear], given.labels[given.clear]
    signs = np.array([-1.0 if name in FAULTS else 1.0 for name in given.names])
    share = np.where(labels, 0.5 / labels.sum(), 0.5 / (~labels).sum())
    rows = np.column_stack([rows * signs, np.ones(len(labels))])  # (claims, features + 1)
    penalty = np.append(np.full(len(signs), PENALTY), 0.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = rows @ weights
        slope = share * (1 / (1 + np.exp(-total)) - labels)
        value = share @ (np.logaddexp(0, total) - labels * total) + penalty @ weights
        return float(value), rows.T @ slope + penalty

    limits = {"reworded": (0.0, 0.0), "triples": (0.0, 0.0), "unfounded": (0.0, 0.0)}
    bounds = [*(limits.get(name, (0.0, np.inf)) for name in given.names), (-np.inf, np.inf)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:-1] * signs, float(found.x[-1])


def accuracy(passed: NDArray[np.bool_], labels: NDArray[np.bool_]) -> float:
    """Returns the balanced accuracy."""
    return float(passed[labels].mean() + 1 - passed[~labels].mean()) / 2


def main() -> None:
    """Fits the model, prints its results on the claims that set the threshold, and saves it."""
    chance = random.Random(3)
    even = sources(even=True)
    first = set(sorted({source.article for source in even})[::2])
    halves = (
        [source for source in even if source.article in first],
        [source for source in even if source.article not in first],
    )
    news = chance.sample(articles(held_out=False), NEWS), articles(held_out=True)
    plain = [sampled([*halves[n]], chance, each=EACH) for n in (0, 1)]
    like = [
        summarised(news[n], chance) + summarised(chance.sample(halves[n], SOURCES), chance)
        for n in (0, 1)
    ]
    made = [*plain[0], *sampled(news[0], chance, each=EACH), *like[0]]
    print(f"{len(made)} claims; {Counter(claim.kind for claim in made)}")
    weights, intercept = fit(given := seen(made, chance))
    weights[given.names.index("unfounded")] = UNFOUNDED
    facts = seen(plain[1], chance)
    summary = seen([one for one in like[1] if not one.kind.endswith("answer")], chance)
    place, tried = given.names.index("reworded"), []
    for weight in REWORDED:
        weights[place] = weight
        totals = np.where(facts.clear, facts.rows @ weights + intercept, -np.inf)
        limit = float(np.quantile(totals[facts.labels], 1 - TRUE_KEPT))
        passed = summary.clear & (summary.rows @ weights + intercept >= limit)
        tried.append((accuracy(passed, summary.labels), weight, limit))
        print(
            f"reworded {weight}: balanced accuracy {accuracy(totals >= limit, facts.labels):.3f},"
            f" like summaries {tried[-1][0]:.3f}"
        )
    _, weights[place], limit = max(tried)
    likely = summary.rows @ weights + intercept
    print(f"AUROC like summaries {roc_auc_score(summary.labels, likely):.3f}")
    kept = {
        "weights": {
            name: round(float(weight), 4)
            for name, weight in zip(given.names, weights, strict=True)
            if abs(weight) > LEAST
        },
        "intercept": round(intercept, 4),
        "threshold": round(1 / (1 + float(np.exp(-limit))), 4),
    }
    MODEL.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
