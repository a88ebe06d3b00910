"""English dates and time expressions."""

import re

from rag.language.english.speech import SAYING
from rag.language.english.verbs import PAST_FORMS
from rag.language.patterns import Calendar, TimeForm, Times

__all__ = ["CALENDAR", "MONTH", "TIMES", "WEEKDAY"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH = rf"(?:{'|'.join(_MONTHS)})"
"""The name of a month."""
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
"""The name of a weekday."""
# In any case and abbreviated, for dates with a day or a year next to the month.
_SHORT_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DOTTED = rf"{_SHORT_MONTH}\.?"
# "May" and "March" need a capital, because they are also common words.
_MONTH_ALONE = (
    r"(?:(?-i:May|March)|january|february|april|june|july|august|september|october|november"
    r"|december)"
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_YEAR = r"(?:1[0-9]|20)\d\d"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"

CALENDAR = Calendar(
    months=_MONTHS,
    month_stems=tuple(name[:3].lower() for name in _MONTHS),
    weekdays=_WEEKDAYS,
    weekday=re.compile(rf"(?:{'|'.join(name[:3].lower() for name in _WEEKDAYS)}).*day"),
    seasons=_SEASONS,
    date=re.compile(
        rf"""(?P<iso>\b(?P<iy>\d{{4}})-(?P<im>\d\d)-(?P<id>\d\d)\b)
    |\b(?P<mdy>(?P<mm>{_DOTTED})\s+(?P<md>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<my>\d{{4}}))\b
    |\b(?P<dmy>(?P<dd>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<dm>{_DOTTED}),?\s+(?P<dy>\d{{4}}))\b""",
        re.IGNORECASE | re.VERBOSE,
    ),
    written=re.compile(
        rf"""\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}(?:\.\d{{1,2}}\.|/\d{{1,2}}/){_YEAR}\b
    |\b{_NTH}\s+(?:of\s+)?{MONTH}(?:,?\s+{_YEAR})?\b
    |\b{MONTH}\s+{_NTH}(?:,?\s+{_YEAR})?\b
    |\b{MONTH},?\s+(?:of\s+)?{_YEAR}\b
    |\b(?:(?:early|late|mid)[\s-]+)?(?:1[0-9]|20)\d0s\b
    |\b\d{{1,2}}(?:st|nd|rd|th)[\s-]century(?:\s(?:BCE?|AD))?\b
    |\b{_YEAR}(?:\s?(?:[–-]|to)\s?\d{{2,4}})?\b|\b\d+\s(?:BCE?|AD)\b
    |\b{WEEKDAY}\b|\b{MONTH}\b
    |\b(?:last|next|this)\s(?:week|month|year|night)\b|\b(?:yesterday|today|tomorrow)\b""",
        re.VERBOSE,
    ),
)

# ---- time expressions

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SEVERAL = 7  # the upper limit of "a few" and "several"
_COUNTS = {
    "a": (1, 1),
    "an": (1, 1),
    **{word: (number, number) for number, word in enumerate(_NUMBERS, start=1)},
    "few": (2, _SEVERAL),
    "several": (2, _SEVERAL),
    "couple": (2, 2),
}
_COUNT = rf"(?:a\s+)?(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})(?:\s+of)?"
# The plural noun after a number that counts something: "in 1500 cities".
_COUNTED = r"\s+(?-i:(?!(?:was|is|has|does|as|this|its|his|thus)\b)[a-z]{3,}s\b)"
_UNITS = ("day", "week", "weekend", "month", "year", "decade")
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_SHORT_YEAR = rf"['’‘]?(?P<year>{_YEAR}|(?<=['’‘])\d\d)"  # "2023", "’23"
_DAY = (  # "the second Sunday of May" is not the last Sunday
    rf"(?P<weekday>{'|'.join(_WEEKDAYS).lower()})(?!\s+(?:of|in)\s+(?:{_SHORT_MONTH}|{_YEAR})\b)"
    r"(?!\s(?-i:Night|Morning)\b)"  # "Saturday Night Live"
)
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATED = rf"(?P<month>{_SHORT_MONTH})\.?"
_ON_DAY = rf"(?:(?:{'|'.join(_WEEKDAYS)}),?\s+)?"  # "Sunday, 12 May" is one day
_WHICH = r"(?P<which>this|last|past|previous|current|next|coming)"


def _form(kind: str, pattern: str, *, lead: bool = False) -> TimeForm:
    compiled = re.compile(rf"\b{pattern}\b", re.IGNORECASE)
    return TimeForm(kind=kind, pattern=compiled, needs_lead=lead)


_FORMS = (
    _form("iso", rf"{_ON_DAY}(?P<year>{_YEAR})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)"),
    _form(
        "digits",
        rf"{_ON_DAY}(?P<first>\d\d?)(?P<sign>[./-])(?P<second>\d\d?)(?P=sign)"
        rf"(?P<year>{_YEAR}|(?<=/)\d\d)",
    ),
    _form("date", rf"{_ON_DAY}{_OF_MONTH}\s+(?:of\s+)?{_DATED},?\s+{_SHORT_YEAR}"),
    _form("date", rf"{_ON_DAY}{_DATED}\s+{_OF_MONTH},?\s+{_SHORT_YEAR}"),
    _form("month", rf"{_DATED},?\s+(?:of\s+)?{_SHORT_YEAR}"),
    _form("date", rf"{_ON_DAY}{_OF_MONTH}\s+(?:of\s+)?{_DATED}(?P<year>(?!))?", lead=True),
    _form("date", rf"{_ON_DAY}{_DATED}\s+{_OF_MONTH}(?P<year>(?!))?", lead=True),
    _form("season", rf"{_SEASON}\s+(?:of\s+)?{_SHORT_YEAR}"),
    _form("ago", rf"{_COUNT}\s+{_UNIT}\s+ago"),
    _form("trailing", rf"(?:past|last|previous)\s+{_COUNT}\s+{_UNIT}"),
    _form("trailing", rf"(?:past|(?<=\bthe\s)last|(?P<recent>recent))\s+{_UNIT}"),
    _form("unit", rf"{_WHICH}\s+(?P<unit>weekend|week|month|year|decade)"),
    _form("unit", r"(?P<unit>weekend|week|month|year)\s+(?P<which>before\s+last)"),
    _form("named", rf"{_WHICH}\s+(?:{_DAY}|{_SEASON}|(?P<month>{_MONTH_ALONE}))"),
    _form(
        "day",
        r"(?:(?-i:Today|Tonight)(?!['’]s)|(?-i:today|tonight)|last\s+night|yesterday|tomorrow)",
    ),
    _form("decade", r"(?P<decade>(?:1[0-9]|20)\d0|(?<=['’‘])[3-9]0)['’]?s", lead=True),
    _form("weekday", _DAY, lead=True),
    _form("year", rf"{_SHORT_YEAR}(?!\s?%|[.,]\d|-|{_COUNTED})", lead=True),
    _form("month", rf"(?P<month>{_MONTH_ALONE})(?!['’]s)", lead=True),
)

TIMES = Times(
    forms=_FORMS,
    days_back={"yesterday": 1, "last night": 1, "tomorrow": -1},
    counts=_COUNTS,
    units={unit: unit for unit in _UNITS},
    units_back={"before last": 2, "this": 0, "current": 0, "next": -1, "coming": -1},
    days_named={"this": 0, "next": -1, "coming": -1},
    latest=re.compile(
        r"\b(?:latest|newest|most\s+recent(?:ly)?|current(?:ly)?|now|nowadays|at\s+the\s+moment)\b",
        re.IGNORECASE,
    ),
    ahead=re.compile(
        r"\b(?:(?:will|would|must|shall|should|can|(?-i:may))(?!\s+have)|going\s+to|upcoming"
        r"|plan(?:s|ned)?\s+(?:to|for)|scheduled|set\s+to|(?<!than\s)expect(?:s|ed)?|to\s+be"
        r"|(?:is|are|was|were)\s+to|due(?!\s+to)|opens|starts|begins|closes|ends|resumes|expires"
        r"|applies|takes\s+effect|comes\s+into\s+(?:effect|force))\b",
        re.IGNORECASE,
    ),
    past=re.compile(
        rf"\b(?:{SAYING}|told|spoke|was|were(?!\s+to)|had|did"
        r"|(?<!\bbe\s)(?<!\bbeen\s)(?<!\bget\s)(?<!\bthe\s)(?<!\ba\s)(?<!\ban\s)(?<!\bits\s)(?<!ly\s)"
        r"(?:met|won|lost|came|went|began|took|left|held|(?!need|expect|plann|schedul)[a-z]+ed))\b"
    ),
    happened=re.compile(
        rf"\b(?:{SAYING}|was|were|had|did|been|{PAST_FORMS}"
        r"|(?!(?:need|speed|feed|seed|weed|bleed|breed|proceed|exceed|hundred|indeed|naked|sacred)\b)"
        r"[a-z]{2,}ed)\b"
    ),
    habit=re.compile(
        rf"\b(?:(?:every|each)\s(?:other\s|second\s|first\s|last\s)?[A-Za-z]+|{WEEKDAY}s"
        rf"|(?:open|closed|runs?|daily|served)\s(?:from\s)?{WEEKDAY}\s(?:to|through|till|until|and)"
        rf"\s{WEEKDAY}|on an? {WEEKDAY}|{WEEKDAY}\s(?:mornings|afternoons|evenings|nights))\b",
    ),
    attributive=re.compile(
        r"(?:^\W*|\b(?:the|an?|its|his|her|their|our|my|your|some|many|to|at|of|with|over|like|for|in"
        r"|despite)\s+|['’]s?\s+)$",
        re.IGNORECASE,
    ),
    aside=re.compile(r"\b(?P<year>1\d\d\d|20\d\d),?\s+when\b[^;.!?\n]*"),
    event=re.compile(
        r"(?:attack|assault|blast|bombing|explosion|shooting|stabbing|killing|murder|raid|invasion"
        r"|arrest|crash|collision|accident|fire|blaze|storm|eruption|(?:earth)?quake|flood|evacuation"
        r"|vote|voting|election|poll|ballot|midterm|primary|runoff|referendum|final|race|match|game"
        r"|win|victory|defeat|loss|draw|opener|playoff|meeting|summit|talk|session|hearing|trial"
        r"|ruling|verdict|decision|operation|execution|speech|address|debate|protest|rally|march"
        r"|demonstration|strike|celebration|ceremony|funeral|sermon|launch|liftoff|flight|arrival"
        r"|deadline|visit|trip|deal|agreement|incident|event|concert|parade|interview|briefing"
        r"|conference|announcement|statement|resignation|budget|release|search|complaint|broadcast"
        r"|report|order|letter|memo|note|update|request|post|tweet|call|filing|appearance"
        r"|performance|testimony)s?"
    ),
    lead=re.compile(
        r"""(?:\b(?P<word>in|on|of|for|during|throughout|since|after|before|until|till|prior\s+to|from|between)
    \s+)?(?P<the>the\s+)?
    (?:\b(?P<part>early|mid|late|(?:start|beginning|middle|end)\s+of)[\s-]+(?:the\s+)?)?['’‘]?$""",
        re.IGNORECASE | re.VERBOSE,
    ),
    loose=frozenset(("of", "for")),
    around=re.compile(
        r"""(?:\b(?:as\s+of|earlier|later|dated|during|throughout|in|on|of|for|from|over|within|by|at)
    \s+)?(?:\bthe\s+)?
    (?:\b(?:early|mid|late|(?:start|beginning|middle|end)\s+of)[\s-]+(?:the\s+)?)?$""",
        re.IGNORECASE | re.VERBOSE,
    ),
    compared=re.compile(
        r"\b(?:than|with|to|against|from|as|of|day|week|month|time|period|quarter|half)\s+$",
        re.IGNORECASE,
    ),
    year_led=re.compile(
        r"(?:^|[,;:(–—]\s?|\b(?:in|since|by|of|during|until|early|late)\s)$", re.IGNORECASE
    ),
    daytime=re.compile(r"\s+(?:morning|noon|afternoon|evening|night)\b", re.IGNORECASE),
    own=re.compile(r"['’]s\b"),
    article="the",
    joined=re.compile(r"\s*(?:and|to|until|till|through|-|–)\s*(?:the\s+)?$", re.IGNORECASE),
    ranges=frozenset(("between", "from")),
    bounds={
        "since": "since",
        "after": "after",
        "before": "before",
        "prior to": "before",
        "until": "until",
        "till": "until",
    },
    parts={
        "early": "early",
        "mid": "mid",
        "late": "late",
        "start": "early",
        "beginning": "early",
        "middle": "mid",
        "end": "late",
    },
    record=re.compile(
        r"\b(?:first|\w+est|most|worst|only|least|record|longer|time)\b[^.?!;]{0,40}$",
        re.IGNORECASE,
    ),
    given_names=frozenset(("May",)),
    acts=re.compile(
        r"\s+(?:\w+ed|took|became|was|had|has|won|lost|left|made|said|saw|brought"
        r"|marks|means|sees|brings|\w+ly)\b"
    ),
)
