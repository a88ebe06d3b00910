"""Tests that a process with limits reads large files correctly, and rejects bombs in one line."""

from pathlib import Path

import pytest

import rag
from rag.errors import IngestError
from rag.ingest.article import read_article
from rag.ingest.bounded import SMALL, BoundedReading

MEGABYTES = 20_000_000
WARNED = "---\ntitle: Pier\ndate: 3/4/2024\n---\n"


def bounded(**limits: int) -> BoundedReading:
    return BoundedReading(max_bytes=MEGABYTES, language="en", shared=frozenset(), **limits)


def test_a_large_file_is_read_as_a_small_one(tmp_path: Path) -> None:
    words = "The pier of Vessby was closed on Monday, and nobody knows why.\n\n"
    (tmp_path / "a.md").write_text(WARNED + words * (SMALL // len(words) + 1), encoding="utf-8")
    (tmp_path / "b.txt").write_text("x" * (SMALL + 1) + "\0" * 100, encoding="utf-8")
    for name in ("a.md", "b.txt"):
        told: list[list[str]] = [[], []]
        found: list[rag.Article | str] = []
        with bounded() as reading:
            for read, warned in zip((_here, reading.read), told, strict=True):
                try:
                    found.append(read(tmp_path / name, root=tmp_path, warn=warned.append))
                except IngestError as error:
                    found.append(str(error))
        assert found[0] == found[1]
        assert told[0] == told[1]


def _here(path: Path, **options: object) -> rag.Article:
    return read_article(path, max_bytes=MEGABYTES, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "limits"),
    [("![" * 150_000, {"seconds": 1}), ("- a\n" * 200_000, {"memory": 100_000_000})],
)
def test_a_bomb_is_refused_in_one_line_and_the_others_are_read(
    tmp_path: Path, text: str, limits: dict[str, int]
) -> None:
    bomb, other = tmp_path / "bomb.md", tmp_path / "other.md"
    bomb.write_text(text, encoding="utf-8")
    other.write_text("The pier was closed. " * 3000, encoding="utf-8")
    with bounded(**limits) as reading:
        with pytest.raises(IngestError, match=r"bomb.md takes more than .* to read; split it"):
            reading.read(bomb, root=tmp_path, warn=print)
        assert reading.read(other, root=tmp_path, warn=print).text.startswith("The pier")
