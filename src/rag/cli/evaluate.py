"""``byline eval`` and ``report``: how good retrieval and answers are on a set of questions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rag
from rag.cli.shared import listing_faults, load_settings, output, progress

if TYPE_CHECKING:
    from rag.evaluation import Metrics

__all__ = ["evaluate", "report"]

Watch = Callable[[rag.Progress], None]


@click.command("eval", epilog="Example: byline eval eval/articles --out results/articles")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where results go.")
@click.option("--questions", type=click.Path(path_type=Path), help="Another questions file.")
@click.option("--cache", type=click.Path(path_type=Path), help="The index [.byline/eval/NAME].")
@click.option("--model", metavar="NAME", help="Embedding model: a name or a folder.")
@click.option("--baselines", is_flag=True, help="Ask simpler systems the same questions too.")
@click.option("--skip-bad", is_flag=True, help="Leave out bad lines and questions.")
def evaluate(
    *,
    dataset: Path,
    out: Path,
    questions: Path | None,
    cache: Path | None,
    model: str | None,
    baselines: bool,
    skip_bad: bool,
) -> None:
    """Ask all questions of DATASET, write predictions, metrics and a report, print the headline.

    Broken off, the same command goes on where it stopped.
    """
    from rag import evaluation

    config = load_settings(model=model).config
    with listing_faults(), progress() as bar, _telling_where_it_stopped(bar, out) as watch:
        metrics = evaluation.evaluate(
            dataset,
            out=out,
            questions=questions,
            index_cache=cache,
            config=config,
            progress=watch,
            baselines=baselines,
            skip_bad=skip_bad,
        )
    _tell(metrics, out)


@click.command(epilog="Example: byline report results/articles")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def report(folder: Path) -> None:
    """Measure the results in DIR again and write their report anew; nothing is asked."""
    from rag import evaluation

    with progress() as watch:
        metrics = evaluation.measure_again(folder, progress=watch)
    _tell(metrics, folder)


def _tell(metrics: "Metrics", folder: Path) -> None:
    """Prints the headline, what was left out or odd, and where the report is."""
    from rag import evaluation

    output().print(evaluation.headline(metrics))
    for name, what in (("faults", "left out"), ("warnings", "to look at")):
        told = metrics.run.get(name)
        if isinstance(told, list) and told:
            noun = name if len(told) > 1 else name.removesuffix("s")
            output().print(f"{len(told):,} {noun} {what}: see {folder / 'run.json'}", markup=False)
    output().print(f"report: {folder / 'report.html'}", markup=False)


@contextmanager
def _telling_where_it_stopped(bar: Watch, out: Path) -> Iterator[Watch]:
    """Passes progress on to ``bar``; where it is broken off, says how far it came.

    Raises ``rag.BylineError`` in place of the interrupt.
    """
    steps: dict[str, rag.Progress] = {}

    def watch(step: rag.Progress) -> None:
        steps[step.stage] = step
        bar(step)

    try:
        yield watch
    except KeyboardInterrupt as error:
        asked = steps.get("asking")
        how_far = f": {asked.done:,} of {asked.total:,} questions answered" if asked else ""
        further = f"byline report {out}" if "measuring" in steps else "the same command"
        raise rag.BylineError(f"stopped{how_far}; {further} goes on from there") from error
