"""MathML as plain text: "x^2", "1/2", "E = mc^2"."""

from typing import Any

__all__ = ["formula"]

_SPACED = frozenset("=<>≤≥≈≠×÷±")


def formula(element: Any) -> str:
    """The text of a ``math`` element, or of an element in one."""
    children = [child for child in element if isinstance(child.tag, str)]
    tag = element.tag.rpartition("}")[2].lower()
    if tag == "semantics":
        children = children[:1]
    parts = [formula(child) for child in children]
    if not children:
        text = " ".join((element.text or "").split())
        return f" {text} " if tag == "mo" and text in _SPACED else text
    if tag == "msup" and len(parts) == 2:
        return f"{parts[0]}^{parts[1]}"
    if tag == "mfrac" and len(parts) == 2:
        return f"{parts[0]}/{parts[1]}"
    if tag == "mroot" and len(parts) == 2:
        return f"{parts[1]}√{parts[0]}"
    if tag == "msqrt":
        return f"√{''.join(parts)}"
    return _row(parts).strip() if tag == "math" else _row(parts)


def _row(parts: list[str]) -> str:
    """``parts`` joined; a space separates a fraction from the number before it."""
    text = ""
    for part in parts:
        text += f" {part}" if text[-1:].isdigit() and "/" in part and part[0].isdigit() else part
    return text
