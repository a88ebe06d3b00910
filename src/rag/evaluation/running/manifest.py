"""Describe a run by its data, settings and code, with one fingerprint over all three."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import rag
from rag.evaluation.datasets.models import Dataset
from rag.evaluation.records import FORMAT

PLACES = ("corpus", "index", "host", "port")
"""Settings that locate something and do not affect answers."""

SETTINGS = ("model", "dimensions", "language", "threshold", "settings")
CODE = ("*.py", "*.json", "*.toml", "*.yaml")
SHOWING = ("web", "cli")
JUDGING = ("report", "comparing", "measuring", "measures", "statistics")


def describe(news: rag.Byline, dataset: Dataset) -> dict[str, object]:
    """Return the contents of ``run.json`` that are known before the first question is asked.

    Runs with the same ``fingerprint`` give the same predictions, except for times.
    """
    status = news.status()
    settings = {name: _plain(status[name]) for name in SETTINGS if name in status}
    deciding = {
        **settings,
        "settings": deciding_settings(news.config),
        # A model can be a folder, whose contents may change under the same name.
        "embedder": news.embedder.fingerprint,
    }
    data = digest_of(dataset)
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
        "data": data,
        "fingerprint": _fingerprint(data, deciding),
    }


def deciding_settings(config: rag.Config) -> dict[str, object]:
    """Return the settings that affect answers: all but ``PLACES``."""
    return {name: value for name, value in asdict(config).items() if name not in PLACES}


def digest_of(dataset: Dataset) -> str:
    """Return the SHA-256 in hex of all documents and questions; ignores line numbers."""
    digest = hashlib.sha256()
    for document in sorted(dataset.documents, key=lambda document: document.id):
        digest.update(repr(document).encode())
    for question in dataset.questions:
        digest.update(repr(replace(question, line=0)).encode())
    return digest.hexdigest()


def _fingerprint(data: str, settings: Mapping[str, object]) -> str:
    """Return the SHA-256 in hex of data, settings and code."""
    digest = hashlib.sha256(data.encode())
    digest.update(json.dumps(settings, sort_keys=True).encode())
    for file in deciding_code():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def deciding_code() -> Iterator[Path]:
    """Return the files of this package that affect answers, and so the fingerprint."""
    package = Path(__file__).parents[2]
    apart = [package / name for name in SHOWING]
    apart += [package / "evaluation" / name for name in JUDGING]
    files = (file for pattern in CODE for file in sorted(package.rglob(pattern)))
    return (file for file in files if not any(map(file.is_relative_to, apart)))


def _plain(value: object) -> object:
    """Return the value after a JSON round trip, so that it can be written and compared."""
    return json.loads(json.dumps(value, default=str))
