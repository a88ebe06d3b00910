"""Prints results on stdout, and messages and progress on stderr."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

import rag

_BETWEEN_LINES = 10.0  # seconds between lines of progress
_FILE_COLUMNS = 100  # width of a table if the output is not a terminal

_OPENS = re.compile(r'(?<![^\s(\[—–-])"')
_MARKS = str.maketrans({"“": "‘", "”": "’", '"': "’"})


def output() -> Console:
    """Returns the console for results; a new one each time, to follow a redirected stdout."""
    width = None if sys.stdout.isatty() else _FILE_COLUMNS
    return Console(soft_wrap=True, highlight=False, emoji=False, width=width)


def errors() -> Console:
    """Returns the console for progress and errors."""
    return Console(stderr=True, highlight=False, emoji=False)


# Control characters and those that reverse the writing direction would disturb a terminal.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in b"\n\t"}
_PICTURES |= dict.fromkeys(
    [*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD
)


def harmless(text: str) -> str:
    """Replaces each control character in ``text`` with a symbol; the length stays the same."""
    return text.translate(_PICTURES)


def show(what: RenderableType, *, style: str | None = None) -> None:
    """Prints a result, without markup."""
    if isinstance(what, str):
        what = harmless(what)
    elif isinstance(what, Text):
        what.plain = harmless(what.plain)
    output().print(what, style=style, markup=False)


def write_lines(out: Path, lines: Sequence[str], *, noun: str) -> None:
    """Writes ``lines``, each with its end, and reports their number; raises as ``write_text``."""
    write_text(out, "".join(lines))
    show(f"{counted(len(lines), noun)} written to {out}")


def write_text(out: Path, text: str) -> None:
    """Writes ``text`` to the file ``out``.

    Raises:
        UsageError: the file cannot be written.
    """
    from rag.evaluation.lines import overwrite

    try:
        overwrite(out, text)
    except OSError as error:
        raise rag.UsageError(
            f"{out} cannot be written ({error}); name a file in an existing folder"
        ) from error


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
    """Reports each skipped file with the reason, all warnings, and the files not read."""
    for _, reason in report.skipped:
        say(f"skipped: {reason}")
    for _, reason in report.warned:
        say(f"warning: {reason}")
    for _, reason in report.damaged:
        say(f"damaged: {reason}")
    if report.passed_over:
        say(f"not read: {_passed_over(dict(report.passed_over))}")


def _passed_over(counts: dict[str, int]) -> str:
    """The line that counts the files not read, as in "2 files in other formats (2 .doc)"."""
    files = {kind: n for kind, n in counts.items() if kind.startswith((".", "without"))}
    others = [f"{n} {kind if n == 1 else _many(kind)}" for kind, n in counts.items()
              if kind not in files]  # fmt: skip
    number, kinds = sum(files.values()), ", ".join(f"{n} {kind}" for kind, n in files.items())
    form = f"{number} {'file' if number == 1 else 'files'} in other formats ({kinds})"
    return " and ".join([form] * bool(files) + others)


def _many(kind: str) -> str:
    """The plural of a kind: "linked folders", "rows without text"."""
    noun, without, what = kind.partition(" without ")
    return f"{noun.removesuffix('y') + 'ie' if noun.endswith('y') else noun}s{without}{what}"


# ---- progress


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


def in_marks(quote: str) -> str:
    """A quotation in double marks; those inside it become single ones, at the same offsets."""
    return f"“{_OPENS.sub('‘', quote).translate(_MARKS)}”"
