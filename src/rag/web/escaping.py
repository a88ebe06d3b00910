"""Making article text inert before a template sees it."""

from collections.abc import Mapping
from typing import Any

__all__ = ["shield"]

# Gradio reads a gr.HTML template three times: as Handlebars, then as a JavaScript template
# literal, then as HTML. Ours are template literals: quickly read, and an article's text goes in
# when only HTML is still to come. These are the characters that mean something to any of the three.
_ENTITIES = {character: f"&#{ord(character)};" for character in "&<>\"'`=$\\{}"}
_SHIELD = str.maketrans(_ENTITIES)


def shield(value: Any) -> Any:
    """``value`` with every string in it made inert: markup, script and template alike.

    Templates insert it as it is. Keys are names of ours and stay as they are.
    """
    if isinstance(value, str):
        return value.translate(_SHIELD)
    if isinstance(value, Mapping):
        return {key: shield(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shield(item) for item in value]
    return value
