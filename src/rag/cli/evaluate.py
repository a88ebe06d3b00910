"""``byline eval``: how good retrieval and answers are on a set of questions."""

from pathlib import Path

import click

from rag.cli.shared import load_settings, output, progress

__all__ = ["evaluate"]


@click.command("eval", epilog="Example: byline eval eval/articles --out results/articles")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where results go.")
@click.option("--questions", type=click.Path(path_type=Path), help="Another questions file.")
@click.option("--cache", type=click.Path(path_type=Path), help="The index [.byline/eval/NAME].")
@click.option("--model", metavar="NAME", help="Embedding model: a name or a folder.")
def evaluate(
    dataset: Path, out: Path, questions: Path | None, cache: Path | None, model: str | None
) -> None:
    """Ask all questions of DATASET, write predictions and metrics, print the headline."""
    from rag import evaluation

    config = load_settings(model=model).config
    with progress() as report:
        metrics = evaluation.evaluate(
            dataset,
            out=out,
            questions=questions,
            index_cache=cache,
            config=config,
            progress=report,
        )
    output().print(evaluation.headline(metrics))
    output().print(f"written to {out}", markup=False)
