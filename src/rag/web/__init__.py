"""The chat page: a question in the browser, an answer of exact quotations, its sources beside it.

``serve`` starts it; ``build_page`` gives the Gradio page alone. ``page`` lays it out over a
``site``; ``reply``, ``cards`` and ``reader`` decide what is shown; ``server`` listens, ``gate``
says who may come in and by which doors, ``endpoints`` are for other programs. Gradio is imported
on first use.
"""

from rag.web.accounts import Accounts, read_accounts, write_account
from rag.web.address import check_address
from rag.web.server import Served, build_page, serve

__all__ = [
    "Accounts",
    "Served",
    "build_page",
    "check_address",
    "read_accounts",
    "serve",
    "write_account",
]
