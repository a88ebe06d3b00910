"""Converts a data set or a run from one format to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.evaluation.datasets.formats.beir import read_beir, write_beir
from rag.evaluation.datasets.formats.byline import faultless, read_byline, write_byline
from rag.evaluation.datasets.formats.content import Content, settle
from rag.evaluation.datasets.formats.results import results_of, with_judgements, write_results
from rag.evaluation.datasets.formats.squad import read_squad, write_squad
from rag.evaluation.datasets.formats.trec import (
    is_run,
    read_qrels,
    read_run,
    write_qrels,
    write_rankings,
)
from rag.evaluation.folder import read_results
from rag.evaluation.lines import Faults
from rag.evaluation.records import RUN, Results

FORMATS = ("byline", "beir", "squad", "trec")
SIGNS = {
    "byline": (RUN, "questions.jsonl", "questions.jsonl.gz"),
    "beir": ("queries.jsonl", "queries.jsonl.gz", "qrels"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The numbers of documents and questions written; ``notes`` says what was left out.

    ``documents`` is None if rankings were written instead of a data set.
    """

    documents: int | None
    questions: int
    notes: Sequence[str] = ()


def convert(
    source: Path,
    *,
    source_format: str,
    target_format: str,
    out: Path,
    dataset: Path | None = None,
    questions: Path | None = None,
    split: str = "test",
    by_passages: bool = False,
    skip_missing: bool = False,
    config: rag.Config | None = None,
) -> Converted:
    """Reads ``source``, a data set or rankings, and writes it to the new folder ``out``.

    A ``byline`` source is a data set or a result folder. A ``trec`` source is a run or judgements
    over ``dataset``. ``questions`` is a questions file that replaces the data set's own. With
    ``skip_missing``, references to missing questions and documents are left out.

    Raises:
        UsageError: ``out`` is not empty, ``source`` looks like another format, or the target format
            cannot represent its contents.
        DatasetError: the source has malformed lines; lists file and line.
    """
    check_free(out)
    _check_source(source, source_format, dataset)
    held: Content | Results
    notes: Sequence[str] = ()
    if dataset is not None:
        held, notes = _read_trec(
            source, dataset, questions=questions, skip_missing=skip_missing, config=config
        )
    else:
        held = _read(
            source,
            source_format,
            questions=questions,
            split=split,
            skip_missing=skip_missing,
            config=config,
        )
    if isinstance(held, Results):
        return _write_results(held, out, target_format, by_passages=by_passages, notes=notes)
    if by_passages:
        raise rag.UsageError(f"{source} contains no retrieved passages: use --by article")
    return _write_content(held, out, target_format, split=split, notes=notes)


def check_free(out: Path) -> None:
    """Raises ``rag.UsageError`` if ``out`` exists, unless it is an empty folder."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists():
        raise rag.UsageError(f"{out} already exists: choose a new name, or remove it first")


def _check_source(source: Path, source_format: str, dataset: Path | None) -> None:
    looks = _looks_like(source)
    if looks and source_format not in looks:
        raise rag.UsageError(
            f"{source} looks like {looks[0]}, not {source_format}: use --from {looks[0]}"
        )
    if source_format == "trec" and dataset is None:
        raise rag.UsageError(f"{source} contains only ids: name their data set with --dataset DIR")
    if source_format != "trec" and dataset is not None:
        raise rag.UsageError(
            f"--dataset applies only to --from trec: {source_format} does not need it"
        )


def _looks_like(source: Path) -> list[str]:
    """Guesses the possible formats from a folder's files, or from a file's name or first line."""
    if source.is_dir():
        return [name for name, files in SIGNS.items() if any((source / f).exists() for f in files)]
    if source.name.removesuffix(".gz").endswith(".json"):
        return ["squad"]
    try:
        is_run(source)
    except rag.DatasetError:
        return []
    return ["trec"]


def _read(
    source: Path,
    source_format: str,
    *,
    questions: Path | None,
    split: str,
    skip_missing: bool,
    config: rag.Config | None,
) -> Content | Results:
    if source_format == "beir":
        return read_beir(source, split=split, skip_missing=skip_missing)
    if source_format == "squad":
        return read_squad(source)
    if (source / RUN).is_file():
        return read_results(source)
    return read_byline(source, questions=questions, config=config, skip_missing=skip_missing)


def _read_trec(
    source: Path,
    dataset: Path,
    *,
    questions: Path | None,
    skip_missing: bool,
    config: rag.Config | None,
) -> tuple[Content | Results, Sequence[str]]:
    """Returns the contents of a trec file, and notes on what was left out."""
    faults = Faults()
    held: Content | Results
    if is_run(source):
        loaded = faultless(dataset, questions=questions, config=config)
        held = results_of(read_run(source, faults), loaded, path=source, faults=faults)
    else:
        content = read_byline(
            dataset, questions=questions, config=config, skip_missing=skip_missing
        )
        held = with_judgements(content, read_qrels(source, faults), path=source, faults=faults)
    return held, settle(faults, source, skip_missing=skip_missing)


def _write_results(
    results: Results, out: Path, target: str, *, by_passages: bool, notes: Sequence[str]
) -> Converted:
    if target == "trec":
        write_rankings(results, out, by_passages=by_passages)
    elif target == "byline":
        write_results(results, out)
    else:
        raise rag.UsageError(f"{target} cannot represent rankings: write them to trec")
    return Converted(documents=None, questions=len(results.rows), notes=notes)


def _write_content(
    content: Content, out: Path, target: str, *, split: str, notes: Sequence[str]
) -> Converted:
    lost: tuple[str, ...] = ()
    if target == "beir":
        write_beir(content, out, split=split)
    elif target == "squad":
        lost = write_squad(content, out)
    elif target == "trec":
        write_qrels(content, out)
    else:
        write_byline(content, out)
    return Converted(
        documents=len(content.documents),
        questions=len(content.questions),
        notes=[*content.notes, *notes, *lost],
    )
