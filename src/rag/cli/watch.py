"""``byline watch``: index files as they change. Also used by ``byline chat --watch``."""

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click

import rag
from rag.cli.articles import source_options
from rag.cli.output import progress, say, say_skipped, show

__all__ = ["reporter", "watch"]


@click.command(epilog="Example: byline watch articles/")
@source_options
def watch(
    *, paths: Sequence[Path], config: rag.Config, allow_empty: bool, keep_missing: bool
) -> None:
    """Index articles as `byline index` does, and again whenever a file changes, until Ctrl-C.

    A file is indexed within seconds after it was last written. A process that has the index open,
    such as `byline chat`, answers from the new articles at once. Each update prints a line. If a
    folder is emptied or removed, its articles stay, unless --allow-empty is given.
    """
    options = {"allow_empty": allow_empty, "keep_missing": keep_missing}
    with rag.Byline(config=config) as news:
        with progress() as report:
            done = news.index(paths, progress=report, **options)
        tell = reporter()
        tell(done)
        show(f"watching {', '.join(map(str, paths))} (Ctrl-C stops it)")
        with rag.Watch(news, paths, report=tell, **options):
            try:
                while True:
                    time.sleep(0.5)  # an endless wait cannot be interrupted on Windows
            except KeyboardInterrupt:
                say("stopped")


def reporter() -> Callable[[rag.IndexReport], None]:
    """Prints how many articles a run changed, and each new reason for a skipped file."""
    told = set[tuple[str, str]]()
    here = f"{Path.cwd()}{os.sep}"

    def near(notes: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((name.replace(here, ""), why.replace(here, "")) for name, why in notes)

    def tell(done: rag.IndexReport) -> None:
        skipped, warned, damaged = map(near, (done.skipped, done.warned, done.damaged))
        say_skipped(
            rag.IndexReport(
                skipped=tuple(each for each in skipped if each not in told),
                warned=tuple(each for each in warned if each not in told),
                damaged=tuple(each for each in damaged if each not in told),
            )
        )
        told.clear()
        told.update(skipped, warned, damaged)
        if not done.added + done.updated + done.removed:
            return
        say(
            f"{datetime.now().astimezone():%H:%M:%S} {done.added} added, {done.updated} updated,"
            f" {done.removed} removed"
        )

    return tell
