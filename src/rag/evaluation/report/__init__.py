"""Writes the HTML report of a run and its charts, using measured results only."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.evaluation.lines import overwrite
from rag.evaluation.measuring.figures import Metrics
from rag.evaluation.measuring.rows import QuestionRow
from rag.evaluation.records import REPORT, Source
from rag.evaluation.report.page import render
from rag.evaluation.report.pictures import Picture, pictures

FIGURES = "figures"


def write_report(
    folder: Path, metrics: Metrics, rows: Sequence[QuestionRow], articles: Mapping[str, Source]
) -> Path:
    """Writes ``report.html``, ``figures/NAME.svg`` and ``figures/NAME.png`` to ``folder``.

    The page works offline and stays below 20 MB for 12,000 questions. ``articles`` maps article
    ids to the texts that the rows refer to; passages of a missing article are shown without text.

    Returns:
        The path of ``report.html``.
    """
    drawn = tuple(pictures(metrics))
    _write_figures(folder / FIGURES, drawn)
    text = render(metrics, rows, articles, pictures=drawn)
    page = folder / REPORT
    # JSON allows lone surrogates, but UTF-8 cannot encode them; they become question marks.
    overwrite(page, text, errors="replace")
    return page


def _write_figures(folder: Path, drawn: Sequence[Picture]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for picture in drawn:
        for suffix, content in ((".svg", picture.svg), (".png", picture.png)):
            file = folder / (picture.caption.name + suffix)
            if content:
                file.write_bytes(content)
            else:
                file.unlink(missing_ok=True)
