"""The chat page: a question in the browser, an answer of exact quotations, its sources beside it.

``serve`` starts it; ``build_page`` gives the Gradio page alone. ``reply``, ``cards`` and ``reader``
decide what is shown, ``page`` and ``sources`` lay it out, ``server`` listens. Gradio is imported by
the two that lay out only, on first use.
"""

from rag.web.server import build_page, check_address, serve

__all__ = ["build_page", "check_address", "serve"]
