"""Accuracy of distinguishing copies and versions from different reports and from series.

Run as ``python -m benchmarks.copies``; takes about two minutes. BYLINE_BENCH names the folder with
the data set rtqa22, in which many articles report the same events. The benchmark adds copies and
versions of some articles. All other relations count as false, including those between real
articles, although some of these are true versions.

The benchmark also adds series: texts of one template that report different events, with two
versions of each member; and real articles with replaced facts. Relations between different members
count as errors.
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
from itertools import combinations
from pathlib import Path

from benchmarks.series import corrected, extended, retold, series
from rich.console import Console
from rich.table import Table

import rag
from rag.index.library import Library, Record
from rag.retrieve.near_duplicates import related

ORIGINALS = 300
MEMBERS = 12
EDITED = 0.1
LEAST_WORDS = 60
BATCH = 64
Plant = Callable[[rag.Article, random.Random], rag.Article]


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
            text="\n\n".join(row["paragraphs"]),
        )
        for row in rows
    ]


def exact(article: rag.Article, _: random.Random) -> rag.Article:
    """Keeps the text unchanged."""
    return article


def without_end(article: rag.Article, _: random.Random) -> rag.Article:
    """Keeps the first half of the words."""
    return replace(article, text=article.text[: half(article.text)])


def without_start(article: rag.Article, _: random.Random) -> rag.Article:
    """Keeps the last half of the words."""
    return replace(article, text=article.text[half(article.text) :])


def headlined_anew(article: rag.Article, chance: random.Random) -> rag.Article:
    """Replaces the headline, and also puts the new one above the text."""
    words = article.text.split()
    headline = " ".join(chance.sample(words, 9))
    return replace(article, title=headline, text=f"{headline}\n\n{article.text}")


def edited(article: rag.Article, chance: random.Random) -> rag.Article:
    """Changes a random tenth of the words: replaces or removes them, or adds words after them."""
    pool = article.text.split()

    def edit(match: re.Match[str]) -> str:
        if chance.random() >= EDITED:
            return match.group()
        return chance.choice([chance.choice(pool), "", f"{match.group()} {chance.choice(pool)}"])

    return replace(article, text=re.sub(r"\S+", edit, article.text))


def updated(article: rag.Article, chance: random.Random) -> rag.Article:
    """Makes a version three days later: same outlet, new headline and lead, and edits."""
    day = article.published or date(2022, 1, 1)
    lead = " ".join(chance.sample(article.text.split(), 40))
    later = headlined_anew(edited(article, chance), chance)
    return replace(later, text=f"{lead}.\n\n{later.text}", published=day + timedelta(days=3))


COPIES: tuple[Plant, ...] = (exact, without_end, without_start, headlined_anew, edited)
VERSIONS: tuple[Plant, ...] = (corrected, extended)


def half(text: str) -> int:
    """Returns the offset of the middle word."""
    words = list(re.finditer(r"\S+", text))
    return words[len(words) // 2].start()


@dataclass(frozen=True)
class Planted:
    """An article made from another, and the kind of change."""

    article: rag.Article
    original: str
    kind: str


def planted(originals: list[rag.Article], chance: random.Random) -> Iterator[Planted]:
    """Yields each kind of copy of each original, from a different outlet, and one version."""
    for original in originals:
        for plant in COPIES:
            yield made(plant, original, chance, outlet=f"The {plant.__name__} Times")
        yield made(updated, original, chance)


def made(
    plant: Plant, original: rag.Article, chance: random.Random, *, outlet: str | None = None
) -> Planted:
    """Makes one article from another, by default from the same outlet."""
    name, changed = plant.__name__, plant(original, chance)
    article = replace(
        changed,
        id=f"{name}:{original.id}",
        revision=hashlib.sha256(changed.text.encode()).hexdigest(),
        outlet=outlet or original.outlet,
        origin="",
    )
    return Planted(article=article, original=original.id, kind=name)


@dataclass(frozen=True)
class Serial:
    """The members of all series, the pairs of each, and versions of the members."""

    members: list[rag.Article]
    pairs: dict[str, list[tuple[str, str]]]
    versions: list[Planted]

    @classmethod
    def planted(cls, originals: list[rag.Article], chance: random.Random) -> "Serial":
        """Makes the series: from templates, and from real articles with replaced facts."""
        every = dict(series(MEMBERS, chance))
        members = [member for those in every.values() for member in those]
        versions = [made(plant, each, chance) for plant in VERSIONS for each in members]
        others = [made(retold, each, chance) for each in originals]
        pairs = {
            name: list(combinations([member.id for member in those], 2))
            for name, those in every.items()
        } | {"real articles retold": [(each.original, each.article.id) for each in others]}
        return cls([*members, *(each.article for each in others)], pairs, versions)

    def report(self, found: dict[tuple[str, str], str]) -> None:
        """Prints the share of pairs classified as copies or versions, and of versions found."""
        table = Table("series", "pairs", "joined", "share", title="Series")
        for name, pairs in self.pairs.items():
            joined = sum(pair in found for pair in pairs)
            table.add_row(name, str(len(pairs)), str(joined), f"{joined / len(pairs):.3f}")
        every = [pair for pairs in self.pairs.values() for pair in pairs]
        joined = sum(pair in found for pair in every)
        right = sum(found.get((v.original, v.article.id)) == "newer" for v in self.versions)
        Console().print(table)
        Console().print(
            f"{joined} of {len(every)} pairs of a series joined: {joined / len(every):.4f}\n"
            f"{right} of {len(self.versions)} versions of a member found:"
            f" {right / len(self.versions):.3f}\n"
            f"precision of the relations within series: {right / max(1, right + joined):.3f}"
        )


def stored(folder: Path, given: list[rag.Article]) -> tuple[Library, float]:
    """Stores the articles in a library; returns the library and the seconds taken."""
    library = Library(folder / "library.db", create=True)
    started = time.perf_counter()
    for start in range(0, len(given), BATCH):
        batch = given[start : start + BATCH]
        library.write([Record(article=article, recipe="", passages=()) for article in batch])
    return library, time.perf_counter() - started


def kinds(library: Library) -> dict[tuple[str, str], str]:
    """Returns the kind of relation of each pair of related articles."""
    living = [article for article, _ in library.articles.recipes().values()]
    found = library.overlapping({a.revision for a in living}, generation=library.generation)
    return {
        (article.id, other.article_id): other.kind
        for article, others in related(living, found).items()
        for other in others
    }


def main() -> None:
    """Prints one table; exits with a message if the data set is missing."""
    folder = Path(os.environ.get("BYLINE_BENCH", "")) / "rtqa22"
    if not os.environ.get("BYLINE_BENCH") or not folder.is_dir():
        sys.exit("skipped: set BYLINE_BENCH to a folder that contains rtqa22")
    real = articles(folder)
    chance = random.Random(1)  # noqa: S311 - not for cryptography
    with tempfile.TemporaryDirectory() as scratch:
        library, _ = stored(Path(scratch), real)
        natural = kinds(library)
        near = (
            library.database.connection.execute("SELECT count(*) FROM overlaps").fetchone()[0] // 2
        )
        library.close()
    alone = [a for a in real if len(a.text.split()) >= LEAST_WORDS]
    alone = [a for a in alone if a.id not in {id_ for pair in natural for id_ in pair}]
    plants = list(planted(chance.sample(alone, ORIGINALS), chance))
    serial = Serial.planted(chance.sample(alone, ORIGINALS), chance)
    made_up = [*serial.members, *(version.article for version in serial.versions)]
    everything = [*real, *(plant.article for plant in plants), *made_up]
    chance.shuffle(everything)
    with tempfile.TemporaryDirectory() as scratch:
        library, seconds = stored(Path(scratch), everything)
        found = kinds(library)
        library.close()
    serial.report(found)
    apart_from = {article.id for article in made_up}
    found = {pair: kind for pair, kind in found.items() if apart_from.isdisjoint(pair)}
    report(plants, found, apart=near - len(natural) // 2, each=seconds / len(everything))


def report(
    plants: list[Planted], found: dict[tuple[str, str], str], *, apart: int, each: float
) -> None:
    """Prints recall by kind, overall precision, and the time per article."""
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
        f"{apart} further pairs of real articles share half of a text but count as different\n"
        f"{1000 * each:.1f} ms per article, including storage"
    )


if __name__ == "__main__":
    main()
