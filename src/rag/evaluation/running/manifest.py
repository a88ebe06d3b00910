"""Describes a run by its data, settings and code, and decides whether it may replace another."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import rag
from rag.evaluation.datasets.models import Dataset
from rag.evaluation.lines import read_json
from rag.evaluation.records import FORMAT, PREDICTIONS, RUN, WRITTEN

PLACES = (
    *("corpus", "index", "host", "port", "max_draft"),
    *("llm_base_url", "llm_model", "llm_api_key_file", "llm_window", "llm_timeout", "llm_uploads"),
)
"""Settings for locations, language models and drafts, which do not affect quoted answers."""

Run = Mapping[str, object]
SETTINGS = ("model", "dimensions", "language", "threshold", "settings")
CODE = ("*.py", "*.json", "*.toml", "*.txt", "*.yaml")
SHOWING = ("web", "cli")
JUDGING = ("report", "comparing", "measuring", "measures", "statistics")


def describe(news: rag.Byline, dataset: Dataset, *, prose: bool = False) -> dict[str, object]:
    """Returns the contents of ``run.json`` that are known before the first question is asked.

    With ``prose``, includes the language model and its window.

    Runs with the same ``fingerprint`` have the same predictions, except for times.
    """
    status = news.status()
    held = {name: status[name] for name in SETTINGS if name in status}
    # A JSON round trip makes the settings comparable with those of another run.
    settings = json.loads(json.dumps(held, default=str))
    deciding = {
        **settings,
        "settings": deciding_settings(news.config),
        # A model can be a folder, whose contents may change while its name does not.
        "embedder": news.embedder.fingerprint,
    }
    model = {"model": news.config.llm_model, "window": news.config.llm_window} if prose else None
    if model:
        deciding["prose"] = model
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
        **({"prose": model} if model else {}),
        "library": rag.__version__,
        "generation": status.get("generation"),
        "data": data,
        "fingerprint": _fingerprint(data, deciding),
    }


def deciding_settings(config: rag.Config) -> dict[str, object]:
    """Returns the settings that affect answers: all but ``PLACES``."""
    return {name: value for name, value in asdict(config).items() if name not in PLACES}


def digest_of(dataset: Dataset) -> str:
    """Returns the SHA-256 in hex of all documents and questions; ignores line numbers."""
    digest = hashlib.sha256()
    for document in sorted(dataset.documents, key=lambda document: document.id):
        digest.update(repr(document).encode())
    for question in dataset.questions:
        digest.update(repr(replace(question, line=0)).encode())
    return digest.hexdigest()


def _fingerprint(data: str, settings: Mapping[str, object]) -> str:
    """Returns the SHA-256 in hex of data, settings and code."""
    digest = hashlib.sha256(data.encode())
    digest.update(json.dumps(settings, sort_keys=True).encode())
    for file in deciding_code():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def deciding_code() -> Iterator[Path]:
    """Returns the files of this package that affect answers, and so the fingerprint."""
    package = Path(__file__).parents[2]
    apart = [package / name for name in SHOWING]
    apart += [package / "evaluation" / name for name in JUDGING]
    files = (file for pattern in CODE for file in sorted(package.rglob(pattern)))
    return (file for file in files if not any(map(file.is_relative_to, apart)))


# ---- an earlier run in the folder


def check_unused(folder: Path) -> None:
    """Raises ``rag.UsageError`` if a run would overwrite a file that no run created."""
    if (folder / RUN).exists():
        return
    for name in WRITTEN:
        if (folder / name).exists():
            raise rag.UsageError(
                f"{folder} contains {name}, but no {RUN}, so no run created it;"
                " choose another --out"
            )


def check_replaceable(folder: Path, dataset: Dataset, *, config: rag.Config) -> None:
    """Raises ``rag.UsageError`` if ``folder`` contains a run of other data or settings.

    A run without any answers, or one that differs only in code, can be overwritten.
    """
    earlier = _run_with_answers(folder)
    other = earlier and (_other_data(earlier, dataset) or _other_settings(earlier, config))
    if other:
        raise rag.UsageError(
            f"{folder} contains a run {other}; choose another --out, or overwrite it with --replace"
        )


def _run_with_answers(folder: Path) -> Run:
    run = read_json(folder / RUN)
    predictions = folder / PREDICTIONS
    answered = predictions.is_file() and predictions.stat().st_size > 0
    return run if answered or run.get("finished") is True else {}


def _other_data(earlier: Run, dataset: Dataset) -> str:
    """Describes the differences in the data; empty if none is recorded."""
    name = earlier.get("dataset")
    if name != dataset.name:
        return f"of the data set {name}, but this run is of {dataset.name}"
    digest = digest_of(dataset)
    if earlier.get("data", digest) != digest:
        return f"of {name} with different documents or questions"
    return ""


def _other_settings(earlier: Run, config: rag.Config) -> str:
    """Describes settings that differ; empty if none do. Ignores those missing in ``earlier``."""
    before = earlier.get("settings")
    if not isinstance(before, dict):
        return "that Byline did not create"
    now = deciding_settings(config)
    names = [name for name in now if before.get(name, now[name]) != now[name]]
    had = " and ".join(f"{name} {before[name]}" for name in names)
    has = " and ".join(str(now[name]) for name in names)
    return f"with {had}, but this run has {has}" if names else ""
