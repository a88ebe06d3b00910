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
from rag.web.address import network_of

__all__ = ["Doorkeeper", "Verdict"]

TRIES = 10
SPAN = 60.0  # seconds within which an address may fail TRIES times
_REMEMBERED = 4096  # maximum cached credentials; the same for addresses and browsers


class Verdict(Enum):
    """The result of a check; the value is the HTTP status."""

    COME = 200
    SAY_WHO = 401
    WAIT = 429
    BUSY = 503


class Doorkeeper:
    """Checks credentials. Thread-safe.

    Each process computes the scrypt hash of a correct password once; after that, a keyed hash of
    the header identifies it. An address may fail ``TRIES`` times within ``SPAN`` seconds. Only one
    password is checked at a time, plus one from browsers with a token, which limits the load of
    guessing.

    A browser that has logged in keeps a token of the account, which stays valid after a restart.
    Its attempts are counted separately, so that guesses from its address do not lock it out:
    https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
    """

    def __init__(self, accounts: Accounts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, bool] = OrderedDict()
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()
        self._one_at_a_time = {known: threading.Lock() for known in (True, False)}

    def knows(self, header: str) -> bool:
        """Whether exactly these credentials were accepted before; computes no scrypt hash."""
        with self._lock:
            return self._digest(header) in self._known

    def judge(self, header: str, address: str, token: str = "") -> Verdict:
        """Checks the Authorization header of a request from ``address``; may take a second.

        ``token`` is the browser's token.
        """
        if self.knows(header):
            return Verdict.COME
        given = _read(header)
        if given is None:
            return Verdict.SAY_WHO
        known = self.is_token_of(header, token)
        whose = token if known else network_of(address)
        if not self._try(whose):
            return Verdict.WAIT
        with self._one_at_a_time[known]:
            right = self._accounts.admit(*given)
        if right:
            self._remember(header, whose)
        return Verdict.COME if right else Verdict.SAY_WHO

    def is_credentials(self, header: str) -> bool:
        """Whether the header gives a name and a password, right or wrong."""
        return _read(header) is not None

    def account(self, header: str) -> str:
        """The name in the header; "" if there is none."""
        return (_read(header) or ("",))[0]

    def token(self, header: str) -> str:
        """A new token of the header's account, for a browser to keep."""
        nonce = secrets.token_hex(16)
        return f"{nonce}.{self._signature(header, nonce)}"

    def is_token_of(self, header: str, token: str) -> bool:
        """Whether ``token`` was made for the header's account and its current password."""
        nonce, _, signature = token.partition(".")
        signed = self._signature(header, nonce)
        return bool(signed) and hmac.compare_digest(signed.encode(), signature.encode())

    def _signature(self, header: str, nonce: str) -> str:
        """Signs with the hash of the account's password, so the signature survives a restart."""
        hashed = self._accounts.hashes.get(self.account(header))
        if hashed is None:
            return ""
        return hmac.digest(hashed.encode(), f"byline-browser {nonce}".encode(), "sha256").hex()

    def _try(self, whose: str) -> bool:
        """Counts an attempt as failed until it succeeds; False if there were too many."""
        with self._lock:
            now = self._clock()
            tries = [at for at in self._wrong.pop(whose, []) if now - at < SPAN]
            allowed = len(tries) < TRIES
            self._wrong[whose] = [*tries, now] if allowed else tries
            _shorten(self._wrong)
            return allowed

    def _remember(self, header: str, whose: str) -> None:
        with self._lock:
            self._known[self._digest(header)] = True
            _shorten(self._known)
            self._wrong.pop(whose, None)

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
