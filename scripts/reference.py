"""Generates the reference pages from the code: ``python scripts/reference.py``.

``docs/reference/cli.md`` is the command line's help and ``docs/reference/settings.md`` the table of
settings. A test fails if they are out of date.
"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import click

import rag
from rag.cli.main import byline

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
WIDTH = 80


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """The command and its subcommands, each with its full name."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from commands(inner, f"{path} {name}")


def cli_page() -> str:
    """The output of ``--help`` for every command."""
    parts = ["# Command line\n", "The output of `byline COMMAND --help`.\n"]
    for path, command in commands(byline, "byline"):
        context = click.Context(
            command, info_name=path, terminal_width=WIDTH, help_option_names=["-h", "--help"]
        )
        parts.append(f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def descriptions() -> dict[str, str]:
    """The string below each field of ``Config``."""
    found = {}
    (config,) = ast.parse(inspect.getsource(rag.Config)).body
    for field, below in pairwise(ast.iter_child_nodes(config)):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(
                value=ast.Constant(value=str(text))
            ):
                found[name] = " ".join(inspect.cleandoc(text).split()).replace("``", "`")
    return found


def settings_page() -> str:
    """Every setting with its default and description."""
    described = descriptions()
    rows = [
        f"| `{field.name}` | `{field.default!r}` | {described[field.name]} |"
        for field in fields(rag.Config)
    ]
    return "\n".join(
        [
            "# Settings\n",
            "Each setting is a line in `byline.toml` or a variable `BYLINE_NAME`; many are flags,",
            "too. A flag overrides a variable, which overrides the file.\n",
            "| setting | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )  # fmt: skip


PAGES = {"cli.md": cli_page, "settings.md": settings_page}


def main() -> None:
    """Writes both pages."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
