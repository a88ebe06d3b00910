"""Tests that bytes are decoded, and that guesses and losses are reported."""

from pathlib import Path

import pytest

from rag.ingest.readers.decoding import declared_encoding, decode

PATH = Path("page.txt")
ENGLISH = (
    "The keeper said that the lamp, which cost €41, had “failed” twice – in the storm of last week."
)


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "latin1", "ISO_8859-1", "us-ascii", "windows-1252"]
)
def test_latin_1_means_windows_1252_in_a_page(label: str) -> None:
    data = f'<meta charset="{label}">{ENGLISH}'.encode("cp1252")
    decoded = decode(PATH, data, declared=declared_encoding(data))
    assert decoded.text.endswith(ENGLISH)
    assert decoded.warnings == ()


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        (b'<?xml version="1.0" encoding="Shift_JIS"?><html>', "cp932"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=utf-8>", "utf-8"),
        (b'<meta charset="no-such-encoding">', None),
        (b"<html>", None),
    ],
)
def test_the_encoding_that_a_page_states(head: bytes, encoding: str | None) -> None:
    assert declared_encoding(head) == encoding


@pytest.mark.parametrize(
    ("stray", "shown"),
    [
        (b"\xa0", "\ufffd"),
        (b"\xe9", "\ufffd"),
        (b"\xe2\x80", "\ufffd"),
        (b"\xff\xff", "\ufffd\ufffd"),
    ],
)
def test_stray_bytes_leave_utf8_what_it_is(stray: bytes, shown: str) -> None:
    decoded = decode(PATH, ENGLISH.encode() + stray + b" and so on")
    assert decoded.text == f"{ENGLISH}{shown} and so on"
    assert len(decoded.warnings) == 1
    assert f"contains {len(shown)} byte" in decoded.warnings[0]


def test_english_of_unknown_encoding_is_windows_1252_and_said_to_be_a_guess() -> None:
    decoded = decode(PATH, ENGLISH.encode("cp1252"))
    assert decoded.text == ENGLISH
    assert "read as windows-1252, which is a guess" in decoded.warnings[0]


def test_another_alphabet_is_guessed_and_named() -> None:
    text = "Гавань закроют на ремонт на будущей неделе. Работы займут одиннадцать недель." * 2
    decoded = decode(PATH, text.encode("cp1251"))
    assert decoded.text == text
    assert "read as windows-1251" in decoded.warnings[0]


def test_windows_1252_that_was_converted_as_latin_1_is_read() -> None:
    text = "“It’s €12,” Zoë said – twice."
    assert decode(PATH, text.encode("cp1252").decode("latin-1").encode()).text == text


def test_utf8_goes_before_what_a_page_states() -> None:
    data = f"<meta charset=iso-8859-1>{ENGLISH}".encode()
    assert decode(PATH, data, declared=declared_encoding(data)).text.endswith(ENGLISH)
