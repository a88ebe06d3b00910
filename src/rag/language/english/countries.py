"""The English names of countries, from the Unicode CLDR."""

import re
from functools import cache

__all__ = ["NATIONALITIES", "countries"]

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
_NATIONALITIES = """
    afghan albanian algerian american angolan argentine argentinian armenian australian austrian
    azerbaijani bangladeshi belarusian belgian bolivian bosnian brazilian british bulgarian burmese
    cambodian cameroonian canadian chilean chinese colombian congolese croatian cuban cypriot czech
    danish dutch ecuadorian egyptian emirati english eritrean estonian ethiopian filipino finnish
    french georgian german ghanaian greek guatemalan haitian honduran hungarian icelandic indian
    indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kenyan
    korean kosovar kuwaiti kyrgyz laotian latvian lebanese liberian libyan lithuanian macedonian
    malaysian maltese mexican moldovan mongolian moroccan mozambican namibian nepalese nicaraguan
    nigerian norwegian omani pakistani palestinian panamanian paraguayan peruvian polish portuguese
    qatari romanian russian rwandan salvadoran saudi scottish senegalese serbian singaporean slovak
    slovenian somali spanish sudanese swedish swiss syrian taiwanese tajik tanzanian thai tunisian
    turkish turkmen ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni zambian
    zimbabwean
"""
NATIONALITIES = frozenset(_NATIONALITIES.split())
"""Words for the people of a country, in lower case."""


@cache
def countries() -> frozenset[str]:
    """The names of all countries in lower case, loaded on first use."""
    from babel import Locale  # imported on first use: it takes a second

    found = Locale("en").territories
    names = (n for code, n in found.items() if re.fullmatch("[A-Z]{2}", code) and code not in _NONE)
    return frozenset((*(name.replace("&", "and").lower() for name in names), *_ALSO))
