"""Reads and writes JSON Lines files, plain or gzipped, and collects the faults found in them."""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import rag

Item = TypeVar("Item")
Key = TypeVar("Key")
Row = Mapping[str, object]
LISTED = 20
MALFORMED = "malformed line"
UNUSABLE = "unusable line"
STANDARD = Path("-")
"""The path that means standard input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault in a file: its line number (from 1), a description, and its kind."""

    file: str
    line: int
    what: str
    kind: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class FieldError(Exception):
    """An invalid field, which is reported as a fault of ``kind`` with file and line."""

    def __init__(self, what: str, *, kind: str = "wrong field") -> None:
        super().__init__(what)
        self.kind = kind


class Faults:
    """The faults of a folder: collected while reading, then raised as one error."""

    def __init__(self, found: Iterable[Fault] = ()) -> None:
        self.found = list(found)

    def add(self, path: Path, line: int, what: str, *, kind: str = UNUSABLE) -> None:
        """Records a fault in ``line`` (from 1) of ``path``."""
        file = "standard input" if path == STANDARD else path.name
        self.found.append(Fault(file=file, line=line, what=what, kind=kind))

    @contextmanager
    def taking(self, path: Path, line: int, *, place: str = "") -> Iterator[None]:
        """Records a ``FieldError`` raised in the block as a fault, and suppresses it."""
        try:
            yield
        except FieldError as error:
            self.add(path, line, f"{place}{error}", kind=error.kind)

    def counts(self) -> dict[str, int]:
        """Counts the faults of each kind, most frequent first."""
        return dict(Counter(fault.kind for fault in self.found).most_common())

    def raise_any(self, folder: Path, *, remedy: str = "correct and run again") -> None:
        """If there are faults, raises ``rag.DatasetError`` with their number and the first 20."""
        if not self.found:
            return
        count = len(self.found)
        kinds = ", ".join(f"{kind}: {number}" for kind, number in self.counts().items())
        head = f"{folder}: {count} {'fault' if count == 1 else 'faults'} ({kinds}); {remedy}:"
        more = [f"… and {count - LISTED} more"] if count > LISTED else []
        raise rag.DatasetError("\n  ".join([head, *map(str, self.found[:LISTED]), *more]))


def read_rows(path: Path, faults: Faults) -> Iterator[tuple[int, Row]]:
    """Yields each object of a file with its line number (from 1); other lines become faults.

    Blank lines are skipped. If the file cannot be read to its end, the lines before the error are
    still yielded.
    """
    number = 0
    try:
        with open_lines(path) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield from _row(path, number, line, faults)
    except (OSError, EOFError) as error:
        what = f"cannot be read beyond this point ({error}); replace the file"
        faults.add(path, number + 1, what, kind=MALFORMED)


def read_unique(
    path: Path,
    faults: Faults,
    parse: Callable[[Row, int], Item],
    *,
    name: Callable[[Item], Key],
    kind: str = UNUSABLE,
) -> dict[Key, Item]:
    """Parses each object of a file, given with its line number, and returns them by ``name``.

    Invalid objects become faults. Later duplicates become faults of ``kind``.
    """
    items: dict[Key, Item] = {}
    lines: dict[Key, int] = {}
    for number, row in read_rows(path, faults):
        with faults.taking(path, number):
            item = parse(row, number)
            key = name(item)
            if key in items:
                what = f"id {key!r} is already used on line {lines[key]}"
                raise FieldError(what, kind=kind)
            items[key], lines[key] = item, number
    return items


def open_lines(path: Path) -> AbstractContextManager[BinaryIO]:
    """Opens a file for reading its lines, plain or gzipped; ``STANDARD`` is standard input."""
    if path == STANDARD:
        return nullcontext(sys.stdin.buffer)
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _row(path: Path, number: int, line: bytes, faults: Faults) -> Iterator[tuple[int, Row]]:
    try:
        row = load_json(line.decode("utf-8-sig").rstrip())
    except ValueError as error:
        what = f"is not JSON in UTF-8 ({_reason(error)}); write one object per line"
        faults.add(path, number, what, kind=MALFORMED)
        return
    if isinstance(row, dict):
        yield number, row
    else:
        what = f"is a {type(row).__name__}, not an object; write {{...}}"
        faults.add(path, number, what, kind=MALFORMED)


def load_json(text: str) -> object:
    """Parses JSON text; raises ``ValueError`` for invalid JSON, including NaN and Infinity."""
    return json.loads(text, parse_constant=_refuse)


def read_json(path: Path) -> dict[str, Any]:
    """Returns the object in a file; empty if it has none or cannot be read."""
    try:
        content = load_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not a valid JSON number")


def _reason(error: ValueError) -> str:
    """Describes what is wrong in a line, with the column; the decoder's line number is always 1."""
    if isinstance(error, json.JSONDecodeError):
        return f"column {error.colno}: {error.msg}"
    return str(error)


def dump_line(row: Row) -> str:
    """Returns one line of a JSON Lines file, with its newline; raises ``ValueError`` for NaN."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Writes a JSON Lines file; raises ``rag.DatasetError`` for a row that JSON cannot hold."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for row in rows:
            try:
                lines.write(dump_line(row))
            except ValueError as error:  # NaN, or a lone surrogate
                name = row.get("id", row.get("_id"))
                raise rag.DatasetError(
                    f"row {name!r} cannot be written to {path.name} ({error}): correct it"
                ) from error


def write_json(path: Path, row: Row) -> None:
    """Writes one object as indented JSON; the file is replaced atomically."""
    text = json.dumps(row, ensure_ascii=False, allow_nan=False, indent=2)
    overwrite(path, text + "\n")


def overwrite(path: Path, text: str, *, errors: str = "strict") -> None:
    """Writes ``text`` in UTF-8; the file is replaced atomically."""
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(text.encode(errors=errors))
    beside.replace(path)
