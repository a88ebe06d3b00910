"""Loads the reader that the settings name."""

import logging
from functools import lru_cache
from pathlib import Path

from rag.errors import ModelError
from rag.read.base import Reader
from rag.read.onnx_reader import OnnxReader

__all__ = ["load_reader"]

_log = logging.getLogger(__name__)


def load_reader(name: str, fallback: Reader, *, folder: Path | None = None) -> Reader:
    """Returns the reader named "shipped", or ``fallback`` for "none" or if loading fails.

    ``folder`` contains the reader's files and defaults to the shipped ones. A failure is logged.
    """
    if name == "shipped":
        try:
            return _loaded(folder)
        except ModelError as error:
            _log.warning(
                "The reader could not be loaded; sentences are found by comparing words: %s", error
            )
    return fallback


@lru_cache(maxsize=1)
def _loaded(folder: Path | None) -> Reader:
    """Loads one reader per process, because it takes 60 MB and does not depend on an index."""
    return OnnxReader(folder=folder)
