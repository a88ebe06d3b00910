"""Speed of Byline on this machine: cold start, questions and indexing.

Run as ``make bench`` or ``python benchmarks/run.py``. Uses the data set squad2_dev if the folder
that BYLINE_BENCH names contains it, else the shipped articles. The last column gives each time
relative to one question of the same run.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

import rag

ROOT = Path(__file__).parents[1]
QUESTION = "How many Iranian diplomats did Baku expel?"
COLD_STARTS = 3
PARAGRAPHS, QUESTIONS = 300, 100


def seconds(work: Callable[[], object]) -> float:
    """Returns the wall time of ``work``, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def quantile(times: list[float], share: float) -> float:
    """Returns the ``share`` quantile of ``times``, by nearest rank."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def paragraphs_and_questions() -> tuple[str, list[rag.Article], list[str]]:
    """Returns the name of the data set, its articles, and questions about them."""
    folder = Path(os.environ.get("BYLINE_BENCH", "")) / "squad2_dev"
    if os.environ.get("BYLINE_BENCH") and folder.is_dir():
        corpus, rows = (_rows(folder / f"{name}.jsonl.gz") for name in ("corpus", "questions"))
        articles = [
            rag.make_article(id=str(row["id"]), title=str(row["title"]), text=str(row["text"]))
            for row in corpus[:PARAGRAPHS]
        ]
        return "squad2_dev", articles, [str(row["question"]) for row in rows[:QUESTIONS]]
    with tempfile.TemporaryDirectory() as index, rag.open(ROOT / "corpus", index=index) as news:
        shipped = news.articles()
    lines = (
        (ROOT / "eval" / "articles" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    )
    return "the shipped articles", shipped, [json.loads(line)["question"] for line in lines]


def _rows(path: Path) -> list[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cold_start(folder: Path) -> float:
    """Returns the median wall time of ``byline ask`` in a new process with an existing index."""
    command = [sys.executable, "-m", "rag.cli", "ask", QUESTION, "--index", str(folder)]
    return statistics.median(
        seconds(lambda: subprocess.run(command, check=True, capture_output=True))
        for _ in range(COLD_STARTS)
    )


def main() -> None:
    """Prints one table."""
    Console(stderr=True).print("measuring for about a minute …")
    name, articles, questions = paragraphs_and_questions()
    with tempfile.TemporaryDirectory() as scratch:
        shipped = Path(scratch) / "shipped"
        rag.open(ROOT / "corpus", index=shipped).close()
        cold = cold_start(shipped)
        with rag.Byline(Path(scratch) / "measured") as news:
            news.embedder.embed_documents(["to load the model before it is timed"])
            built = seconds(lambda: news.add(articles))
            passages = int(str(news.status()["passages"]))
            again = seconds(lambda: news.add(articles))
            news.ask(questions[0])
            asked = [seconds(partial(news.ask, question)) for question in questions]
            found = [seconds(partial(news.search, question)) for question in questions]
            unread = rag.Config(reader_weight=0)  # the reader does not change the order of hits
            with rag.Byline(news.folder, config=unread, embedder=news.embedder) as retrieving:
                retrieving.search(questions[0])
                retrieved = [seconds(partial(retrieving.search, one)) for one in questions]
    half = statistics.median(asked)
    table = Table("measured", "value", "relative to one question", title=f"Speed on {name}")
    for what, value, unit in (
        ("cold start of byline ask", cold, "s"),
        ("one question asked, p50", half, "s"),
        ("one question asked, p95", quantile(asked, 0.95), "s"),
        ("one search, p50", statistics.median(found), "s"),
        ("one search, p95", quantile(found, 0.95), "s"),
        ("retrieval alone (no reader), p50", statistics.median(retrieved), "s"),
        ("retrieval alone (no reader), p95", quantile(retrieved, 0.95), "s"),
        ("indexing again, nothing changed", again, "s"),
    ):
        table.add_row(what, f"{value:.4f} {unit}", f"{value / half:.2f}")
    paragraphs = sum(len([line for line in a.text.split("\n") if line]) for a in articles)
    table.add_row("indexing, paragraphs per second", f"{paragraphs / built:.1f}", "")
    table.add_row("indexing, passages per second", f"{passages / built:.1f}", "")
    Console().print(table)


if __name__ == "__main__":
    main()
