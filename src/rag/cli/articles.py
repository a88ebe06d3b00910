"""``byline index`` and ``byline status``: articles in, and what is there."""

import json
from dataclasses import replace
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

import rag
from rag.cli.shared import Settings, open_index, output, progress, say_skipped
from rag.cli.shared import settings as with_settings

__all__ = ["index", "status"]


@click.command(epilog="Example: byline index articles/ --index my-index")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@with_settings()
def index(*, paths: tuple[Path, ...], settings: Settings) -> None:
    """Index article files and folders; again does only what changed.

    Without PATHS the corpus folder is indexed. A single folder gets its index beside it, in
    .byline/NAME, unless --index names another place.
    """
    config = settings.config
    if len(paths) == 1 and paths[0].is_dir() and not config.index:
        config = replace(config, corpus=str(paths[0]))
    chosen = list(paths) or [Path(config.corpus)]
    for path in chosen:  # before an index folder is made
        if not path.exists():
            raise rag.UsageError(f"{path} does not exist; name a folder of articles or a file")
    with rag.Byline(config=config) as news, progress() as report:
        done = news.index(chosen, progress=report)
    say_skipped(done)
    output().print(
        f"{done.added} added, {done.updated} updated, {done.unchanged} unchanged,"
        f" {done.removed} removed, {len(done.skipped)} skipped;"
        f" {done.passages} passages in {config.index_folder} ({done.seconds:.1f} s)",
        markup=False,
    )
    if done.skipped and not done.added + done.updated + done.unchanged:
        raise rag.IngestError("no file could be indexed; the reasons stand above")


@click.command(epilog="Example: byline status --json")
@with_settings()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(*, settings: Settings, as_json: bool) -> None:
    """Show what is indexed, with which model, and each setting with where it came from."""
    with open_index(settings.config) as news:
        found = news.status()
    values = found.pop("settings")
    assert isinstance(values, dict)  # noqa: S101 - for the type checker: status() gives a mapping
    described = {
        name: {"value": value, "source": settings.sources.get(name, "default")}
        for name, value in values.items()
    }
    if as_json:
        output().print_json(json.dumps({**found, "settings": described}, ensure_ascii=False))
        return
    table = Table(show_header=False, box=None)
    for name, value in found.items():
        table.add_row(name, Text(str(value)))
    output().print(table)
    table = Table("setting", "value", "from", box=None)
    for name, entry in described.items():
        table.add_row(name, Text(str(entry["value"])), Text(str(entry["source"])))
    output().print(table)
