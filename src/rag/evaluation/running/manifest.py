"""What a run is: its data, settings and code, and one fingerprint over all three."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import rag
from rag.evaluation.datasets.nouns import Dataset
from rag.evaluation.records import FORMAT

__all__ = ["describe"]

SETTINGS = ("model", "dimensions", "language", "settings")
CODE = ("*.py", "*.json", "*.toml", "*.yaml")


def describe(news: rag.Byline, dataset: Dataset) -> dict[str, object]:
    """The contents of ``run.json`` that stand before the first question is asked.

    Runs with the same ``fingerprint`` give the same predictions, times apart.
    """
    status = news.status()
    settings = {name: _plain(status[name]) for name in SETTINGS if name in status}
    return {
        "format": FORMAT,
        "dataset": dataset.name,
        "questions_file": dataset.questions_file.name,
        "questions": len(dataset.questions),
        "articles": len(dataset.documents),
        "skipped": [list(file) for file in dataset.refused.items()],
        "faults": [str(fault) for fault in dataset.faults],
        "warnings": list(dataset.warnings),
        **settings,
        "library": rag.__version__,
        "generation": status.get("generation"),
        "fingerprint": _fingerprint(dataset, settings),
    }


def _fingerprint(dataset: Dataset, settings: Mapping[str, object]) -> str:
    """SHA-256 in hex of data, settings and code."""
    digest = hashlib.sha256()
    for document in sorted(dataset.documents, key=lambda document: document.id):
        digest.update(repr(document).encode())
    for question in dataset.questions:
        digest.update(repr(question).encode())
    digest.update(json.dumps(settings, sort_keys=True).encode())
    for file in _code():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _code() -> Iterator[Path]:
    """The files of this library that decide an answer; a change of one is another run."""
    package = Path(__file__).parents[2]
    return (file for pattern in CODE for file in sorted(package.rglob(pattern)))


def _plain(value: object) -> object:
    """The value as JSON gives it back, so that it can be written and compared."""
    return json.loads(json.dumps(value, default=str))
