"""Tests an index under damage, kills and a failing disk.

Run as ``python benchmarks/faults/index.py``; ``--write`` saves the results, with the date, in
``benchmarks/FAULTS.md``. ``--only NAME`` runs one test, ``--times N`` multiplies the repetitions.
The articles are invented and embedded by ``HashEmbedder``; the default run takes a few minutes.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import rag

RESULTS = Path(__file__).parents[1] / "FAULTS.md"
HEADING = "## The index"
ARTICLES = 15
QUESTIONS = ("Which barge left berth 7?", "Who mended crane 12?", "What did pilot 13 say of fog?")
TEXT = """---
title: Harbour note {0}
outlet: {1}
author: Pilot {0}
published: 2024-{2:02}-11
---
Barge {0} left berth {0} for {1}. No crane was free. Crew {0} mended crane {0} in {3} hours.

"The fog of day {3} was the worst," pilot {0} said. The council of {1} will meet on it.
"""
PLACES = ("Vessby", "Lunda", "Ostra", "Sund", "Norrhamn")
WORKER = "import sys; sys.path.insert(0, sys.argv[1]); from index import work; work()"
RUN = """
import resource, sys
from pathlib import Path
import rag
index, folder, limit = sys.argv[1:]
if int(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
config = rag.Config(batch_articles=3)
print("begins", flush=True)
try:
    with rag.Byline(index, config=config, embedder=rag.HashEmbedder()) as news:
        news.index([Path(folder)])
    print("done", flush=True)
except rag.BylineError as error:
    print(f"{type(error).__name__}: {error}", flush=True)
"""

Result = tuple[str, bool]
chance = random.Random(7)  # noqa: S311 - not for cryptography
times = 1


def written(folder: Path, *, edition: int = 0) -> Path:
    """The folder with all articles, in a given edition."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(ARTICLES):
        place = PLACES[n % len(PLACES)]
        text = TEXT.format(n, place, 1 + n % 12, 3 + n + 100 * edition * (n % 3 == 0))
        (folder / f"{n:02}.txt").write_text(text, encoding="utf-8")
    return folder


def opened(index: Path) -> rag.Byline:
    """Opens the index without the trained reader and with small batches, so that a run has many."""
    config = rag.Config(batch_articles=3, reader="none")
    return rag.Byline(index, config=config, embedder=rag.HashEmbedder(), create=False)


def shown(news: rag.Byline) -> list[str]:
    """Everything that the index returns: quotations with their sources, lists and texts."""
    found = []
    for question in QUESTIONS:
        evidence = news.evidence(question)
        for one in evidence.sentences:
            article = evidence.articles[one.hit.passage.article_id, one.hit.passage.revision]
            text = evidence.text(one.hit, one.start, one.end)
            found.append(f"{text}|{article.title}|{article.outlet}|{article.author}"
                         f"|{article.published}|{article.url}")  # fmt: skip
    found += [repr(article) for article in news.listing(limit=500).articles]
    return found + [repr(article) for article in news.articles()]


def state(news: rag.Byline) -> dict[str, object]:
    """The result of a run, even an interrupted one: articles, counts, and search results."""
    hits = [[(hit.passage.article_id, hit.passage.start, round(hit.score, 4))
             for hit in news.search(question, k=20)] for question in QUESTIONS]  # fmt: skip
    counts = {key: news.status()[key] for key in ("articles", "passages", "vectors")}
    return {"articles": [asdict(each) for each in news.articles()], "hits": hits, **counts}


# ---- damage: trials run in a separate process, so that a crash is noticed


def trial(index: Path, folder: Path, truth: set[str], *, again: bool = True) -> str:
    """Reads a damaged index, with ``again`` also indexes it again, and judges the results."""
    try:
        with opened(index) as news:
            outcome = "right" if set(shown(news)) <= truth else "WRONG"
    except rag.BylineError as error:
        outcome = f"refused ({type(error).__name__})"
    if outcome == "WRONG" or not again:
        return outcome
    try:
        with opened(index) as news:
            news.index([folder])
            if news.verify(repair=True).damaged:
                return "DAMAGED after index"
            return outcome if set(shown(news)) == truth else "DIFFERS after index"
    except rag.BylineError:
        return f"{outcome}, index refused"


def work() -> None:
    """Judges the indexes named on standard input."""
    for line in sys.stdin:
        given = json.loads(line)
        try:
            paths = Path(given["index"]), Path(given["folder"])
            told = trial(*paths, set(given["truth"]), again=given["again"])
        except Exception as error:  # noqa: BLE001 - what escapes is the finding
            told = f"ESCAPED {type(error).__name__}: {error}"
        print(json.dumps(told), flush=True)


class Worker:
    """A process that judges damaged indexes; crashes are counted, and the process is restarted."""

    def __init__(self, folder: Path, truth: list[str]) -> None:
        self._given = {"folder": str(folder), "truth": truth}
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WORKER, str(Path(__file__).parent)]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def judged(self, index: Path, *, again: bool) -> str:
        """The outcome of one damaged index."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(
            json.dumps({**self._given, "index": str(index), "again": again}) + "\n"
        )
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process = self._start()
            return "CRASHED the interpreter"
        return cast(str, json.loads(line))

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


@contextmanager
def place() -> Iterator[tuple[Path, Path, list[str]]]:
    """A folder of articles, its index, and what the index returns."""
    with tempfile.TemporaryDirectory() as name:
        folder, index = written(Path(name) / "in"), Path(name) / "index"
        config = rag.Config(reader="none")
        with rag.Byline(index, config=config, embedder=rag.HashEmbedder()) as news:
            news.index([folder])
            truth = shown(news)
        yield folder, index, truth


def trials(
    damages: Callable[[Path], Iterator[Callable[[Path], object]]], *, again: bool = True
) -> Result:
    """Damages copies of an index in many ways, and counts the outcomes."""
    outcomes: Counter[str] = Counter()
    with place() as (folder, index, truth):
        copy, worker = index.with_name("copy"), Worker(folder, truth)
        for damage in damages(index):
            shutil.copytree(index, copy)
            damage(copy)
            outcomes[worker.judged(copy, again=again)] += 1
            shutil.rmtree(copy)
        worker.close()
    told = ", ".join(f"{count} {what}" for what, count in outcomes.most_common())
    return f"{outcomes.total()} trials: {told}", not any(
        word.isupper() for what in outcomes for word in what.split()[:1]
    )


def flipped_bits() -> Result:
    """One bit flipped anywhere in any file of the index."""

    def damages(index: Path) -> Iterator[Callable[[Path], object]]:
        for path in sorted(path for path in index.rglob("*") if path.is_file()):
            name, size = path.relative_to(index), path.stat().st_size
            often = times * (90 if path.name == "library.db" else 12)
            for _ in range(often if size else 0):
                bit = chance.randrange(8 * size)
                yield lambda copy, name=name, bit=bit: flip(copy / name, bit)  # type: ignore[misc]

    return trials(damages)


def every_byte() -> Result:
    """One bit flipped in every byte of the two files that describe the search indexes."""

    def damages(index: Path) -> Iterator[Callable[[Path], object]]:
        for name in ("dense.json", "lexical.json"):
            for place in range((index / name).stat().st_size):
                bit = 8 * place + chance.randrange(8)
                yield lambda copy, name=name, bit=bit: flip(copy / name, bit)  # type: ignore[misc]

    return trials(damages, again=False)


def flip(path: Path, bit: int) -> None:
    """Flips one bit of a file."""
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def truncated_files() -> Result:
    """A file of the index cut off, emptied or deleted."""

    def damages(index: Path) -> Iterator[Callable[[Path], object]]:
        for path in sorted(path for path in index.rglob("*") if path.is_file()):
            name, size = path.relative_to(index), path.stat().st_size
            for length in {
                0,
                size // 3,
                max(size - 1, 0),
                *(chance.randrange(size + 1) for _ in range(times)),
            }:
                yield lambda copy, name=name, length=length: os.truncate(copy / name, length)  # type: ignore[misc]
            if path.name != "library.db":
                yield lambda copy, name=name: (copy / name).unlink()  # type: ignore[misc]

    return trials(damages)


def flipped_values() -> Result:
    """One bit flipped in a value of each column of each table."""

    def damages(index: Path) -> Iterator[Callable[[Path], object]]:
        with closing(sqlite3.connect(index / "library.db")) as connection:
            tables = [row[0] for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )]  # fmt: skip
            columns = [(table, row[1]) for table in tables
                       for row in connection.execute(f"PRAGMA table_info({table})")]  # fmt: skip
        for table, column in columns * (3 * times):
            yield lambda copy, at=(table, column): flip_value(copy / "library.db", *at)  # type: ignore[misc]

    return trials(damages)


def flip_value(path: Path, table: str, column: str) -> None:
    """Flips one bit of a value; numbers stay numbers, and texts stay texts if possible."""
    with closing(sqlite3.connect(path)) as connection, connection:
        keys = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
        rows = connection.execute(
            f"SELECT {', '.join(keys)}, {column}, typeof({column}) FROM {table}"  # noqa: S608
            f" WHERE {column} IS NOT NULL"
        ).fetchall()
        if not rows:
            return
        *key, value, kind = chance.choice(rows)
        if kind in ("integer", "real"):
            changed: object = value + 2 ** chance.randrange(8)
        else:
            data = bytearray(value.encode() if kind == "text" else value)
            if not data:
                return
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            changed = bytes(data)
        new = "CAST(? AS TEXT)" if kind == "text" else "?"
        which = " AND ".join(f"{name} = ?" for name in keys)
        connection.execute(f"UPDATE OR IGNORE {table} SET {column} = {new} WHERE {which}",  # noqa: S608
                           (changed, *key))  # fmt: skip


# ---- interrupted runs


def run(index: Path, folder: Path, *, limit: int = 0) -> subprocess.Popen[str]:
    """Starts an indexing run, and returns when it begins."""
    command = [sys.executable, "-c", RUN, str(index), str(folder), str(limit)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None  # noqa: S101 - for the type checker
    process.stdout.readline()
    return process


def kills() -> Result:
    """An indexing run killed at a random instant: first runs, edits and removals."""
    bad, during = [], Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        index, folder = Path(name) / "index", Path(name) / "in"
        began = time.monotonic()
        run(index, written(folder)).communicate()
        whole = time.monotonic() - began
        for kill in range(30 * times):
            if kill % 10 == 0:
                shutil.rmtree(index)
            written(folder, edition=kill)
            for n in chance.sample(range(ARTICLES), kill % 4):
                (folder / f"{n:02}.txt").unlink()
            process = run(index, folder)
            time.sleep(chance.uniform(0, whole))
            process.send_signal(signal.SIGKILL)
            during["killed" if process.wait() else "had ended"] += 1
            bad += after_kill(index, folder, Path(name) / "fresh" if kill % 10 == 9 else None)
    told = f"{during.total()} kills ({during['had ended']} came after the end)"
    good = "every index opened intact, and finished with the same result"
    return f"{told}; {bad[0] if bad else good}", not bad


def after_kill(index: Path, folder: Path, fresh: Path | None) -> list[str]:
    """The faults of an index whose run was killed; ``fresh`` is the expected finished state."""
    bad: list[str] = []
    if (index / "library.db").is_file():
        try:
            with opened(index) as news:
                if news.articles():
                    shown(news)
                    bad += news.verify().damaged
        except rag.BylineError as error:
            bad.append(f"opened: {error}")
    if fresh is not None:
        for each in (index, fresh):
            run(each, folder).communicate()
        with opened(index) as news, opened(fresh) as other:
            kept, wanted = state(news), state(other)
            kept.pop("vectors"), wanted.pop("vectors")  # vectors of superseded revisions are kept
            if kept != wanted:
                bad.append("the finished run differs from an uninterrupted one")
            bad += news.verify().damaged
        shutil.rmtree(fresh)
    return bad


def small_files() -> Result:
    """Writing fails at a size that grows from run to run (RLIMIT_FSIZE)."""
    told: Counter[str] = Counter()
    bad: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        index, folder = Path(name) / "index", written(Path(name) / "in")
        for step in range(1, 13 * times):
            said = run(index, folder, limit=step * 15_000 // times).communicate()[0].strip()
            judge(said, index, told, bad)
        finish(index, folder, bad)
    return f"{dict(told)}; {bad[0] if bad else 'all readable, and finished at the end'}", not bad


def full_disk() -> Result:
    """A file system that fills up during indexing, in sizes from nothing to enough."""
    told: Counter[str] = Counter()
    bad: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        disk, folder = Path(name) / "disk", written(Path(name) / "in")
        disk.mkdir()
        for step in range(1, 11 * times):
            size = f"size={step * 60 // times}k"
            mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)]
            if subprocess.run(mount, check=False, capture_output=True).returncode:
                return "not done: no file system can be mounted", True
            try:
                said = run(disk / "index", folder).communicate()[0].strip()
                judge(said, disk / "index", told, bad)
            finally:
                subprocess.run(["umount", "--lazy", str(disk)], check=True)
    return f"{dict(told)}; {bad[0] if bad else 'what was committed stayed readable'}", not bad


def judge(said: str, index: Path, told: Counter[str], bad: list[str]) -> None:
    """Counts the messages of a run; adds a fault if there is none or if data is incomplete."""
    name = said.splitlines()[-1] if said else "no message"
    told["done" if name == "done" else name.partition(":")[0]] += 1
    if not said or "damaged" in name or "unexpected" in name:
        bad.append(name)
    if (index / "library.db").is_file() and (index / "library.db").stat().st_size:
        try:
            with opened(index) as news:
                if news.articles():
                    shown(news)
                    bad += news.verify().damaged
        except rag.NotIndexedError as error:
            told[f"then {type(error).__name__}"] += 1
        except rag.BylineError as error:
            bad.append(str(error))


def finish(index: Path, folder: Path, bad: list[str]) -> None:
    """Finishes a run without a limit, and compares with an uninterrupted one."""
    fresh = index.with_name("fresh")
    for each in (index, fresh):
        run(each, folder).communicate()
    with opened(index) as news, opened(fresh) as other:
        if state(news) != state(other):
            bad.append("the finished run differs from an uninterrupted one")


def read_only() -> Result:
    """A read-only folder, at rest and while another process writes to it."""
    with place() as (folder, index, truth):
        del folder
        bound = index.with_name("bound")
        bound.mkdir()
        mount = ["mount", "--bind", "-o", "ro", str(index), str(bound)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            return "not done: nothing can be mounted", True
        try:
            with opened(bound) as news:
                alike = set(shown(news)) == set(truth)
                with rag.Byline(index, embedder=rag.HashEmbedder()) as writer:
                    writer.add([rag.make_article(id="new", text="A zeppelin came to Vessby.")])
                    follows = news.search("zeppelin")[0].passage.article_id == "new"
                try:
                    news.add([rag.make_article(id="more", text="Another came.")])
                    refused = ""
                except rag.NotIndexedError as error:
                    refused = str(error)
        finally:
            subprocess.run(["umount", "--lazy", str(bound)], check=True)
    fine = alike and follows and "cannot be written" in refused
    return f"answers alike: {alike}; follows: {follows}; writing: {refused[-90:]}", fine


FAULTS: dict[str, Callable[[], Result]] = {
    "flipped bits": flipped_bits,
    "every byte": every_byte,
    "flipped values": flipped_values,
    "truncated files": truncated_files,
    "kills": kills,
    "small files": small_files,
    "full disk": full_disk,
    "read-only": read_only,
}


def report(results: dict[str, Result]) -> str:
    """The results as a table."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    rows = [f"| {FAULTS[name].__doc__} | {told} | {'as promised' if fine else '**not**'} |"
            for name, (told, fine) in results.items()]  # fmt: skip
    head = ["| fault | measured | |", "|---|---|---|"]
    return "\n".join([HEADING, "", f"Measured on {day} with `make faults`.", "", *head, *rows, ""])


def write(text: str) -> None:
    """Replaces the section of the results."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Faults\n"
    before, _, after = old.partition(HEADING)
    _, mark, rest = after.partition("\n## ")
    RESULTS.write_text(f"{before.rstrip()}\n\n{text}{mark}{rest}", encoding="utf-8")


def main() -> int:
    """Runs the tests; the status is 1 if one failed."""
    global times  # noqa: PLW0603 - one number that every fault reads
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=FAULTS, action="append")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    times = given.times
    results = {}
    for name in given.only or FAULTS:
        results[name] = told, fine = FAULTS[name]()
        print(f"{'ok  ' if fine else 'NOT '} {name}: {told}", flush=True)
    if given.write:
        write(report(results))
    return 0 if all(fine for _, fine in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
