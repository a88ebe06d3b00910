"""Kills index runs of every kind at random instants, a third of them in commit and catch-up.

Run as ``python benchmarks/faults/kills.py [--kills 300] [--seed 1]``. Each kill is a SIGKILL. A
second index has the same history without kills. After a kill the index must open at a generation
that the run had committed, with nothing damaged; and when the run is repeated, both indexes must
have the same articles, passages and vectors, and answer alike. The articles are invented and
embedded by ``HashEmbedder``. 300 kills take about ten minutes.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import rag
from rag.index.derived import Derived
from rag.index.faults import Faults
from rag.index.library import Library
from rag.index.vectors import VectorTables

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.faults.index import ARTICLES, QUESTIONS, shown, written

KILLS = 300
KINDS = ("first", "edit", "remove", "resize", "model", "add", "forget", "compact", "repair", "same")
PHASES = ("commit", "catch-up")
COMMITS = (
    *((Library, name) for name in ("write", "sketch_stored", "discard", "erase_removed")),
    *((Faults, name) for name in ("set_aside", "mend")),
    (VectorTables, "keep"),
)  # methods that write in a transaction of their own
START = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One run: its kind, the articles' folder, and the settings that it runs with."""

    kind: str
    folder: Path
    tokens: int
    dims: int
    number: int

    def open(self, index: Path, *, create: bool = True) -> rag.Byline:
        """Opens the index with the settings of the run, and small batches."""
        config = rag.Config(batch_articles=3, reader="none", passage_tokens=self.tokens)
        embedder = rag.HashEmbedder(self.dims)
        return rag.Byline(index, config=config, embedder=embedder, create=create)

    def run(self, news: rag.Byline) -> None:
        """Does the work of the run. May be repeated."""
        match self.kind:
            case "add":
                text = f"Tug {self.number} came to Vessby. Its crew mended crane {self.number}."
                news.add([rag.make_article(id=f"tug-{n}", text=text) for n in range(4)])
            case "forget":
                for n in range(4):
                    news.forget(f"tug-{n}")
            case "compact":
                news.compact()
            case "repair":
                news.verify(repair=True)
            case _:
                news.index([self.folder])


def work(job: Job, index: Path, said: Connection, waits: float) -> None:
    """Does a run in this process, and says when each commit and each catch-up begins and ends.

    Then waits, so that a late kill meets this process.
    """

    def announced(phase: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            said.send((phase, "begins"))
            found = method(*args, **options)
            said.send((phase, newest(index) if phase == "commit" else "ends"))
            return found

        return call

    for part, name in COMMITS:
        setattr(part, name, announced("commit", getattr(part, name)))
    Derived.at = announced("catch-up", Derived.at)  # type: ignore[method-assign]
    try:
        with job.open(index) as news:
            said.send(("open", generation_of(index)))
            job.run(news)
        said.send(("done", "ends"))
    except rag.BylineError as error:
        said.send(("refused", f"{type(error).__name__}: {error}"))
    time.sleep(waits)


def started(
    job: Job, index: Path, *, waits: float = 0
) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    """Starts a run in a new process; returns it, and what it will say."""
    hears, says = START.Pipe(duplex=False)
    process = START.Process(target=work, args=(job, index, says, waits))
    process.start()
    says.close()
    return process, hears


def heard(hears: Connection) -> list[tuple[str, Any]]:
    """Everything that a run has said and that was not read yet."""
    found = []
    try:
        while hears.poll(0):
            found.append(hears.recv())
    except EOFError:
        pass
    return found


def finished(job: Job, index: Path) -> tuple[list[tuple[str, Any, float]], float]:
    """Does a run without a kill; returns what it said, each at its time, and its seconds."""
    process, hears = started(job, index)
    told: list[tuple[str, Any, float]] = []
    began = time.perf_counter()
    try:
        while True:
            told.append((*hears.recv(), time.perf_counter()))
            if told[0] is told[-1]:
                began = told[0][2]
    except EOFError:
        process.join()
    return told, time.perf_counter() - began


@dataclass(kw_only=True)
class Tally:
    """What was counted."""

    runs: Counter[str] = field(default_factory=Counter)
    landed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    compacted: int = 0


def state(job: Job, index: Path) -> dict[str, object]:
    """The articles, counts, hits and answers of an index."""
    with job.open(index, create=False) as news:
        if not news.articles():
            return {"articles": []}
        hits = [[(hit.passage, round(hit.score, 4)) for hit in news.search(question, k=20)]
                for question in QUESTIONS]  # fmt: skip
        answers = [[(each.text, each.citations) for each in news.ask(question).statements]
                   for question in QUESTIONS]  # fmt: skip
        counts = {key: news.status()[key] for key in ("articles", "passages", "vectors")}
        return {"stored": [asdict(each) for each in news.articles()], "hits": hits,
                "answers": answers, **counts}  # fmt: skip


def differences(job: Job, index: Path, calm: Path, tally: Tally) -> list[str]:
    """How the finished run differs from the uninterrupted one.

    Until the lexical index is compacted, its statistics count deleted passages, and how many there
    are depends on when it caught up. So if only hits differ, both are compacted and compared again.
    """
    mine, other = state(job, index), state(job, calm)
    differing = [key for key in other if mine.get(key) != other[key]]
    if differing and set(differing) <= {"hits", "answers"}:
        tally.compacted += 1
        for each in (index, calm):
            with job.open(each) as news:
                news.compact()
        mine, other = state(job, index), state(job, calm)
        differing = [key for key in other if mine.get(key) != other[key]]
    return [f"differs in {', '.join(differing)}"] if differing else []


def killed(job: Job, index: Path, *, phase: str, spans: list[tuple[float, float]],
           whole: float, chance: random.Random) -> list[tuple[str, Any]]:  # fmt: skip
    """Starts a run and kills it; returns what it said until then.

    With a ``phase``, waits until one of its occurrences begins, and kills it within that.
    """
    process, hears = started(job, index, waits=60)
    told = [hears.recv()]
    if phase and spans:
        chosen = chance.randrange(len(spans))
        while told[-1][0] not in ("done", "refused") and (
            sum(each == (phase, "begins") for each in told) <= chosen
        ):
            told.append(hears.recv())
        wait = chance.uniform(0, spans[chosen][1] - spans[chosen][0])
    else:
        wait = chance.uniform(0, whole)
    until = time.perf_counter() + wait
    while time.perf_counter() < until:  # sleep would be too coarse for a commit
        pass
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    return told + heard(hears)


def generation_of(index: Path) -> int:
    """The generation at which an index opens."""
    with closing(Library(index / "library.db")) as library:
        return library.generation


def newest(index: Path) -> int:
    """The newest generation in the file itself."""
    with closing(sqlite3.connect(f"file:{index}/library.db?mode=ro", uri=True)) as connection:
        query = "SELECT ifnull(max(number), 0) FROM generations"
        return int(connection.execute(query).fetchone()[0])


def judge(job: Job, index: Path, told: list[tuple[str, Any]], before: Job | None) -> list[str]:
    """The faults of an index whose run was killed."""
    committed = [said for what, said in told if what in ("open", "commit") and said != "begins"]
    if not (index / "library.db").is_file():
        return ["the library is gone"] if committed else []
    errors = []
    for reads in (job, before or job):  # before a change of the model is committed, the old one
        try:
            with reads.open(index, create=False) as news:
                generation, bad = generation_of(index), list[str]()
                last = max(committed, default=0)
                if committed and not last <= generation <= last + 1:
                    bad.append(f"opened at generation {generation}, committed were {committed}")
                if news.articles():
                    shown(news)
                    bad += [f"damaged: {each}" for each in news.verify().damaged]
                    if generation != newest(index):
                        bad.append(f"generation {generation}, but {newest(index)} is stored")
                return bad
        except rag.NotIndexedError as error:
            return [str(error)] if max(committed, default=0) else []
        except rag.ModelError as error:
            errors.append(str(error))
        except rag.BylineError as error:
            return [f"not opened: {error}"]
    return errors[-1:]


def jobs(folder: Path, chance: random.Random) -> Callable[[int], Job]:
    """A function that prepares the files for the next run and returns it."""
    kept = {"tokens": 128, "dims": 64}

    def next_job(number: int) -> Job:
        kind = KINDS[number % len(KINDS)]
        if kind != "same":
            written(folder, edition=number)
        if kind == "remove":
            for n in chance.sample(range(ARTICLES), 4):
                (folder / f"{n:02}.txt").unlink()
        if kind == "resize":
            kept["tokens"] = 16 if kept["tokens"] == 128 else 128
        if kind == "model":
            kept["dims"] = 32 if kept["dims"] == 64 else 64
        return Job(kind=kind, folder=folder, number=number, **kept)

    return next_job


def spans_of(told: list[tuple[str, Any, float]], phase: str) -> list[tuple[float, float]]:
    """The beginning and end of each occurrence of a phase."""
    times = [(said, at) for what, said, at in told if what == phase]
    return [(begin, end) for (_, begin), (_, end) in zip(times[::2], times[1::2], strict=False)]


def measured(kills: int, seed: int) -> Tally:
    """Kills that many runs and judges each."""
    chance, tally = random.Random(seed), Tally()  # noqa: S311 - not for cryptography
    with tempfile.TemporaryDirectory() as name:
        index, calm, before = Path(name) / "index", Path(name) / "calm", None
        next_job = jobs(Path(name) / "in", chance)
        for number in range(kills):
            job = next_job(number)
            if job.kind == "first":
                shutil.rmtree(index, ignore_errors=True)
                shutil.rmtree(calm, ignore_errors=True)
            told, whole = finished(job, calm)
            phase = PHASES[number // 3 % 2] if number % 3 == 0 else ""
            spans = spans_of(told, phase)
            if phase and not spans:  # such as a run that commits nothing
                phase = next((each for each in PHASES if spans_of(told, each)), "")
                spans = spans_of(told, phase)
            said = killed(job, index, phase=phase, spans=spans, whole=whole, chance=chance)
            tally.runs[job.kind] += 1
            tally.landed[landed(said)] += 1
            bad = judge(job, index, said, before)
            again, _ = finished(job, index)
            bad += [said for what, said, _ in again if what == "refused"]
            bad += [] if bad else differences(job, index, calm, tally)
            tally.faults += [f"{number} {job.kind} ({landed(said)}): {each}" for each in bad]
            before = job
            if number % 20 == 19 or bad:
                print(f"{number + 1} kills: {dict(tally.landed)}", *bad, file=sys.stderr)
    return tally


def landed(said: list[tuple[str, Any]]) -> str:
    """Where a kill arrived: in a commit, in catching up, after the end, or elsewhere."""
    if said and said[-1][0] in ("done", "refused"):
        return "after the end"
    counts = Counter(what for what, _ in said)
    return next((phase for phase in PHASES if counts[phase] % 2), "elsewhere")


def main() -> int:
    """Prints the result; the status is 1 if an index was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    START.set_forkserver_preload(["rag.byline", "rag.pipeline", "faiss", "tantivy", "datasketch"])
    began = time.monotonic()
    tally = measured(given.kills, given.seed)
    where = ", ".join(f"{count} {what}" for what, count in tally.landed.most_common())
    good = "each index opened at a committed generation, and finished like an uninterrupted one"
    told = f"{tally.runs.total()} kills: {where}; {'; '.join(tally.faults[:5]) or good}"
    told += f" ({tally.compacted} with other scores until both were compacted)"
    print(f"{'NOT ' if tally.faults else 'ok  '} {told} ({time.monotonic() - began:.0f} s)")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
