"""The cost of re-indexing an unchanged folder, relative to the first run.

Run as ``python benchmarks/again.py [FILES]``. Indexes small web pages, indexes them again
unchanged, and once more after a change to one page. Uses ``HashEmbedder``, so that embedding costs
little; with a real embedder, the first run takes longer. Prints processor time and wall time,
relative to the first run.

It also prints the largest error of the estimated time left after the first tenth of the files, as a
share of the whole time of reading and embedding.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

import rag

FILES = 10_000
REST = 3.0  # seconds; a file that was changed just before it is read is read again
PARTS = [f"{start}{end}" for start in "bcdfghklmnprst" for end in ("ara", "ero", "ilu", "onda")]
WORDS = [f"{first}{second}" for first in PARTS for second in PARTS]  # makes all texts different


def prose(chance: random.Random, sentences: int) -> str:
    """Returns sentences of invented words."""
    made = (" ".join(chance.choices(WORDS, k=14)).capitalize() for _ in range(sentences))
    return ". ".join(made) + "."


def write_page(path: Path, number: int) -> None:
    """Writes a web page of about two kilobytes."""
    chance = random.Random(number)  # noqa: S311
    paragraphs = "".join(f"<p>{prose(chance, 5)}</p>" for _ in range(3))
    path.write_text(
        f"<html><head><title>{prose(chance, 1)}</title>"
        f'<link rel="canonical" href="https://news.example/{number}">'
        f'<meta property="article:published_time" content="2024-05-{1 + number % 28:02}"></head>'
        f"<body><article>{paragraphs}</article></body></html>",
        encoding="utf-8",
    )


class Estimates:
    """The estimated ends of a run, each with the share of the files done."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.told: list[tuple[float, float]] = []
        self.end = 0.0

    def note(self, step: rag.Progress) -> None:
        """Records an estimate."""
        self.end = time.perf_counter() - self.began
        if step.left is not None and step.done >= step.total / 10:
            self.told.append((self.end, step.left))

    def error(self) -> float:
        """The largest error, as a share of the time until the last file was done."""
        return max(abs(at + left - self.end) for at, left in self.told) / self.end


def timed(news: rag.Byline, folder: Path) -> tuple[Estimates, rag.IndexReport, float, float]:
    """Indexes ``folder``; returns estimates, report, processor time and wall time, in seconds."""
    estimates, began = Estimates(), time.process_time()
    report = news.index([folder], progress=estimates.note)
    return estimates, report, time.process_time() - began, report.seconds


def main() -> None:
    """Prints the times and their ratios."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    console = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "articles"
        for number in range(files):
            path = folder / f"{number // 500:03}" / f"{number:05}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_page(path, number)
        time.sleep(REST)
        with rag.Byline(Path(place) / "index", embedder=rag.HashEmbedder(dims=64)) as news:
            estimates, report, cpu, whole = timed(news, folder)
            console.print(f"first: {report.added} added in {cpu:.1f} s ({whole:.1f} s in all)")
            console.print(f"time left: wrong by at most {estimates.error():.0%} after a tenth")
            for what in ("nothing", "one page"):
                _, report, more, longer = timed(news, folder)
                console.print(
                    f"{what} changed: {report.unchanged} unchanged; {more:.2f} s, {more / cpu:.3f}"
                    f" of the first time ({longer:.2f} s in all, {longer / whole:.3f})"
                )
                write_page(folder / "000" / "00000.html", files)


if __name__ == "__main__":
    main()
