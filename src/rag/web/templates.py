"""Loads the package's templates, style sheets and scripts, and escapes what templates show."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["asset", "shield", "stylesheet"]

_PART = re.compile(r"\{\{> (\w+)\}\}")

# Gradio parses a gr.HTML template three times: as Handlebars, as a JavaScript template literal, and
# as HTML. Ours are template literals, which are fast to parse; article text is inserted when only
# the HTML parser follows. These characters are special in at least one of the three.
_ENTITIES = {character: f"&#{ord(character)};" for character in "&<>\"'`=$\\{}"}
_SHIELD = str.maketrans(_ENTITIES)


@cache
def asset(name: str) -> str:
    """The text of a file; ``{{> cards}}`` includes the template ``cards.html``, and so on."""
    text = resources.files("rag.web").joinpath(name).read_text("utf-8")
    return _PART.sub(lambda part: asset(f"{part[1]}.html").rstrip("\n"), text)


def stylesheet() -> str:
    """The page's CSS: variables and layout first, then the chat, the side panels, and print."""
    names = ("page", "chat", "cards", "reader", "bring", "loading", "print")
    theme = resources.files("rag").joinpath("theme.css").read_text("utf-8")
    return "\n".join([theme, *(asset(f"{name}.css") for name in names)])


def shield(value: Any) -> Any:
    """``value`` with every string in it escaped for HTML, JavaScript and Handlebars.

    Templates insert the result unchanged. Dictionary keys are not user input and stay unescaped.
    """
    if isinstance(value, str):
        return value.translate(_SHIELD)
    if isinstance(value, Mapping):
        return {key: shield(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shield(item) for item in value]
    return value
