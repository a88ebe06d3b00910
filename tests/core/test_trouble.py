"""Tests system errors: they are reported correctly, and reading continues where possible."""

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from rag.errors import NotIndexedError
from rag.index.library import Library

PRELUDE = """
import os, sys, logging
import faiss, tantivy, rag, rag.index.derived, sentencex, Stemmer
from pathlib import Path
folder, embedder = Path(sys.argv[1]), rag.HashEmbedder()
def opened():
    return rag.Byline(folder, embedder=embedder, create=False)
def wait():
    print("ready", flush=True); sys.stdin.readline()
with rag.Byline(sys.argv[2], embedder=embedder) as news:  # loads what is loaded lazily
    news.add([rag.make_article(id="x", text="A tug left.")]); news.search("tug")
if os.geteuid() == 0:
    os.setegid(65534); os.seteuid(65534)
"""
READER = """
with opened() as news:
    print(news._index.library.is_writable, len(news.search("tug", k=50)))
    wait()
    print(len(news.search("tug", k=50)), len(news.articles()))
    wait()
    print(len(news.search("tug", k=50)), len(news.articles()))
"""


def articles(first: int, last: int, words: int = 1) -> list[rag.Article]:
    return [
        rag.make_article(id=f"{n:03}", title=f"Tug {n}", text=f"The tug {n} left. " * words)
        for n in range(first, last)
    ]


def writer(folder: Path) -> rag.Byline:
    return rag.Byline(folder, embedder=rag.HashEmbedder())


@pytest.fixture
def shared() -> Iterator[Path]:
    """An index of ten articles that other users can read but not write."""
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    with writer(base / "index") as news:
        news.add(articles(0, 10))
        news.search("tug")
    for path in [base / "index", *(base / "index").rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield base
    for path in [base / "index", *(base / "index").rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(base)


class Reader:
    """A process that may only read the index; runs as another user if this one is root."""

    def __init__(self, base: Path, code: str = READER) -> None:
        (base / "warm").mkdir(exist_ok=True)
        command = [sys.executable, "-c", PRELUDE + code, str(base / "index"), str(base / "warm")]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def said(self) -> list[str]:
        """The output until the process waits or ends."""
        assert self._process.stdout is not None
        lines: list[str] = []
        for line in self._process.stdout:
            if line == "ready\n":
                return lines
            lines.append(line.strip())
        _, errors = self._process.communicate()
        assert self._process.returncode == 0, errors
        return lines

    def goes_on(self) -> None:
        """Lets the process continue."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()


as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="writes as root")


def test_read_only_index_answers(shared: Path) -> None:
    reader = Reader(shared)
    assert reader.said() == ["False 10"]
    for _ in range(2):
        reader.goes_on()
        assert reader.said() == ["10 10"]
    assert not list((shared / "index").glob("library.db-*"))


@as_root
@pytest.mark.parametrize("when", ["before", "after"])
def test_read_only_index_follows_the_process_that_writes(shared: Path, when: str) -> None:
    if when == "before":
        with writer(shared / "index") as news:
            news.add(articles(10, 11))
            reader = Reader(shared)
            assert reader.said() == ["False 11"]
            news.add(articles(11, 12))
            reader.goes_on()
            assert reader.said() == ["12 12"]
    else:
        reader = Reader(shared)
        assert reader.said() == ["False 10"]
        with writer(shared / "index") as news:
            news.add(articles(10, 12))
            reader.goes_on()
            assert reader.said() == ["12 12"]
    with writer(shared / "index") as news:
        news.forget("003")
    reader.goes_on()
    assert reader.said() == ["11 11"]


def test_index_that_may_not_be_read_is_no_damage(shared: Path) -> None:
    (shared / "index" / "library.db").chmod(0o000)
    code = """
try:
    opened()
except rag.NotIndexedError as error:
    print(error)
"""
    (line,) = Reader(shared, code).said()
    assert "library.db may not be read by this user; check the permissions" in line
    assert "damaged" not in line


def test_writing_to_a_read_only_index_is_no_damage(shared: Path) -> None:
    code = """
with opened() as news:
    try:
        news.add([rag.make_article(id="new", text="A new tug came.")])
    except rag.NotIndexedError as error:
        print(error)
    print(len(news.search("tug", k=50)))
"""
    line, count = Reader(shared, code).said()
    assert "cannot be written; check the permissions" in line
    assert count == "10"


# ---- a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(tmp_path)]
    if os.name != "posix" or os.geteuid() or subprocess.run(command, check=False).returncode:
        pytest.skip("no file system can be mounted")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(folder: Path) -> None:
    """Writes until the disk is full."""
    number = len(list(folder.glob("filling*")))
    file = (folder / f"filling{number}").open("wb", buffering=0)
    with file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


def test_full_disk_is_called_full_and_the_index_answers(small_disk: Path) -> None:
    index = small_disk / "index"
    with writer(index) as news:
        news.add(articles(0, 10))
        assert len(news.search("tug", k=50)) == 10
        fill(small_disk)
        with pytest.raises(NotIndexedError, match="the disk is full; free disk space") as refusal:
            news.add(articles(10, 200, words=100))
        assert "damaged" not in str(refusal.value)
        assert len(news.search("tug", k=50)) == len(news.articles()) == 10
    fill(small_disk)
    with writer(index) as news:  # opened on the full disk
        assert len(news.search("tug", k=50)) == len(news.articles()) == 10
    shutil.rmtree(index / "lexical")
    (index / "dense.faiss").unlink()
    fill(small_disk)
    with writer(index) as news:  # derived indexes are built in memory
        assert len(news.search("tug", k=50)) == 10
    for path in small_disk.glob("filling*"):
        path.unlink()
    assert not list(index.rglob("*.new"))
    with writer(index) as news:
        news.add(articles(10, 20))
        assert len(news.search("tug", k=50)) == 20
        assert news.verify().damaged == ()


def test_limit_on_the_size_of_files_is_no_damage(tmp_path: Path) -> None:
    with writer(tmp_path) as news:
        news.add(articles(0, 10))
        assert len(news.search("tug", k=50)) == 10
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
        try:
            with pytest.raises(NotIndexedError, match=r"free\s+space|disk is full") as refusal:
                news.add(articles(10, 200, words=100))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert "damaged" not in str(refusal.value)
        assert len(news.search("tug", k=50)) == len(news.articles()) == 10
        news.add(articles(10, 20))
        assert news.verify().damaged == ()


def test_too_many_open_files_are_called_that(tmp_path: Path) -> None:
    with writer(tmp_path) as news:
        news.add(articles(0, 3))
    held = []
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        with pytest.raises(OSError, match="Too many"):  # noqa: PT012
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        with pytest.raises(NotIndexedError, match="reached its limit on open files"):
            Library(tmp_path / "library.db")
    finally:
        for handle in held:
            os.close(handle)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_closed_index_is_no_damage(tmp_path: Path) -> None:
    with writer(tmp_path) as news:
        news.add(articles(0, 3))
        walk = news._index.library.articles.current()
        next(walk)
        news.close()
        with pytest.raises(NotIndexedError, match="was closed"):
            list(walk)
