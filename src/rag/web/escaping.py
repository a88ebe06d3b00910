"""Escapes article text before it enters a template."""

from collections.abc import Mapping
from typing import Any

__all__ = ["shield"]

# Gradio parses a gr.HTML template three times: as Handlebars, as a JavaScript template literal, and
# as HTML. Ours are template literals, which are fast to parse; article text is inserted when only
# the HTML parser follows. These characters are special in at least one of the three.
_ENTITIES = {character: f"&#{ord(character)};" for character in "&<>\"'`=$\\{}"}
_SHIELD = str.maketrans(_ENTITIES)


def shield(value: Any) -> Any:
    """``value`` with every string in it escaped for HTML, JavaScript and Handlebars.

    Templates insert the result unchanged. Dictionary keys are our own and stay unescaped.
    """
    if isinstance(value, str):
        return value.translate(_SHIELD)
    if isinstance(value, Mapping):
        return {key: shield(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shield(item) for item in value]
    return value
