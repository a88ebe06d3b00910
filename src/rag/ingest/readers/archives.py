"""ZIP and tar archives, and files compressed with gzip. Nothing is unpacked to disk."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from rag.errors import IngestError
from rag.ingest.readers.base import Limits, Member
from rag.ingest.readers.streams import bounded, rewindable

__all__ = ["GzipReader", "TarReader", "ZipReader"]

_BLOCK = 512  # maximum bytes of a tar header
_DIRECTORY = 64_000_000  # maximum bytes of a ZIP directory, which is kept in memory
_HEADERS = 16_000_000  # maximum bytes before a file in a tar archive
_LINK, _SPECIAL = "linked file", "device"


class ZipReader:
    """Reads the files in a ZIP archive."""

    suffixes = (".zip",)

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The files, without links and folders."""
        file = rewindable(path, file, limits)
        _check_directory(path, file)
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                mode = info.external_attr >> 16
                if info.is_dir():
                    continue
                if stat.S_ISLNK(mode):
                    yield Member(name=info.filename, content=_LINK)
                    continue
                place = path / info.filename
                opened = partial(_opened_zip, place, archive, info, limits)
                yield _file(path, info.filename, opened)


def _opened_zip(
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits
) -> BinaryIO:
    try:
        return bounded(path, cast(BinaryIO, archive.open(info)), limits)
    except (RuntimeError, NotImplementedError) as error:
        raise IngestError(f"{path} cannot be unpacked ({error}); unpack it yourself") from None


def _check_directory(path: Path, file: BinaryIO) -> None:
    """Rejects an archive whose list of files would fill the memory."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    listed = int.from_bytes(tail[place + 12 : place + 16], "little") if place >= 0 else 0
    if listed == 0xFFFFFFFF:
        wide = tail.rfind(b"PK\x06\x06")
        listed = int.from_bytes(tail[wide + 40 : wide + 48], "little") if wide >= 0 else listed
    file.seek(0)
    if listed > _DIRECTORY:
        raise IngestError(
            f"{path} lists files in {listed / 1e6:,.0f} MB, over {_DIRECTORY / 1e6:g} MB; split it"
        )


class TarReader:
    """Reads the files in a tar archive."""

    suffixes = (".tar",)

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The files, without links and devices."""
        del limits  # a tar archive is as large as its files
        paced = _Paced(path, file)
        with tarfile.open(fileobj=paced, mode="r|", errors="replace") as archive:
            for info in archive:
                paced.room = info.size + _HEADERS
                archive.members.clear()  # type: ignore[attr-defined] # which tarfile would collect
                if info.isdir():
                    continue
                if not info.isreg():
                    kind = _LINK if info.issym() or info.islnk() else _SPECIAL
                    yield Member(name=info.name, content=kind)
                    continue
                yield _file(path, info.name, partial(_opened_tar, archive, info))


class _Paced(io.RawIOBase):
    """A tar archive with a limit on its headers, because tarfile keeps them in memory."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self.room = _HEADERS

    def read(self, size: int = -1) -> bytes:
        self.room -= size
        if self.room < 0:
            raise IngestError(f"{self._path} has a header of over {_HEADERS / 1e6:g} MB; unpack it")
        return self._file.read(size)


def _opened_tar(archive: tarfile.TarFile, info: tarfile.TarInfo) -> BinaryIO:
    return cast(BinaryIO, _OneWay(cast(io.RawIOBase, archive.extractfile(info))))


class _OneWay(io.BufferedReader):
    """A stream of a tar archive, which cannot be rewound."""

    def seekable(self) -> bool:
        return False


class GzipReader:
    """Reads a tar archive or a single file that is compressed with gzip."""

    suffixes = (".gz", ".tgz")

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The files in the archive, or the file without the ending ".gz"."""
        unpacked = bounded(path, cast(BinaryIO, gzip.GzipFile(fileobj=file)), limits)
        head = cast(io.BufferedReader, unpacked).peek(_BLOCK)[:_BLOCK]
        name = path.name.lower()
        if head[257:262] == b"ustar" or name.endswith((".tar.gz", ".tgz")):
            yield from TarReader().members(path, unpacked, limits)
        else:
            yield _file(path, path.stem, lambda: unpacked)


def _file(path: Path, name: str, opened: partial[BinaryIO] | object) -> Member:
    """The member for a file; rejects paths outside the archive's folder."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or parts[0].endswith(":"):
        reason = f"{path} contains {name[:200]!a}, a path outside the archive; it was not read"
        return Member(name=name, content=IngestError(reason))
    return Member(name="/".join(parts), content=opened)  # type: ignore[arg-type]
