"""``byline rewrite``: rewrite a file of follow-up questions as standalone questions."""

import sys
from pathlib import Path

import click

import rag
from rag.cli.shared import counted, listing_faults, load_settings, show

_FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)


@click.command(epilog="Example: byline rewrite --jsonl followups.jsonl --out rewritten.jsonl")
@click.option("--jsonl", "source", type=_FILE, required=True, help="Input file; - for stdin.")
@click.option("--out", type=_FILE, required=True, help="Output file; - for stdout.")
def rewrite(source: Path, out: Path) -> None:
    """Rewrite follow-up questions as standalone questions, without a model or an index.

    Each line {"id", "question", "history"} becomes {"id", "standalone_question"}, in the same
    order. The history is a list of ["user" or "agent", text] pairs, or a list of texts in which
    user and agent alternate.
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
            f"{out} cannot be written ({error}); name a file in an existing folder"
        ) from error
    show(f"{counted(len(rewritten), 'question')} written to {out}")
