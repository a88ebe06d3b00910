"""English numbers."""

import re

from rag.language.english.speech import SAYING
from rag.language.patterns import Numbers

__all__ = ["NUMBERS"]

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PARTS = {
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "fifth": 1 / 5,
    "sixth": 1 / 6,
    "seventh": 1 / 7,
    "eighth": 1 / 8,
    "ninth": 1 / 9,
    "tenth": 1 / 10,
}
_FACTORS = {
    "ten": 10.0,  # of "tens of thousands"
    "dozen": 12.0,
    "hundred": 1e2,
    "lakh": 1e5,
    "crore": 1e7,
    **dict.fromkeys(("thousand", "k"), 1e3),
    **dict.fromkeys(("million", "m", "mn", "mln"), 1e6),
    **dict.fromkeys(("billion", "b", "bn", "bln"), 1e9),
    **dict.fromkeys(("trillion", "tn", "trln"), 1e12),
}
_SAME_UNIT = {
    "people": "",
    "km": "kilometres",
    "m": "metres",
    **dict.fromkeys(("per cent", "per-cent", "percent"), "%"),
    **dict.fromkeys(("dollar", "dollars", "usd"), "$"),
    **dict.fromkeys(("euro", "euros", "eur"), "€"),
    **dict.fromkeys(("rupee", "rupees", "rs", "inr"), "₹"),
    "gbp": "£",
    "kilometers": "kilometres",
    "meters": "metres",
    **dict.fromkeys(("°", "°c", "° c", "degrees celsius", "degrees c"), "degrees"),
}
_BIG = r"(?:thousand|million|billion|trillion|dozen|lakh|crore)"
_LARGE = rf"(?:hundred|{_BIG})"
_NOT_NONE = r"(?<!\bno )"  # the "one" of "no one" is not a number
_PERIOD = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies))"
)
_UNIT = (
    r"(?:kilomet(?:er|re)s?|km|met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|acres?"
    r"|hectares?|tons?|tonnes?|times)"
)
_CURRENCY = r"(?:dollars?|euros?|pounds?|cents?|rials?|yen|yuan|rubles?)"
_PERCENT = r"(?:\s?%|[ -]per[ -]?cent\b)"
_OF_A = r"[ ](?:of[ ])?(?:an?|one)(?=[ ]per)"  # "half a per cent"
_NO = r"(?<!no )(?<!not )"


def _either(words: tuple[str, ...]) -> str:
    return rf"(?:{'|'.join(words)})"


# ---- single numbers, from their smallest parts

_GLYPH = "[¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]"
_SLASHED = r"[1-9]/(?:[2-9]|10|12|16|100)(?![\d/])"
_DIGITS = (
    r"(?:\d{1,3}(?:[ ']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    rf"(?:[ -]?{_GLYPH}|[ -]{_SLASHED})?"
)
_CODE = r"(?-i:USD|EUR|GBP|CHF|NOK|SEK|DKK|PLN|CZK|JPY|CNY|INR|AUD|CAD|Rs)"
_SIGN = rf"(?:(?:(?:US|AU?|CA?|NZ|HK)?\$|[€£¥₹])\s?|\b{_CODE}\b\.?\s?)"
_SHORTENED = r"(?:bn|tn|mn|bln|mln|trln)"
_MILLION = r"m(?=\s(?:people\b|\w{3,}s\b))"  # else "m" is metres
_SHORT = rf"(?:\s?{_SHORTENED}|(?-i:[KMB]|k|{_MILLION}))(?!\w)"
_FIGURE = (
    rf"(?:{_SIGN}{_DIGITS}(?:(?:\s?(?:{_SHORTENED}|[kmb]))(?!\w))?"
    rf"|(?<![\w/:])(?<![a-z][.-])(?:{_SLASHED}|{_DIGITS}(?:{_SHORT})?))|{_GLYPH}"
)
_SMALL = (
    rf"(?:{_either(_TENS)}(?:[ -]{_either(_ONES)}\b)?|{_either(_TEENS)}|{_either(_ONES)}"
    rf"|zero|nil)\b(?:[ ]point(?:[ ](?:{_either(_ONES)}|zero)\b)+)?"
)
_HUNDRED = (
    rf"(?:(?:\b(?:{_SMALL}|an?)|{_FIGURE})[ -])?\bhundred\b"
    rf"(?:[ -](?:and[ -])?{_SMALL}(?![ -]hundred\b))?"
)
_A_PART = rf"(?:half|third|quarter|{_either(tuple(_PARTS)[3:])})"
_SHARE = (
    rf"(?:(?:\ba[ ](?=half[ -]{_LARGE}\b))?(?<!first )(?<!second )\bhalf\b(?!-(?!an?\b|{_LARGE}))"
    rf"|\b{_either(_ONES)}[ -]{_A_PART}s\b"
    rf"|\b(?:an?|one)[ -]{_A_PART}\b(?=\s+(?:of|were|are|have|more|less|fewer)\b|\s*[.,;)]|$))"
)
_WITH_PART = (
    rf"(?:[ -]and[ -](?:an?[ -](?:half|third|quarter)|{_either(_ONES)}[ -](?:third|quarter)s?)\b)"
)
_SCALED = rf"(?:(?:[ -]{_BIG}\b)+{_WITH_PART}?)"
_GROUP = rf"(?:{_HUNDRED}|\ban?(?=[ -]{_BIG}\b)|\b{_SMALL}{_WITH_PART}?|{_FIGURE}{_WITH_PART}?)"
_SINGLE = (
    rf"(?:(?:minus[ ](?:an?[ ])?|(?<![\w.,)–-])[-−](?=\S))?{_NOT_NONE}(?:"
    rf"{_SHARE}(?:[ -](?:of[ -])?(?:an?[ -])?{_LARGE}\b(?:[ -]{_BIG}\b)*)?"
    rf"|{_GROUP}(?:{_SCALED}(?:[ ](?:and[ ])?(?:{_HUNDRED}|\b{_SMALL})(?:[ -]{_BIG}\b)*"
    rf"|,[ ]{_HUNDRED}(?:[ -]{_BIG}\b)*(?![ ]of\b))*)?"
    rf"|\b{_LARGE}\b(?:[ -]{_BIG}\b)*|\btwice\b))"
)
_VAGUE = (
    rf"\b(?:several|(?:a[ ])?few|a[ ]couple(?:[ ]of)?)(?:[ -]{_LARGE}\b)+"
    r"|\b(?:(?:tens|dozens|hundreds|thousands)[ ]of[ ])?(?:hundreds|thousands|millions|billions)\b"
    r"|\bdozens\b"
)
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_FROM_21 = tuple(f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th') }" for n in range(21, 100))
_ORDINAL = (
    rf"(?:{'|'.join(_ORDINALS)}"
    r"|\w+teenth|\w+tieth|hundredth|thousandth|millionth)"
)
_NUMBER_WORDS = _either((*_ONES, *_TEENS, *_TENS, rf"{_LARGE}s?", "half", "twice"))

# Tried first at every character, because the patterns of whole quantities are slow to fail.
_BEGINS = (
    rf"(?=[-−$€£¥₹\d]|{_GLYPH}|\b(?:{_NUMBER_WORDS}|an?|zero|nil|minus|between|several|few|tens"
    rf"|US|AU?|CA?|NZ|HK|{_CODE})\b)"
)


def _before(words: str) -> re.Pattern[str]:
    """A pattern for ``words`` before a number."""
    return re.compile(rf"\b(?:{words})\s+$", re.IGNORECASE)


NUMBERS = Numbers(
    values={
        **{word: float(n) for n, word in enumerate(("zero", *_ONES, *_TEENS))},
        **{word: 10.0 * n for n, word in enumerate(_TENS, start=2)},
        "nil": 0.0,
    },
    parts=_PARTS,
    factors=_FACTORS,
    ordinals=_ORDINALS + _FROM_21,
    joint="and",
    point="point",
    compound=re.compile(
        rf"[ -]?(?:{_PERIOD}|hrs?|mins?|h|min|k?m|kg|feet|foot|ft|pounds?|lbs?"
        r"|stone|degrees)"
        r"(?:,?[ ]and[ ]|,?[ ])",
        re.IGNORECASE,
    ),
    smaller=re.compile(
        rf"[ -]?(?:{_PERIOD}|mins?|secs?|s|[cm]?m|g|inch(?:es)?|in|ounces?|oz|pounds?|pence)\b",
        re.IGNORECASE,
    ),
    negative=re.compile(r"(?:minus\b|[-−])", re.IGNORECASE),
    number=re.compile(rf"\d+(?:[.,]\d+)*|{_NOT_NONE}\b{_NUMBER_WORDS}\b", re.IGNORECASE),
    whole=re.compile(
        rf"{_BEGINS}(?:\bbetween[ ](?P<least>{_SINGLE}){_PERCENT}?[ ]and[ ](?P<most>{_SINGLE})"
        rf"|(?P<low>{_SINGLE}){_PERCENT}?"
        r"(?:[ ]to[ ]|[ ]or[ ]|(?<=[\w%])[–—-](?=[\d$€£¥₹]))"
        rf"(?P<high>{_SINGLE})"
        rf"|(?P<part>{_SINGLE})[ ](?:in|out[ ]of|of(?=[ ]every))[ ](?:every[ ])?"
        rf"(?P<among>{_SINGLE})"
        rf"\b(?![ -](?:{_PERIOD}|{_UNIT}|of)\b)|(?P<vague>{_VAGUE})|{_SINGLE})",
        re.IGNORECASE,
    ),
    single=re.compile(rf"{_BEGINS}{_SINGLE}", re.IGNORECASE),
    change=re.compile(
        r"(?<!\branging )(?<!\branged )(?<!\branges )(?<!\banywhere )\bfrom\s+$", re.IGNORECASE
    ),
    other=re.compile(
        rf"[:/]\d|\s?[ap]\.?m\b|(?:st|nd|rd|th)\b|'?s\b|(?:-|[ ]and[ ]){_ORDINAL}\b",
        re.IGNORECASE,
    ),
    counts=re.compile(
        r"\s+(?:(?:people|men|women|children)\b"
        r"|(?<!\bthe \d{4} )(?<!\bthese \d{4} )(?<!\bunder \d{4} )[a-z]{3,}s\b)",
        re.IGNORECASE,
    ),
    unit=re.compile(
        rf"(?:{_OF_A})?(?:{_PERCENT}|[ ]percentage point)|\s?°(?:\s?[CF]\b)?"
        rf"|[ -](?:percentage points?|people|{_PERIOD}|{_UNIT}"
        rf"|{_CURRENCY}|degrees(?:[ ](?:Celsius|Fahrenheit|[CF])\b)?)(?!\w)|(?<=\d)k?m\b",
        re.IGNORECASE,
    ),
    inseparable=re.compile(rf"{_OF_A}|{_PERCENT}|\s?°|\sdegrees|(?<=\d)m\b", re.IGNORECASE),
    of_a=re.compile(_OF_A, re.IGNORECASE),
    same_unit=_SAME_UNIT,
    clause=re.compile(
        rf"[,;:()–—](?!\d)|\b(?:{SAYING}|reported)\b(?: that\b)?"
        r"|\b(?:and|but|while|because|after|when|who)\b"
    ),
    no_difference=frozenset(
        (
            *("now", "already", "so", "far", "total", "altogether", "also", "currently", "today"),
            *("plans", "planned", "expects", "expected", "wants", "according", "officially"),
        )
    ),
    counted=re.compile(r"\bhow many (?P<counted>(?:[\w’'-]+ ?){1,4})", re.IGNORECASE),
    at_most=_before(
        rf"at (?:the )?most|{_NO}(?:less|fewer) than|not? more than|up to|under|below"
        r"|not quite|as (?:many|much) as|a maximum of"
    ),
    at_least=_before(
        rf"at (?:the very )?least|{_NO}(?:more|greater) than|not? (?:fewer|less) than|over|above"
        r"|upwards? of|in excess of|a minimum of"
    ),
    about=_before(
        r"close to|nearly|almost|about|around|roughly|approximately|some|(?:an )?estimated|circa"
    ),
    or_more=re.compile(r"\+|[ -]plus\b|[ ]or[ ](?:more|over)\b", re.IGNORECASE),
    or_fewer=re.compile(r"[ ]or[ ](?:fewer|less|under)\b", re.IGNORECASE),
    odd=re.compile(r"[ -]odd\b", re.IGNORECASE),
    changing=frozenset(
        (
            *("degre", "temperatur", "wind", "gust", "snow", "level", "river", "water", "lake"),
            *("reservoir", "full", "case", "infect", "price", "share", "stock", "index", "barrel"),
            *(
                "litr",
                "liter",
                "kilo",
                "kilogram",
                "ounc",
                "gallon",
                "rose",
                "rise",
                "risen",
                "fell",
            ),
            *("fall", "fallen", "drop", "climb", "gain", "stand", "stood", "wait", "queue"),
        )
    ),
    rough=re.compile(r"\bdozen\b|[ ]or[ ]so\b", re.IGNORECASE),
)
