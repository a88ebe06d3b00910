"""Shared by all commands: settings as options, progress on stderr, opening an index."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

import rag

Command = TypeVar("Command", bound=Callable[..., Any])

_DAY = click.DateTime(formats=["%Y-%m-%d"])
PATH = click.Path(path_type=Path)
_BETWEEN_LINES = 10.0  # seconds between two lines of progress
_FILE_COLUMNS = 100  # width of a table if the output is not a terminal


def output() -> Console:
    """Returns the console for results; a new one each time, to follow a redirected stdout."""
    width = None if sys.stdout.isatty() else _FILE_COLUMNS
    return Console(soft_wrap=True, highlight=False, emoji=False, width=width)


def errors() -> Console:
    """Returns the console for progress and errors."""
    return Console(stderr=True, highlight=False, emoji=False)


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

    ``more`` names further options of the command that are settings too.
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
    """Adds the options that filter articles, passed on as ``filter``, and ``--asked-on``."""
    told = 'The day of the question, to which "last week" is relative [today].'
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
def progress(*, lines: bool = False) -> Iterator[Callable[[rag.Progress], None]]:
    """Shows a progress bar on stderr while the block runs, if stderr is a terminal.

    Otherwise, ``lines`` prints a line every ten seconds.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
    )
    console = errors()
    if lines and not console.is_terminal:
        yield _print_progress()
        return
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(step: rag.Progress) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bar.add_task(step.stage, pace="")
            bar.update(
                tasks[step.stage], completed=step.done, total=step.total, pace=pace_words(step)
            )

        yield report


def _print_progress() -> Callable[[rag.Progress], None]:
    """Prints the progress, at most every ten seconds."""
    told = time.monotonic()

    def report(step: rag.Progress) -> None:
        nonlocal told
        if time.monotonic() - told >= _BETWEEN_LINES:
            told = time.monotonic()
            words = (f"{step.done:,} of {step.total:,} articles", pace_words(step))
            say(f"{step.stage}: {', '.join(each for each in words if each)}")

    return report


def pace_words(step: rag.Progress) -> str:
    """The rate and the time left, as in "42 a second, about 3 min left"; "" while unknown."""
    known = []
    if step.rate is not None:
        known.append(
            f"{step.rate:,.0f} a second" if step.rate >= 10 else f"{step.rate:.1f} a second"
        )
    if step.left is not None:
        seconds = step.left
        told = f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
        known.append(f"about {told} left")
    return ", ".join(known)


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Shows ``words`` on stderr while the block runs, if stderr is a terminal."""
    console = errors()
    with console.status(words) if console.is_terminal else nullcontext():
        yield


@contextmanager
def traced(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Yields a function that writes to the file; without a file, it discards.

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


# Control characters and those that reverse the writing direction would affect a terminal.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in b"\n\t"}
_PICTURES |= dict.fromkeys(
    [*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD
)


def harmless(text: str) -> str:
    """``text`` with a symbol in place of each control character, and of the same length."""
    return text.translate(_PICTURES)


def show(what: RenderableType, *, style: str | None = None) -> None:
    """Prints a result, without markup."""
    if isinstance(what, str):
        what = harmless(what)
    elif isinstance(what, Text):
        what.plain = harmless(what.plain)
    output().print(what, style=style, markup=False)


def show_json(value: object) -> None:
    """Prints a result as JSON."""
    output().print_json(json.dumps(value, ensure_ascii=False, default=str))


def counted(number: int, noun: str) -> str:
    """Formats a number with its noun, as in "1 question" or "1,200 questions"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say(line: str) -> None:
    """Prints a line to stderr, without markup."""
    errors().print(harmless(line.replace("\n", "␊")), markup=False, soft_wrap=True)


def say_skipped(report: rag.IndexReport) -> None:
    """Reports each skipped file with the reason, all warnings, and what was passed over."""
    for _, reason in report.skipped:
        say(f"skipped: {reason}")
    for _, reason in report.warned:
        say(f"warning: {reason}")
    for _, reason in report.damaged:
        say(f"damaged: {reason}")
    if report.passed_over:
        say(f"passed over: {_passed_over(dict(report.passed_over))}")


def _passed_over(counts: dict[str, int]) -> str:
    """The line that counts what was not read, as in "2 files of other forms (2 .doc)"."""
    files = {kind: n for kind, n in counts.items() if kind.startswith((".", "without"))}
    others = [f"{n} {kind if n == 1 else _many(kind)}" for kind, n in counts.items()
              if kind not in files]  # fmt: skip
    number, kinds = sum(files.values()), ", ".join(f"{n} {kind}" for kind, n in files.items())
    form = f"{number} {'file' if number == 1 else 'files'} of other forms ({kinds})"
    return " and ".join([form] * bool(files) + others)


def _many(kind: str) -> str:
    """The plural of a kind: "linked folders", "rows without text"."""
    noun, without, what = kind.partition(" without ")
    return f"{noun.removesuffix('y') + 'ie' if noun.endswith('y') else noun}s{without}{what}"
