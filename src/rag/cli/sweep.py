"""``byline sweep``: which configuration answers best, judged on questions it was not chosen by."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from rag.cli.shared import listing_faults, load_settings, output, progress

__all__ = ["sweep"]


@click.command(
    epilog="Example: byline sweep eval/articles --grid grid.yaml --out results/sweep, with"
    " `dense_weight: [0.4, 0.55, 0.7]` in grid.yaml"
)
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--grid",
    type=click.Path(path_type=Path),
    required=True,
    help="A YAML file of setting: [value, …]; every combination is tried.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where results go.")
@click.option("--by", default="passage/RR@10", show_default=True, help="The measure that chooses.")
@click.option("--cache", type=click.Path(path_type=Path), help="Indexes [.byline/sweep/NAME].")
def sweep(dataset: Path, grid: Path, out: Path, by: str, cache: Path | None) -> None:
    """Try configurations on one half of DATASET and judge the best on the other half."""
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
    title = f"{swept.measure} on {swept.chosen_on:,} questions, best first"
    table = Table("settings", by, "95%", "n", "results", title=Text(title), title_justify="left")
    for trial in swept.trials:
        figure = trial.figure
        interval = f"{figure.low:.3f} – {figure.high:.3f}" if figure.low is not None else "no data"
        table.add_row(
            Text(_named(trial.settings)),
            f"{figure.value:.3f}",
            interval,
            f"{figure.n:,}",
            Text(str(trial.folder)),
        )
    output().print(table)
    if swept.comparison is None:
        output().print("Nothing tried does better than the settings in force.")
        return
    best = swept.trials[0].settings
    output().print(f"On the other {swept.judged_on:,} questions, {_named(best)}:", markup=False)
    judged = [verdict for verdict in swept.comparison.verdicts if verdict.key == by]
    for verdict in judged or swept.comparison.verdicts:
        output().print(f"  {verdict.sentence}", markup=False)


def _named(settings: Mapping[str, object]) -> str:
    named = ", ".join(f"{name} = {value!r}" for name, value in settings.items())
    return named or "settings in force"
