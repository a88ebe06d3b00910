"""Basic credentials at the door: checked slowly once, remembered, and wrong ones counted."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum

from rag.web.accounts import Accounts

__all__ = ["Doorkeeper", "Verdict"]

TRIES = 10
SPAN = 60.0  # seconds within which an address may try so often
_REMEMBERED = 4096  # credentials, and addresses


class Verdict(Enum):
    """What is said to one who asks to come in."""

    COME = 200
    SAY_WHO = 401
    WAIT = 429


class Doorkeeper:
    """Knows who may come in. Safe for many threads.

    A password is stretched once in a process; what was found right is then known by its keyed
    hash. Each address has ``TRIES`` wrong ones within ``SPAN`` seconds, and one is looked at at a
    time, so that guessing costs the guesser more than this machine.
    """

    def __init__(self, accounts: Accounts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, bool] = OrderedDict()
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()

    def knows(self, header: str) -> bool:
        """Whether exactly these credentials were found right before; takes no time to say."""
        with self._lock:
            return self._digest(header) in self._known

    def judge(self, header: str, address: str) -> Verdict:
        """What becomes of a request from ``address`` with this Authorization header."""
        if self.knows(header):
            return Verdict.COME
        given = _read(header)
        if given is None:
            return Verdict.SAY_WHO
        if not self._try(address):
            return Verdict.WAIT
        with self._one_at_a_time:
            right = self._accounts.admit(*given)
        if right:
            self._remember(header, address)
        return Verdict.COME if right else Verdict.SAY_WHO

    def _try(self, address: str) -> bool:
        """Counts a try, as wrong until it proves right; false where there were too many."""
        with self._lock:
            now = self._clock()
            tries = [at for at in self._wrong.pop(address, []) if now - at < SPAN]
            allowed = len(tries) < TRIES
            self._wrong[address] = [*tries, now] if allowed else tries
            _shorten(self._wrong)
            return allowed

    def _remember(self, header: str, address: str) -> None:
        with self._lock:
            self._known[self._digest(header)] = True
            _shorten(self._known)
            self._wrong.pop(address, None)

    def _digest(self, header: str) -> bytes:
        return hmac.digest(self._key, header.encode("utf-8", "surrogateescape"), hashlib.sha256)


def _read(header: str) -> tuple[str, str] | None:
    """Name and password of a Basic header, or None."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon else None


def _shorten(kept: OrderedDict[bytes, bool] | OrderedDict[str, list[float]]) -> None:
    while len(kept) > _REMEMBERED:
        kept.popitem(last=False)
