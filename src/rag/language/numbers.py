"""Numbers as written: in digits and in words."""

import re

__all__ = ["number_terms"]

_NUMBER = re.compile(
    r"""\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen
    |fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy
    |eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|twice|once
    |third|quarter|both|several|no)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def number_terms(text: str) -> set[str]:
    """The numbers in ``text``, folded to lower case without thousands separators."""
    return {match.group().lower().replace(",", "") for match in _NUMBER.finditer(text)}
