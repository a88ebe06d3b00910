"""Evaluation: run a data set of questions, and measure what was found, said and withheld.

``datasets`` reads what is asked, ``running`` asks and writes predictions, ``measuring`` reads
predictions and gold only, ``report`` and ``comparing`` read what was measured only.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rag
from rag.evaluation.comparing.compare import Comparison, compare, names
from rag.evaluation.comparing.gate import Gate, accept, gate
from rag.evaluation.comparing.sweep import Sweep, read_grid, sweep
from rag.evaluation.datasets.checking import Checked, check_dataset
from rag.evaluation.datasets.corpus import Report
from rag.evaluation.datasets.feedback import Exported, export_feedback
from rag.evaluation.datasets.formats import convert
from rag.evaluation.datasets.from_template import make_dataset
from rag.evaluation.datasets.reading import load_dataset
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
    skip_bad: bool = False,
    replace: bool = False,
) -> Metrics:
    """Run the data set in the folder ``dataset`` and return its figures.

    ``out`` receives ``predictions.jsonl`` and what goes with it, ``metrics.json`` and the report.
    ``questions`` is a file to ask instead of the data set's own. The index is kept in
    ``index_cache``, by default ``.byline/eval/NAME`` below the current folder. ``baselines`` asks
    other systems the same. Broken off and started again, the run goes on where it stopped.

    Raises ``rag.DatasetError`` for a data set that breaks its form, listing file and line; with
    ``skip_bad`` the bad lines and questions are left out, and the report says so. Raises
    ``rag.UsageError`` where ``out`` holds a run of other data or settings; with ``replace`` it is
    overwritten.
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
        replace=replace,
    )
    add_times(out, reading=reading)
    return measure_again(out, progress=progress)


def measure_again(folder: Path, *, progress: Report | None = None) -> Metrics:
    """Measure a finished result folder, write its figures and its report, and return the figures.

    Nothing is asked. Raises ``rag.UsageError`` where there is no finished run of this format.
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
    """Draw the risk-coverage curves of two result folders into ``file``, a PNG or SVG.

    Raises ``rag.UsageError`` for another kind of file, and where a folder holds no finished run
    or a run has no answers to judge.
    """
    form = file.suffix.lower().removeprefix(".")
    if form not in ("png", "svg"):
        raise rag.UsageError(f"{file} is neither a .png nor a .svg file: name one of these")
    runs = {
        name: measure(folder)[0]
        for name, folder in zip(names(first, second), (first, second), strict=True)
    }
    for name, metrics in runs.items():
        if not metrics.curves.risk:
            raise rag.UsageError(f"{name} has no risk-coverage curve: no answer of it was judged")
    file.write_bytes(risk_of_runs(runs, form=form))


@contextmanager
def _stage(name: str, times: dict[str, float], progress: Report | None) -> Iterator[None]:
    """Tells of the stage before and after it, and adds its seconds to ``times``."""
    watch = progress or (lambda _: None)
    watch(rag.Progress(stage=name, done=0, total=1))
    start = time.perf_counter()
    yield
    times[name] = time.perf_counter() - start
    watch(rag.Progress(stage=name, done=1, total=1))
