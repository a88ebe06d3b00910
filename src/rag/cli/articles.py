"""``byline index`` and ``byline status``: index articles, and show what is indexed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.table import Table
from rich.text import Text

import rag
from rag.cli.shared import (
    PATH,
    Settings,
    open_index,
    progress,
    say,
    say_skipped,
    show,
    show_json,
    with_settings,
)


@click.command(epilog="Example: byline index articles/ --index my-index")
@click.argument("paths", nargs=-1, type=PATH)
@with_settings("fields")
@click.option("--fields", metavar="FIELD=COLUMN,…", help="The columns of tables, if not as usual.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
def index(*, paths: tuple[Path, ...], settings: Settings, dry_run: bool) -> None:
    """Index articles in files, folders and archives; only new and changed ones are processed.

    Without PATHS, the corpus folder is indexed. The index of a single folder is in .byline/NAME
    beside it, unless --index names another folder. Files of other forms, files without an ending,
    linked folders and the like are passed over; one line counts them, and --dry-run lists them.
    """
    config = settings.config
    if len(paths) == 1 and paths[0].is_dir() and not config.index:
        config = replace(config, corpus=str(paths[0]))
    chosen = list(paths) or [Path(config.corpus)]
    for path in chosen:  # before an index folder is created
        if not path.exists():
            raise rag.UsageError(f"{path} does not exist; name a folder of articles or a file")
    with _opened(config, dry_run=dry_run) as news, progress() as report:
        done = news.index(chosen, progress=report, dry_run=dry_run)
    if dry_run:
        for name, kind in done.left_out:
            say(f"not read: {name} ({kind})")
    say_skipped(done)
    what = "would be " if dry_run else ""
    show(
        f"{done.added} {what}added, {done.updated} updated, {done.unchanged} unchanged,"
        f" {done.removed} removed, {len(done.skipped)} skipped;"
        f" {done.passages} passages in {config.index_folder} ({done.seconds:.1f} s)"
    )
    if done.skipped and not done.added + done.updated + done.unchanged:
        raise rag.IngestError("no file could be indexed; see the reasons above")


@contextmanager
def _opened(config: rag.Config, *, dry_run: bool) -> Iterator[rag.Byline]:
    """The configured index; an empty one for a dry run if there is none, which is removed."""
    there = (config.index_folder / "library.db").is_file()
    with (
        TemporaryDirectory() as empty,
        rag.Byline(empty if dry_run and not there else None, config=config) as news,
    ):
        yield news


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
