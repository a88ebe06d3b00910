"""Runs the command line: ``python -m rag.cli`` is the same as ``byline``."""

from rag.cli.main import main

main()
