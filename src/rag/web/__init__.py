"""The chat page: a question in the browser, an answer of exact quotations, its sources beside it.

``serve`` starts it; ``build_page`` gives the Gradio page alone. ``view`` decides what is shown,
``page`` lays it out, ``server`` listens. Gradio is imported by ``page`` only, on first use.
"""

from rag.web.server import build_page, check_address, serve

__all__ = ["build_page", "check_address", "serve"]
