"""Tables of values separated by commas, semicolons, tabs or bars."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from rag.errors import IngestError
from rag.ingest.readers.base import Limits, Member
from rag.ingest.readers.fields import Rows
from rag.ingest.readers.streams import decoded

__all__ = ["CsvReader"]

_SEPARATORS = ",;\t|"


class CsvReader:
    """Reads tables with a row of column names, separated by commas, semicolons, tabs or bars."""

    suffixes = (".csv", ".tsv")

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """One article per row."""
        with decoded(file) as text:
            yield from _rows(path, text, limits)


def _rows(path: Path, text: TextIO, limits: Limits) -> Iterator[Member]:
    head = text.readline(limits.max_bytes)
    if head.count("\x00") > len(head) // 10:
        raise IngestError(f"{path} is not a table of text; export it again as CSV")
    # The csv module has one limit per process; raising it does not affect other uses.
    csv.field_size_limit(max(csv.field_size_limit(), limits.max_bytes))
    separator = max(_SEPARATORS, key=head.count)
    lines = _Lines(path, text, limits.max_bytes)
    rows = Rows(path, limits.fields)
    try:
        columns = next(csv.reader([head], delimiter=separator), [])
        for values in csv.reader(lines, delimiter=separator):
            lines.room = limits.max_bytes
            if values:
                yield rows.member(dict(zip(columns, values, strict=False)))
        rows.end()
    except csv.Error as error:
        raise IngestError(f"{path} is not a table of text ({error}); export it again") from None


class _Lines:
    """The lines of a table; limits the characters of each row."""

    def __init__(self, path: Path, text: TextIO, limit: int) -> None:
        self._path, self._text, self._limit = path, text, limit
        self.room = limit

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(self._limit + 1):
            self.room -= len(line)
            if self.room < 0:
                raise IngestError(
                    f"{self._path} has a row of over {self._limit / 1e6:g} MB, perhaps after a"
                    " quotation mark that is not closed; correct it, or raise max_file_mb"
                )
            yield line
