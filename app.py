"""Starts the chat: ``python app.py`` equals ``byline chat``, with the same arguments."""

import sys

from rag.cli import main

if __name__ == "__main__":
    main(["chat", *sys.argv[1:]])
