"""How reliably claims are checked: ``python -m benchmarks.check``; takes some minutes.

BYLINE_BENCH names the folder with the data sets. ``training/claims.py`` generates claims from the
half of squad2_dev that was not used for fitting, and from rtqa22; the claims of qags_cnndm were
judged by people.
"""

import argparse
import gzip
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from training.check import sampled, sources
from training.claims import Claim, Source

from rag.check import check_claim

PARAGRAPHS = 6  # consecutive paragraphs of an article in one source
ARTICLES = 500


def news(folder: Path, chance: random.Random) -> list[Source]:
    """Returns a few paragraphs of some articles of rtqa22."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = []
    for row in chance.sample(rows, min(ARTICLES, len(rows))):
        first = chance.randrange(max(1, len(row["paragraphs"]) - PARAGRAPHS))
        text = "\n\n".join(row["paragraphs"][first : first + PARAGRAPHS])
        found.append(Source(article=row["id"], text=text))
    return found


def judged(path: Path) -> list[Claim]:
    """Returns the claims that people judged."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Claim(
            kind="people",
            text=row["claim"],
            source=Source(article=row["id"], text=row["source"]),
            supported=row["supported"],
        )
        for row in rows
    ]


def measured(name: str, given: Iterable[Claim], *, wrong: int) -> None:
    """Prints the share of claims judged supported, by kind, and the time per claim."""
    kept: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    why: Counter[str] = Counter()
    seconds = []
    for claim in given:
        started = time.thread_time()
        found = check_claim(claim.text, [claim.source.text])
        seconds.append(time.thread_time() - started)
        kept[claim.supported, claim.kind].append(found.supported)
        if claim.supported and not found.supported:
            why[found.reasons[0].kind] += 1
        if found.supported != claim.supported and wrong > 0:
            wrong -= 1
            Console().print(
                claim.kind,
                claim.supported,
                "|",
                claim.text,
                "|",
                *found.reasons,
                "|",
                claim.source.text[:1500] if claim.supported else "",
                markup=False,
            )
    table = Table("claims", "true", "number", "supported", title=name)
    for (is_true, kind), rows in sorted(kept.items(), reverse=True):
        table.add_row(kind, "yes" if is_true else "no", str(len(rows)), f"{mean(rows):.3f}")
    true, false = (
        [row for (is_true, _), rows in kept.items() if is_true == wanted for row in rows]
        for wanted in (True, False)
    )
    Console().print(table)
    ordered = sorted(seconds)
    Console().print(
        f"true kept {mean(true):.3f}, false supported {mean(false):.3f}, balanced accuracy"
        f" {(mean(true) + 1 - mean(false)) / 2:.3f}; processor time p50"
        f" {1000 * ordered[len(ordered) // 2]:.1f} ms, p95"
        f" {1000 * ordered[int(0.95 * len(ordered))]:.1f} ms; true claims refused for {dict(why)}"
    )


def mean(rows: list[bool]) -> float:
    """Returns the share of true values."""
    return sum(rows) / len(rows) if rows else 0.0


def main() -> None:
    """Prints one table for each data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", type=int, default=0, help="print this many wrong verdicts")
    parser.add_argument("--only", choices=("squad2", "rtqa22", "qags"))
    parser.add_argument("--each", type=int, default=6, help="claims of each source")
    args = parser.parse_args()
    bench = Path(os.environ.get("BYLINE_BENCH", ""))
    if not (bench / "squad2_dev").is_dir():
        sys.exit("skipped: set BYLINE_BENCH to a folder that contains squad2_dev")
    if args.only in (None, "squad2"):
        chance = random.Random(2)  # noqa: S311 - not for cryptography
        measured(
            "squad2_dev, held out",
            sampled(sources(even=False), chance, each=args.each),
            wrong=args.wrong,
        )
    if args.only in (None, "rtqa22"):
        chance = random.Random(2)  # noqa: S311 - not for cryptography
        measured(
            "rtqa22",
            sampled(news(bench / "rtqa22", chance), chance, each=args.each),
            wrong=args.wrong,
        )
    if args.only in (None, "qags"):
        measured("qags_cnndm", judged(bench / "qags_cnndm.jsonl.gz"), wrong=args.wrong)


if __name__ == "__main__":
    main()
