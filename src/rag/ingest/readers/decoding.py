"""Decodes the bytes of a text file."""

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path

import charset_normalizer

from rag.errors import IngestError
from rag.language.words import is_stop_word

__all__ = ["Decoded", "declared_encoding", "decode"]

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
"""The names of other file formats, by their first bytes."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SEQUENCE = re.compile(
    b"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{1,2}|[\xf0-\xf4][\x80-\xbf]{1,3}"
)
# Tags and scripts, whose words are not part of the text.
_TAG = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_ENGLISH = 0.2
"""The minimum share of English stop words in English text. English prose has 0.4 to 0.5; Polish,
Czech, Turkish, German and Finnish, which share a few stop words, have less than 0.1."""

# The meaning of these labels on the web: https://encoding.spec.whatwg.org/#names-and-labels
_WEB = {
    "ascii": "windows-1252",
    "iso8859-1": "windows-1252",
    "iso8859-9": "windows-1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
# Controls that no text has: Windows-1252 that was converted to UTF-8 as Latin-1.
_WINDOWS = {
    byte: text for byte in range(0x80, 0xA0) if (text := bytes([byte]).decode("cp1252", "ignore"))
}
_SAMPLE = 100_000  # bytes to search for English words
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META_BYTES = 4096  # bytes; browsers search 1024, but saved pages have longer heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of a file, with warnings about what decoding guessed or lost."""

    text: str
    warnings: tuple[str, ...] = ()


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a web page states, as the name of a Python codec; None if it states none.

    Labels mean what the Encoding Standard says: "iso-8859-1" is windows-1252.
    """
    head = _COMMENT.sub(b"", data[:_META_BYTES])
    label = _XML.match(head) or _META.search(head)
    if label is None:
        return None
    try:
        name = codecs.lookup(label[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    return _WEB.get(name, name)


def decode(path: Path, data: bytes, *, declared: str | None = None) -> Decoded:
    """Decodes ``data`` as UTF-8, UTF-16 with a BOM, ``declared``, or the most likely encoding.

    A few invalid bytes in a UTF-8 file become U+FFFD. If the words are English, tries Windows-1252
    before other encodings. The warnings state a guessed encoding. Control characters from U+0080
    become the characters that Windows-1252 has in their place.

    Raises:
        IngestError: ``data`` is another file format, or is not text.
    """
    form = next((name for start, name in _OTHER_FORMS.items() if data.startswith(start)), None)
    if form:
        raise IngestError(f"{path} is not text but {form}; save it as UTF-8 text")
    decoded = _decoded(path, data, declared)
    if len(_CONTROL.findall(decoded.text[:100_000])) > len(decoded.text[:100_000]) // 200:
        raise IngestError(
            f"{path} is not text (it contains control characters); save it as UTF-8 text"
        )
    return replace(decoded, text=decoded.text.translate(_WINDOWS))


def _decoded(path: Path, data: bytes, declared: str | None) -> Decoded:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _replacing(path, data, "utf-16")
    if not (declared or "").startswith("iso2022"):  # an encoding of all letters in ASCII bytes
        try:
            return Decoded(text=data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            pass
    if _is_damaged_utf8(data, declared):
        return _replacing(path, data, "utf-8-sig")
    if declared and declared != "utf-8" and _can_decode(data, declared):
        return _replacing(path, data, declared)
    return _guessed(path, data)


def _is_damaged_utf8(data: bytes, declared: str | None) -> bool:
    """Whether most non-ASCII bytes form UTF-8 sequences, or begin one that was cut off.

    If the page declares UTF-8 and has a single non-ASCII byte, that byte is the error.
    """
    beyond = sum(byte > 0x7F for byte in data)
    sequences = sum(map(len, _SEQUENCE.findall(data)))
    return 2 * sequences > beyond or (declared == "utf-8" and beyond == 1)


def _can_decode(data: bytes, encoding: str) -> bool:
    """Whether more than half of the non-ASCII bytes are valid in ``encoding``."""
    beyond = sum(byte > 0x7F for byte in data)
    try:
        lost = data.decode(encoding, "replace").count("\ufffd")
    except (LookupError, ValueError):  # such as "idna", which does not encode texts
        return False
    return 2 * lost <= beyond


def _replacing(path: Path, data: bytes, encoding: str) -> Decoded:
    """Decodes ``data``; U+FFFD replaces each invalid byte, with a warning."""
    text = data.decode(encoding, "replace")
    name = encoding.removesuffix("-sig").upper()
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        lost = text.count("\ufffd")
        note = (
            f"{path} contains {lost} {'byte' if lost == 1 else 'bytes'} that {name} does not have,"
        )
        return Decoded(text=text, warnings=(f"{note} shown as \ufffd; save it as UTF-8",))
    return Decoded(text=text)


def _guessed(path: Path, data: bytes) -> Decoded:
    if b"\x00" not in data and _is_english(data):
        return _guess(path, data.decode("cp1252", "replace"), "windows-1252")
    best = None if b"\x00" in data else charset_normalizer.from_bytes(data).best()
    if best is None:
        raise IngestError(f"{path} is not text in any known encoding; save it as UTF-8 text")
    return _guess(path, str(best), best.encoding.replace("_", "-").replace("cp125", "windows-125"))


def _guess(path: Path, text: str, name: str) -> Decoded:
    note = f"{path} is not UTF-8; it was read as {name}, which is a guess; save it as UTF-8"
    return Decoded(text=text, warnings=(note,))


def _is_english(data: bytes) -> bool:
    """Whether the words of ``data`` are English, judged by their ASCII letters."""
    words = [word.decode("latin-1") for word in _WORD.findall(_TAG.sub(b" ", data[:_SAMPLE]))]
    return sum(map(is_stop_word, words)) >= _ENGLISH * len(words) > 0
