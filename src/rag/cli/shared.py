"""What all commands share: settings as flags, progress on stderr, opening an index."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

import rag

__all__ = [
    "Settings",
    "asked_on",
    "errors",
    "filters",
    "listing_faults",
    "load_settings",
    "max_error",
    "open_corpus",
    "open_index",
    "output",
    "progress",
    "say",
    "say_skipped",
    "settings",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FILE_COLUMNS = 100  # of a table that goes to a file or another program


def output() -> Console:
    """Where results go; made anew, so that a redirected stdout is seen."""
    width = None if sys.stdout.isatty() else _FILE_COLUMNS
    return Console(soft_wrap=True, highlight=False, emoji=False, width=width)


def errors() -> Console:
    """Where progress and errors go."""
    return Console(stderr=True, highlight=False, emoji=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings in force, and where each that is not a default came from."""

    config: rag.Config
    sources: dict[str, str]


def max_error(command: Command) -> Any:
    """Adds the flag that says how many wrong answers are accepted."""
    text = "The share of wrong answers to accept where half of the questions have none, 0 to 1."
    return click.option("--max-error", type=float, metavar="SHARE", help=text)(command)


def settings(*more: str) -> Callable[[Command], Any]:
    """Adds the flags of an index, and passes the settings on as ``settings``.

    ``more`` names further options of the command that are settings too.
    """
    options = (
        click.option("--model", metavar="NAME", help="Embedding model: a name or a folder."),
        click.option("--index", metavar="DIR", help="The index folder."),
        click.option("--corpus", metavar="DIR", help="The folder of articles [corpus]."),
    )

    def decorate(command: Command) -> Any:
        @wraps(command)
        def with_settings(**values: Any) -> Any:
            flags = {name: values.pop(name) for name in ("corpus", "index", "model", *more)}
            return command(settings=load_settings(**flags), **values)

        return _decorated(with_settings, options)

    return decorate


def filters(command: Command) -> Any:
    """Adds the flags that narrow which articles may answer, and passes them on as ``filter``."""
    options = (
        click.option("--dated-only", is_flag=True, help="Leave out articles without a date."),
        click.option("--article", "articles", multiple=True, help="Only this article id."),
        click.option("--until", type=_DAY, help="Only articles up to this day."),
        click.option("--since", type=_DAY, help="Only articles from this day on."),
        click.option("--author", "authors", multiple=True, help="Only this author."),
        click.option("--outlet", "outlets", multiple=True, help="Only this outlet; repeatable."),
    )

    @wraps(command)
    def with_filter(**values: Any) -> Any:
        since, until = values.pop("since"), values.pop("until")
        wanted = rag.Filter(
            **{name: tuple(values.pop(name)) for name in ("outlets", "authors", "articles")},
            since=since.date() if since else None,
            until=until.date() if until else None,
            undated=not values.pop("dated_only"),
        )
        return command(filter=wanted, **values)

    return _decorated(with_filter, options)


def asked_on(command: Command) -> Any:
    """Adds the flag for the day of the question, and passes it on as ``asked_on``."""

    @wraps(command)
    def with_day(*, asked_on: datetime | None, **values: Any) -> Any:
        return command(asked_on=asked_on.date() if asked_on else None, **values)

    told = 'The day of the question, from which "last week" is understood [today].'
    return _decorated(with_day, [click.option("--asked-on", type=_DAY, help=told)])


def _decorated(command: Any, options: Sequence[Callable[[Any], Any]]) -> Any:
    for option in options:
        command = option(command)
    return command


def load_settings(**flags: object) -> Settings:
    """The settings that flags, environment and byline.toml amount to."""
    config, sources = rag.load_config(flags=flags, environ=os.environ)
    return Settings(config=config, sources=sources)


@contextmanager
def progress() -> Iterator[Callable[[rag.Progress], None]]:
    """A bar with the time left on stderr, while the block runs; nothing where it is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = errors()
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(step: rag.Progress) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bar.add_task(step.stage, completed=step.done, total=step.total)
            bar.update(tasks[step.stage], completed=step.done, total=step.total)

        yield report


@contextmanager
def open_index(config: rag.Config) -> Iterator[rag.Byline]:
    """The configured index. Where only a corpus folder is there, it is indexed first."""
    news = _opened(config)
    with news:
        if not news.is_complete:
            say(f"{config.index_folder} was left half made; byline index goes on with it")
        yield news


def _opened(config: rag.Config) -> rag.Byline:
    folder = config.index_folder
    made = (folder / "library.db").is_file()
    if made or config.index:
        news = rag.Byline(config=config, create=False)
        if config.index or news.is_complete or not Path(config.corpus).is_dir():
            return news
        news.close()
    if not Path(config.corpus).is_dir():
        raise rag.NotIndexedError(
            f"there is no index in {folder} and no folder {config.corpus}; make an index with:"
            " byline index FOLDER"
        )
    say(f"indexing {config.corpus} into {folder}")
    return open_corpus(config)


def open_corpus(config: rag.Config) -> rag.Byline:
    """The configured corpus, indexed as far as it changed; refused files are told of."""
    with progress() as report:
        news = rag.open(config.corpus, config=config, progress=report)
    if news.last_report:
        say_skipped(news.last_report)
    return news


@contextmanager
def listing_faults() -> Iterator[None]:
    """Gives each fault of a data set a line of its own, before the error that counts them."""
    try:
        yield
    except rag.DatasetError as error:
        head, *faults = str(error).splitlines()
        for fault in faults:
            say(fault)
        raise rag.DatasetError(head.removesuffix(":")) from error


def say(line: str) -> None:
    """Prints a line to stderr as it stands."""
    errors().print(line, markup=False, soft_wrap=True)


def say_skipped(report: rag.IndexReport) -> None:
    """Tells of each file that was refused, and why, and of what else was not read."""
    for _, reason in report.skipped:
        say(f"skipped: {reason}")
    for _, reason in report.warned:
        say(f"warning: {reason}")
