"""Turns the names of uploaded files into safe file names."""

import re
import unicodedata
from pathlib import PurePosixPath

import rag

__all__ = ["numbered", "safe_name"]

_LONGEST = 120  # bytes of UTF-8; file systems allow 255
_SHOWN = 60  # characters of a rejected name in the message
_OTHER = re.compile(r"[^\w .,'’()&+=@-]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def safe_name(given: str) -> str:
    """A safe name for an uploaded file: without folders and without unsafe characters.

    Letters and digits of any script, spaces and some punctuation are kept. Invisible characters,
    such as controls and direction overrides, are removed. All others become "_".

    Raises:
        UsageError: the file type is not supported.
    """
    plain = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode("utf-8"))
    name = PurePosixPath(plain.replace("\\", "/").replace("\x00", "")).name
    name = " ".join(_OTHER.sub("_", _visible(name)).split())
    stem, dot, form = name.rpartition(".")
    form = f"{dot}{form}".lower()
    if form not in rag.ARTICLE_SUFFIXES:
        *most, last = rag.ARTICLE_SUFFIXES
        raise rag.UsageError(
            f"{name[:_SHOWN] or 'a file without a name'} is not of a supported type; add"
            f" files that end in {', '.join(most)} or {last}"
        )
    stem = _cut(stem.strip(". "), _LONGEST - len(form)) or "article"
    return f"_{stem}{form}" if _DEVICE.match(stem) else f"{stem}{form}"


def _visible(name: str) -> str:
    """``name`` without control, format and private-use characters."""
    return "".join(each for each in name if unicodedata.category(each) not in ("Cc", "Cf", "Co"))


def _cut(stem: str, limit: int) -> str:
    return stem.encode("utf-8")[:limit].decode("utf-8", "ignore").rstrip(". ")


def numbered(name: str, number: int) -> str:
    """``name`` for number 1, "name (2).txt" for number 2, and so on."""
    stem, dot, form = name.rpartition(".")
    return name if number == 1 else f"{stem} ({number}){dot}{form}"
