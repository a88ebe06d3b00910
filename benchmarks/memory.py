"""The memory of one process over thousands of different questions.

Run as ``python benchmarks/memory.py [--questions 8000] [--hash]``. Asks about 1,204 paragraphs of
squad2_dev (``BYLINE_BENCH``), with the bundled model and the trained reader; ``--hash`` uses
``HashEmbedder`` and no reader. Prints, after each eighth, the memory that is not mapped files, and
the number of blocks that Python has allocated; at the end, the memory after glibc's
``malloc_trim``, without what the allocator keeps free.
"""

import argparse
import ctypes
import ctypes.util
import gzip
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import rag

QUESTIONS = 8_000
PARTS = 8


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of squad2_dev."""
    folder = Path(os.environ["BYLINE_BENCH"]) / "squad2_dev"
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def anonymous() -> float:
    """The resident memory of this process without mapped files, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("RssAnon:"))


def opened(folder: Path, *, hashed: bool) -> rag.Byline:
    """An index of the paragraphs."""
    if hashed:
        config = rag.Config(reader="none")
        news = rag.Byline(folder, config=config, embedder=rag.HashEmbedder())
    else:
        news = rag.Byline(folder)
    news.add([rag.make_article(id=row["id"], title=row["title"], text=row["text"])
              for row in rows("corpus")])  # fmt: skip
    return news


def main() -> None:
    """Prints one line for each eighth, and a summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--hash", action="store_true")
    given = parser.parse_args()
    questions = list(dict.fromkeys(row["question"] for row in rows("questions")))[: given.questions]
    with tempfile.TemporaryDirectory() as scratch, opened(Path(scratch), hashed=given.hash) as news:
        sizes = []
        part = len(questions) // PARTS
        for number, question in enumerate(questions):
            if number % part == 0:
                sizes.append(anonymous())
                print(f"{number:6} questions: {sizes[-1]:.1f} MB,"
                      f" {sys.getallocatedblocks():,} blocks", flush=True)  # fmt: skip
            news.ask(question)
        sizes.append(anonymous())
        half = PARTS // 2
        print(f"{len(questions):6} questions: {sizes[-1]:.1f} MB, {sys.getallocatedblocks():,}"
              f" blocks; first half {sizes[half] - sizes[0]:+.1f} MB,"
              f" second half {sizes[-1] - sizes[half]:+.1f} MB")  # fmt: skip
        with suppress(OSError, AttributeError):  # only glibc has it
            ctypes.CDLL(ctypes.util.find_library("c")).malloc_trim(0)
            print(f"after malloc_trim: {anonymous():.1f} MB")


if __name__ == "__main__":
    main()
