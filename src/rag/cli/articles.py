"""``byline index`` and ``byline status``: articles in, and what is there."""

import json
from pathlib import Path

import click
from rich.table import Table

import rag
from rag.cli.shared import Settings, errors, load_settings, open_index, output, progress
from rag.cli.shared import settings as with_settings

__all__ = ["index", "status"]


@click.command(epilog="Example: byline index articles/ --index my-index")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@with_settings()
@click.pass_context
def index(context: click.Context, *, paths: tuple[Path, ...], settings: Settings) -> None:
    """Index article files and folders; again does only what changed.

    Without PATHS the corpus folder is indexed. A single folder gets its index beside it, in
    .byline/NAME, unless --index names another place.
    """
    config = settings.config
    if len(paths) == 1 and paths[0].is_dir() and context.params["corpus"] is None:
        flags = {name: context.params[name] for name in ("index", "model")}
        config = load_settings(corpus=str(paths[0]), **flags).config
    chosen = list(paths) or [Path(config.corpus)]
    for path in chosen:  # before an index folder is made
        if not path.exists():
            raise rag.UsageError(f"{path} does not exist; name a folder of articles or a file")
    with rag.Byline(config=config) as news, progress() as report:
        done = news.index(chosen, progress=report)
    for _, reason in done.skipped:
        errors().print(f"skipped: {reason}", markup=False, soft_wrap=True)
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
        table.add_row(name, str(value))
    output().print(table)
    table = Table("setting", "value", "from", box=None)
    for name, entry in described.items():
        table.add_row(name, str(entry["value"]), str(entry["source"]))
    output().print(table)
