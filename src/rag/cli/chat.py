"""``byline chat``: index the corpus, serve the page."""

import click

import rag
from rag.cli.shared import Settings, max_error, open_corpus, output, say
from rag.cli.shared import settings as with_settings

__all__ = ["chat"]

_SHIPPED = "foreign-ministers-seek-to-resolve-misunderstandings.txt"
_EXAMPLES = (
    "How many Iranian diplomats did Baku expel?",
    "Who is the spokesman of Iran's Foreign Ministry?",
    "What is the population of Baku?",
)


@click.command(epilog="Example: byline chat --corpus articles/ --port 7861")
@with_settings("host", "port", "max_error")
@max_error
@click.option("--host", metavar="ADDRESS", help="The address to listen on [127.0.0.1].")
@click.option("--port", type=int, help="The port to listen on [7860].")
def chat(*, settings: Settings) -> None:
    """Index the corpus and serve the chat page; the address is printed when it is ready."""
    config = settings.config
    from rag.web import check_address, serve

    check_address(config.host, config.port)  # before anything slow is done
    if config.index and "corpus" not in settings.sources:  # an index of its own
        news = rag.Byline(config=config, create=False)
    else:
        news = open_corpus(config)
    with news:
        known = {article.id for article in news.articles()}
        serve(
            news,
            host=config.host,
            port=config.port,
            examples=_EXAMPLES if _SHIPPED in known else (),
            announce=lambda line: output().print(line, markup=False),
        )
    say("stopped")
