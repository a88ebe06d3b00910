"""The headline tables for the terminal; they fit into 80 columns."""

import textwrap
from collections.abc import Iterable
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rag.evaluation.measuring.catalog import MEASURES, PROSE, baselines_note
from rag.evaluation.measuring.curves import BYLINE
from rag.evaluation.measuring.figures import Figure, Metrics, Scores

NO_DATA = "no data"
SIDES = ("standalone", "followup")
FEW = {
    "Success@1": "S@1",
    "Success@5": "S@5",
    "RR@10": "RR\n@10",
    "answers/contains_first": "first\nholds",
    "answers/contains_shown": "all\nholds",
    "answers/words_shown": "words\n↓",
    "abstention/AUROC": "AUROC",
}
"""The measures by which follow-ups and systems are compared, with their column headings."""

SHORT_ANSWERS = "EM and F1 use the short answer or, without one, the whole first sentence."
HEADS = (
    "S@k: a gold {view} is among the first k. RR@10: 1 / its rank. first holds: the first statement"
    " contains an accepted answer. all holds: the whole answer contains one. words: the length of"
    " the answer."
)
COLUMNS = 78


def headline(metrics: Metrics) -> RenderableType:
    """The tables of all questions and, if there are any, of follow-ups and other systems.

    Higher is better except for figures marked with a downward arrow. Intervals are 95% intervals;
    n is the number of questions to which a measure applies, or of citations for exact quotes.
    """
    parts: list[RenderableType] = [_everything(metrics), *_notes(SHORT_ANSWERS)]
    view = metrics.curves.view
    sides = [(name, metrics.slices[name]) for name in SIDES if name in metrics.slices]
    if sides:
        both = [("all", metrics.scores), *sides]
        parts.append(_few("with and without history", both, view))
    if metrics.systems:
        parts.append(_few("systems", _systems(metrics), view))
    if "prose" in metrics.systems:
        parts.append(_prose(metrics.systems["prose"], metrics.beside["prose"]))
    if sides or metrics.systems:
        parts += _notes(HEADS.format(view=view), baselines_note(metrics.systems))
    return Group(*parts)


def _notes(*sentences: str) -> list[RenderableType]:
    """Wraps sentences into lines, because the command line prints without wrapping."""
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, COLUMNS)]
    return [Text("\n".join([*lines, ""]))]


def _everything(metrics: Metrics) -> Table:
    n = metrics.scores.n
    table = _table(f"{metrics.dataset}: {n:,} question{'s' if n != 1 else ''}")
    table.add_column("", no_wrap=True)
    for name in ("value", "95%", "n"):
        table.add_column(name, justify="right", no_wrap=True)
    shown = (measure for measure in MEASURES if measure.headline)
    for section, measures in groupby(shown, key=lambda measure: measure.section):
        view = f"retrieval by {section}" if section in metrics.scores.retrieval else section
        table.add_row(Text(view, style="bold"))
        for measure in measures:
            cells = _cells(metrics.scores.figure(measure.key), share=measure.is_share)
            table.add_row(f"  {measure.label}{' ↓' if measure.lower_is_better else ''}", *cells)
    table.add_row(Text("seconds", style="bold"))
    for name, figure in metrics.scores.latency["total"].items():
        table.add_row(f"  {name} ↓", *_cells(figure))
    return table


def _few(title: str, rows: Iterable[tuple[str, Scores]], view: str) -> Table:
    """A table with one row per item of ``rows`` and a few measures; long names wrap."""
    table = _table(title)
    table.collapse_padding = True
    table.add_column("", overflow="fold")
    for name in ("n", *FEW.values()):
        table.add_column(name, justify="right", vertical="bottom", no_wrap=True)
    for name, scores in rows:
        table.add_row(name, f"{scores.n:,}", *(_few_cell(scores, key, view) for key in FEW))
    return table


def _few_cell(scores: Scores, key: str, view: str) -> str:
    value = scores.figure(key if "/" in key else f"{view}/{key}").value
    return NO_DATA if value is None else _number(value, share=not key.endswith("words_shown"))


def _prose(prose: Scores, quotes: Scores) -> Table:
    """Compares prose with quoted answers to the same questions; counts are per question."""
    table = _table("prose and quotes")
    for name in ("", "prose", "quotes"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for key, label in (
        ("citations/span_precision", "citation precision"),
        ("citations/span_recall", "citation recall"),
        ("answers/contains_shown", "all holds"),
        ("answers/words_shown", "words ↓"),
    ):
        table.add_row(label, *(_few_cell(scores, key, "") for scores in (prose, quotes)))
    for key, label in PROSE.items():
        figure = prose.prose.get(key) or Figure(value=None, n=0)
        table.add_row(label, _cells(figure, share=key == "quoted")[0], "")
    for percent in ("p50", "p95"):
        cells = (_cells(scores.latency["total"][percent], share=False)[0]
                 for scores in (prose, quotes))  # fmt: skip
        table.add_row(f"seconds {percent} ↓", *cells)
    return table


def _systems(metrics: Metrics) -> list[tuple[str, Scores]]:
    """Byline first; repeats its row on fewer questions for systems that were asked fewer."""
    rows = [(BYLINE, metrics.scores)]
    compared = metrics.scores
    for name, scores in sorted(metrics.systems.items(), key=lambda item: -item[1].n):
        if metrics.beside[name] != compared:
            compared = metrics.beside[name]
            rows.append((f"{BYLINE},\nsame questions", compared))
        rows.append((name, scores))
    return rows


def _table(title: str) -> Table:
    heading = Text(title, style="bold")
    return Table(title=heading, title_justify="left", box=box.SIMPLE, pad_edge=False)


def _cells(figure: Figure, *, share: bool = True) -> tuple[str, str, str]:
    if figure.value is None:
        return NO_DATA, "", f"{figure.n:,}"
    ends = (figure.low, figure.high)
    interval = "–".join(_number(end, share=share) for end in ends if end is not None)
    return _number(figure.value, share=share), interval, f"{figure.n:,}"


def _number(value: float, *, share: bool) -> str:
    """Formats a share as ``.853`` or ``1.000``, and any other number as ``42.1``."""
    return f"{value:.3f}".removeprefix("0") if share else f"{value:.1f}"
