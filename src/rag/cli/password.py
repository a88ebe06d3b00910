"""``byline password``: who may open a page that is served with ``--auth``."""

import sys

import click

from rag.cli.shared import say

__all__ = ["password"]


@click.command(epilog="Example: byline password anna --file passwords")
@click.argument("name")
@click.option("--file", required=True, metavar="FILE", help="The file to write it to.")
def password(name: str, *, file: str) -> None:
    """Give NAME a password for `byline chat --auth FILE`.

    It is asked for twice, or read from the first line of what is piped in. The file holds its
    hash alone, and only you can read it. A page that is being served takes it when started again.
    """
    from rag.web import write_account

    write_account(file, name, _given())
    say(f"{name} is in {file}; serve it with: byline chat --auth {file}")


def _given() -> str:
    if sys.stdin.isatty():
        given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return given
    return sys.stdin.readline().rstrip("\r\n")
