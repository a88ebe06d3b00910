"""``byline chat``: serve the chat page, and index the corpus in the background."""

from collections.abc import Callable
from functools import partial

import click

import rag
from rag.cli.shared import Settings, max_error, progress, say, say_skipped, show, with_settings

Report = Callable[[rag.Progress], None]


@click.command(epilog="Example: byline chat --corpus articles/ --port 7861")
@with_settings("host", "port", "auth", "read_only", "max_upload_mb", "max_error")
@max_error
@click.option("--host", metavar="ADDRESS", help="The address to listen on [127.0.0.1].")
@click.option("--port", type=int, help="The port to listen on [7860].")
@click.option("--auth", metavar="FILE", help="Require a password from FILE; see byline password.")
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
def chat(*, settings: Settings) -> None:
    """Serve the chat page and index the corpus; the page reports progress."""
    config = settings.config
    from rag.web import check_address, read_accounts, serve

    # Check the configuration before listening.
    check_address(config.host, config.port, guarded=bool(config.auth))
    accounts = read_accounts(config.auth) if config.auth else None
    indexes = not config.read_only and (not config.index or "corpus" in settings.sources)
    news = (
        rag.open(config.corpus, config=config, index_now=False)
        if indexes
        else rag.Byline(config=config, create=False)
    )
    with news:
        serve(
            news,
            host=config.host,
            port=config.port,
            accounts=accounts,
            max_upload_mb=0.0 if config.read_only else config.max_upload_mb,
            feedback_store=None if config.read_only else rag.FeedbackStore(config.index_folder),
            prepare=partial(_index, news, config) if indexes else None,
            announce=show,
        )
    say("stopped")


def _index(news: rag.Byline, config: rag.Config, report: Report) -> None:
    """Indexes new and changed articles; reports skipped files."""
    with progress() as draw:

        def both(step: rag.Progress) -> None:
            draw(step)
            report(step)

        say_skipped(news.index([config.corpus], progress=both))
