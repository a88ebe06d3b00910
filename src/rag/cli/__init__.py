"""The command line: one file a group of commands, all built on the facade's public names."""

from rag.cli.main import main

__all__ = ["main"]
