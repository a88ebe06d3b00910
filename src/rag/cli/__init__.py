"""The command line: one file per group of commands, built on the public API."""

from rag.cli.main import main

__all__ = ["main"]
