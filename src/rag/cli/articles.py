"""``byline index``, ``status``, ``forget`` and ``verify``: change and check what is indexed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.table import Table
from rich.text import Text

import rag
from rag.cli.output import (
    counted,
    progress,
    say,
    say_skipped,
    show,
    show_json,
)
from rag.cli.shared import (
    PATH,
    Command,
    Settings,
    decorated,
    open_index,
    with_settings,
)


def source_options(command: Command) -> Any:
    """Adds the argument PATHS and the options that ``index`` and ``watch`` share.

    The command receives ``config``, with the index of the paths, and ``paths``, by default the
    corpus folder.

    Raises:
        UsageError: two options contradict each other, or a path does not exist and nothing is
            indexed yet.
    """
    options = (
        click.option(
            "--keep-missing", is_flag=True, help="Keep articles whose files no longer exist."
        ),
        click.option(
            "--allow-empty",
            is_flag=True,
            help="Remove all articles of a folder that is now empty or missing.",
        ),
        click.option(
            "--follow-links",
            is_flag=True,
            default=None,
            help="Follow linked folders, and links that lead out of the folder.",
        ),
        click.option(
            "--fields",
            metavar="FIELD=COLUMN,…",
            help="The columns of tables, if their names are unusual.",
        ),
    )

    @wraps(command)
    def checked(
        *,
        paths: tuple[Path, ...],
        settings: Settings,
        allow_empty: bool,
        keep_missing: bool,
        **values: Any,
    ) -> Any:
        if allow_empty and keep_missing:
            raise rag.UsageError(
                "--allow-empty removes articles and --keep-missing keeps them; give one"
            )
        config, chosen = _chosen_paths(paths, settings.config)
        return command(
            config=config,
            paths=chosen,
            allow_empty=allow_empty,
            keep_missing=keep_missing,
            **values,
        )

    with_options = with_settings("fields", "follow_links")(decorated(checked, options))
    return click.argument("paths", nargs=-1, type=PATH)(with_options)


@click.command(epilog="Example: byline index articles/ --index my-index")
@source_options
@click.option("--dry-run", is_flag=True, help="Show what would be done without doing it.")
@click.option(
    "--progress", "lines", is_flag=True, help="Print progress even if stderr is not a terminal."
)
def index(
    *,
    paths: Sequence[Path],
    config: rag.Config,
    dry_run: bool,
    allow_empty: bool,
    keep_missing: bool,
    lines: bool,
) -> None:
    """Index articles in files, folders and archives; only new and changed files are read.

    Without PATHS, the corpus folder is indexed. The index of a single folder is in .byline/NAME
    next to it, unless --index names another folder. Files in other formats, files without an
    ending, linked folders and the like are not read; one line counts them, and --dry-run lists
    them. Articles whose files no longer exist are removed; damaged articles are indexed again.
    """
    with _opened(config, dry_run=dry_run) as news, progress(lines=lines) as report:
        done = news.index(
            paths,
            allow_empty=allow_empty,
            progress=report,
            dry_run=dry_run,
            keep_missing=keep_missing,
        )
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
    if done.damaged:
        raise rag.DamagedIndexError(
            f"{counted(len(done.damaged), 'article')} in {config.index_folder} cannot be shown;"
            " index the files named above again, or remove the articles with byline forget"
        )


def _chosen_paths(paths: Sequence[Path], config: rag.Config) -> tuple[rag.Config, list[Path]]:
    if len(paths) == 1 and not paths[0].is_file() and not config.index:
        config = replace(config, corpus=str(paths[0]))
    chosen = list(paths) or [Path(config.corpus)]
    made = (config.index_folder / "library.db").is_file()
    for path in chosen:  # before an index folder is created
        if not made and not path.exists():
            raise rag.UsageError(f"{path} does not exist; name a folder of articles or a file")
    return config, chosen


@contextmanager
def _opened(config: rag.Config, *, dry_run: bool) -> Iterator[rag.Byline]:
    """The configured index; for a dry run without one, a temporary empty index."""
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
    """Show the contents and model of the index, and each setting with its source."""
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


@click.command(epilog="Example: byline forget harbour.txt")
@click.argument("article")
@with_settings()
def forget(*, article: str, settings: Settings) -> None:
    """Erase ARTICLE, given by its id, with all its revisions, words and vectors.

    The data is overwritten and its space freed. Feedback that quotes the article is kept. An
    article whose file is still in the folder is added again when the folder is next indexed.
    """
    config = settings.config
    with rag.Byline(config=config, create=False) as news:
        if not news.forget(article):
            raise rag.UsageError(
                f"no article {article!r} in {config.index_folder}; byline search shows the ids"
            )
        news.compact()
    show(f"{article} is erased from {config.index_folder}")


@click.command(epilog="Example: byline verify --repair")
@with_settings()
@click.option("--repair", is_flag=True, help="Rebuild all data derived from the stored texts.")
def verify(*, settings: Settings, repair: bool) -> None:
    """Check the index: digests, counts and offsets, the search indexes, and a sample of vectors.

    Prints the number of checked items, and a line for each damaged one. The exit code is 1 if
    there is any damage. With --repair, vectors, search indexes and relations between articles are
    rebuilt. Articles whose stored text, source or offsets are damaged are listed, and must be
    indexed again.
    """
    config = settings.config
    with rag.Byline(config=config, create=False) as news:
        found = news.verify(repair=repair)
    show(f"checked: {', '.join(f'{number:,} {what}' for what, number in found.checked)}")
    for title, lines in (
        ("not checked", found.unchecked), ("repaired", found.repaired), ("damaged", found.damaged)
    ):  # fmt: skip
        for line in lines:
            show(f"{title}: {line}")
    if found.damaged:
        raise rag.DamagedIndexError(
            f"{config.index_folder} is damaged in {counted(len(found.damaged), 'place')}; see above"
        )
