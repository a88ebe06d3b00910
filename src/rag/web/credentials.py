"""Checks HTTP Basic credentials, caches correct ones and limits failed attempts."""

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
SPAN = 60.0  # seconds within which an address may fail TRIES times
_REMEMBERED = 4096  # credentials, and as many addresses


class Verdict(Enum):
    """The result of a check; the value is the HTTP status."""

    COME = 200
    SAY_WHO = 401
    WAIT = 429


class Doorkeeper:
    """Checks credentials. Thread-safe.

    Each process computes the scrypt hash of a correct password once; after that, a keyed hash of
    the header identifies it. An address may fail ``TRIES`` times within ``SPAN`` seconds. Only one
    password is checked at a time, which limits the load that guessing causes.
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
        """Whether exactly these credentials were accepted before; computes no scrypt hash."""
        with self._lock:
            return self._digest(header) in self._known

    def judge(self, header: str, address: str) -> Verdict:
        """Checks the Authorization header of a request from ``address``."""
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
        """Counts an attempt as failed until it succeeds; False if there were too many."""
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
    """Name and password of a Basic header; None if it is malformed."""
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
