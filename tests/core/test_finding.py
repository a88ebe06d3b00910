"""Tests finding files: deep folders, long paths, odd names and links never stop a run."""

import os
import sys
from pathlib import Path

import pytest

import rag
from rag.cli.output import harmless, say_skipped, show
from rag.ingest.files import look_below


def write(path: Path, text: str = "The tug left.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def indexed(folder: Path, **config: bool) -> tuple[rag.IndexReport, list[str]]:
    settings = rag.Config(**config)  # type: ignore[arg-type]
    index = folder.parent / "index"
    with rag.Byline(index, config=settings, embedder=rag.HashEmbedder()) as news:
        return news.index([folder]), [article.id for article in news.articles()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one article."""
    return write(tmp_path / "in" / "a.txt").parent


def test_folders_deeper_than_pythons_stack_are_read(folder: Path) -> None:
    path = folder
    for _ in range(sys.getrecursionlimit() + 200):
        path = path / "d"
        path.mkdir()
    write(path / "deep.txt")
    report, ids = indexed(folder)
    _cut(folder / "d")
    assert report.skipped == ()
    assert ids == ["a.txt", f"{path.relative_to(folder).as_posix()}/deep.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="another limit on paths")
def test_path_over_the_limit_of_the_system_is_one_line(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    names = ["x" * 200] * 25  # 5,000 characters
    for name in names:
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("b.txt", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)
    report, ids = indexed(folder)
    _cut(folder / names[0])
    ((_, reason),) = report.skipped
    assert "cannot be read (File name too long); shorten the names of its folders" in reason
    assert len(reason) < 500
    assert ids == ["a.txt"]


def _cut(path: Path) -> None:
    """Removes nested folders level by level, because pytest cannot remove deep ones."""
    while path.exists() and (inner := next(path.iterdir(), None)):
        moved = path.with_name("moved")
        if inner.is_dir():
            inner.rename(moved)
            path.rmdir()
            moved.rename(path)
        else:
            inner.unlink()


def test_links_out_of_the_folder_are_one_line_each_and_followed_if_asked(folder: Path) -> None:
    outside = folder.parent / "outside"
    write(outside / "b.txt", "The barge left.")
    write(outside / "sub" / "c.txt", "The ferry left.")
    (folder / "b.txt").symlink_to(outside / "b.txt")
    (folder / "linked").symlink_to(outside / "sub")
    (folder / "inner.txt").symlink_to(folder / "a.txt")
    report, ids = indexed(folder)
    assert ids == ["a.txt", "inner.txt"]
    assert [path for path, _ in report.skipped] == [str(folder / "b.txt"), str(folder / "linked")]
    for _, reason in report.skipped:
        assert f"is a link out of the folder, to {outside}" in reason
        assert "--follow-links" in reason
    report, ids = indexed(folder, follow_links=True)
    assert report.skipped == ()
    assert ids == ["a.txt", "b.txt", "inner.txt", "linked/c.txt"]


def test_links_in_a_circle_end(folder: Path) -> None:
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "round.txt").symlink_to(folder / "round.txt")
    (folder / "broken.txt").symlink_to(folder / "gone.txt")
    assert look_below(folder).left_out == [(folder / "again", "linked folder")]
    found = look_below(folder, follow_links=True)
    assert [path.name for path, _ in found.files] == ["a.txt"]
    reasons = dict(found.skipped)
    assert "its links form a cycle" in reasons[str(folder / "round.txt")]
    assert "a broken link" in reasons[str(folder / "broken.txt")]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_folder_that_may_not_be_read_is_one_line_and_keeps_its_articles(folder: Path) -> None:
    shut = write(folder / "shut" / "b.txt").parent
    assert indexed(folder)[1] == ["a.txt", "shut/b.txt"]
    shut.chmod(0o000)
    try:
        report, ids = indexed(folder)
    finally:
        shut.chmod(0o700)
    ((path, reason),) = report.skipped
    assert path == str(shut)
    assert "cannot be read (Permission denied); check its permissions" in reason
    assert ids == ["a.txt", "shut/b.txt"]


@pytest.mark.parametrize("char", ["\x1b", "\x07", "\x7f", "\x9b", "\n", "\r", "\u202e", "\u2066"])
def test_control_characters_of_a_name_do_not_reach_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str], char: str
) -> None:
    write(folder / f"b{char}[31m.txt", "The barge left.")
    write(folder / f"c{char}[31m.txt", "")
    report, ids = indexed(folder)
    assert ids == ["a.txt", f"b{char}[31m.txt"]
    say_skipped(report)
    show(f"({ids[1]})")
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert printed.err.rstrip("\n").isprintable()
    assert printed.out.replace("\n", "").isprintable()


def test_harmless_text_is_as_long_as_before() -> None:
    text = "".join(map(chr, range(0x2100)))
    assert len(harmless(text)) == len(text)
    assert harmless("Åsa’s\ttug\nleft – 3 €") == "Åsa’s\ttug\nleft – 3 €"
