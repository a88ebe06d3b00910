"""Tests that unchanged files are not read again, and that the results are the same."""

import os
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.build import index_paths
from rag.embed.base import Vectors
from rag.index import Index
from rag.ingest.collections import is_lasting

OPENED: list[str] = []  # paths opened by this process since a test cleared the list


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str):
        OPENED.append(arguments[0])


sys.addaudithook(_note)


def later() -> float:
    """A clock far in the future, so that every file is old."""
    return time.time() + 60


def ignore(_: rag.Progress) -> None:
    """Discards progress."""


class Shelf:
    """An index of one folder."""

    def __init__(self, index: Path, folder: Path) -> None:
        self.index = Index(index, stemmer="english", create=True)
        self.folder = folder
        self.config = rag.Config(batch_articles=3, max_file_mb=1)
        self.embedder = rag.HashEmbedder(dims=16)

    def run(self, *paths: Path, **options: object) -> rag.IndexReport:
        """Indexes the folder; returns the report without its duration."""
        done = index_paths(
            self.index,
            self.embedder,
            paths or [self.folder],
            config=self.config,
            **{"clock": later, "allow_empty": True, "progress": ignore} | options,  # type: ignore[arg-type]
        )
        return replace(done, seconds=0.0)

    def read(self, *paths: Path) -> list[str]:
        """The names of the article files that indexing opens."""
        OPENED.clear()
        self.run(*paths)
        found = (Path(each) for each in OPENED)
        return sorted({path.name for path in found if path.is_relative_to(self.folder)})

    def forget_files(self) -> None:
        """Clears the file cache."""
        library = self.index.library
        stored = library.files.states({str(self.folder.absolute())})
        library.files.keep({}, gone=list(stored))

    def seen(self) -> object:
        """The complete contents of the index."""
        library = self.index.library
        recipes = {id_: recipe for id_, (_, recipe) in library.articles.recipes().items()}
        return list(library.articles.current()), recipes, library.counts(), library.generation


@pytest.fixture
def shelf(tmp_path: Path, folder: Path) -> Iterator[Shelf]:
    """A folder of three small articles, and the path of an index not yet created."""
    made = Shelf(tmp_path / "index", folder)
    yield made
    made.index.close()


TEXT = "The harbour of {0} will close for repairs. The work on its pier takes {1} weeks."


def page(address: str, place: str, weeks: int) -> str:
    head = f'<title>{place}</title><link rel="canonical" href="{address}">'
    body = f"<p>{TEXT.format(place, weeks)} The mayor said so on Monday evening in a speech.</p>"
    return f"<html><head>{head}</head><body><article>{body}</article></body></html>"


# ---- which files are read


def test_unchanged_files_are_not_read(shelf: Shelf) -> None:
    assert shelf.read() == ["bridge.txt", "harbour.txt", "orchard.txt"]
    before = shelf.seen()
    assert shelf.read() == []
    assert shelf.seen() == before


def test_only_the_changed_file_is_read(shelf: Shelf) -> None:
    shelf.run()
    path = shelf.folder / "harbour.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("eleven", "twelve"), encoding="utf-8")
    assert shelf.read() == ["harbour.txt"]
    assert shelf.read() == []


def test_change_that_keeps_size_and_time_is_read(shelf: Shelf) -> None:
    shelf.run()
    path = shelf.folder / "harbour.txt"
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("eleven", "twelve"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert shelf.run().updated == 1


def test_file_changed_just_before_it_was_read_is_read_again(shelf: Shelf) -> None:
    shelf.run(clock=time.time)
    assert len(shelf.read()) == 3  # a second change at the same clock time would go unnoticed
    assert shelf.read() == []


def test_file_changed_while_it_is_read_is_read_again(shelf: Shelf) -> None:
    path = shelf.folder / "harbour.txt"

    def clock() -> float:
        path.touch()  # also after its times were recorded
        return later()

    shelf.run(clock=clock)
    assert shelf.read() == ["harbour.txt"]


def test_file_from_the_future_is_read_again(shelf: Shelf) -> None:
    then = later() + 3600
    os.utime(shelf.folder / "harbour.txt", (then, then))
    shelf.run()
    assert shelf.read() == ["harbour.txt"]


def test_tables_and_archives_are_not_read_either(shelf: Shelf) -> None:
    rows = [f'{{"id": "{n}", "title": "T", "text": "{TEXT.format("Lunda", n)}"}}' for n in range(9)]
    (shelf.folder / "rows.jsonl").write_text("\n".join([*rows, '{"id": "x"}']), encoding="utf-8")
    with zipfile.ZipFile(shelf.folder / "old.zip", "w") as packed:
        packed.writestr("one.txt", TEXT.format("Sund", 3))
        packed.writestr("empty.txt", "")
        packed.writestr("picture.png", b"png")
    first = shelf.run()
    assert (first.added, len(first.skipped)) == (13, 1)
    assert dict(first.passed_over) == {".png": 1, "row without text": 1}
    OPENED.clear()
    again = shelf.run()
    assert not [each for each in OPENED if Path(each).parent == shelf.folder]
    assert again == replace(first, added=0, unchanged=13)


def test_many_rows_without_text_are_counted_and_the_first_listed(shelf: Shelf) -> None:
    rows = "\n".join(['{"id": "a", "text": "A text of its own."}', *['{"id": "x"}'] * 1500])
    (shelf.folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    first, again = shelf.run(), shelf.run()
    assert dict(again.passed_over) == {"row without text": 1500}
    assert again.left_out == first.left_out
    assert len(again.left_out) == 1000


@pytest.mark.parametrize(
    "changed", [{"language": "de"}, {"max_file_mb": 2.0}, {"fields": "text=body"}]
)
def test_other_settings_of_reading_read_everything(
    shelf: Shelf, changed: dict[str, object]
) -> None:
    shelf.run()
    shelf.config = replace(shelf.config, **changed)  # type: ignore[arg-type]
    assert len(shelf.read()) == 3
    assert shelf.read() == []


def test_other_passages_read_everything(shelf: Shelf) -> None:
    shelf.run()
    shelf.config = replace(shelf.config, passage_tokens=16)
    assert shelf.run().updated == 3
    assert shelf.read() == []


def test_address_that_becomes_shared_reads_the_page_again(shelf: Shelf) -> None:
    address = "https://coast.example/harbour"
    (shelf.folder / "a.html").write_text(page(address, "Vessby", 3), encoding="utf-8")
    shelf.run()
    assert address in shelf.index.library.articles.recipes()
    (shelf.folder / "b.html").write_text(page(address, "Lunda", 5), encoding="utf-8")
    assert shelf.read() == ["a.html", "b.html"]
    assert {"a.html", "b.html"} < shelf.index.library.articles.recipes().keys()
    (shelf.folder / "b.html").unlink()
    assert shelf.read() == ["a.html"]
    assert address in shelf.index.library.articles.recipes()


def test_page_that_is_still_being_written_shares_its_address(shelf: Shelf) -> None:
    address = "https://coast.example/harbour"
    for name in ("a.html", "b.html"):
        (shelf.folder / name).write_text(page(address, name, 3), encoding="utf-8")
    shelf.run()
    written = (shelf.folder / "b.html").stat().st_mtime
    done = shelf.run(rest=10.0, clock=lambda: written + 1)
    assert str(shelf.folder / "b.html") in done.unrested
    assert done.added == done.removed == 0
    assert {"a.html", "b.html"} < shelf.index.library.articles.recipes().keys()


def test_forgotten_article_is_read_again(shelf: Shelf) -> None:
    shelf.run()
    shelf.index.write([], removed=["harbour.txt"])
    assert not any(
        "harbour" in key[1] for key in shelf.index.library.files.states({str(shelf.folder)})
    )
    assert shelf.run().added == 1


def test_damaged_article_is_read_again(shelf: Shelf) -> None:
    shelf.run()
    library = shelf.index.library
    with library.database.guarded():
        library.database.connection.execute(
            "UPDATE articles SET text = 'No.' WHERE id = 'harbour.txt'"
        )
    done = shelf.run()
    assert (done.updated, done.unchanged) == (1, 2)
    assert "pier" in library.articles.get("harbour.txt").text  # type: ignore[union-attr]


def test_damaged_memory_of_a_file_reads_it(shelf: Shelf) -> None:
    shelf.run()
    library = shelf.index.library
    with library.database.guarded():
        library.database.connection.execute(
            "UPDATE files SET state = '[]' WHERE path LIKE '%harbour.txt'"
        )
    assert shelf.read() == ["harbour.txt"]


def test_index_of_an_earlier_version_has_no_table_of_files(shelf: Shelf) -> None:
    shelf.run()
    with shelf.index.library.database.guarded():
        shelf.index.library.database.connection.execute("DROP TABLE files")
    assert len(shelf.read()) == 3
    assert shelf.read() == []


def test_messages_name_the_file_as_it_is_given(shelf: Shelf, tmp_path: Path) -> None:
    (shelf.folder / "bad.pdf").write_text("not a PDF", encoding="utf-8")
    ((_, first),) = shelf.run().skipped
    link = tmp_path / "link"
    link.symlink_to(shelf.folder)
    ((_, other),) = shelf.run(link).skipped
    ((_, again),) = shelf.run().skipped
    assert str(link) in other
    assert again == first


def test_removed_file_is_forgotten(shelf: Shelf) -> None:
    shelf.run()
    (shelf.folder / "harbour.txt").unlink()
    assert shelf.run().removed == 1
    assert len(shelf.index.library.files.states({str(shelf.folder)})) == 2


def test_file_alone_makes_nothing_of_its_folder_forgotten(shelf: Shelf) -> None:
    shelf.run()
    shelf.run(shelf.folder / "harbour.txt")
    assert shelf.read() == []


def test_articles_of_missing_files_can_be_kept(shelf: Shelf) -> None:
    shelf.run()
    (shelf.folder / "harbour.txt").unlink()
    assert shelf.run(keep_missing=True).removed == 0
    assert shelf.index.library.articles.get("harbour.txt")
    assert shelf.run().removed == 1


def test_article_whose_file_gives_another_id_is_not_kept(shelf: Shelf) -> None:
    shelf.run()
    path = shelf.folder / "harbour.txt"
    text = path.read_text(encoding="utf-8").replace("title:", "id: pier\ntitle:", 1)
    path.write_text(text, encoding="utf-8")
    done = shelf.run(keep_missing=True)
    assert (done.added, done.removed) == (1, 1)


def test_articles_of_a_missing_folder_can_be_kept(shelf: Shelf) -> None:
    shelf.run()
    shutil.rmtree(shelf.folder)
    with pytest.raises(rag.UsageError, match="does not exist any more"):
        shelf.run(allow_empty=False)
    assert shelf.run(allow_empty=False, keep_missing=True).removed == 0
    assert shelf.index.library.counts()["articles"] == 3


def test_removing_and_keeping_at_once_is_refused(tmp_path: Path, folder: Path) -> None:
    with (
        rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news,
        pytest.raises(rag.UsageError, match="give one"),
    ):
        news.index([folder], allow_empty=True, keep_missing=True)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "lasting"),
    [
        (rag.IngestError("contains no text"), True),
        (zipfile.BadZipFile(), True),
        (caused(rag.IngestError("cannot be read"), PermissionError()), False),
        (caused(rag.IngestError("takes too long"), TimeoutError()), False),
        (OSError(5, "Input/output error"), False),
        (MemoryError(), False),
    ],
)
def test_only_what_lies_in_the_file_is_remembered_as_a_reason(
    error: Exception, *, lasting: bool
) -> None:
    assert is_lasting(error) == lasting


# ---- estimates of the time left


class Slow(rag.HashEmbedder):
    """A fake embedder whose clock advances two seconds per passage."""

    now = 0.0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Returns the same vectors and advances the clock."""
        self.now += 2.0 * len(texts)
        return super().embed_documents(texts)


def test_rate_and_time_left_are_those_of_the_files_that_are_read(shelf: Shelf) -> None:
    shelf.run()
    for n in range(40):
        (shelf.folder / f"new{n:02}.txt").write_text(TEXT.format("Lunda", n + 10), encoding="utf-8")
    shelf.embedder = slow = Slow(dims=16)
    start = later()
    told: list[tuple[float, rag.Progress]] = []
    shelf.run(progress=lambda step: told.append((slow.now, step)), clock=lambda: start + slow.now)
    assert slow.now == 2 * 40
    tenth = next(n for n, (now, _) in enumerate(told) if now >= 8.0)
    for now, step in told[tenth:]:
        assert step.rate == pytest.approx(0.5, rel=0.2)
        assert step.left == pytest.approx(80.0 - now, rel=0.2, abs=2.0)


def test_nothing_is_estimated_if_nothing_is_read(shelf: Shelf) -> None:
    told: list[rag.Progress] = []
    shelf.run()
    shelf.run(progress=told.append)
    assert [(step.done, step.rate, step.left) for step in told] == [
        (1, None, None), (2, None, None), (3, None, None)
    ]  # fmt: skip


# ---- arbitrary changes of the files


PLACES = ("Vessby", "Lunda", "Sund")
NAMES = (
    "a.txt",
    "b.txt",
    "a.html",
    "b.html",
    "rows.jsonl",
    "old.zip",
    "sub/c.txt",
    "notes",
    "d.md",
)


def put(path: Path, variant: int) -> None:
    """Writes one of nine contents to ``path``; some are rejected or contain non-articles."""
    path.parent.mkdir(exist_ok=True)
    place, weeks = PLACES[variant % 3], variant // 3
    text = TEXT.format(place, weeks)
    if path.suffix == ".html":
        path.write_text(page(f"https://x.example/{place}", place, weeks), encoding="utf-8")
    elif path.suffix == ".jsonl":
        rows = [f'{{"id": "{place}-{n}", "text": "{text} {n}"}}' for n in range(weeks + 1)]
        path.write_text("\n".join([*rows, '{"id": "none"}', "no JSON"]), encoding="utf-8")
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("one.txt", text)
            packed.writestr("two.txt", "" if weeks else f"---\nid: {place}-0\n---\n{text}")
            packed.writestr("three.png", b"")
    elif variant == 8:
        path.write_text("", encoding="utf-8")
    else:
        stated = ("", f"id: {place}-0\n", "published: 3/4/24\n")[weeks]
        path.write_text(f"---\n{stated}outlet: {place}\n---\n{text}", encoding="utf-8")


STEP = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.integers(0, 8)),
    st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("copy"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("remove"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("touch"), st.sampled_from(NAMES), st.none()),
)


def change(folder: Path, step: tuple[str, str, int | str | None]) -> None:
    what, name, more = step
    path = folder / name
    if what == "write" and isinstance(more, int):
        put(path, more)
    if not path.exists():
        return
    if what in ("move", "copy") and isinstance(more, str) and more != name:
        (folder / more).parent.mkdir(exist_ok=True)
        (shutil.move if what == "move" else shutil.copyfile)(path, folder / more)
    if what == "remove":
        path.unlink()
    if what == "touch":
        path.touch()


@settings(max_examples=12, deadline=None)
@given(rounds=st.lists(st.lists(STEP, min_size=1, max_size=4), min_size=2, max_size=4))
def test_index_and_report_are_as_without_the_memory(
    tmp_path_factory: pytest.TempPathFactory,
    rounds: Sequence[Sequence[tuple[str, str, int | str | None]]],
) -> None:
    base = tmp_path_factory.mktemp("shelf")
    folder = base / "articles"
    folder.mkdir()
    for variant, name in enumerate(NAMES):
        put(folder / name, variant)
    kept, plain = Shelf(base / "kept", folder), Shelf(base / "plain", folder)
    for steps in ([], *rounds):
        for step in steps:
            change(folder, step)
        for options in ({"dry_run": True}, {}):
            plain.forget_files()
            assert kept.run(**options) == plain.run(**options)
        assert kept.seen() == plain.seen()
    kept.index.close()
    plain.index.close()
