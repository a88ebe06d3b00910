"""Mail: single messages, mailboxes, and web pages saved as MHTML."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import BinaryIO, cast

from rag.errors import IngestError
from rag.ingest.readers.base import Limits, Member, ReadFile
from rag.ingest.readers.fields import Names
from rag.ingest.readers.fragments import fragment_text
from rag.ingest.readers.html import HtmlReader
from rag.ingest.readers.streams import lines

__all__ = ["EmlReader", "MboxReader", "MhtmlReader"]

_SIGNATURE = re.compile(r"\n-- ?\n.*\Z", re.DOTALL)
_ADDRESS = re.compile(r"[ ]?[<(\[]https?://[^\s>)\]]*[>)\]]|^https?://\S+$", re.MULTILINE)
# Lines that a mailing service adds to a newsletter; a row of them is separated by "|" or "·".
_LINK = r"(?:[ ]?[:–—-]?[ ]*(?:[<(\[]?(?:https?://|www\.)\S+))?"
_SERVICE = (
    rf"(?:(?:click[ ]here[ ]to[ ]|to[ ])?unsubscribe(?:[ ](?:here|now|at[ ]any[ ]time))?"
    rf"(?:[ ]from[ ](?:this|these|our|all)[ ][\w -]{{1,30}})?(?:,?[ ](?:please[ ])?click[ ]here)?"
    rf"|(?:can.t[ ](?:see|read)[ ]this[ ]\w+\?[ ])?(?:view|read|open|see)[ ]"
    rf"(?:(?:this|the)[ ](?:e-?mail|message|newsletter|letter)[ ]|it[ ])?"
    rf"(?:online|in(?:[ ](?:a|your|the|web))*[ ]browser)"
    rf"|(?:manage|update|change)[ ](?:your[ ])?(?:e-?mail[ ])?"
    rf"(?:preferences|subscriptions?|profile)"
    rf"|forward[ ](?:this[ ](?:e-?mail[ ]|letter[ ])?)?to[ ]a[ ]friend|privacy[ ](?:policy|notice)"
    rf"|(?:sign[ ]up|subscribe)(?:[ ](?:here|now))?){_LINK}[ ]?[.!»>→]*"
)
_SERVICE_ROW = re.compile(
    rf"^[ ]*{_SERVICE}(?:[ ]*[|·•][ ]*{_SERVICE})*[ ]*$", re.IGNORECASE | re.MULTILINE
)
_WHY_SENT = re.compile(
    r"^[ ]*you(?:.re|[ ]are|[ ]have)?[ ](?:receiv|get|got)\w*[ ](?:this|these|our)[ ]"
    r"(?:e-?mail|message|newsletter|letter|update|mailing)s?[ ]because\b"
    r"(?:[^\n]|\n(?![ ]*\n)){0,200}?(?:(?<=[.!])[ ]*$|(?=\n[ ]*\n)|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_LIST = ("List-Unsubscribe", "List-Id", "List-Post")
_QUOTED = re.compile(rb">+From ")
_MOST_PARTS = 1000


class EmlReader:
    """Reads messages, RFC 5322, such as newsletters."""

    suffixes = (".eml",)

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The text of the message without its signature, link URLs and "Unsubscribe" lines.

        The sender of a newsletter is its outlet, any other sender the author.
        """
        return _read(path, data)


class MboxReader:
    """Reads mailboxes, RFC 4155."""

    suffixes = (".mbox", ".mbx")

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """The messages, named by their Message-ID."""
        names = Names()
        for data in _messages(path, file, limits.max_bytes):
            try:
                found = _read(path, data)
            except Exception as error:  # noqa: BLE001 - one message of many
                reason = error if isinstance(error, IngestError) else IngestError(
                    f"{path} has a message that is not mail ({type(error).__name__})")  # fmt: skip
                yield Member(name=names(_message_id(data)), content=reason)
                continue
            yield Member(name=names(_message_id(data)), content=found)


class MhtmlReader:
    """Reads web pages saved with their pictures in one file, RFC 2557."""

    suffixes = (".mhtml", ".mht")

    def read(self, path: Path, data: bytes) -> ReadFile:
        """The article of the page, read like any other saved page."""
        message = _parsed(path, data)
        page = next((part for part in _parts(path, message)
                     if part.get_content_type() == "text/html"), None)  # fmt: skip
        if page is None:
            raise IngestError(f"{path} contains no web page; save the page again")
        markup = _decoded(page)
        read = HtmlReader().read(path, f"\ufeff{markup}".encode("utf-8", "replace"))
        address = _header(page, "Content-Location") or _header(message, "Snapshot-Content-Location")
        known = {"url": address} if address.startswith("http") else {}
        return replace(read, stated={**known, **read.stated})


def _parsed(path: Path, data: bytes) -> EmailMessage:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
    except RecursionError:
        raise IngestError(f"{path} nests its parts too deeply; save it again") from None
    if not message.keys() or not any(name in message for name in
                                     ("From", "Subject", "Date", "MIME-Version")):  # fmt: skip
        raise IngestError(f"{path} is not a message (it has no From, Subject or Date)")
    return message


def _read(path: Path, data: bytes) -> ReadFile:
    message = _parsed(path, data)
    plain, marked = _bodies(path, message)
    text = plain if len(plain.split()) >= len(marked.split()) / 2 else marked
    text = _SERVICE_ROW.sub("", _WHY_SENT.sub("", text)).strip()
    if not text.strip():
        raise IngestError(f"{path} is a message without text; save the article as text")
    name, address = parseaddr(_header(message, "From"))
    sender = "outlet" if any(header in message for header in _LIST) else "author"
    stated: dict[str, object] = {
        "title": _header(message, "Subject"),
        sender: name or address,
        "published": _header(message, "Date"),
        "url": _header(message, "Archived-At").strip("<>"),
    }
    return ReadFile(text=text, stated={key: value for key, value in stated.items() if value})


def _bodies(path: Path, message: EmailMessage) -> tuple[str, str]:
    """The text of the plain-text parts, and that of the HTML parts, without attachments."""
    found: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in _parts(path, message):
        kind = part.get_content_type()
        if kind in found and part.get_content_disposition() != "attachment":
            found[kind].append(_decoded(part))
    plain = "\n\n".join(_plain(text) for text in found["text/plain"])
    marked = "\n\n".join(fragment_text(_body(text)) for text in found["text/html"])
    return plain.strip(), marked.strip()


def _parts(path: Path, message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a message and of nested messages, without recursion."""
    waiting, number = [message], 0
    while waiting:
        part, number = waiting.pop(), number + 1
        if number > _MOST_PARTS:
            raise IngestError(f"{path} has over {_MOST_PARTS} parts; save the article as text")
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting += cast(list[EmailMessage], payload[::-1])
        else:
            yield part


def _decoded(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n")
    return _SIGNATURE.sub("", _ADDRESS.sub("", text)).strip()


def _body(page: str) -> str:
    body = _BODY.search(page)
    return page[body.start() :] if body else page


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name) or "").split())
    except Exception:  # noqa: BLE001 - damaged headers raise any error; the text is still read
        return ""


def _message_id(data: bytes) -> str:
    found = re.search(
        rb"^message-id:\s*<([^>\r\n]+)>", data[:100_000], re.MULTILINE | re.IGNORECASE
    )
    return found[1].decode("ascii", "replace") if found else "message"


def _messages(path: Path, file: BinaryIO, limit: int) -> Iterator[bytes]:
    """The messages of a mailbox: each follows a line that begins with "From ".

    Raises:
        IngestError: the file does not begin with "From ", or a message exceeds ``limit`` bytes.
    """
    message: list[bytes] = []
    size, after_blank, begun = 0, True, False
    for line in lines(path, file, limit):
        if after_blank and line.startswith(b"From "):
            if message:
                yield b"".join(message)
            message, size, begun = [], 0, True
        elif not begun:
            raise IngestError(f'{path} is not a mailbox (it does not begin with "From ")')
        else:
            message.append(line[1:] if _QUOTED.match(line) else line)
            size += len(line)
            if size > limit:
                raise IngestError(f"{path} has a message of over {limit / 1e6:g} MB; remove it")
        after_blank = not line.strip()
    if message:
        yield b"".join(message)
