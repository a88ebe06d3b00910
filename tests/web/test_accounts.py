"""Tests the password file: its contents, and rejected input."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import rag
from rag.web import read_accounts, write_account

GOOD = "a quiet harbour"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "passwords"


def test_a_password_opens_for_its_name_alone(file: Path) -> None:
    write_account(file, "anna", GOOD)
    write_account(file, "jörg", "пароль на всех")
    accounts = read_accounts(file)
    assert accounts.admit("anna", GOOD)
    assert accounts.admit("jörg", "пароль на всех")
    for name, password in (("anna", GOOD.upper()), ("anna", ""), ("Anna", GOOD), ("", GOOD)):
        assert not accounts.admit(name, password)


def test_the_file_holds_no_password_and_is_for_its_owner_only(file: Path) -> None:
    write_account(file, "anna", GOOD)
    write_account(file, "berta", GOOD)
    anna, berta = file.read_text("utf-8").splitlines()
    assert GOOD not in anna
    assert anna.split(":")[1] != berta.split(":")[1]  # salted
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["passwords"]


def test_a_new_password_replaces_the_old_one(file: Path) -> None:
    write_account(file, "anna", "the first of them")
    write_account(file, "anna", GOOD)
    accounts = read_accounts(file)
    assert accounts.admit("anna", GOOD)
    assert not accounts.admit("anna", "the first of them")


def test_empty_lines_and_comments_are_passed_over(file: Path) -> None:
    write_account(file, "anna", GOOD)
    file.write_text(f"# readers\n\n{file.read_text('utf-8')}", encoding="utf-8")
    assert list(read_accounts(file).hashes) == ["anna"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    write_account(file, "anna", GOOD)
    file.chmod(mode)
    with pytest.raises(rag.ConfigError, match=f"mode {mode:o}, .* chmod 600 {file}"):
        read_accounts(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "contains no accounts; add one with: byline password NAME --file"),
        ("# nobody\n", "contains no accounts"),
        ("anna\n", "line 1 is not of the form"),
        (f"anna:{GOOD}\n", "line 1 is not of the form"),
        ("\nanna:scrypt$c2FsdA==$aGFzaA==\n", "line 2 is not of the form"),
        (b"\xff\xfe", "cannot be read as a password file"),
    ],
)
def test_a_file_of_another_form_is_refused(file: Path, text: str | bytes, told: str) -> None:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(0o600)
    with pytest.raises(rag.ConfigError, match=told) as refused:
        read_accounts(file)
    assert GOOD not in str(refused.value)


def test_a_missing_file_is_named_with_the_command_that_makes_it(file: Path) -> None:
    with pytest.raises(rag.ConfigError, match=f"byline password NAME --file {file}"):
        read_accounts(file)


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("", GOOD, "'' is not a valid name"),
        ("an na", GOOD, "leave out spaces and colons"),
        ("an:na", GOOD, "leave out spaces and colons"),
        ("anna\n", GOOD, "is not a valid name"),
        ("a" * 65, GOOD, "is not a valid name"),
        ("anna", "short", "has 5 characters; give at least 8"),
        ("anna", "two\nlines of it", "a control character"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    file: Path, name: str, password: str, told: str
) -> None:
    with pytest.raises(rag.UsageError, match=told):
        write_account(file, name, password)
    assert not file.exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(rag.UsageError, match="nowhere/passwords cannot be written"):
        write_account(tmp_path / "nowhere" / "passwords", "anna", GOOD)


def test_a_piped_password_is_taken_from_its_first_line(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag.cli", "password", "anna", "--file", str(file)],
        input=f"{GOOD}\nmore\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert f"byline chat --auth {file}" in done.stderr
    assert GOOD not in done.stdout + done.stderr
    assert read_accounts(file).admit("anna", GOOD)
