"""Accounts: a password file with one name and scrypt hash per line."""

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rag

__all__ = ["Accounts", "read_accounts", "write_account"]

SHORTEST = 8  # characters, the minimum for a password
PRIVATE = 0o600

# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
COST, BLOCK, LANES = 2**15, 8, 3
_MEMORY = 2 * 128 * COST * BLOCK  # bytes, twice what one hash needs

_NAME = re.compile(r"[^:\s\x00-\x1f\x7f]{1,64}")
_HASH = re.compile(r"scrypt\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The password hash of each account name."""

    hashes: Mapping[str, str]

    def admit(self, name: str, password: str) -> bool:
        """Whether ``password`` belongs to ``name``. Unknown names take as long to check."""
        known = self.hashes.get(name)
        same = _same(password, known or _NOBODY)
        return same and known is not None


def read_accounts(path: str | Path) -> Accounts:
    """Reads a file of ``name:hash`` lines, skipping empty lines and lines that start with #.

    Raises:
        ConfigError: the file cannot be read, other users may read it, a line is malformed, or
            there are no accounts.
    """
    file = Path(path)
    text = _read(file)
    _check_mode(file)
    hashes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, hashed = _account(line, f"{file}, line {number}")
            hashes[name] = hashed
    if not hashes:
        raise rag.ConfigError(f"{file} contains no accounts; add one with: {_command(file)}")
    return Accounts(hashes=hashes)


def write_account(path: str | Path, name: str, password: str) -> None:
    """Sets the password of ``name`` in the file, which is created if it does not exist.

    The new file replaces the old one in a single step. Only its owner may read it.

    Raises:
        UsageError: the name or the password is not valid, or the file cannot be written.
        ConfigError: the file exists but cannot be read.
    """
    file = Path(path)
    _check_new(name, password)
    lines = _read(file).splitlines() if file.exists() else []
    kept = [line for line in lines if line.split(":", 1)[0] != name]
    _write(file, "".join(f"{line}\n" for line in [*kept, f"{name}:{_hash(password)}"]))


def _check_new(name: str, password: str) -> None:
    if not _NAME.fullmatch(name):
        raise rag.UsageError(f"{name!r} is not a valid name: leave out spaces and colons")
    if len(password) < SHORTEST:
        raise rag.UsageError(
            f"The password has {len(password)} characters; give at least {SHORTEST}"
        )
    if not password.isprintable():
        raise rag.UsageError("The password contains a control character; leave it out")


def _write(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as out:
            out.write(text)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise rag.UsageError(
            f"{file} cannot be written ({error.strerror}); name another file with --file"
        ) from error


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise rag.ConfigError(
            f"{file} cannot be read as a password file ({error}); create one with: {_command(file)}"
        ) from error


def _check_mode(file: Path) -> None:
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise rag.ConfigError(
            f"{file} contains password hashes and has mode {mode:o}, so other users may read it;"
            f" run: chmod 600 {file}"
        )


def _account(line: str, where: str) -> tuple[str, str]:
    name, _, hashed = line.strip().partition(":")
    if not _NAME.fullmatch(name) or not _HASH.fullmatch(hashed):
        raise rag.ConfigError(
            f"{where} is not of the form name:scrypt$SALT$HASH; set it with: byline password NAME"
        )
    return name, hashed


def _command(file: Path) -> str:
    return f"byline password NAME --file {file}"


def _hash(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"scrypt${_text(salt)}${_text(_stretch(password, salt))}"


def _same(password: str, hashed: str) -> bool:
    salt, expected = (base64.b64decode(part) for part in hashed.split("$")[1:])
    return hmac.compare_digest(_stretch(password, salt), expected)


def _stretch(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=_MEMORY, dklen=32
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


_NOBODY = f"scrypt${_text(bytes(16))}${_text(bytes(32))}"
