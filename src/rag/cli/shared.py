"""Code shared by all commands: options for settings, and opening an index."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

import rag
from rag.cli.output import progress, say, say_skipped

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)


class _Day(click.DateTime):
    """A date; another form is an error that says which form to use."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a date; write it as 2024-04-03", param, ctx)


_DAY = _Day()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The current settings, and the source of each that is not a default."""

    config: rag.Config
    sources: dict[str, str]


def max_error(command: Command) -> Any:
    """Adds the option ``--max-error``."""
    text = "Accepted share of wrong answers if half of the questions have no answer, 0 to 1."
    return click.option("--max-error", type=float, metavar="SHARE", help=text)(command)


def with_settings(*more: str) -> Callable[[Command], Any]:
    """Adds the options of an index, and passes the settings to the command as ``settings``.

    ``more`` names further options of the command that are also settings.
    """
    options = (
        click.option("--model", metavar="NAME", help="Embedding model: a name or a folder."),
        click.option("--index", metavar="DIR", help="The index folder."),
        click.option("--corpus", metavar="DIR", help="The folder of articles [corpus]."),
    )

    def decorate(command: Command) -> Any:
        @wraps(command)
        def loaded(**values: Any) -> Any:
            flags = {name: values.pop(name) for name in ("corpus", "index", "model", *more)}
            return command(settings=load_settings(**flags), **values)

        return decorated(loaded, options)

    return decorate


def filters(command: Command) -> Any:
    """Adds ``--asked-on`` and the options that filter articles, passed on as ``filter``."""
    told = 'The date of the question, used to resolve "last week" [today].'
    options = (
        click.option("--asked-on", type=_DAY, help=told),
        click.option("--dated-only", is_flag=True, help="Exclude articles without a date."),
        click.option("--article", "articles", multiple=True, help="Only this id; repeatable."),
        click.option("--until", type=_DAY, help="Only articles up to this day."),
        click.option("--since", type=_DAY, help="Only articles from this day on."),
        click.option("--author", "authors", multiple=True, help="Only this author; repeatable."),
        click.option("--outlet", "outlets", multiple=True, help="Only this outlet; repeatable."),
    )

    @wraps(command)
    def with_filter(**values: Any) -> Any:
        days = {name: values.pop(name) for name in ("since", "until", "asked_on")}
        since, until, asked_on = (day.date() if day else None for day in days.values())
        wanted = rag.Filter(
            **{name: tuple(values.pop(name)) for name in ("outlets", "authors", "articles")},
            since=since,
            until=until,
            undated=not values.pop("dated_only"),
        )
        return command(filter=wanted, asked_on=asked_on, **values)

    return decorated(with_filter, options)


def decorated(command: Any, options: Sequence[Callable[[Any], Any]]) -> Any:
    """Adds ``options`` to ``command``; the help shows them in reverse order."""
    for option in options:
        command = option(command)
    return command


def load_settings(**flags: object) -> Settings:
    """Loads the settings from flags, environment and byline.toml."""
    config, sources = rag.load_config(flags=flags, environ=os.environ)
    return Settings(config=config, sources=sources)


@contextmanager
def traced(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Yields a function that writes to the file; without a file, it does nothing.

    Raises:
        UsageError: the file cannot be written.
    """
    if path is None:
        yield lambda _: None
        return
    try:
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        raise rag.UsageError(f"{path} cannot be written ({error.strerror})") from error
    with file:
        yield file.write


@contextmanager
def open_index(config: rag.Config) -> Iterator[rag.Byline]:
    """Opens the configured index. If only a corpus folder exists, indexes it first."""
    news = _opened(config)
    with news:
        if not news.is_complete:
            say(f"{config.index_folder} is incomplete; run byline index to complete it")
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
    """Opens the configured corpus, indexes what changed, and reports skipped files."""
    with progress() as report:
        news = rag.open(config.corpus, config=config, progress=report)
    if news.last_report:
        say_skipped(news.last_report)
    return news


@contextmanager
def listing_faults() -> Iterator[None]:
    """Prints each fault of a data set on its own line, before the error that counts them."""
    try:
        yield
    except rag.DatasetError as error:
        head, *faults = str(error).splitlines()
        for fault in faults:
            say(fault)
        raise rag.DatasetError(head.removesuffix(":")) from error
