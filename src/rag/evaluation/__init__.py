"""Evaluation: run a data set of questions, and measure what was found, said and withheld.

Running writes predictions; the measures read predictions and gold only.
"""

from pathlib import Path

import rag
from rag.evaluation.corpus import Report
from rag.evaluation.dataset import load_dataset
from rag.evaluation.metrics import Metrics, measure, write_metrics
from rag.evaluation.run import run as _run
from rag.evaluation.table import headline

__all__ = ["Metrics", "evaluate", "headline"]


def evaluate(
    dataset: Path,
    *,
    out: Path,
    questions: Path | None = None,
    index_cache: Path | None = None,
    config: rag.Config | None = None,
    embedder: rag.Embedder | None = None,
    progress: Report | None = None,
) -> Metrics:
    """Run the data set in the folder ``dataset`` and return its figures.

    ``out`` receives ``predictions.jsonl`` and what goes with it, and ``metrics.json``.
    ``questions`` is a file to ask instead of the data set's own. The index is kept in
    ``index_cache``, by default ``.byline/eval/NAME`` below the current folder. Broken off and
    started again, the run goes on where it stopped.

    Raises ``rag.DatasetError`` for a data set that breaks its form, listing file and line.
    """
    loaded = load_dataset(dataset, questions=questions)
    _run(
        loaded,
        out=out,
        index_cache=index_cache,
        config=config,
        embedder=embedder,
        progress=progress,
    )
    metrics = measure(out)
    write_metrics(out, metrics)
    return metrics
