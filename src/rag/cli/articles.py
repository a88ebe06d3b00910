"""``byline index`` and ``byline status``: index articles, and show what is indexed."""

from dataclasses import replace
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

import rag
from rag.cli.shared import (
    PATH,
    Settings,
    open_index,
    progress,
    say_skipped,
    show,
    show_json,
    with_settings,
)


@click.command(epilog="Example: byline index articles/ --index my-index")
@click.argument("paths", nargs=-1, type=PATH)
@with_settings()
def index(*, paths: tuple[Path, ...], settings: Settings) -> None:
    """Index article files and folders; only new and changed articles are processed.

    Without PATHS, the corpus folder is indexed. The index of a single folder is in .byline/NAME
    beside it, unless --index names another folder. Files of other forms, files without an ending
    and linked folders are passed over, and one line counts them.
    """
    config = settings.config
    if len(paths) == 1 and paths[0].is_dir() and not config.index:
        config = replace(config, corpus=str(paths[0]))
    chosen = list(paths) or [Path(config.corpus)]
    for path in chosen:  # before an index folder is created
        if not path.exists():
            raise rag.UsageError(f"{path} does not exist; name a folder of articles or a file")
    with rag.Byline(config=config) as news, progress() as report:
        done = news.index(chosen, progress=report)
    say_skipped(done)
    show(
        f"{done.added} added, {done.updated} updated, {done.unchanged} unchanged,"
        f" {done.removed} removed, {len(done.skipped)} skipped;"
        f" {done.passages} passages in {config.index_folder} ({done.seconds:.1f} s)"
    )
    if done.skipped and not done.added + done.updated + done.unchanged:
        raise rag.IngestError("no file could be indexed; see the reasons above")


@click.command(epilog="Example: byline status --json")
@with_settings()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def status(*, settings: Settings, as_json: bool) -> None:
    """Show what is indexed, with which model, and each setting with its source."""
    with open_index(settings.config) as news:
        found = news.status()
    values = found.pop("settings")
    assert isinstance(values, dict)  # noqa: S101 - for the type checker: status() returns a mapping
    described = {
        name: {"value": value, "source": settings.sources.get(name, "default")}
        for name, value in values.items()
    }
    if as_json:
        show_json({**found, "settings": described})
        return
    table = Table(show_header=False, box=None)
    for name, value in found.items():
        table.add_row(name, Text(str(value)))
    show(table)
    table = Table("setting", "value", "from", box=None)
    for name, entry in described.items():
        table.add_row(name, Text(str(entry["value"])), Text(str(entry["source"])))
    show(table)
