"""``byline sweep``: find the best configuration, and evaluate it on other questions."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from rag.cli.output import progress, show
from rag.cli.shared import PATH, listing_faults, load_settings

if TYPE_CHECKING:
    from rag.evaluation import Comparison, Sweep
    from rag.evaluation.comparing.verdict import Verdict
    from rag.evaluation.measuring.figures import Figure

_ANSWERS = "answers/contains_shown"


@click.command(
    epilog="Example: byline sweep eval/articles --grid grid.yaml --out results/sweep, with"
    " `dense_weight: [0.4, 0.55, 0.7]` in grid.yaml"
)
@click.argument("dataset", type=PATH)
@click.option(
    "--grid",
    type=PATH,
    required=True,
    help="A YAML file of setting: [value, …]; every combination is tried.",
)
@click.option("--out", type=PATH, required=True, help="The result folder.")
@click.option(
    "--by",
    default="passage/RR@10",
    show_default=True,
    help="The measure to choose by; answers/contains_shown for threshold or max_statements.",
)
@click.option("--cache", type=PATH, help="Index folder [.byline/sweep/NAME].")
def sweep(dataset: Path, grid: Path, out: Path, by: str, cache: Path | None) -> None:
    """Try configurations on one half of DATASET and evaluate the best on the other half."""
    from rag import evaluation

    with listing_faults(), progress() as report:
        swept = evaluation.sweep(
            dataset,
            grid=evaluation.read_grid(grid),
            out=out,
            by=by,
            config=load_settings().config,
            index_cache=cache,
            progress=report,
        )
    show(_table(swept))
    for line in (*_judgement(swept), *_next_step(swept)):
        show(line)


def _table(swept: "Sweep") -> Table:
    table = Table(
        *("settings", swept.measure, "95%", "n", "results"),
        title=Text(f"{swept.measure} on {swept.chosen_on:,} questions, best first"),
        title_justify="left",
        caption="n: number of these questions that count for the measure",
        caption_justify="left",
    )
    for trial in swept.trials:
        table.add_row(
            Text(_named(trial.settings)),
            "no data" if trial.figure.value is None else f"{trial.figure.value:.3f}",
            _interval(trial.figure),
            f"{trial.figure.n:,}",
            Text(str(trial.folder)),
        )
    return table


def _interval(figure: "Figure") -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.3f} – {figure.high:.3f}"


def _judgement(swept: "Sweep") -> Iterator[str]:
    """Reports how the winner performs on the other half, or why there is no winner."""
    if swept.comparison is not None:
        named = _named(swept.trials[0].settings)
        yield f"On the other {swept.judged_on:,} questions, {named}:"
        yield f"  {_decisive(swept.comparison, swept.measure).sentence}"
    elif len(swept.trials) == 1:
        yield "Nothing was tried: the grid contains only the current settings."
    elif swept.measure in swept.moved:
        yield "No configuration does better than the current settings."
    elif swept.moved:
        better = _ANSWERS if _ANSWERS in swept.moved else swept.moved[0]
        yield f"No setting changed {swept.measure}; try --by {better}"
    else:
        yield f"No setting changed {swept.measure} or any other measure."


def _next_step(swept: "Sweep") -> Iterator[str]:
    """Recommends to keep the current settings, or prints the lines of byline.toml to change."""
    from rag.evaluation.comparing.verdict import BETTER

    if swept.comparison is None:
        yield "Next: keep the current settings."
    elif _decisive(swept.comparison, swept.measure).outcome == BETTER:
        yield "Next: put this into byline.toml:"
        for name, value in swept.trials[0].settings.items():
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
    else:
        yield "Next: keep the current settings; the other questions show no improvement."


def _decisive(comparison: "Comparison", by: str) -> "Verdict":
    """Returns the verdict on the measure ``by``, or the headline if comparisons do not test it."""
    chosen = (verdict for verdict in comparison.verdicts if verdict.key == by)
    return next(chosen, comparison.headline)


def _named(settings: Mapping[str, object]) -> str:
    named = ", ".join(f"{name} = {value!r}" for name, value in settings.items())
    return named or "current settings"
