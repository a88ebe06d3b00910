"""Optional libraries that only some formats need."""

import importlib
from pathlib import Path
from types import ModuleType

from rag.errors import IngestError

__all__ = ["library"]


def library(name: str, path: Path) -> ModuleType:
    """Imports the module ``name``.

    Raises:
        IngestError: it is not installed; the message names the file and the install command.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise IngestError(
            f"{path} needs the package {package} to be read; install it with"
            " pip install 'byline[forms]'"
        ) from None
