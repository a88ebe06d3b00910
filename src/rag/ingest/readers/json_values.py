"""Tables in JSON Lines and JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, TextIO

from rag.errors import IngestError
from rag.ingest.readers.base import Limits, Member
from rag.ingest.readers.fields import FIELDS, Rows
from rag.ingest.readers.streams import decoded, lines

__all__ = ["JsonLinesReader", "JsonReader"]

_CHUNK = 1 << 20  # characters
_BETWEEN = re.compile(r"[\s,]*")
_MOST_ERRORS = 100
_DEEPEST = 4  # maximum objects around the list of articles, as in {"response": {"results": [...]}}
_DECODER = json.JSONDecoder(strict=False)


class JsonLinesReader:
    """Reads tables with one JSON object per line."""

    suffixes = (".jsonl", ".ndjson")

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """One article per line. A line that is not JSON is reported; the other lines are read."""
        rows, errors = Rows(path, limits.fields), 0
        for number, line in enumerate(lines(path, file, limits.max_bytes), start=1):
            text = line.decode("utf-8-sig", "replace").strip()
            if not text:
                continue
            try:
                row = _DECODER.decode(text)
            except (ValueError, RecursionError) as error:
                errors += 1
                reason = IngestError(f"{path} has no JSON in line {number:,} ({_why(error)})")
                if errors > _MOST_ERRORS:
                    raise IngestError(f"{reason}, after {_MOST_ERRORS} such lines") from None
                yield Member(name="", content=reason)
                continue
            yield rows.member(row)
        rows.end()


class JsonReader:
    """Reads an array of objects, an object around such an array, or a single article."""

    suffixes = (".json",)

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """One article per object."""
        rows = Rows(path, limits.fields)
        try:
            with decoded(file) as text:
                for value in _values(path, text, limits.max_bytes):
                    for key, row in _rows(value, limits.fields, _DEEPEST):
                        yield rows.member(row, key=key)
            rows.end()
        except (ValueError, RecursionError) as error:
            raise IngestError(f"{path} is not JSON ({_why(error)}); export it again") from None


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return f"{error.msg} at column {error.colno}" if isinstance(
        error, json.JSONDecodeError) else str(error)  # fmt: skip


def _values(path: Path, text: TextIO, limit: int) -> Iterator[object]:
    """The values in an array or in a sequence, with at most one in memory at a time.

    Raises:
        IngestError: a value has more than ``limit`` characters.
        ValueError: a value is not JSON.
    """
    buffer = text.read(_CHUNK).lstrip()
    is_array = buffer.startswith("[")
    place = int(is_array)
    while True:
        place = _BETWEEN.match(buffer, place).end()  # type: ignore[union-attr]
        if is_array and buffer.startswith("]", place):
            return
        try:
            value, end = _DECODER.raw_decode(buffer, place)
            whole = end < len(buffer) or buffer[end - 1] in '}]"'
            error = None
        except json.JSONDecodeError as failed:
            whole, error = False, failed
        if whole:
            place = end
            yield value
            continue
        more = text.read(max(_CHUNK, len(buffer) - place))
        if len(buffer) - place > limit:
            raise IngestError(
                f"{path} has one JSON value of over {limit / 1e6:g} MB; write one object a line, as"
                " .jsonl, or raise max_file_mb"
            )
        if not more:
            if place == len(buffer) and not is_array:
                return
            if error is not None:
                raise error
            yield value
            return
        buffer, place = buffer[place:] + more, 0


def _rows(
    value: object, fields: Mapping[str, str], depth: int, key: str = ""
) -> Iterator[tuple[str, object]]:
    """The articles in a value, each with its key in the enclosing object."""
    if isinstance(value, Mapping) and depth and not _is_article(value, fields):
        inner = {name: each for name, each in value.items() if isinstance(each, list | Mapping)}
        tables = [each for each in inner.values() if isinstance(each, list)
                  and any(isinstance(row, Mapping) for row in each)]  # fmt: skip
        if tables:
            yield from (("", row) for row in max(tables, key=len))
            return
        if inner and (len(inner) == 1 or len(inner) == len(value)):
            for name, each in inner.items():
                yield from _rows(each, fields, depth - 1, str(name))
            return
    if isinstance(value, list):
        yield from (("", row) for row in value)
    else:
        yield key, value


def _is_article(value: Mapping[str, object], fields: Mapping[str, str]) -> bool:
    """Whether an object itself has a text column."""
    names = {re.sub(r"[\W_]", "", str(name)).lower() for name in value}
    return fields.get("text") in value or any(
        name in names and not isinstance(value.get(name), Mapping) for name in FIELDS["text"]
    )
