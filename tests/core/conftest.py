"""Fixtures for the tests of the core: the shipped articles, small folders, and a command line."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import rag
from rag.cli import main

ROOT = Path(__file__).parents[2]

FOLDER = {
    "harbour.txt": """---
title: Harbour to close for repairs
outlet: Coast Courier
author: Ada Lind
published: 2024-03-04
---
The harbour of Vessby will close for repairs next week. The port authority said the work on the
northern pier will take eleven weeks. Ferries will sail from Lunda until then.
""",
    "orchard.txt": """---
title: Frost damages orchards
outlet: Valley Post
published: 2024-05-11
---
A late frost damaged orchards across the valley on Friday. Growers expect to lose a third of the
apple harvest. The regional council has promised to compensate them.
""",
    "bridge.txt": """---
title: Bridge reopens
outlet: Coast Courier
---
The old bridge over the Sund reopened on Monday after two years of work. The mayor said the repairs
had cost nine million crowns.
""",
}


@dataclass(frozen=True)
class Result:
    """The result of a command: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the five shipped articles."""
    return ROOT / "corpus"


@pytest.fixture(scope="session")
def hashed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    """The shipped articles, indexed with the fake embedder."""
    index = tmp_path_factory.mktemp("hashed")
    with rag.Byline(index, embedder=rag.HashEmbedder(dims=256)) as news:
        news.index([corpus])
        yield news


@pytest.fixture(scope="session")
def real_index(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder of the shipped articles, built with the default embedder."""
    index = tmp_path_factory.mktemp("real")
    with rag.Byline(index) as news:
        news.index([corpus])
    return index


@pytest.fixture(scope="session")
def news(real_index: Path) -> Iterator[rag.Byline]:
    """The shipped articles with the default embedder, opened for each test."""
    with rag.Byline(real_index, create=False) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small articles in a folder."""
    made = tmp_path / "articles"
    made.mkdir()
    for name, text in FOLDER.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """An empty folder that is the current folder during the test."""
    with contextlib.chdir(tmp_path):
        yield tmp_path


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Runs one command in this process, with only the given BYLINE_ variables."""

    def call(*arguments: str | Path, environ: Mapping[str, str] | None = None) -> Result:
        with monkeypatch.context() as patch:
            for name in rag.Config.__dataclass_fields__:
                patch.delenv(f"BYLINE_{name.upper()}", raising=False)
            for name, value in (environ or {}).items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as leaving:
                main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        code = leaving.value.code
        assert isinstance(code, int)
        return Result(code=code, out=printed.out, err=printed.err)

    return call
