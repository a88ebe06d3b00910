"""How often the first hit is from the month asked about, with and without the time setting.

Run as ``python benchmarks/times.py DATASET INDEX``. DATASET contains ``corpus.jsonl.gz`` with
dates; INDEX is its index. For each word pair that occurs in titles of at least five months, asks
one question per month. The relevant articles are those from the month with the pair in their title.
"""

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

import rag
from rag.language.words import fold, is_stop_word, tokens

MONTHS = 5
READ = 20
Case = tuple[str, set[str]]


def pairs(title: str) -> Iterator[str]:
    """Yields pairs of adjacent words in a title, without numbers and stop words."""
    words = [word for word, _, _ in tokens(title)]
    for first, second in pairwise(words):
        if all(len(w) > 2 and w.isalpha() and not is_stop_word(w) for w in (first, second)):
            yield f"{fold(first)} {fold(second)}"


def cases(dataset: Path) -> list[Case]:
    """Returns questions with their relevant articles."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with gzip.open(dataset / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for pair in pairs(row["title"]) if row["date"] else ():
                found[pair][row["date"][:7]].add(row["id"])
    return [
        (f"What was reported about {pair} in {date.fromisoformat(month + '-01'):%B %Y}?", ids)
        for pair, months in sorted(found.items())
        if len(months) >= MONTHS
        for month, ids in sorted(months.items())
    ]


def rank(news: rag.Byline, question: str, right: set[str]) -> float:
    """Returns the rank of the first relevant article; infinite if none is found."""
    hits = news.search(question, k=READ)
    found = dict.fromkeys(hit.passage.article_id for hit in hits)
    return next((n for n, name in enumerate(found, start=1) if name in right), float("inf"))


def measured(index: Path, asked: Sequence[Case], *, time: bool) -> tuple[float, float, float]:
    """Returns Success@1, Success@5 and the mean reciprocal rank, by article."""
    with rag.Byline(index, config=rag.Config(time=time), create=False) as news:
        ranks = [rank(news, question, right) for question, right in asked]
    shares = [sum(r <= most for r in ranks) / len(ranks) for most in (1, 5)]
    return shares[0], shares[1], sum(1 / r for r in ranks) / len(ranks)


def main() -> int:
    """Asks all questions and prints one table."""
    if len(sys.argv) != 3:
        print("usage: python benchmarks/times.py DATASET INDEX", file=sys.stderr)
        return 2
    asked = cases(Path(sys.argv[1]))
    table = Table("time", "Success@1", "Success@5", "RR", title=f"{len(asked)} questions")
    for time in (False, True):
        figures = measured(Path(sys.argv[2]), asked, time=time)
        table.add_row("on" if time else "off", *(f"{value:.3f}" for value in figures))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
