"""English notes by which an outlet corrects, clarifies or withdraws what it printed."""

import re

from rag.language.english.calendar import CALENDAR
from rag.language.patterns import Corrections

__all__ = ["CORRECTIONS"]

_PIECE = (
    r"(?:article|story|report|piece|item|page|headline|caption|post|dispatch|column|graphic|chart"
    r"|table|photograph|subheading|standfirst|text)"
)
_VERSION = (
    r"\b(?:earlier|previous|original|initial|prior|first|print|online) (?:version|edition)s?\b"
    rf"(?! of (?!(?:this|our|that|the)(?: \w+){{0,2}} {_PIECE}\b))"
)
_OURS = (
    rf"(?:\bwe|\bour(?: \w+){{0,4}} {_PIECE}|\bthis(?: [\w’'-]+){{0,2}} {_PIECE}"
    rf"|\bthe above {_PIECE}|\bthe {_PIECE} above"
    r"|\b(?:this|the) (?:paper|newspaper|magazine|site|website)"
    rf"|{_VERSION}|\b(?:earlier|previous|original|initial) {_PIECE}"
    rf"|\b\w+day[’']s(?: [\w’'-]+){{0,3}} {_PIECE})\b"
)
_ONE = r"(?:an?|the)(?: [\w’'-]+){0,3}"
_PRINTED = rf"(?:{_OURS}|\b{_ONE} (?:article|story|headline|caption)\b)"
_OWN = rf"(?:{_OURS}|\b{_ONE} {_PIECE}\b)"
_SAID = (
    r"(?:said|stated|gave|put|reported|wrote|claimed|listed|described|named|identified|quoted|had"
    r"|referred to|showed|contained|attributed|called|dated|carried|published)"
)
_TOLD = r"(?:said|stated|gave|put|reported|wrote|claimed|named|identified|quoted)"
_MIS = r"mis(?:stated|identified|spelled|spelt|reported|quoted|named|attributed|represented|dated)"
_WRONGLY = (
    r"(?:incorrectly|wrongly|mistakenly|erroneously|inaccurately|falsely|in error|by mistake)"
)
_WRONG = (
    r"(?:wrong|incorrect|false|inaccurate|mistaken|untrue|withdrawn|retracted|an error|not correct"
    r"|not true)"
)
_IS_WRONG = rf"(?:was|is|were|has been) {_WRONG}\b"
_RETRACT = r"(?:retract(?:s|ed|ing)?|withdr(?:aws?|ew|awn|awing)|take(?:s|n)? back|took back)"
_ERROR = r"(?:errors?|mistakes?|corrections?|inaccurac(?:y|ies)|typos?)"
_AMEND = r"(?:amend|correct|chang|revis|updat|edit|modif|clarif)\w*"
_BEFORE = r"(?:previously|originally|initially|earlier|at first|first)"
_RUN = r"(?:[^,;()—–]|(?<=\d)[,–](?=\d))+"
_DATE = rf"(?x-i:{CALENDAR.written.pattern})"
_IN_FACT = (
    r"(?:in fact|in reality|actually|(?:that|this) (?:was|is) (?:not|wrong|incorrect)"
    r"|the (?:correct|actual|right|true|proper) (?!to\b)|(?:it|that|this|they) should "
    r"|it (?:was|is) (?:actually|in fact)"
    r"|the (?:number|figure|toll|total|name|date|amount|article|story|report) should)"
)
_WORDS = """
    amended apologise apologize article caption changed clarification correct corrected correction
    corrections corrects earlier edition editor error erroneously fact figure first gave headline
    incorrect incorrectly initial instead item misidentified misspelled misstated mistake mistakenly
    name named newspaper note number original originally page paper paragraph post previous printed
    published put regret report reported retracted retraction retracts right said say show stated
    story version withdrawn withdraws wrong wrongly wrote
"""

CORRECTIONS = Corrections(
    hint=re.compile(
        r"correct|clarif|retract|withdr|amend|updat|edited|revis|changed|modif|version|edition"
        r"|apolog|regret|error|mistak|\bmis|wrong|accura|erron|fals|\bfact|reality|actual|true"
        r"|take[sn]? back|should",
        re.IGNORECASE,
    ),
    label=re.compile(
        r"^\W*(?:corrections?(?: (?:and|&) clarifications?| appended)?|corrected"
        r"|clarifications?(?: (?:and|&) corrections?)?"
        r"|retractions?|errat(?:um|a)|corrigend(?:um|a)|for the record)\b(?:\s*\([^)]*\))?"
        rf"(?:[\s*_]*(?:[:.—–-]|$)|[ ](?:to|of|on)\b[^:.]{{0,60}}:|,?[ ](?:{_DATE})[\s*_]*[:.—–-])",
        re.IGNORECASE,
    ),
    invites=re.compile(
        rf"\b(?:corrections?|errors?)@"
        rf"|(?:^|: )\W*(?:{_ERROR}\b[^.!?\n]{{0,40}}\?"
        rf"|(?:please )?(?:send|e-?mail|report|tell|let)\b.*\b{_ERROR}"
        rf"|we (?:\w+ ){{0,5}}(?:correct|fix) (?:\w+ ){{0,4}}{_ERROR})"
        rf"|\b(?:see|seen|spot(?:ted)?|find|found|noticed?|aware of)\b.{{0,30}}\b{_ERROR}\b"
        r".*(?:\?\W*$|\b(?:us|our|editors?)\b)",
        re.IGNORECASE | re.MULTILINE,
    ),
    remark=re.compile(
        r"^\W*(?:editor[’']?s?[’']? note|note from the editors?|note to readers|update[ds]?)\b",
        re.IGNORECASE,
    ),
    opening=re.compile(
        rf"^[^“\"]*?(?:{_PRINTED}[^;]*?(?<!have )"
        rf"\b(?:{_MIS}|{_WRONGLY} {_SAID}|{_SAID} {_WRONGLY})\b"
        rf"|{_VERSION}[^;]*?\b{_TOLD}\b|{_VERSION} of (?:this|our)\b"
        r"|\b(?:(?:this|our)(?: [\w’'-]+){0,3} "
        rf"{_PIECE}|the (?:above )?(?:article|headline|caption))\b[^;]{{0,60}}?"
        rf"\b(?:was|were|has been|have been) (?:since )?(?:{_AMEND}|{_RETRACT})\b"
        rf"|\b(?:was|were|been) (?:{_AMEND}|{_WRONGLY} {_SAID}|{_SAID} {_WRONGLY})\b"
        rf"[^;]{{0,40}}?{_OURS}"
        rf"|\bwe\b[^;]{{0,40}}?\b(?:{_RETRACT}\b[^;]*?|{_AMEND} (?:this|our)(?: [\w’'-]+){{0,2}} )"
        rf"\b(?:claim|{_PIECE})\b|\bwe\b[^;]{{0,40}}?\bapologi[sz]es? for \w+ing\b"
        rf"|{_PRINTED}[^;]*?\b{_SAID}\b[^;]*; (?:that|it|this|the \w+) should (?:have|be)\b"
        rf"|\bour(?: [\w’'-]+){{0,2}} (?:report|story)\b.*?\b{_IS_WRONG})",
        re.IGNORECASE,
    ),
    ours=re.compile(rf"^[^“\"]*?{_OURS}[^;“\"]*?\b{_SAID}\b", re.IGNORECASE),
    reports=re.compile(
        rf"{_OWN}[^;]*?(?<!have )\b{_SAID}\b|\bit (?:had )?{_BEFORE} {_SAID}\b"
        rf"|(?:{_AMEND}|{_PIECE})[:—–] it (?:had )?{_SAID}\b",
        re.IGNORECASE,
    ),
    in_fact=re.compile(rf"^\W*{_IN_FACT}", re.IGNORECASE),
    goes_on=re.compile(
        rf"^\W*(?:{_IN_FACT}|(?:the|that|this) (?:number|figure|toll|total|name|date|amount|error)"
        r"|it (?:is|was|has|fell|took)|there (?:is|was|are|were)|we (?:apologi|regret))",
        re.IGNORECASE,
    ),
    also=re.compile(
        rf"^\W*(?:in )?(?:(?:the|that|this) same {_PIECE}\b"
        rf"|(?:the|that|this|our) {_PIECE} (?:also|further)\b|(?:it|we) (?:also|further)\b)",
        re.IGNORECASE,
    ),
    another=re.compile(
        rf"^\W*(?:in )?(?:an?|another|our|\w+day[’']s)(?: [\w’'-]+){{0,3}} {_PIECE}\b"
        rf"|^\W*we {_TOLD} on\b",
        re.IGNORECASE,
    ),
    apology=re.compile(
        r"^[^“\"]*\b(?:(?:apologi[sz]es?|sorry)\b[^“\"]{0,60}? for (?:the|this|any|our|that)"
        r" (?:error|mistake|inaccuracy|confusion)|regrets? (?:the|this|our|any) (?:error|mistake)"
        r"|happy to (?:clarify|correct|set the record straight)"
        r"|we (?:sincerely |unreservedly )?apologi[sz]e(?: unreservedly)?\W*$)",
        re.IGNORECASE,
    ),
    bracket=re.compile(
        r"[(\[](?:[^()\[\]]{0,80}\b)?(?:corrects|corrected|correcting|amends|amended)\b"
        r"[^()\[\]]*[)\]]",
        re.IGNORECASE,
    ),
    said_wrong=re.compile(
        rf"(?:\b(?:{_MIS}|{_WRONGLY}(?: {_SAID})?)\b"
        rf"|\bapologi[sz]es? for \w+ing\b|\b(?:{_RETRACT}|error|mistake)\b.*?\b(?:that|of|saying)\b"
        rf"|\b(?:report|claim|statement|story|figure|number)\b (?=.*\b{_IS_WRONG}))"
        r"(?P<wrong>.*)",
        re.IGNORECASE,
    ),
    not_so=re.compile(
        rf"\b(?:not|rather than|instead of)\s+(?P<wrong>{_RUN})"
        rf"|\b{_AMEND}\b.*?\bfrom (?P<former>{_RUN}?)(?= to\b|[,;)]|\.?$)"
        rf"|\bfor (?P<printed>{_RUN}?) read\b|(?P<first>{_RUN}?) should (?:read|say|have|be)\b",
        re.IGNORECASE,
    ),
    cut=re.compile(
        r"[—–] |,? (?:and |but )?not\b|\b(?:rather than|instead of|whereas|in fact)\b"
        r"|\bshould (?:have|be)\b|, (?:when|while|but|which)\b|\bwhen (?:it|the|in|there)\b"
        rf"|\b{_IS_WRONG}",
        re.IGNORECASE,
    ),
    spelling=re.compile(r"\bmis-?spel(?:led|t|ling)|\bspel(?:led|t|lings?)\b", re.IGNORECASE),
    frame=re.compile(
        r"\b(?:paragraphs?|pages?|par|line) \d+"
        rf"|\b(?:{_AMEND}|published|posted|printed|dated|{_SAID})(?: on| in)?(?: the)? (?:{_DATE})"
        rf"|\b(?:{_DATE})(?:[’']s)? (?:{_PIECE}|edition|paper)\b"
        rf"|\b{_PIECE} (?:on|of|from) (?:{_DATE})",
        re.IGNORECASE,
    ),
    words=frozenset(_WORDS.split()),
)
