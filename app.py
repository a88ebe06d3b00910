"""Starts the chat page: ``python app.py`` is ``byline chat``, with the same arguments."""

import sys

from rag.cli import main

if __name__ == "__main__":
    main(["chat", *sys.argv[1:]])
