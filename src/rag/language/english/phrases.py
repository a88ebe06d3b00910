"""The parts of English sentences that questions are made from: subjects, roles, noun phrases."""

import re

from rag.language.english.calendar import WEEKDAY
from rag.language.english.verbs import ASIDE

__all__ = [
    "APPOSED",
    "APPOSITIVE",
    "AUXILIARY",
    "A_ROLE",
    "BEFORE_NAME",
    "DESCRIBED",
    "DETERMINERS",
    "INSTEAD",
    "JOINING",
    "OPENER",
    "OPENING",
    "ROLE",
    "ROLE_END",
    "TITLE",
    "TITLED",
    "VERB_AHEAD",
]

ROLE = (
    r"(?:president|minister|premier|chancellor|speaker|spokesman|spokeswoman|spokesperson|official"
    r"|diplomat|ambassador|secretary|senator|chairman|chairwoman|chair|chief|governor|mayor|judge"
    r"|justice|author|actor|actress|singer|director|representative|congressman|congresswoman|king"
    r"|queen|prince|princess|pope|bishop|general|admiral|commander|officer|professor|scientist"
    r"|economist|analyst|lawyer|attorney|prosecutor|sheriff|coach|captain|manager|founder|executive"
    r"|ceo|leader|head|editor|reporter|journalist|writer|novelist|poet|artist|composer|musician"
    r"|rapper|engineer|astronaut|physician|doctor|nurse|psychologist|epidemiologist|researcher"
    r"|historian|biologist|activist|adviser|advisor|envoy|counterpart|lawmaker|politician|player"
    r"|commissioner|producer|columnist|host|anchor|pastor|superintendent|treasurer|counsel|striker|goalkeeper|champion|winner|owner|billionaire|businessman|businesswoman)"
)
"""Nouns for a person's role."""
ROLE_END = re.compile(rf"^.*\b{ROLE}(?: of state)?(?: \([A-Z-]{{1,5}}\))?$", re.IGNORECASE)
OPENING = re.compile(
    r"^(?:[A-Z][^–—.]{1,60} [–—-]\s?|\([A-Z][^)]{1,30}\)\s?|[A-Z]{3,}[ ,A-Za-z]{0,20}- ?)?"
    r"(?:(?:On|In|At|During|After|Before|Since|Earlier|Late|Early)\b[^,.;:“\"]{2,50}, "
    r"|(?:Meanwhile|Later|However|Also|Then|But|And|Still|Elsewhere|Separately|Instead|Moreover"
    r"|Furthermore|Additionally|Now|Today|Yesterday|Recently|Previously|Last week),? )?"
)
APPOSITIVE = re.compile(r"^, (?:(?:the|an?|who) )?[^,;:“”\"()–—]{3,80}, ")
VERB_AHEAD = re.compile(
    rf"^(?:\s+{ASIDE})*(?:\s+(?:has|had|have))?(?:\s+{ASIDE})*\s+(?P<verb>[a-z]+)\b"
)
AUXILIARY = r"(?:is|are|was|were|will|would|has|have|had|can|could|should|must|may|might|cannot)"
"""Verbs that come before the subject in a question."""
A_ROLE = re.compile(rf"\b{ROLE}\b", re.IGNORECASE)
TITLE = re.compile(r"(?:[A-Z]\w+ )*\b(?:Rep|Sen|Gov|Dr|Mr|Mrs|Ms|Gen|Lt|Col|Sgt|Prof|Rev|Hon)\. $")
DESCRIBED = re.compile(rf"The (?P<words>[^,.;:“”\"()–—]{{3,60}}?)(?:\s{ASIDE})?(?=\s{AUXILIARY}\b)")
INSTEAD = re.compile(r"(?:He|She)\b")
BEFORE_NAME = re.compile(r"(?:(?:The|An?) )?(?:[\w’'-]+ ){0,5}")
OPENER = re.compile(
    rf"{WEEKDAY}\b|[A-Z][a-z]+ly$|(?:Although|Though|While|Despite"
    r"|Because|Unless|Whereas|Unlike|Like|Amid|Following|According|Among|Besides|Beyond|Upon|Within"
    r"|Without|Plus|Yes|Well|Perhaps|Maybe|Even|Today|Yesterday|Many|Several|One|Two|Three)\b"
)
"""Capitalised words that are not part of the name after them."""
DETERMINERS = frozenset(("the", "a", "an"))
JOINING = frozenset(("of", "for", "in", "on", "between", "with", "against", "and", "from", "to"))
TITLED = rf"(?:{ROLE}|Rep\.|Sen\.|Gov\.|Dr\.|Mrs?\.|Ms\.)"
"""A role or title before a full name."""
APPOSED = rf"(?:an?|the) [^,.]*\b{ROLE}\b"
"""A role after a full name."""
