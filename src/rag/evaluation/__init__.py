"""Runs a data set of questions, and measures retrieval, answers, citations and abstention.

``datasets`` reads questions and articles. ``running`` asks the questions and writes predictions.
``measuring`` reads only predictions and gold. ``report`` and ``comparing`` read only the measured
results.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rag
from rag.evaluation.comparing.compare import Comparison, compare, names
from rag.evaluation.comparing.gate import Gate, accept, gate
from rag.evaluation.comparing.sweep import Sweep, read_grid, sweep
from rag.evaluation.datasets.corpus import Report
from rag.evaluation.datasets.feedback import Exported, export_feedback
from rag.evaluation.datasets.formats import convert
from rag.evaluation.datasets.from_template import make_dataset
from rag.evaluation.datasets.reading import Checked, check_dataset, load_dataset
from rag.evaluation.datasets.rewriting import rewrite_questions
from rag.evaluation.datasets.template import write_template
from rag.evaluation.folder import read_sources
from rag.evaluation.measuring.figures import Metrics
from rag.evaluation.measuring.metrics import measure, write_metrics
from rag.evaluation.measuring.table import headline
from rag.evaluation.report import write_report
from rag.evaluation.report.pictures import risk_of_runs
from rag.evaluation.running.journal import add_times
from rag.evaluation.running.run import run as _run

__all__ = [
    "Checked",
    "Comparison",
    "Exported",
    "Gate",
    "Metrics",
    "Sweep",
    "accept",
    "check_dataset",
    "compare",
    "convert",
    "draw_risk",
    "evaluate",
    "export_feedback",
    "gate",
    "headline",
    "make_dataset",
    "measure_again",
    "read_grid",
    "rewrite_questions",
    "sweep",
    "write_template",
]


def evaluate(
    dataset: Path,
    *,
    out: Path,
    questions: Path | None = None,
    index_cache: Path | None = None,
    config: rag.Config | None = None,
    embedder: rag.Embedder | None = None,
    progress: Report | None = None,
    baselines: bool = False,
    prose: bool = False,
    skip_bad: bool = False,
    replace: bool = False,
) -> Metrics:
    """Runs the data set in the folder ``dataset`` and returns its metrics.

    An interrupted run resumes where it stopped when it is started again.

    Args:
        dataset: The folder of the data set.
        out: The result folder; receives the files listed in ``rag.evaluation.records``.
        questions: A questions file that replaces the data set's own.
        index_cache: The folder of the index; by default ``.byline/eval/NAME`` below the current
            folder.
        config: The settings of the run.
        embedder: The embedding model; by default the one that ``config`` names.
        progress: Called with the progress of each stage.
        baselines: Also run the baseline systems on the same questions.
        prose: Also ask the configured language model for prose, on the same questions.
        skip_bad: Leave out malformed lines and questions, and list them in the report.
        replace: Overwrite a run of other data or settings in ``out``.

    Raises:
        DatasetError: the data set has malformed lines or questions; lists file and line.
        UsageError: ``out`` contains a run of other data or settings, or files that no run created,
            or another run is writing to it.
    """
    start = time.perf_counter()
    loaded = load_dataset(dataset, questions=questions, config=config, skip_bad=skip_bad)
    reading = time.perf_counter() - start
    _run(
        loaded,
        out=out,
        index_cache=index_cache,
        config=config,
        embedder=embedder,
        progress=progress,
        baselines=baselines,
        prose=prose,
        replace=replace,
    )
    add_times(out, reading=reading)
    return measure_again(out, progress=progress)


def measure_again(folder: Path, *, progress: Report | None = None) -> Metrics:
    """Measures a finished run again; rewrites its metrics and reports, and returns the metrics.

    Asks no questions. Raises ``rag.UsageError`` if the folder has no finished run of this format.
    """
    times: dict[str, float] = {}
    with _stage("measuring", times, progress):
        metrics, rows = measure(folder)
        write_metrics(folder, metrics, rows)
    with _stage("report", times, progress):
        write_report(folder, metrics, rows, read_sources(folder))
    add_times(folder, **times)
    return metrics


def draw_risk(first: Path, second: Path, *, file: Path) -> None:
    """Draws the risk-coverage curves of two result folders into ``file``, a PNG or SVG.

    Raises ``rag.UsageError`` for any other file extension, for a folder without a finished run,
    and for a run without judged answers.
    """
    form = file.suffix.lower().removeprefix(".")
    if form not in ("png", "svg"):
        raise rag.UsageError(f"{file} is neither a .png nor a .svg file: use one of these")
    runs = {
        name: measure(folder)[0]
        for name, folder in zip(names(first, second), (first, second), strict=True)
    }
    for name, metrics in runs.items():
        if not metrics.curves.risk:
            raise rag.UsageError(f"{name} has no risk-coverage curve: no answer is judged")
    file.write_bytes(risk_of_runs(runs, form=form))


@contextmanager
def _stage(name: str, times: dict[str, float], progress: Report | None) -> Iterator[None]:
    """Reports the start and end of a stage, and stores its duration in seconds in ``times``."""
    watch = progress or (lambda _: None)
    watch(rag.Progress(stage=name, done=0, total=1))
    start = time.perf_counter()
    yield
    times[name] = time.perf_counter() - start
    watch(rag.Progress(stage=name, done=1, total=1))
