"""Bytes of a text file to text."""

import re
from pathlib import Path

import charset_normalizer

from rag.errors import IngestError

__all__ = ["decode"]

_OTHER_FORMS = {
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"PK\x05\x06": "an empty ZIP archive",
    b"%PDF-": "a PDF",
    b"{\\rtf": "a rich text document",
    b"\x1f\x8b": "compressed with gzip",
    b"\xfd7zXZ": "compressed with xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!\x1a": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
"""Other file formats, by their first bytes."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def decode(path: Path, data: bytes) -> str:
    """Decodes ``data`` as UTF-8, UTF-16 with a BOM, or what charset-normalizer detects."""
    form = next((name for start, name in _OTHER_FORMS.items() if data.startswith(start)), None)
    if form:
        raise IngestError(f"{path} is not text but {form}; save it as UTF-8 text")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        best = None if b"\x00" in data else charset_normalizer.from_bytes(data).best()
        if best is None:
            raise IngestError(
                f"{path} is not text in any known encoding; save it as UTF-8 text"
            ) from None
        text = str(best)
    if len(_CONTROL.findall(text[:100_000])) > len(text[:100_000]) // 200:
        raise IngestError(
            f"{path} is not text (it holds control characters); save it as UTF-8 text"
        )
    return text
