"""How surely copies and versions of one text are told from different reports of one event.

Run as ``python benchmarks/copies.py``; about a minute. Copies and versions of real articles are
planted among all articles of the data set rtqa22, many of which report the same events, in the
folder that BYLINE_BENCH names. Every relation that was not planted counts as false, those between
real articles too, though some of these are versions indeed.
"""

import gzip
import hashlib
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

import rag
from rag.index.library import Library, Record
from rag.retrieve.near_duplicates import related

ORIGINALS = 300
EDITED = 0.1
LEAST_WORDS = 60
BATCH = 64
Plant = Callable[[rag.Article, random.Random], rag.Article]


def articles(folder: Path) -> list[rag.Article]:
    """All articles of a data set's corpus."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        rag.make_article(
            id=row["id"],
            title=row["title"],
            outlet=row["source"],
            published=date.fromisoformat(row["date"]) if row["date"] else None,
            text="\n\n".join(row["paragraphs"]),
        )
        for row in rows
    ]


def exact(article: rag.Article, _: random.Random) -> rag.Article:
    """The text as it is."""
    return article


def without_end(article: rag.Article, _: random.Random) -> rag.Article:
    """The first half of the words."""
    return replace(article, text=article.text[: half(article.text)])


def without_start(article: rag.Article, _: random.Random) -> rag.Article:
    """The last half of the words."""
    return replace(article, text=article.text[half(article.text) :])


def headlined_anew(article: rag.Article, chance: random.Random) -> rag.Article:
    """Another headline, above the text too."""
    words = article.text.split()
    headline = " ".join(chance.sample(words, 9))
    return replace(article, title=headline, text=f"{headline}\n\n{article.text}")


def edited(article: rag.Article, chance: random.Random) -> rag.Article:
    """A tenth of the words replaced, left out or doubled by another, each alone and anywhere."""
    pool = article.text.split()

    def edit(match: re.Match[str]) -> str:
        if chance.random() >= EDITED:
            return match.group()
        return chance.choice([chance.choice(pool), "", f"{match.group()} {chance.choice(pool)}"])

    return replace(article, text=re.sub(r"\S+", edit, article.text))


def updated(article: rag.Article, chance: random.Random) -> rag.Article:
    """Three days later in the same outlet, with a new headline and lead, and edits."""
    day = article.published or date(2022, 1, 1)
    lead = " ".join(chance.sample(article.text.split(), 40))
    later = headlined_anew(edited(article, chance), chance)
    return replace(later, text=f"{lead}.\n\n{later.text}", published=day + timedelta(days=3))


COPIES: tuple[Plant, ...] = (exact, without_end, without_start, headlined_anew, edited)


def half(text: str) -> int:
    """The offset of the middle word."""
    words = list(re.finditer(r"\S+", text))
    return words[len(words) // 2].start()


@dataclass(frozen=True)
class Planted:
    """An article made from another, and how."""

    article: rag.Article
    original: str
    kind: str


def planted(originals: list[rag.Article], chance: random.Random) -> Iterator[Planted]:
    """Each kind of copy, in an outlet of its own, and one version of each original."""
    for original in originals:
        for plant in (*COPIES, updated):
            made = plant(original, chance)
            name = plant.__name__
            outlet = original.outlet if plant is updated else f"The {name} Times"
            revision = hashlib.sha256(made.text.encode()).hexdigest()
            article = replace(
                made, id=f"{name}:{original.id}", revision=revision, outlet=outlet, origin=""
            )
            yield Planted(article=article, original=original.id, kind=name)


def stored(folder: Path, given: list[rag.Article]) -> tuple[Library, float]:
    """A library of the articles alone, and the seconds that took."""
    library = Library(folder / "library.db", create=True)
    started = time.perf_counter()
    for start in range(0, len(given), BATCH):
        batch = given[start : start + BATCH]
        library.write([Record(article=article, recipe="", passages=()) for article in batch])
    return library, time.perf_counter() - started


def kinds(library: Library) -> dict[tuple[str, str], str]:
    """What each pair of related articles is to each other."""
    living = [article for article, _ in library.recipes().values()]
    found = library.overlapping({a.revision for a in living}, generation=library.generation)
    return {
        (article.id, other.article_id): other.kind
        for article, others in related(found).items()
        for other in others
    }


def main() -> None:
    """Prints one table; skips, with the reason, where the data set is not there."""
    folder = Path(os.environ.get("BYLINE_BENCH", "")) / "rtqa22"
    if not os.environ.get("BYLINE_BENCH") or not folder.is_dir():
        sys.exit("skipped: BYLINE_BENCH names no folder that holds rtqa22")
    real = articles(folder)
    chance = random.Random(1)  # noqa: S311 - which articles are copied is no secret
    with tempfile.TemporaryDirectory() as scratch:
        library, _ = stored(Path(scratch), real)
        natural = kinds(library)
        near = library.connection.execute("SELECT count(*) FROM overlaps").fetchone()[0] // 2
        library.close()
    alone = [a for a in real if len(a.text.split()) >= LEAST_WORDS]
    alone = [a for a in alone if a.id not in {id_ for pair in natural for id_ in pair}]
    plants = list(planted(chance.sample(alone, ORIGINALS), chance))
    everything = [*real, *(plant.article for plant in plants)]
    chance.shuffle(everything)
    with tempfile.TemporaryDirectory() as scratch:
        library, seconds = stored(Path(scratch), everything)
        found = kinds(library)
        library.close()
    report(plants, found, apart=near - len(natural) // 2, each=seconds / len(everything))


def report(
    plants: list[Planted], found: dict[tuple[str, str], str], *, apart: int, each: float
) -> None:
    """Prints recall by kind, precision over all, and what it cost."""
    origin = {plant.article.id: plant.original for plant in plants}
    table = Table("planted", "pairs", "found", "recall", title="Copies among rtqa22")
    for kind in dict.fromkeys(plant.kind for plant in plants):
        asked = [(plant.original, plant.article.id) for plant in plants if plant.kind == kind]
        wanted = "newer" if kind == updated.__name__ else "copy"
        hit = sum(found.get(pair) == wanted for pair in asked)
        table.add_row(kind, str(len(asked)), str(hit), f"{hit / len(asked):.3f}")
    pairs = {tuple(sorted(pair)) for pair in found}
    true = [(a, b) for a, b in pairs if origin.get(a, a) == origin.get(b, b)]
    false = [pair for pair in pairs if pair not in true]
    planted_false = sum(a in origin or b in origin for a, b in false)
    direct = [pair for pair in true if not all(id_ in origin for id_ in pair)]
    Console().print(table)
    Console().print(
        f"precision {len(direct) / (len(direct) + len(false)):.3f}: {len(direct)} pairs of an"
        f" original and its copy, {planted_false} false ones with a planted article,"
        f" {len(false) - planted_false} between real articles\n"
        f"{apart} further pairs of real articles share half of a text and stay apart\n"
        f"{1000 * each:.1f} ms an article, storing included"
    )


if __name__ == "__main__":
    main()
