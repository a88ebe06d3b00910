"""WARC archives of web pages, as written by crawlers.

Unlike the libraries for this format, this module does not read lines of any length into memory.
"""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from rag.errors import IngestError
from rag.ingest.readers.base import Limits, Member
from rag.ingest.readers.fields import Names
from rag.ingest.readers.html import HtmlReader
from rag.ingest.readers.streams import lines

__all__ = ["WarcReader"]

_PAGES = ("text/html", "application/xhtml+xml")
_OTHER = "web record without an article"
_LINE, _MOST_LINES = 64_000, 500  # maximum bytes of a header, and maximum headers of a record
_CHUNK = 1 << 20

Headers = dict[str, str]


class WarcReader:
    """Reads WARC files, ISO 28500; those compressed end in ".warc.gz"."""

    suffixes = (".warc",)

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The web pages with status 200, named by their URLs, read like saved pages."""
        names = Names()
        for headers, data in _records(path, file, limits.max_bytes):
            if headers.get("warc-type") == "response":
                address = headers.get("warc-target-uri", "").strip("<>")
                yield _member(path, names(address), address, data, limits)


def _records(path: Path, file: BinaryIO, limit: int) -> Iterator[tuple[Headers, bytes]]:
    """The headers of each record, and its first ``limit`` + 1 bytes."""
    found = False
    while line := file.readline(_LINE):
        if not line.strip():
            continue
        if not line.startswith(b"WARC/"):
            what = "is damaged" if found else "is not a WARC file"
            raise IngestError(f"{path} {what} (a record begins {line[:20]!a}); save it again")
        found = True
        headers = _headers(path, file)
        length = headers.get("content-length", "")
        if not length.isdecimal() or len(length) > 15:
            raise IngestError(f"{path} has a record of the length {length[:20]!a}; save it again")
        rest = int(length)
        data = file.read(min(rest, limit + 1))
        rest -= len(data)
        while rest > 0 and (skipped := file.read(min(rest, _CHUNK))):
            rest -= len(skipped)
        yield headers, data


def _headers(path: Path, file: BinaryIO) -> Headers:
    headers: Headers = {}
    for number, line in enumerate(lines(path, file, _LINE)):
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if not line.strip() or number == _MOST_LINES:
            break
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers


def _member(path: Path, name: str, address: str, data: bytes, limits: Limits) -> Member:
    where = path / name
    if len(data) > limits.max_bytes:
        reason = f"{where} is over the limit of {limits.max_bytes / 1e6:g} MB; raise max_file_mb"
        return Member(name=name, content=IngestError(reason))
    head, _, body = data.partition(b"\r\n\r\n")
    status, *rest = head.decode("latin-1").split("\r\n")
    headers = {key.strip().lower(): value.strip() for key, _, value in
               (line.partition(":") for line in rest)}  # fmt: skip
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if status.split(" ")[1:2] != ["200"] or kind not in _PAGES:
        return Member(name=name, content=_OTHER)
    try:
        page = _unpacked(where, headers, body, limits)
        read = HtmlReader().read(where, page)
    except (IngestError, zlib.error, ValueError) as error:
        reason = str(error) if isinstance(error, IngestError) else f"{where} is damaged ({error})"
        return Member(name=name, content=IngestError(reason))
    known = {"url": address} if "://" in address else {}
    return Member(name=name, content=replace(read, stated={**known, **read.stated}))


def _unpacked(path: Path, headers: Headers, body: bytes, limits: Limits) -> bytes:
    """The page in the body of a response."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _joined(body)
    coding = headers.get("content-encoding", "").lower()
    if coding in ("", "identity"):
        return body
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise IngestError(f"{path} is compressed with {coding[:20]!a}, which is not read; save it")
    page = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, limits.max_bytes)
    limits.unpack(path, len(page))
    return page


def _joined(body: bytes) -> bytes:
    """The chunks of a body, https://www.rfc-editor.org/rfc/rfc9112#section-7.1; some are plain."""
    parts: list[bytes] = []
    place = 0
    while (end := body.find(b"\r\n", place)) >= 0:
        try:
            size = int(body[place:end].partition(b";")[0], 16)
        except ValueError:
            return body if not parts else b"".join(parts)
        if size <= 0:
            break
        parts.append(body[end + 2 : end + 2 + size])
        place = end + 2 + size + 2
    return b"".join(parts)
