"""Templates, styles and scripts: the files of the page that are no Python."""

import re
from importlib import resources

__all__ = ["asset", "stylesheet"]


def asset(name: str) -> str:
    """The text of a file beside this one; ``{{> cards}}`` in it stands for all of cards.html."""
    text = resources.files("rag.web").joinpath(name).read_text("utf-8")
    return re.sub(r"\{\{> (\w+)\}\}", lambda partial: asset(f"{partial[1]}.html"), text)


def stylesheet() -> str:
    """The page's CSS, for ``launch``: variables and frame, the chat, the cards, the reader."""
    names = ("page.css", "chat.css", "cards.css", "reader.css")
    return "\n".join(asset(name) for name in names)
