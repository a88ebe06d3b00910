"""Loads the package's templates, style sheets and scripts."""

import re
from functools import cache
from importlib import resources

__all__ = ["asset", "stylesheet"]

_PART = re.compile(r"\{\{> (\w+)\}\}")


@cache
def asset(name: str) -> str:
    """The text of a file; ``{{> cards}}`` includes the template ``cards.html``, and so on."""
    text = resources.files("rag.web").joinpath(name).read_text("utf-8")
    return _PART.sub(lambda part: asset(f"{part[1]}.html").rstrip("\n"), text)


def stylesheet() -> str:
    """The page's CSS: variables and layout first, then the chat, then the side panels."""
    names = ("page.css", "chat.css", "cards.css", "reader.css", "bring.css", "loading.css")
    return "\n".join(map(asset, names))
