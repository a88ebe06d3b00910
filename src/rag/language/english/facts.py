"""Facts in English sentences: numbers, times, places, reasons, offices."""

import re

from rag.language.english.calendar import MONTH, WEEKDAY
from rag.language.english.phrases import ROLE
from rag.language.english.verbs import ASIDE

__all__ = [
    "APPOSED_THING",
    "A_ROLE",
    "A_THING",
    "BY_DOING",
    "DAY",
    "DOES",
    "DONE_BY",
    "EXPECTED",
    "HOLDER",
    "IS_A",
    "MANY_AFTER",
    "MANY_FIRST",
    "MANY_IN",
    "MONEY",
    "OF_WHAT",
    "PERSON",
    "SAYING",
    "WHEN_DID",
    "WHEN_WAS",
    "WHERE",
    "WHERE_DID",
    "WHY_BE",
    "WHY_DID",
]

_BE = r"(?P<be>is|are|was|were)"
_BEEN = r"(?:is|are|was|were|has been|have been|had been)"
_N = (
    r"(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|hundreds of"
    r"|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?)"
    r"(?:\s(?:hundred|thousand|million|billion))?"
)
_ABOUT = (
    r"(?:at least|about|around|more than|nearly|almost|over|some|roughly|approximately|up to"
    r"|an estimated|only)"
)
_COUNTED = (
    r"(?P<noun>(?:[A-Za-z][\w’-]+\s){0,2}"
    r"(?:people|men|women|children|[a-z][\w-]*[b-rt-z]s(?<!ous)))"
)
# Narrower than the years of calendar.py: questions name no year before 1500.
_YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = (
    rf"(?:in (?:{MONTH},? )?{_YEAR}|on {MONTH} \d{{1,2}}(?:, {_YEAR})?"
    rf"|on \d{{1,2}} {MONTH}(?: {_YEAR})?|(?:on )?{WEEKDAY})"
)
_PLAIN = r"[^,.;:“”\"()–—]"
_PLACED = (
    r"(?:born|based|located|headquartered|held|buried|raised|situated|arrested|found|killed|detained"
    r"|spotted|discovered|built|injured|shot|jailed|imprisoned|filmed)"
)
_TOOK_PLACE = r"(?:died|lives|lived|landed|arrived|crashed|met|works|worked|grew up|took place)"
MANY_FIRST = re.compile(
    rf"^(?:{_ABOUT}\s)?{_N}\s{_COUNTED}\s(?P<rest>(?:were|have been|had been|died|are)\b{_PLAIN}+)",
    re.IGNORECASE,
)
MANY_AFTER = re.compile(
    rf"^(?:\s{ASIDE})*\s(?:(?:has|had)\s)?(?P<verb>[a-z]+)\s(?:{_ABOUT}\s)?{_N}\s{_COUNTED}"
    rf"(?P<tail>\s(?:in|from|for)\s[A-Z][\w’-]+(?:\s[A-Z][\w’-]+)*)?(?=[,.;]|\s(?:which|who|that|and|on|after|as|at|by|to)\b|$)"
)
WHEN_WAS = re.compile(
    rf"^\s{_BE}\s(?P<done>(?:\w+ly\s)?[a-z]+(?:ed|[a-z]n|ld|de)(?:\s(?!{_DATE}){_PLAIN}{{2,40}}?)?)"
    rf"\s{_DATE}(?=[,.;]|$|\s(?:by|after|before|as|while|when|to|at|and)\b)"
)
WHEN_DID = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<verb>[a-z]+)(?P<rest>(?:\s(?!{_DATE})(?!to\b|[a-z]+ing\b|that\b)[^\s,.;:“”\"()–—]+){{0,8}}?)\s{_DATE}(?=[,.]|$|\s(?:after|before|as|while|when|to|at|and)\b)"
)
WHERE = re.compile(rf"^\s{_BE}\s(?P<done>{_PLACED})\s(?:in|at|near)\s(?!{MONTH})(?:the\s)?[A-Z]")
WHERE_DID = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<done>{_TOOK_PLACE})\s(?:in|at|near)\s(?!{MONTH})(?:the\s)?[A-Z]"
)
DONE_BY = re.compile(
    r"^\s(?:was|were)\s(?P<done>[a-z]+ed)\sby\s(?:(?:the|an?)\s)?(?:[\w-]+\s){0,3}?[A-Z]"
)
OF_WHAT = re.compile(
    rf"^\s(?P<been>{_BEEN})\s(?P<done>(?:accused|convicted|suspected|found guilty|made|composed) of"
    r"|charged with|known (?:for|as)|sentenced to|nominated for|blamed for|named (?:after|for)"
    r"|used (?:for|as))\s"
)
WHY_BE = re.compile(rf"^\s{_BE}\s(?P<rest>{_PLAIN}{{4,45}}?),?\s(?:because|due to|owing to)\s")
WHY_DID = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<verb>[a-z]+)\s(?P<rest>{_PLAIN}{{4,45}}?),?"
    r"\s(?:because|due to|owing to)\s"
)
MANY_IN = re.compile(
    rf"^\s{_BE}\s(?P<done>[a-z]+(?:ed|[a-z]n|ld))\s(?P<by>in|by|at|to|from)\s(?:{_ABOUT}\s)?{_N}\s{_COUNTED}"
    r"(?=[,.;]|\s(?:and|as|or|including|worldwide)\b|$)"
)
EXPECTED = re.compile(
    rf"^\s(?P<been>{_BEEN})\s(?:{ASIDE}\s)?(?P<done>expected|ordered|asked|forced|told|urged|required|allowed"
    r"|scheduled|encouraged|banned|prohibited)\s(?P<to>to\s(?!be\b|do\b)|from\s)[a-z]+\b"
)
BY_DOING = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<verb>[a-z]+)\s(?P<rest>{_PLAIN}{{6,45}}?)\sby\s[a-z]+ing\b"
)
IS_A = re.compile(r"^\s(?:is|was)\s(?:an?|the)\s(?P<what>[^,.;:]+)")
MONEY = re.compile(
    rf"^(?:\s{ASIDE})*\s(?:(?:has|had)\s)?(?P<verb>paid|raised|donated|spent|earned|cost|invested|received"
    rf"|won|lost|owed|borrowed)\s(?:{_ABOUT}\s)?[$€£]\d[\d.,]*(?:\s(?:thousand|million|billion|trillion))?"
    rf"(?P<tail>\s(?:in|for|to|on|from)\s{_PLAIN}{{3,40}}?)?(?=[,.;]|\s(?:after|as|and|which|that)\b|$)"
)
DOES = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<rest>(?P<verb>[a-z]+)\s(?!going\b|that\b){_PLAIN}{{12,80}}?)"
    r"(?=\.?$|,\s)"
)
HOLDER = re.compile(
    rf"^, (?P<office>the (?:[\w’'-]+ ){{0,4}}?{ROLE} (?:of|for) (?:the )?[A-Z][\w’' -]{{2,40}}),",
    re.IGNORECASE,
)
DAY = re.compile(rf"(?:\son)?\s{WEEKDAY}\b")
SAYING = frozenset(
    ("said", "says", "told", "added", "had", "has", "thought", "thinks", "noted", "described")
)
_THING = (
    r"(?:company|agency|organization|organisation|group|island|river|lake"
    r"|mountain|drug|vaccine|virus|disease|bacterium|treaty|agreement|law|bill|film|movie"
    r"|book|novel|album|song|series|website|app|platform|newspaper|magazine|university|college|hospital"
    r"|museum|bank|program|programme|project|system|species|festival|party|committee|court|ministry"
    r"|airline|airport|bridge|dam|satellite|telescope|spacecraft|rocket|medication|pill|supplement|charity"
    r"|nonprofit|foundation|firm|startup|network|channel|band|team|league|tournament|game|brand|chain"
    r"|retailer|service|product|cheese|dish|language|technique|theory|method|device|currency|sport)"
)
APPOSED_THING = re.compile(
    rf"^, (?:an?|the) (?:[\w’'-]+ ){{0,4}}?{_THING}"
    r"(?=[,.]| (?:that|which|based|owned|run|founded|known)\b)"
)
PERSON = re.compile(rf"^, (?:an?|the) [^,;:“”\"()]{{0,60}}\b{ROLE}\b[^,;:“”\"()]{{0,40}}[,.]")
A_ROLE = re.compile(rf"\b{ROLE}s?\b", re.IGNORECASE)
A_THING = re.compile(rf"\b{_THING}\b")
