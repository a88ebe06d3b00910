"""The headline table: the figures that decide, for the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

from rag.evaluation.metrics import Figures, Metrics, Scores

__all__ = ["headline"]

NO_DATA = "no data"
RANKING = ("Success@1", "Success@3", "Success@5", "Success@10", "RR@10", "nDCG@10")
FORMS = {"words_shown": "{:.1f}", "p50": "{:.3f} s", "p95": "{:.3f} s"}
LOWER_IS_BETTER = ("answerable_lost", "words_shown", "p50", "p95")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """Lines of the table that belong together."""

    title: str
    figures: Figures


def headline(metrics: Metrics) -> Table:
    """All questions, and standalone ones beside follow-ups where the data set has both.

    Every figure is better when higher, but for those marked with a downward arrow.
    """
    columns = _columns(metrics)
    title = f"{metrics.dataset}: {metrics.scores.n:,} questions"
    table = Table(title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE)
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
        table.add_column("n", justify="right", no_wrap=True, style="dim")
    for across in zip(*map(_sections, columns.values()), strict=True):
        table.add_row(Text(across[0].title, style="bold"))
        for name in across[0].figures:
            cells = (cell for section in across for cell in _cells(section, name))
            table.add_row(f"  {_label(name)}", *cells)
    return table


def _columns(metrics: Metrics) -> dict[str, Scores]:
    sides = {name: metrics.slices[name] for name in ("standalone", "followup")}
    both = all(scores.n for scores in sides.values())
    return {"all": metrics.scores, **(sides if both else {})}


def _sections(scores: Scores) -> Iterator[_Section]:
    for view, figures in scores.retrieval.items():
        ranking = {name: figures[name] for name in RANKING}
        yield _Section(title=f"retrieval by {view}", figures=ranking)
    yield _Section(title="answers", figures=scores.answers)
    yield _Section(title="citations", figures=scores.citations)
    yield _Section(title="abstention", figures=scores.abstention)
    yield _Section(title="latency", figures=scores.latency["total"])


def _label(name: str) -> str:
    words = name.replace("_", " ")
    return f"{words} ↓" if name in LOWER_IS_BETTER else words


def _cells(section: _Section, name: str) -> tuple[str, str]:
    figure = section.figures[name]
    form = FORMS.get(name, "{:.3f}")
    return NO_DATA if figure.value is None else form.format(figure.value), f"{figure.n:,}"
