"""``byline eval`` and ``byline report``: measure retrieval and answers on a question set."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rag
from rag.cli.output import counted, progress, say, show
from rag.cli.shared import PATH, listing_faults, load_settings, max_error

if TYPE_CHECKING:
    from rag.evaluation import Metrics

Watch = Callable[[rag.Progress], None]


@click.command("eval", epilog="Example: byline eval eval/articles --out results/articles")
@click.argument("dataset", type=PATH)
@click.option("--out", type=PATH, required=True, help="The result folder.")
@click.option("--questions", type=PATH, help="Use another questions file.")
@click.option("--cache", type=PATH, help="Index folder [.byline/eval/NAME].")
@click.option("--model", metavar="NAME", help="Embedding model: a name or a folder.")
@max_error
@click.option("--baselines", is_flag=True, help="Also measure simpler systems.")
@click.option("--prose", is_flag=True, help="Also measure prose by the language model.")
@click.option("--skip-bad", is_flag=True, help="Skip invalid lines and questions.")
@click.option("--replace", is_flag=True, help="Overwrite results of other data or settings.")
def evaluate(
    *,
    dataset: Path,
    out: Path,
    questions: Path | None,
    cache: Path | None,
    model: str | None,
    max_error: float | None,
    baselines: bool,
    prose: bool,
    skip_bad: bool,
    replace: bool,
) -> None:
    """Ask all questions of DATASET; write predictions, metrics and a report; print a summary.

    If the run is interrupted, the same command resumes it. Results of other data or settings are
    not overwritten without --replace.
    """
    from rag import evaluation

    config = load_settings(model=model, max_error=max_error).config
    with listing_faults(), progress() as bar, telling_where_it_stopped(bar, out) as watch:
        metrics = evaluation.evaluate(
            dataset,
            out=out,
            questions=questions,
            index_cache=cache,
            config=config,
            progress=watch,
            baselines=baselines,
            prose=prose,
            skip_bad=skip_bad,
            replace=replace,
        )
    _tell(metrics, out)


@click.command(epilog="Example: byline report results/articles")
@click.argument("folder", metavar="DIR", type=PATH)
def report(folder: Path) -> None:
    """Recompute the metrics and the report of the results in DIR, without asking the questions."""
    from rag import evaluation

    with listing_faults(), progress() as watch:
        metrics = evaluation.measure_again(folder, progress=watch)
    _tell(metrics, folder)


def _tell(metrics: "Metrics", folder: Path) -> None:
    """Prints the headline, counts of faults and warnings, and the path of the report."""
    from rag import evaluation

    show(evaluation.headline(metrics))
    for name, one, what in (
        ("faults", "fault", "left out"),
        ("skipped", "file", "not indexed"),
        ("warnings", "warning", "to look at"),
    ):
        told = metrics.run.get(name)
        if isinstance(told, list) and told:
            show(f"{counted(len(told), one)} {what}: see {folder / 'run.json'}")
    show(f"report: {folder / 'report.html'}")


@contextmanager
def telling_where_it_stopped(bar: Watch, out: Path) -> Iterator[Watch]:
    """Passes progress on to ``bar``; reports where a run resumes and where it was interrupted.

    Raises:
        rag.BylineError: the run was interrupted.
    """
    steps: dict[str, rag.Progress] = {}

    def watch(step: rag.Progress) -> None:
        if step.stage == "asking" and step.stage not in steps and step.done:
            say(f"resuming after {step.done:,} of {step.total:,} questions")
        steps[step.stage] = step
        bar(step)

    try:
        yield watch
    except KeyboardInterrupt as error:
        raise rag.BylineError(_stopped(steps, out)) from error


def _stopped(steps: Mapping[str, rag.Progress], out: Path) -> str:
    asked = steps.get("asking")
    if asked is None or not asked.done:
        return "stopped before any question was answered; no answer was written"
    further = f"byline report {out}" if "measuring" in steps else "the same command"
    how_far = f"{asked.done:,} of {asked.total:,} questions answered"
    return f"stopped: {how_far}; {further} continues from there"
