"""Superscripts and subscripts as plain text: "10^6", "2 1/2", "$11.99". Removes footnote marks.

The HTML reader puts them in brackets that articles do not use; ``resolve`` interprets them by the
words around them. It never changes a number: a mark of unknown meaning is removed.
"""

import re
from dataclasses import dataclass

__all__ = ["LOWERED", "RAISED", "resolve"]

RAISED = "⸨", "⸩"
"""The brackets around superscripts."""
LOWERED = "⧼", "⧽"
"""The brackets around subscripts."""

_UP = r"⸨\s*(?P<up>[^⸨⸩⧼⧽]*?)\s*⸩"
_DOWN = r"⧼\s*(?P<down>[^⸨⸩⧼⧽]*?)\s*⧽"
_MARK = re.compile(rf"(?P<space>[ \t]*)(?:{_UP}|{_DOWN})")
_NOTE = re.compile(rf"^[ ]*{_UP}", re.MULTILINE)
_FRACTION = re.compile(
    rf"(?P<before>\d?)(?P<space>[ ]*){_UP}\s*[/⁄∕]\s*(?:{_DOWN}|(?P<plain>\d\d?)\b)"
)
_AFTER_BREAK = re.compile(r"^[ ]+", re.MULTILINE)
_CONTEXT = 20  # characters read before and after a mark; the longest pattern is a price

_CURRENCY = r"(?:[$£€¥₹]|\b(?:USD|EUR|GBP|CAD|AUD|Rs\.?))"
_PRICE = re.compile(rf"{_CURRENCY}\s?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<point>[.,]?)$")
_CURRENCY_AFTER = re.compile(
    r"\s?(?:[$£€¥₹]|(?:USD|EUR|GBP|CHF|kr|crowns|kron(?:er|or)|euros?|dollars|pounds|francs)\b)"
)
_TEN = re.compile(r"(?<![\d.,])10$")
_VARIABLE = re.compile(r"(?:(?<![\w’'.-])[B-HJ-Zb-hj-z]|[=+×*/]\s*[A-Za-z]{1,3})$")
_UNIT = re.compile(r"(?:(?<![^\W\d]|[_’'.])(?:[kcdmµn]?m|ft|yd|mi|k?m/[sh])|\d\s?in)$")
_CLOCK = re.compile(r"\s?(?:[ap]\.?\s?m\b|h\b|hrs?\b|o[’']clock|Uhr)", re.IGNORECASE)
_ELEMENT = re.compile(r"[A-Z][a-z]?(?![a-z])")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?|\))$")
_ABBREVIATED = re.compile(r"\b[A-Z]$")
_ROMAN = re.compile(r"\b[IVXLC]+$")
_ENGLISH_ORDINAL = re.compile(r"st|nd|rd|th", re.IGNORECASE)
_ORDINAL = re.compile(r"er|re|e|o|º|ª|[eè]re|[eè]me", re.IGNORECASE)
_KEPT = "™®℠°+%‰′″$£€¥₹"
_SCALE = re.compile(r"k|mn?|bn?|tn", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z](?:,\s?[a-z])*", re.IGNORECASE)
_SYMBOLS = {"TM": "™", "tm": "™", "SM": "℠", "sm": "℠", "R": "®"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """A superscript or subscript, and the text before and after it."""

    letters: str
    before: str
    space: str
    after: str
    notes: frozenset[str]


def resolve(text: str) -> str:
    """Turns superscripts and subscripts in ``text`` into plain text, and removes footnote marks."""
    if RAISED[0] not in text and LOWERED[0] not in text:
        return text
    notes = frozenset(match["up"] for match in _NOTE.finditer(text))  # "1 Figure of Monday."
    text = _FRACTION.sub(_fraction, text)
    done, end = "", 0
    for match in _MARK.finditer(text):
        done += text[end : match.start()]
        end = match.end()
        mark = _Mark(
            letters=match["up"] or match["down"] or "",
            before=done[-_CONTEXT:].rpartition("\n")[2],
            space=match["space"],
            after=text[end : end + _CONTEXT],
            notes=notes,
        )
        done += _lowered(mark) if match["up"] is None else _raised(mark)
    return _AFTER_BREAK.sub("", done + text[end:])


def _fraction(match: re.Match[str]) -> str:
    """A fraction, separated by a space from a whole number before it."""
    space = " " if match["before"] else match["space"]
    return f"{match['before']}{space}{match['up']}/{match['down'] or match['plain']}"


def _raised(mark: _Mark) -> str:
    first = mark.letters[:1]
    if not first or mark.letters in mark.notes or not (mark.before or first in _KEPT):
        return ""
    if first.isnumeric() or first in "-−.,":
        return _raised_number(mark)
    return _raised_letters(mark)


def _raised_number(mark: _Mark) -> str:
    up, before = mark.letters, mark.before
    if up[0] in ".,":
        return _cents(mark)
    if not up[0].isdecimal() or "/" in up:
        if up[0] in "-−":
            return f"^{up}" if _TEN.search(before) or _VARIABLE.search(before) else ""
        return f" {up}" if before[-1].isdigit() else f"{mark.space}{up}"  # "½", "1/2"
    written = _cents(mark) or _exponent(mark)
    if written:
        return written
    if re.fullmatch(r"\d[+−-]", up) and before[-1].isalpha():  # an ion
        return up
    isotope = up.isdecimal() and mark.space and _ELEMENT.match(mark.after)
    return f"{mark.space}{up}" if isotope else ""


def _exponent(mark: _Mark) -> str:
    """A power, a unit's power, minutes or degrees in plain text; "" if it is none of these."""
    up, before = mark.letters, mark.before
    if len(up) == 2 and before[-1].isdigit() and _CLOCK.match(mark.after):
        return f":{up}"
    if up in ("2", "3") and _UNIT.search(before):
        return {"2": "²", "3": "³"}[up]
    if (_TEN.search(before) and up != "1") or _VARIABLE.search(before):
        return f"^{up}"
    is_degree = up == "0" and before[-1].isdigit() and mark.after[:1] in ("C", "F")
    return "°" if is_degree else ""


def _cents(mark: _Mark) -> str:
    """The two digits as the decimals of a price; "" if they are not."""
    if not re.fullmatch(r"[.,]?\d\d", mark.letters):
        return ""
    digits = mark.letters[-2:]
    price = _PRICE.search(mark.before)
    if price:
        return digits if price["point"] else f".{digits}"
    if not _CURRENCY_AFTER.match(mark.after):
        return ""
    if re.search(r"\d[.,]$", mark.before):
        return digits
    return f".{digits}" if mark.before[-1:].isdigit() else ""


def _raised_letters(mark: _Mark) -> str:
    up, last = mark.letters, mark.before[-1:]
    counted = last.isdigit() or _ROMAN.search(mark.before)
    if up in ("o", "º", "°") and last.isdigit() and mark.after[:1] in ("C", "F"):
        return "°"
    is_ordinal = counted and (_ENGLISH_ORDINAL.fullmatch(up) or _ORDINAL.fullmatch(up))
    if is_ordinal or (_SCALE.fullmatch(up) and _PRICE.search(mark.before)):  # "$5m"
        return up
    if up in _SYMBOLS:
        return _SYMBOLS[up]
    if all(char in _KEPT for char in up):
        return f"{mark.space}{up}"
    if _ABBREVIATED.search(mark.before) and up.isalpha() and len(up) <= 3:  # "Mme", "No"
        return up
    is_mark = not any(map(str.isalpha, up)) or _LETTERS.fullmatch(up) or up[0] in "[("
    return "" if is_mark else f" {up}"


def _lowered(mark: _Mark) -> str:
    down, before = mark.letters, mark.before
    if not down or not before:
        return mark.space + down
    if down[0].isdigit():
        return _cents(mark) or (down if _FORMULA.search(before) else "")
    return down if before[-1].isalpha() and not mark.space else f" {down}"
