"""How reliably excerpts are traced: ``python -m benchmarks.trace``; takes some minutes.

BYLINE_BENCH names the folder with the data sets: the articles of rtqa22 are indexed, and squad2_dev
provides excerpts that are in no article.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from benchmarks.excerpts import Excerpt, excerpts
from rich.console import Console
from rich.table import Table

import rag
from rag.check.words import words_of

FEWEST = 200  # excerpts of each kind


def articles(folder: Path) -> list[rag.Article]:
    """Returns all articles of a data set's corpus."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        rag.make_article(
            id=row["id"],
            title=row["title"],
            outlet=row["source"],
            published=date.fromisoformat(row["date"]) if row["date"] else None,
            text=row.get("text") or "\n\n".join(row["paragraphs"]),
        )
        for row in rows
    ]


def is_right(one: Excerpt, found: rag.Trace, texts: dict[str, str]) -> tuple[bool, bool]:
    """Whether the verdict is right, and whether the article has the words that were found."""
    cited = found.citation.article_id if found.citation else None
    quote = words_of(found.citation.quote).keys if found.citation else ()
    same = cited == one.article or bool(
        one.article and quote and next(words_of(texts[one.article]).places(quote), None) is not None
    )
    return found.verdict == one.verdict, same


def main() -> None:
    """Prints one table; exits with a message if the data sets are missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=FEWEST, help="excerpts of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", help="keep the index in this folder and reuse it")
    parser.add_argument(
        "--wrong", action="store_true", help="print the excerpts with a wrong verdict"
    )
    args = parser.parse_args()
    bench = Path(os.environ.get("BYLINE_BENCH", ""))
    if not (bench / "rtqa22").is_dir() or not (bench / "squad2_dev").is_dir():
        sys.exit("skipped: set BYLINE_BENCH to a folder that contains rtqa22 and squad2_dev")
    given = articles(bench / "rtqa22")
    with tempfile.TemporaryDirectory() as scratch:
        config = rag.Config(copies=False)
        embedder = rag.HashEmbedder(dims=8)  # tracing needs no vectors
        with rag.Byline(args.index or scratch, config=config, embedder=embedder) as news:
            if not news.size()["articles"]:
                news.add(given)
            report(news, given, articles(bench / "squad2_dev"), args)


def report(
    news: rag.Byline, given: list[rag.Article], absent: list[rag.Article], args: argparse.Namespace
) -> None:
    """Traces the excerpts and prints the table."""
    texts = {article.id: article.text for article in given}
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    right: Counter[str] = Counter()
    seconds = []
    news.trace("a first excerpt, so that the index is loaded")
    for one in excerpts(given, absent, each=args.each, seed=args.seed):
        claimed = rag.Filter(articles=(one.claimed,)) if one.claimed else None
        started = time.thread_time()  # excludes other processes
        found = news.trace(one.text, filter=claimed)
        seconds.append(time.thread_time() - started)
        good, same = is_right(one, found, texts)
        verdicts[one.kind][found.verdict] += 1
        right[one.kind] += same
        if args.wrong and not (good and same):
            Console().print(one, found, markup=False)
    names = ("verbatim", "altered", "elsewhere", "not found")
    table = Table("excerpts", "number", *names, "source right", title="Excerpts of rtqa22")
    for kind, counts in verdicts.items():
        total = counts.total()
        table.add_row(
            kind, str(total), *(str(counts[name]) for name in names), f"{right[kind] / total:.3f}"
        )
    Console().print(table)
    ordered = sorted(seconds)
    size = news.status()
    Console().print(
        f"{size['articles']} articles, {size['passages']} passages; processor time p50"
        f" {1000 * ordered[len(ordered) // 2]:.0f} ms, p95"
        f" {1000 * ordered[int(0.95 * len(ordered))]:.0f} ms, longest {1000 * ordered[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
