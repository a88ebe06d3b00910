"""``byline feedback``: list readers' feedback from the chat page, or export it as questions."""

from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

import rag
from rag.cli.output import counted, say, show, show_json
from rag.cli.shared import PATH, Settings, open_index, with_settings

EXPORT_EXAMPLES = """\b
Example: byline feedback export --out readers
         byline eval readers --out results/readers
"""


@click.group(epilog="Example: byline feedback list")
def feedback() -> None:
    """List or export readers' feedback from the chat page."""


@feedback.command("list", epilog="Example: byline feedback list --json")
@with_settings()
@click.option("--json", "as_json", is_flag=True, help="Print all fields as JSON.")
def list_(*, settings: Settings, as_json: bool) -> None:
    """List readers' feedback, oldest first."""
    kept = rag.FeedbackStore(settings.config.index_folder).all()
    if as_json:
        show_json([asdict(one) for one in kept])
        return
    if not kept:
        show("no feedback yet: readers leave it on the chat page")
        return
    table = Table("when", "verdict", "question", "note", box=None)
    for one in kept:
        when = f"{one.at:%Y-%m-%d %H:%M}"
        table.add_row(when, one.verdict, _shown(one.question), _shown(one.note))
    show(table)


@feedback.command(epilog=EXPORT_EXAMPLES)
@with_settings()
@click.option("--out", type=PATH, required=True, help="A new folder or .jsonl file.")
def export(*, settings: Settings, out: Path) -> None:
    """Export readers' feedback as a question set for byline eval.

    "Right" makes the cited sentences gold. "Should have found" makes the sentence in the note gold
    if an article contains it. All other questions have no gold and are listed. A folder also
    contains the articles; a .jsonl file contains only the questions, for byline eval --questions.
    """
    from rag import evaluation

    kept = rag.FeedbackStore(settings.config.index_folder).all()
    if not kept:
        raise rag.UsageError("there is no feedback yet: readers leave it on the chat page")
    with open_index(settings.config) as news:
        made = evaluation.export_feedback(kept, news.articles(), out=out, config=settings.config)
    for line in made.open:
        say(f"without gold: {line}")
    show(f"{counted(made.questions, 'question')} written to {out}, {made.judged:,} judged")


def _shown(text: str) -> Text:
    """Returns a reader's words on one line, without terminal control characters."""
    return Text("".join(one for one in " ".join(text.split()) if one.isprintable()))
