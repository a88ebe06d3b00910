"""The English names of countries, from the Unicode CLDR."""

import re
from functools import cache

__all__ = ["countries"]

# Regions, and territories of other countries that CLDR lists beside countries.
_NONE = frozenset(
    [
        "AC",
        "AQ",
        "BV",
        "CC",
        "CP",
        "CQ",
        "CX",
        "DG",
        "EA",
        "EU",
        "EZ",
        "GS",
        "HM",
        "IC",
        "IO",
        "NF",
        "PN",
        "QO",
        "SJ",
        "TA",
        "TF",
        "TK",
        "UM",
        "UN",
        "XA",
        "XB",
        "ZZ",
    ]
)
_ALSO = (
    *("america", "usa", "u.s.", "us", "britain", "great britain", "uk", "u.k.", "england"),
    *("scotland", "wales", "turkey", "burma", "myanmar", "czech republic", "ivory coast"),
    *("palestine", "vatican", "bosnia", "congo", "swaziland", "macedonia", "uae", "holland"),
    *("east timor", "hong kong", "macau", "democratic republic of congo"),
)


@cache
def countries() -> frozenset[str]:
    """The names of all countries in lower case, loaded on first use."""
    from babel import Locale  # imported on first use: it takes a second

    found = Locale("en").territories
    names = (n for code, n in found.items() if re.fullmatch("[A-Z]{2}", code) and code not in _NONE)
    return frozenset((*(name.replace("&", "and").lower() for name in names), *_ALSO))
