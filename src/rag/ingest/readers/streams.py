"""Streams of bounded size."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from rag.errors import IngestError
from rag.ingest.readers.base import Limits

__all__ = ["at_most", "bounded", "decoded", "lines", "rewindable"]

_BUFFER = 64 * 1024
_HEAD = 64 * 1024  # bytes read to detect the encoding


class _Bounded(io.RawIOBase):
    """Wraps ``stream`` and counts its bytes against ``limits``."""

    def __init__(self, path: Path, stream: BinaryIO, limits: Limits) -> None:
        self._path, self._stream, self._limits = path, stream, limits

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._limits.unpack(self._path, len(data))
        buffer[: len(data)] = data
        return len(data)


def bounded(path: Path, stream: BinaryIO, limits: Limits) -> BinaryIO:
    """Wraps ``stream``; reading raises IngestError when it exceeds ``limits``."""
    return cast(BinaryIO, io.BufferedReader(_Bounded(path, stream, limits), _BUFFER))


def at_most(path: Path, file: BinaryIO, limit: int) -> bytes:
    """Reads all bytes of ``file``.

    Raises:
        IngestError: there are more than ``limit`` bytes.
    """
    data = file.read(limit + 1)
    if len(data) > limit:
        raise IngestError(
            f"{path} is over the limit of {limit / 1e6:g} MB; split it, or raise max_file_mb"
        )
    return data


def rewindable(path: Path, file: BinaryIO, limits: Limits) -> BinaryIO:
    """``file`` if it is seekable, else its bytes in memory, up to the limit of an article."""
    return file if file.seekable() else io.BytesIO(at_most(path, file, limits.max_bytes))


def lines(path: Path, file: BinaryIO, limit: int) -> Iterator[bytes]:
    """The lines of ``file`` with their ends.

    Raises:
        IngestError: a line is longer than ``limit`` bytes.
    """
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        if len(line) > limit:
            raise IngestError(
                f"{path} has over {limit / 1e6:g} MB in line {number:,}; split it, or raise"
                " max_file_mb"
            )
        yield line


@contextmanager
def decoded(file: BinaryIO) -> Iterator[TextIO]:
    """Reads ``file`` as text: UTF-8, UTF-16 with a byte order mark, else windows-1252.

    Invalid bytes become U+FFFD.
    """
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(file, _HEAD)  # type: ignore[type-var]
    head = buffered.peek(_HEAD)[:_HEAD]
    encoding = "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            encoding = "cp1252"
    text = io.TextIOWrapper(buffered, encoding, errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach()  # the caller closes the file
