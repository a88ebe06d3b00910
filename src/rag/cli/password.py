"""``byline password``: set a user's password for a page that is served with ``--auth``."""

import sys

import click

from rag.cli.shared import say


@click.command(epilog="Example: byline password anna --file passwords")
@click.argument("name")
@click.option("--file", required=True, metavar="FILE", help="The password file.")
def password(name: str, *, file: str) -> None:
    """Set the password of NAME for `byline chat --auth FILE`.

    Prompts for the password twice, or reads the first line of piped input. The file contains only
    the hash, and only you can read it. A running server uses a new password after a restart.
    """
    from rag.web import write_account

    write_account(file, name, _given())
    say(f"{name} is in {file}; serve it with: byline chat --auth {file}")


def _given() -> str:
    if sys.stdin.isatty():
        given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return given
    return sys.stdin.readline().rstrip("\r\n")
