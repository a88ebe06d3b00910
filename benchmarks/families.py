"""The cost of near-duplicates in large families, relative to articles that are all different.

Run as ``python benchmarks/families.py [SIZE ...]``. A family is a group of articles with the same
boilerplate: a series, whose members report different events, or versions of one report. Indexing is
compared with the same number of different articles of the same length, and questions with the same
questions without the setting ``copies``. Uses ``HashEmbedder``, so embedding costs little.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

import rag

SIZES = (250, 500, 1000, 2000)
QUESTIONS = 7
WORDS = [f"{start}{end}" for start in "bcdfghklmnprst" for end in ("ara", "ero", "ilu", "onda")]
DAY = date(2020, 1, 1)
Text = Callable[[int, random.Random], str]


def prose(chance: random.Random) -> str:
    """Returns a sentence of invented words."""
    return " ".join(chance.choices(WORDS, k=14)).capitalize() + "."


BOILERPLATE = " ".join(prose(random.Random(seed)) for seed in range(20))  # noqa: S311


def different(_: int, chance: random.Random) -> str:
    """Returns a text that shares no sentence with others."""
    return " ".join(prose(chance) for _ in range(22))


def member(number: int, chance: random.Random) -> str:
    """Returns a member of a series."""
    return (
        f"The ferry of line {number} carried {chance.randint(100, 999)} people to"
        f" {chance.choice(WORDS).title()} on {chance.randint(1, 28)} May, and"
        f" {chance.randint(100, 999)} cars. {BOILERPLATE}"
    )


def version(number: int, chance: random.Random) -> str:
    """Returns a version of one report."""
    return (
        f"The ferry carried {100 + number} people to Westray on 3 May, and 70 cars."
        f" {prose(chance)} {BOILERPLATE}"
    )


def articles(text: Text, size: int) -> list[rag.Article]:
    """Returns the articles, each from a different day."""
    chance = random.Random(1)  # noqa: S311 - not for cryptography
    return [
        rag.make_article(
            id=f"{number:05}",
            title="The ferry",
            outlet="Gazette",
            published=DAY + timedelta(days=number),
            text=text(number, chance),
        )
        for number in range(size)
    ]


def seconds(work: Callable[[], object]) -> float:
    """Returns the processor time of ``work``, in seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def asked(folder: Path, *, copies: bool) -> float:
    """Returns the median processor time of a search, in seconds."""
    config = rag.Config(copies=copies)
    with rag.Byline(folder, config=config, embedder=rag.HashEmbedder(), create=False) as news:
        news.search("How many people did the ferry carry?")
        questions = [f"How many cars did ferry {line} carry?" for line in range(QUESTIONS)]
        return statistics.median(seconds(partial(news.search, each)) for each in questions)


def main() -> None:
    """Prints one table."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    table = Table(
        *("family", "articles", "indexing, s", "ratio", "question, ms", "ratio"),
        title="Families of near-duplicates",
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            built: dict[str, float] = {}
            for text in (different, member, version):
                name = text.__name__
                with rag.Byline(Path(scratch) / name, embedder=rag.HashEmbedder()) as news:
                    built[name] = seconds(partial(news.add, articles(text, size)))
                found = [asked(Path(scratch) / name, copies=copies) for copies in (True, False)]
                table.add_row(
                    *(name, str(size), f"{built[name]:.1f}"),
                    f"{built[name] / built['different']:.2f}",
                    *(f"{1000 * found[0]:.0f}", f"{found[0] / found[1]:.2f}"),
                )
    Console().print(table)


if __name__ == "__main__":
    main()
