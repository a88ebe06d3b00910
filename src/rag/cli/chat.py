"""``byline chat`` and ``byline password``: serve the chat page, and set the passwords for it."""

import sys
from collections.abc import Callable
from functools import partial

import click

import rag
from rag.cli.output import progress, say, say_skipped, show
from rag.cli.shared import Settings, max_error, with_settings
from rag.cli.watch import reporter

Report = Callable[[rag.Progress], None]

_DEADLINE = 4.5  # maximum seconds from a signal to the end of the process


@click.command(epilog="Example: byline chat --corpus articles/ --port 7861")
@with_settings(
    "host", "port", "root_path", "auth", "proxies", "read_only", "max_upload_mb", "max_error"
)
@max_error
@click.option("--host", metavar="ADDRESS", help="The address to listen on [127.0.0.1].")
@click.option("--port", type=int, help="The port to listen on [7860].")
@click.option(
    "--root-path", metavar="PATH", help="The path under which a reverse proxy serves the page."
)
@click.option("--auth", metavar="FILE", help="Require a password from FILE; see byline password.")
@click.option(
    "--proxy",
    "proxies",
    metavar="ADDRESS",
    help="Trust the X-Forwarded headers of the reverse proxy at ADDRESS.",
)
@click.option(
    "--read-only", is_flag=True, default=None, help="Disable indexing, uploads and feedback."
)
@click.option(
    "--max-upload",
    "max_upload_mb",
    type=float,
    metavar="MB",
    help="Largest upload [20]; 0 disables uploads.",
)
@click.option("--watch", "watches", is_flag=True, help="Index files as they change.")
def chat(*, settings: Settings, watches: bool) -> None:
    """Serve the chat page and index the corpus; the page reports progress.

    With --watch, answers reflect new, changed and removed files within seconds, and the page says
    whether the index is up to date.
    """
    config = settings.config
    from rag.web import check_address, check_root_path, leave, read_accounts, serve

    # Check the configuration before listening.
    check_address(config.host, config.port, guarded=bool(config.auth))
    check_root_path(config.root_path)
    accounts = read_accounts(config.auth) if config.auth else None
    indexes = not config.read_only and (not config.index or "corpus" in settings.sources)
    if watches and not indexes:
        raise rag.UsageError("--watch needs a folder: give --corpus, and not --read-only")
    news = (
        rag.open(config.corpus, config=config, index_now=False)
        if indexes
        else rag.Byline(config=config, create=False)
    )
    tell = reporter() if watches else say_skipped
    if config.has_model_server:
        _ = news.model_server  # fails early if the key or package is missing
    with news:
        serve(
            news,
            host=config.host,
            port=config.port,
            root_path=config.root_path,
            accounts=accounts,
            max_upload_mb=0.0 if config.read_only else config.max_upload_mb,
            feedback_store=None if config.read_only else rag.FeedbackStore(config.index_folder),
            prepare=partial(_index, news, config, tell=tell) if indexes else None,
            watch=rag.Watch(news, [config.corpus], report=tell) if watches else None,
            announce=show,
            proxies=[each.strip() for each in config.proxies.split(",") if each.strip()],
            deadline=_DEADLINE,
        )
    say("stopped")
    leave()


def _index(
    news: rag.Byline,
    config: rag.Config,
    report: Report,
    *,
    tell: Callable[[rag.IndexReport], None] = say_skipped,
) -> None:
    """Indexes new and changed articles; reports skipped files with ``tell``.

    If the folder is empty or gone, its indexed articles remain available.
    """
    with progress() as draw:

        def both(step: rag.Progress) -> None:
            draw(step)
            report(step)

        try:
            tell(news.index([config.corpus], progress=both))
        except rag.UsageError as error:
            if not news.size()["articles"]:
                raise
            say(f"warning: {error}")


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
