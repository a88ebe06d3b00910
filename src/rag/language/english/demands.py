"""English verbs and phrases for what someone says, asks for, promises or denies."""

import re

from rag.language.english.phrases import AUXILIARY
from rag.language.english.speech import SAYING
from rag.language.english.verbs import ASIDE

__all__ = [
    "ABOUT",
    "ADVERB_LAST",
    "AFTER_WORDS",
    "ALONE",
    "ARTICLE_FIRST",
    "BEFORE_WORDS",
    "CALLS",
    "FOR",
    "FULL",
    "HOLDS",
    "OBJECT",
    "OF_OBJECT",
    "OPENING",
    "PLURAL",
    "SEEN_AS",
    "TO_DO",
    "TO_OBJECT",
    "VAGUE",
]

_ASIDE = rf"(?:\s+{ASIDE})*"
_HEAD = rf"^{_ASIDE}(?:\s+(?:has|had|have))?{_ASIDE}\s+"
_WHEN = r"(?:\s+(?:on|at|in|during|after)\s[^,.;:“”\"]{3,60}?)?"
_SAID = rf"(?:{SAYING}|tweeted)"
BEFORE_WORDS = re.compile(
    _HEAD + rf"(?:{_SAID}|told\s[A-Z]\w+(?:\s[A-Z]\w+)*){_WHEN}"
    r"(?:\s+that\s+|,?\s+[“\"]|\s+(?=(?:the|an?|no|some|many|[A-Z]\w+)\b))"
)
# Full names only, unlike names.py.
_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'.-]+(?:\s(?:de|da|del|van|von|al|bin|[A-Z]\.|[A-ZÀ-ÖØ-Þ][\w’'-]+))+"
AFTER_WORDS = re.compile(
    rf"^(?P<words>.+?)(?:,[”\"]|[?!][”\"]|,)\s(?:{_SAID}\s(?P<after>(?:[\w’'-]+\s){{0,5}}?{_NAME})"
    rf"|(?P<before>{_NAME})\s(?:{_SAID}|told)\b)"
)
_ENDS = (
    rf"(?=[,.;?!”\"]|\s(?:{AUXILIARY}|and|but|which|who|because|if|when|as|after|before|while)\b)"
)
ABOUT = re.compile(
    rf"\b(?:about|over|against|with|for|of|toward|towards)\s"
    rf"(?P<about>the(?:\s(?!(?:the|an?)\b)[\w’'-]+){{2,4}}?){_ENDS}"
)
OPENING = re.compile(r"^[“\"]?(?:[A-Z][\w ’'-]{2,40}, )?")
CALLS = re.compile(
    _HEAD + r"(?P<verb>called|described|labelled|labeled|branded|dubbed)"
    r"\s(?P<object>[^,.;:“”\"()]{3,50}?)\s(?:as\s)?(?:an?\s|the\s|[“\"])"
)
SEEN_AS = re.compile(
    _HEAD + r"(?P<verb>hailed|praised|condemned|denounced|dismissed|rejected|regarded|criticized"
    r"|criticised)\s(?:the|an?|[A-Z]\w+[’']s)\s[^,.;:“”\"()]{3,50}?\sas\s"
    r"(?P<as>an?\s[^,.;:“”\"()]{3,50}?)(?=[,.;]|\s(?:and|but|which|who|that|because|when)\b)"
)
HOLDS = re.compile(
    _HEAD + r"(?P<verb>requires|bans|banned|provides|prohibits"
    r"|prohibited|causes|caused|produces|treats|supports|opposes)"
    r"\s(?!(?:it|him|her|them|that)\b)[a-z]"
)
ALONE = re.compile(
    rf"[,.;?!”\"]|[’']|$|\s(?:{AUXILIARY}|to|in|on|for|from|with|at|by|as|who|which|that)\b"
)
FULL = re.compile(
    rf"(?<!\bin )(?<!\bat )(?<!\bby )(?<!\bto )(?<!\bon )(?<!\bvia )(?<!\bnear )(?<!\bfrom )"
    rf"(?<!\b(?:in|at|by|to|on) the )(?<!\bfrom the )\b{_NAME}"
)
VAGUE = re.compile(
    r"\b(?:years?|months?|weeks?|days?|times?|hours?|minutes?|nights?|mornings?|evenings?|decades?"
    r"|moments?|points?|ends?|beginning|future|past|fact|way|need|number|kind|lot|thing|things|rest"
    r"|last|next|first|second|third|few|many|several|summer|winter|spring|fall|weekend"
    r"|question|questions|answer|right|left|best|worst|most|more|result|case|cases|side|sides|two"
    r"|three|four|five|season|part|parts|level|process|situation|issue)\b",
    re.IGNORECASE,
)
PLURAL = re.compile(
    r"(?!(?:the|an?|those|these|this|his|its|yes|always|sometimes|us)\b)(?:[a-z-]+\s){0,3}[a-z]{4,}[a-rt-z]s"
)
"""Plurals without an article, such as "severe thunderstorms"."""
TO_OBJECT = re.compile(
    _HEAD + r"(?P<verb>urged|asked|ordered|called on|called upon|encouraged|invited|advised"
    r"|pressed|instructed|directed|required|requires|expects|expected|wants|wanted|forced|allows"
    r"|allowed|told)\s+(?P<object>[^,.;:“”\"()]{3,50}?)\s+to\s+(?!be\b)[a-z]+\b"
)
OF_OBJECT = re.compile(
    _HEAD + r"(?P<verb>accused|blamed|thanked|praised|criticized|criticised|sued)"
    r"\s+(?P<object>[^,.;:“”\"()]{3,50}?)\s+(?P<of>of|for)\s"
)
TO_DO = re.compile(
    _HEAD + r"(?P<verb>agreed|promised|pledged|vowed|refused|decided|threatened|plans|planned|wants"
    r"|wanted|hopes|hoped|intends|declined|attempted|tried|failed|agrees"
    r"|refuses|vows|aims|aimed|offered|offers|seeks|sought|voted|chose)\s+to\s+(?!(?:be|do|comment)\b)[a-z]+\b"
)
FOR = re.compile(
    _HEAD + r"(?P<verb>"
    r"called for|warned of|warned against|warned about|apologi[sz]ed for"
    r"|complained about|spoke about|talked about|argued for|asked for|consists of"
    r"|suffers from|suffered from|died of|died from|relies on|depends on"
    r"|testified about|voted for|voted against|pleaded guilty to|pleaded not guilty to"
    r"|admitted to|speciali[sz]es in|focuses on|focused on|led to|leads to"
    r"|stands for|deals with|recovered from|derives from"
    r")\s+\w"
)
OBJECT = re.compile(
    _HEAD + r"(?P<verb>condemned|denied|rejected|denounced|proposed|discovered|unveiled|invented"
    r"|banned|recommended|won|signed|launched|announced|released|published|created|founded|acquired"
    r"|bought|sold|approved|suspended|cancelled|canceled|requested)"
    r"\s+(?:the|an?|any|all|[A-Z]\w+[’']s)\s"
)
ADVERB_LAST = re.compile(rf"\s{ASIDE}$|\s\w+ly$")
ARTICLE_FIRST = re.compile(r"^(The|An?)\b")
