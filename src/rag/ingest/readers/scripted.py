"""A public fake: a file reader with fixed results, for tests and examples."""

from pathlib import Path

from rag.errors import IngestError
from rag.ingest.readers.base import ReadFile

__all__ = ["ScriptedFileReader"]


class ScriptedFileReader:
    """Maps each sequence of bytes to a fixed result."""

    def __init__(self, suffixes: tuple[str, ...], files: dict[bytes, ReadFile]) -> None:
        self.suffixes = suffixes
        self._files = files

    def read(self, path: Path, data: bytes) -> ReadFile:
        """Returns the fixed result for ``data``.

        Raises:
            IngestError: there is no result for ``data``.
        """
        if data not in self._files:
            raise IngestError(f"{path} has no scripted content; give it to the reader")
        return self._files[data]
