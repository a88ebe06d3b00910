"""The chat page and its server, built on Gradio.

``serve`` starts the server; ``build_page`` returns the Gradio page alone. ``page`` lays out the
components over a ``site``, which has the articles and the page's actions. ``reply``, ``cards`` and
``reader`` prepare what is shown. ``server`` listens, ``gate`` checks every request, and
``endpoints`` serve other programs. Gradio is imported on first use.
"""

from rag.web.accounts import Accounts, read_accounts, write_account
from rag.web.address import check_address, check_root_path
from rag.web.private import leave
from rag.web.server import Served, build_page, serve

__all__ = [
    "Accounts",
    "Served",
    "build_page",
    "check_address",
    "check_root_path",
    "leave",
    "read_accounts",
    "serve",
    "write_account",
]
