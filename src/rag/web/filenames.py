"""Names of uploaded files, which may be anything, made into names that are only names."""

import re
import unicodedata
from pathlib import PurePosixPath

import rag

__all__ = ["FORMS", "numbered", "safe_name"]

FORMS = (".txt", ".md", ".markdown", ".html", ".htm")
_LONGEST = 120  # bytes of UTF-8, of the 255 that file systems take
_SHOWN = 60  # characters of a refused name
_OTHER = re.compile(r"[^\w .,'’()&+=@-]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def safe_name(given: str) -> str:
    """The name of an uploaded file without its folders and without what a name cannot hold.

    Letters and digits of any script stay, and spaces and some marks between them; what is
    invisible, controls, direction overrides and separators do not.

    Raises:
        UsageError: it is of no form that is read.
    """
    plain = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode("utf-8"))
    name = PurePosixPath(plain.replace("\\", "/").replace("\x00", "")).name
    name = " ".join(_OTHER.sub("_", _visible(name)).split())
    stem, dot, form = name.rpartition(".")
    form = f"{dot}{form}".lower()
    if form not in FORMS:
        raise rag.UsageError(
            f"{name[:_SHOWN] or 'a file without a name'} is of no form that is read here; bring"
            f" files that end in {', '.join(FORMS[:-1])} or {FORMS[-1]}"
        )
    stem = _cut(stem.strip(". "), _LONGEST - len(form)) or "article"
    return f"_{stem}{form}" if _DEVICE.match(stem) else f"{stem}{form}"


def _visible(name: str) -> str:
    """``name`` without format characters, such as direction overrides, and without controls."""
    return "".join(each for each in name if unicodedata.category(each) not in ("Cc", "Cf", "Co"))


def _cut(stem: str, limit: int) -> str:
    return stem.encode("utf-8")[:limit].decode("utf-8", "ignore").rstrip(". ")


def numbered(name: str, number: int) -> str:
    """The name itself as the first, "name (2).txt" as the second of that name."""
    stem, dot, form = name.rpartition(".")
    return name if number == 1 else f"{stem} ({number}){dot}{form}"
