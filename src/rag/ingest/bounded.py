"""Reads article files; large ones in a separate process, with limits on time and memory.

A few hundred kilobytes of Markdown or HTML can be crafted so that a parser needs minutes or
gigabytes. A small file cannot, so it is read in this process. So is a PDF, because the PDF reader
has its own process and limits.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Self

from rag.errors import IngestError
from rag.ingest.article import read_article
from rag.ingest.readers.pdf import PdfReader
from rag.schema import Article

__all__ = ["BoundedReading"]

SECONDS = 20  # seconds of processor time for one file
MEMORY = 1_000_000_000  # bytes in addition to the program itself
SMALL = 50_000  # maximum bytes; the worst known file of this size takes a second
_STARTING = 120.0  # seconds for the process to start
_PATIENCE = 120.0  # seconds for a file, if the process is given no time

log = logging.getLogger(__name__)


class BoundedReading:
    """Reads files with the options of ``read_article``. Use it in a ``with`` block."""

    def __init__(
        self,
        *,
        max_bytes: int,
        language: str,
        shared: frozenset[str],
        seconds: int = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        """Sets the options of ``read_article``, and the limits for a large file.

        ``seconds`` is processor time; ``memory`` is in bytes, in addition to the program itself.
        """
        self._seconds = seconds
        self._memory = memory
        self._max_bytes = max_bytes
        self._language = language
        self._shared = shared
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, path: Path, *, root: Path, warn: Callable[[str], None]) -> Article:
        """Reads the article in a file; see ``read_article``.

        Raises:
            IngestError: the file cannot be read as an article, or not within the limits.
        """
        if not self._is_large(path) or not self._starts():
            return read_article(
                path,
                root=root,
                max_bytes=self._max_bytes,
                language=self._language,
                shared=self._shared,
                warn=warn,
            )
        found = self._asked([str(path), str(root)], _PATIENCE)
        if found is None:
            self._end()
        for warning in (found or {}).get("warnings", ()):
            warn(warning)
        if not found or not {"article", "refused"} & set(found):
            limits = f"{self._seconds} s or {self._memory / 1e9:g} GB"
            raise IngestError(
                f"{path} takes more than {limits} to read; split it, or save the article as text"
            ) from TimeoutError()
        if "refused" in found:
            raise IngestError(found["refused"]) from None if found["lasting"] else OSError()
        known = found["article"]
        known["published"] = known["published"] and date.fromisoformat(known["published"])
        known["pages"] = tuple(known["pages"])
        return Article(**known)

    def _is_large(self, path: Path) -> bool:
        if path.suffix.lower() in PdfReader.suffixes:
            return False
        try:
            return SMALL < path.stat().st_size <= self._max_bytes
        except OSError:
            return False  # reading it reports the reason

    def _starts(self) -> bool:
        """Starts the process if it is not running; False if it cannot be started."""
        if self._process is not None:
            return True
        package = str(Path(__file__).parents[2])
        paths = [package, os.environ.get("PYTHONPATH", "")]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rag.ingest.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C reaches only the program, which ends this process
                env=_environment() | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
        except OSError:
            log.warning("Files are read without limits: no process can be started", exc_info=True)
            return False
        options = {
            "max_bytes": self._max_bytes,
            "language": self._language,
            "shared": sorted(self._shared),
        }
        limits = {"seconds": self._seconds, "memory": self._memory}
        if self._asked([limits, options], _STARTING) != "ready":
            log.warning("Files are read without limits: %s did not start", sys.executable)
            self._end()
            return False
        return True

    def _asked(self, question: object, seconds: float) -> Any:
        """The next reply of the process; None if it ended or took longer than ``seconds``."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            print(json.dumps(question), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline() or "null")
        except (OSError, ValueError):
            return None
        finally:
            timer.cancel()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _environment() -> dict[str, str]:
    """The environment variables of a worker: all except secrets, which no parser needs."""
    return {name: value for name, value in os.environ.items() if name != "BYLINE_LLM_API_KEY"}
