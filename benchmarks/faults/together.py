"""Two writers at once, a dead writer's locks, and ten readers during fifty commits.

Run as ``python benchmarks/faults/together.py``. Each reader and writer is a process. A commit
replaces all articles of one edition by those of the next, so a reader that sees two editions at
once has read a mixed generation. The articles are invented and embedded by ``HashEmbedder``.
"""

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from filelock import FileLock

import rag
from rag.index.library import Library

ARTICLES = 8
COMMITS = 50
READERS = 10
EACH = 40  # articles of each of two writers
CONFIG = rag.Config(reader="none", copies=False, batch_articles=ARTICLES)
START = multiprocessing.get_context("forkserver")
Told = tuple[str, bool]


def opened(index: Path, *, create: bool = False) -> rag.Byline:
    """The index, without the trained reader."""
    return rag.Byline(index, config=CONFIG, embedder=rag.HashEmbedder(), create=create)


def edition(number: int) -> list[rag.Article]:
    """All articles of an edition."""
    return [
        rag.make_article(
            id=f"{n}",
            title=f"Edition {number}",
            outlet=f"Outlet {number}",
            text=f"Barge {n} left berth {n} in edition{number}. Its crew mended crane {n}.",
        )
        for n in range(ARTICLES)
    ]


def read(index: Path, until: object, told: object) -> None:
    """Asks until the event is set; puts the number of questions and the failures."""
    chance, asked, failures = random.Random(os.getpid()), 0, list[str]()  # noqa: S311
    seen: set[int] = set()
    with opened(index) as news:
        while not until.is_set():  # type: ignore[attr-defined]
            try:
                view = news.view()
                evidence = news.evidence(f"Which barge left berth {chance.randrange(ARTICLES)}?")
                titles = {article.title for article in evidence.articles.values()}
                texts = {evidence.text(one.hit, one.start, one.end) for one in evidence.sentences}
                said = {word.strip(".") for text in texts for word in text.split()
                        if word.startswith("edition")}  # fmt: skip
                if len(titles) != 1 or len(said) > 1:
                    failures.append(f"mixed: {sorted(titles)} {sorted(said)}")
                if said and f"Edition {said.pop()[7:]}" not in titles:
                    failures.append("a title of another edition")
                seen.add(view.generation)
            except rag.BylineError as error:
                failures.append(f"{type(error).__name__}: {error}")
            except Exception as error:  # noqa: BLE001 - what escapes is the finding
                failures.append(f"ESCAPED {type(error).__name__}: {error}")
            asked += 1
    told.put((asked, len(seen), failures))  # type: ignore[attr-defined]


def readers() -> Told:
    """Ten readers during fifty commits."""
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        with opened(index, create=True) as news:
            news.add(edition(0))
            until, told = START.Event(), START.Queue()
            processes = [START.Process(target=read, args=(index, until, told))
                         for _ in range(READERS)]  # fmt: skip
            for process in processes:
                process.start()
            time.sleep(3)
            for number in range(1, COMMITS + 1):
                news.add(edition(number))
                time.sleep(0.2)
            until.set()
            found = [told.get(timeout=120) for _ in processes]
            for process in processes:
                process.join()
            whole = news.verify().damaged
    failures = [failure for _, _, failures in found for failure in failures]
    kinds = Counter(failure[:120] for failure in failures)
    asked = sum(count for count, _, _ in found)
    generations = sum(count for _, count, _ in found) / READERS
    line = f"{COMMITS} commits, {READERS} readers, {asked} questions, {generations:.0f} generations"
    line += f" seen by each; {len(failures)} failed {dict(kinds.most_common(3)) or ''}"
    return line, not failures and not whole


def write(index: Path, name: str, told: object) -> None:
    """Adds articles one by one, and asks about each."""
    failures = []
    with opened(index, create=True) as news:
        for number in range(EACH):
            try:
                text = f"Storm {number} came to harbour {name}."
                news.add([rag.make_article(id=f"{name}{number}", text=text)])
                if not news.search(f"storm {number} harbour"):
                    failures.append("nothing found")
            except Exception as error:  # noqa: BLE001 - what escapes is the finding
                failures.append(f"{type(error).__name__}: {error}")
    told.put(failures)  # type: ignore[attr-defined]


def writers() -> Told:
    """Two writers at once, on a folder that neither has made before."""
    with tempfile.TemporaryDirectory() as name:
        index, told = Path(name) / "index", START.Queue()
        processes = [START.Process(target=write, args=(index, each, told)) for each in "ab"]
        for process in processes:
            process.start()
        failures = [failure for _ in processes for failure in told.get(timeout=300)]
        for process in processes:
            process.join()
        with opened(index) as news:
            stored, damaged = len(news.articles()), news.verify().damaged
            found = {hit.passage.article_id for hit in news.search("storm harbour", k=500)}
    line = f"{2 * EACH} articles written by two processes: {stored} stored, {len(found)} found;"
    return f"{line} {failures[:3] or 'no error'}", not failures and not damaged and (
        stored == len(found) == 2 * EACH
    )


def hold(index: Path, said: object) -> None:
    """Holds both locks of an index, in the middle of a transaction, until killed."""
    lock = FileLock(index / "derived.lock")
    with lock, closing(Library(index / "library.db")) as library, library.database.guarded():
        library.database.connection.execute("BEGIN IMMEDIATE")
        library.database.connection.execute("UPDATE articles SET title = 'never committed'")
        said.set()  # type: ignore[attr-defined]
        time.sleep(120)


def dead_writer() -> Told:
    """A writer killed while it holds both locks."""
    with tempfile.TemporaryDirectory() as name:
        index, said = Path(name) / "index", START.Event()
        with opened(index, create=True) as news:
            news.add(edition(0))
        process = START.Process(target=hold, args=(index, said))
        process.start()
        said.wait(60)
        with opened(index) as news:
            while_held = news.articles()[0].title
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        began = time.perf_counter()
        with opened(index) as news:
            news.add(edition(1))
            hits = news.search("barge berth")
            titles = {article.title for article in news.articles()}
            damaged = news.verify().damaged
        seconds = time.perf_counter() - began
    fine = titles == {"Edition 1"} and while_held == "Edition 0" and bool(hits) and not damaged
    return f"read while held; written {seconds:.1f} s after the kill; {sorted(titles)}", fine


def main() -> int:
    """Runs the tests; the status is 1 if one failed."""
    START.set_forkserver_preload(["rag.byline", "rag.pipeline", "faiss", "tantivy", "datasketch"])
    results = []
    for test in (readers, writers, dead_writer):
        told, fine = test()
        results.append(fine)
        print(f"{'ok  ' if fine else 'NOT '} {test.__doc__} {told}", flush=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
