"""Tests that every file reader must pass."""

from pathlib import Path

import pytest

from rag.errors import IngestError
from rag.ingest.article import read_article
from rag.ingest.readers import READERS, SUFFIXES, FileReader, ReadFile, reader_for
from rag.ingest.readers.html import HtmlReader
from rag.ingest.readers.markdown import MarkdownReader
from rag.ingest.readers.scripted import ScriptedFileReader
from rag.ingest.readers.text import TextReader

FIRST = "The harbour at Vessby was closed on Monday after a storm tore a crane from its rails."
SECOND = "Two workers were treated for bruises, and the crane will be replaced in the autumn."
MATTER = b"---\ntitle: A crane falls\noutlet: The Coast Courier\n---\n"
PAGE = (
    "<html lang='en'><head><title>A crane falls</title>"
    "<meta property='og:site_name' content='The Coast Courier'></head>"
    f"<body><article><h1>A crane falls</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"
).encode()
SCRIPTED = b"%crane"
READ = ReadFile(
    text=f"{FIRST}\n\n{SECOND}",
    stated={"title": "A crane falls", "outlet": "The Coast Courier"},
)
FILES: list[tuple[FileReader, bytes]] = [
    (TextReader(), MATTER + f"{FIRST}\n\n{SECOND}\n".encode()),
    (MarkdownReader(), MATTER + f"{FIRST}\n\n**Two workers**{SECOND[11:]}\n".encode()),
    (HtmlReader(), PAGE),
    (ScriptedFileReader((".crane",), {SCRIPTED: READ}), SCRIPTED),
]
IDS = [type(reader).__name__ for reader, _ in FILES]


@pytest.mark.parametrize(("reader", "data"), FILES, ids=IDS)
def test_paragraphs_are_separated_and_what_is_stated_is_named(
    reader: FileReader, data: bytes
) -> None:
    found = reader.read(Path(f"crane{reader.suffixes[0]}"), data)
    paragraphs = [part.strip() for part in found.text.split("\n\n")]
    assert [part for part in paragraphs if part in (FIRST, SECOND)] == [FIRST, SECOND]
    assert found.stated["title"] == "A crane falls"
    assert found.stated["outlet"] == "The Coast Courier"


@pytest.mark.parametrize(("reader", "data"), FILES, ids=IDS)
def test_a_file_of_another_format_is_refused_by_name(reader: FileReader, data: bytes) -> None:
    path = Path(f"other{reader.suffixes[0]}")
    with pytest.raises(IngestError, match=rf"^{path.name} "):
        reader.read(path, b"PK\x03\x04" + data)


def test_every_suffix_has_one_reader() -> None:
    assert len(SUFFIXES) == len(set(SUFFIXES))
    for reader in READERS:
        for suffix in reader.suffixes:
            assert suffix == suffix.lower() and suffix.startswith(".")  # noqa: PT018
            assert reader_for(Path(f"A{suffix.upper()}")) is reader


def test_every_format_is_indexed_as_the_same_article(tmp_path: Path) -> None:
    for reader, data in FILES[:-1]:
        path = tmp_path / f"crane{reader.suffixes[0]}"
        path.write_bytes(data)
        article = read_article(path, root=tmp_path, max_bytes=10_000)
        assert (article.title, article.outlet) == ("A crane falls", "The Coast Courier")
        assert FIRST in article.text and SECOND in article.text  # noqa: PT018
