"""``byline watch``: index files as they change. ``byline chat --watch`` uses it, too."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

import rag
from rag.cli.articles import chosen_paths
from rag.cli.shared import PATH, Settings, progress, say, say_skipped, show, with_settings

__all__ = ["reporter", "watch"]


@click.command(epilog="Example: byline watch articles/")
@click.argument("paths", nargs=-1, type=PATH)
@with_settings("fields", "follow_links")
@click.option("--fields", metavar="FIELD=COLUMN,…", help="The columns of tables, if not as usual.")
@click.option(
    "--follow-links",
    is_flag=True,
    default=None,
    help="Follow linked folders, and links that lead out of the folder.",
)
@click.option(
    "--allow-empty",
    is_flag=True,
    help="Remove all articles of a folder that is emptied or removed.",
)
@click.option("--keep-missing", is_flag=True, help="Keep articles whose files are gone.")
def watch(
    *, paths: tuple[Path, ...], settings: Settings, allow_empty: bool, keep_missing: bool
) -> None:
    """Index articles as `byline index` does, and again whenever a file changes, until Ctrl-C.

    A file is indexed within seconds, once nothing writes to it any more. An index that is open
    elsewhere, as by `byline chat`, answers from it at once. One line tells what was indexed. If a
    folder is emptied or removed, its articles stay, unless --allow-empty is given.
    """
    config, chosen = chosen_paths(paths, settings.config)
    options = {"allow_empty": allow_empty, "keep_missing": keep_missing}
    with rag.Byline(config=config) as news:
        with progress() as report:
            done = news.index(chosen, progress=report, **options)
        tell = reporter()
        tell(done)
        show(f"watching {', '.join(map(str, chosen))} (Ctrl-C stops it)")
        with rag.Watch(news, chosen, report=tell, **options):
            try:
                while True:
                    time.sleep(0.5)  # an endless wait cannot be interrupted on Windows
            except KeyboardInterrupt:
                say("stopped")


def reporter() -> Callable[[rag.IndexReport], None]:
    """Prints how many articles a run changed, and each reason to skip a file when it is new."""
    told = set[tuple[str, str]]()

    def tell(done: rag.IndexReport) -> None:
        say_skipped(
            rag.IndexReport(
                skipped=tuple(each for each in done.skipped if each not in told),
                warned=tuple(each for each in done.warned if each not in told),
                damaged=tuple(each for each in done.damaged if each not in told),
            )
        )
        told.clear()
        told.update(done.skipped, done.warned, done.damaged)
        if not done.added + done.updated + done.removed:
            return
        say(
            f"{datetime.now().astimezone():%H:%M:%S} {done.added} added, {done.updated} updated,"
            f" {done.removed} removed"
        )

    return tell
