"""The reader that the settings name."""

import logging
from functools import lru_cache
from pathlib import Path

from rag.embed.bundled import bundled_folder
from rag.errors import ModelError
from rag.read.base import Reader
from rag.read.onnx_reader import OnnxReader

__all__ = ["load_reader"]

_log = logging.getLogger(__name__)


def load_reader(name: str, fallback: Reader, *, folder: Path | None = None) -> Reader:
    """The reader named "shipped", or the fallback for "none" and where that does not load.

    ``folder`` is where the reader's files are; it defaults to the shipped ones.
    """
    if name == "shipped":
        try:
            return _loaded(folder)
        except ModelError as error:
            _log.warning(
                "The reader does not load, so sentences are found by comparing words: %s", error
            )
    return fallback


@lru_cache(maxsize=1)
def _loaded(folder: Path | None) -> Reader:
    """One for the whole process: it takes 60 MB, and holds nothing of any index."""
    return OnnxReader(embedder_folder=bundled_folder(), folder=folder)
