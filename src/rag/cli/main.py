"""``byline``: the root command, which reports every error as one line and an exit code."""

import logging
import os
import sys
from collections.abc import Sequence

import click

import rag
from rag.cli.articles import forget, index, status, verify
from rag.cli.chat import chat, password
from rag.cli.check import check, trace
from rag.cli.compare import compare, gate
from rag.cli.dataset import dataset, rewrite
from rag.cli.evaluate import evaluate, report
from rag.cli.feedback import feedback
from rag.cli.output import errors, harmless
from rag.cli.questions import ask, context, search
from rag.cli.sweep import sweep
from rag.cli.watch import watch

DONE, FAILED, BAD_USAGE = 0, 1, 2
_EXTRAS = {"ir_measures": "eval", "matplotlib": "eval", "scipy": "eval"}
"""The extra that installs each optional library."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(rag.__version__, prog_name="byline")
def byline() -> None:
    """Answer questions from your articles, every sentence with its source.

    Example: byline ask "How many Iranian diplomats did Baku expel?"
    """


for command in (
    ask,
    search,
    context,
    trace,
    check,
    index,
    watch,
    status,
    forget,
    verify,
    chat,
    password,
    evaluate,
    report,
    compare,
    gate,
    dataset,
    feedback,
    sweep,
    rewrite,
):
    byline.add_command(command)


def _fail(message: str, code: int) -> int:
    line = harmless(" ".join(message.split()))
    errors().print(f"byline: {line}", markup=False, highlight=False, soft_wrap=True)
    return code


def _usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return BAD_USAGE
    return _fail(f"{error.format_message()} (see byline --help)", BAD_USAGE)


def _code(error: Exception) -> int:
    """Prints an error as one line and returns its exit code."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, rag.BylineError):
        usage = isinstance(error, rag.UsageError | rag.ConfigError)
        return _fail(str(error), BAD_USAGE if usage else FAILED)
    if isinstance(error, BrokenPipeError):  # the output pipe was closed, as by `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return _fail(_unexpected(error), FAILED)


def _unexpected(error: Exception) -> str:
    """The message for an error that is not Byline's own."""
    if isinstance(error, click.Abort):
        return "stopped"
    if os.environ.get("BYLINE_DEBUG"):
        logging.getLogger("rag").error("unexpected", exc_info=error)
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing in _EXTRAS:
        extra = _EXTRAS[missing]
        return f"{missing} is not installed; install it with: pip install 'byline[{extra}]'"
    told = f"unexpected {type(error).__name__}: {error}"
    return f"{told}; run again with BYLINE_DEBUG=1 for details"


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code: 0 success, 1 failure, 2 wrong usage."""
    try:
        code = byline.main(list(arguments), prog_name="byline", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - last resort: no traceback may reach the terminal
        return _code(error)
    return code or DONE


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point of ``byline`` and of ``app.py``."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
