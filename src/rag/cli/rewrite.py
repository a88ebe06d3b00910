"""``byline rewrite``: follow-up questions made to stand alone, many at once."""

import sys
from pathlib import Path

import click

import rag
from rag.cli.shared import listing_faults, load_settings, output

__all__ = ["rewrite"]

_FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)


@click.command(epilog="Example: byline rewrite --jsonl followups.jsonl --out rewritten.jsonl")
@click.option("--jsonl", "source", type=_FILE, required=True, help="What to rewrite; - reads it.")
@click.option("--out", type=_FILE, required=True, help="Where it goes; - prints it.")
def rewrite(source: Path, out: Path) -> None:
    """Make follow-up questions stand alone, without a model or an index.

    Each line {"id", "question", "history"} becomes {"id", "standalone_question"}, in the same
    order. The history is a list of ["user" or "agent", text], or of texts of user and agent in
    turn.
    """
    from rag import evaluation
    from rag.evaluation.lines import dump_line, overwrite

    with listing_faults():
        rewritten = evaluation.rewrite_questions(source, config=load_settings().config)
    text = "".join(map(dump_line, rewritten))
    if str(out) == "-":
        sys.stdout.buffer.write(text.encode())
        return
    try:
        overwrite(out, text)
    except OSError as error:
        raise rag.UsageError(
            f"{out} cannot be written ({error}); name a file in a folder that is there"
        ) from error
    noun = "question" if len(rewritten) == 1 else "questions"
    output().print(f"{len(rewritten):,} {noun} written to {out}", markup=False)
