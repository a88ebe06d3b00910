"""The process in which ``bounded`` reads large files within limits; it replies in JSON lines."""

import contextlib
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.ingest.article import read_article
from rag.ingest.collections import is_lasting, why_unread

__all__ = ["main"]

_UNKNOWN = 2_000_000_000  # bytes of address space for the program itself if it cannot be measured


def main() -> None:
    """Reads the files that standard input names, after a line with limits and options.

    Each line is a JSON list of a path and its root. The reply is a JSON object with the
    ``article``, or with the reason to reject it (``refused``) and whether the reason is permanent
    (``lasting``), or with neither if there was not enough memory.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # keeps the output of libraries out of the replies
    _preload()
    limits, options = json.loads(sys.stdin.readline())
    options["shared"] = frozenset(options["shared"])
    _limit_memory(limits["memory"])
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        _limit_time(limits["seconds"])
        path, root = map(Path, json.loads(line))
        print(json.dumps(_read(path, root, options)), file=answers, flush=True)


def _read(path: Path, root: Path, options: dict[str, Any]) -> dict[str, Any]:
    warnings: list[str] = []
    try:
        article = read_article(path, root=root, warn=warnings.append, **options)
    except MemoryError:
        return {"warnings": warnings}
    except Exception as error:  # noqa: BLE001 - why_unread logs it
        refused = {"refused": why_unread(path, error), "lasting": is_lasting(error)}
        return refused | {"warnings": warnings}
    published = article.published and article.published.isoformat()
    return {"article": asdict(article) | {"published": published}, "warnings": warnings}


def _preload() -> None:
    """Imports what the readers would import on first use, so that it does not count for a file."""
    import lxml.html  # noqa: F401
    import trafilatura  # noqa: F401


def _limit_memory(memory: int) -> None:
    import resource

    try:
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        used *= os.sysconf("SC_PAGE_SIZE")
    except OSError:
        used = _UNKNOWN
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(OSError, ValueError):  # some systems do not have this limit
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, hard))


def _limit_time(seconds: int) -> None:
    """Makes the system end this process if the next file takes too long."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds + 1, hard))


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # the program has ended
        main()
