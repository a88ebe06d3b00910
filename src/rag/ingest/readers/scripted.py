"""A public fake: a file reader whose result is given, for tests and examples."""

from pathlib import Path

from rag.errors import IngestError
from rag.ingest.readers.base import ReadFile

__all__ = ["ScriptedFileReader"]


class ScriptedFileReader:
    """Returns the file that belongs to each sequence of bytes."""

    def __init__(self, suffixes: tuple[str, ...], files: dict[bytes, ReadFile]) -> None:
        self.suffixes = suffixes
        self._files = files

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The file given for ``data``.

        Raises:
            IngestError: none was given.
        """
        if data not in self._files:
            raise IngestError(f"{path} has no scripted content; give it to the reader")
        return self._files[data]
