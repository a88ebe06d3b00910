"""Numbers written in digits or words, and their values."""

import re
import unicodedata

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.patterns import Numbers
from rag.language.words import fold

__all__ = ["GLYPH", "PIECE", "amounts", "number_factors", "number_terms"]

GLYPH = "¼-¾⅐-⅞"
PIECE = re.compile(
    rf"\d/\d+|\d{{1,3}}(?:[ ']\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*|[{GLYPH}]|[^\W\d_{GLYPH}]+"
)
_GROUP = 3  # digits between thousands separators
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # "1.200" may be 1.2 or 1200


def number_terms(text: str, *, language: Language = ENGLISH) -> set[str]:
    """The numbers in ``text``, in lower case and without thousands separators."""
    return {
        match.group().lower().replace(",", "") for match in language.numbers.number.finditer(text)
    }


def number_factors(words: str, numbers: Numbers) -> list[float]:
    """The values of the words in ``words`` that multiply, such as "million"."""
    pieces = (piece.casefold().rstrip("s") for piece in PIECE.findall(words))
    return [numbers.factors[piece] for piece in pieces if piece in numbers.factors]


def amounts(words: str, numbers: Numbers) -> list[float]:
    """The possible values of one number, best first; none for words without a value."""
    ways = [_amount(words, numbers, decimal=decimal) for decimal in (False, True)]
    return list(dict.fromkeys(way for way in ways if way is not None))


def _amount(words: str, numbers: Numbers, *, decimal: bool) -> float | None:
    total, part, scale, seen, counts, place = 0.0, 0.0, 1.0, False, 0.0, 1.0
    for piece in PIECE.findall(words):
        word = fold(piece) if piece.isalpha() else piece
        single = word if word in numbers.factors else word.rstrip("s")
        if word[0].isdigit():
            counts = _figure(word, decimal=decimal)
            part += counts
        elif unicodedata.category(word[0]) == "No":
            part += unicodedata.numeric(word)
        elif word in numbers.values:
            counts = numbers.values[word] * place
            part += counts
            place = place / 10 if place < 1 else 1.0
        elif single in numbers.parts:  # "three quarters", "two and a half", "a million and a half"
            part += (counts or 1.0) * numbers.parts[single] * scale - counts
        elif single in numbers.factors:
            factor = numbers.factors[single]
            if part or not total:
                part = (part or 1.0) * factor
                if factor >= 1e3:
                    total, part = total + part, 0.0
            else:
                total *= factor
            scale, counts = factor, 0.0
        else:
            counts = 0.0 if word == numbers.joint else counts
            place = 0.1 if word == numbers.point else place
            continue
        seen = True
    value = total + part
    return (-value if numbers.negative.match(words) else value) if seen else None


def _figure(digits: str, *, decimal: bool) -> float:
    """The value of digits. The last comma or point is decimal unless three digits follow each."""
    if "/" in digits:
        above, below = digits.split("/")
        return int(above) / int(below)
    plain = re.sub("[ ']", "", digits)
    *groups, last = re.split("[.,]", plain)
    is_group = len(last) == _GROUP and groups[:1] != ["0"]
    one_mark = len({char for char in plain if char in ".,"}) == 1
    if not groups or (one_mark and len(groups) > 1):
        return float("".join((*groups, last)))
    if one_mark and is_group and not (decimal and _TWO_WAYS.fullmatch(plain)):
        return float("".join((*groups, last)))
    return float(f"{''.join(groups)}.{last}")
