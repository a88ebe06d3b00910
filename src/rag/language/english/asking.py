"""English questions and follow-ups."""

import re

from rag.language.asking import FollowUps, Kind, Phrases, Questions, Referents, Replacing
from rag.language.english.calendar import CALENDAR
from rag.language.english.phrases import ROLE

__all__ = ["FOLLOWUPS", "PHRASES", "QUESTIONS", "REFERENTS", "REPLACING"]

_WHICH = r"\b(?:what|which) (?:\w+ ){0,2}"
_NUMBERS = (
    "number|percentage|percent|share|proportion|amount|population|price|cost|age|rate|size|length"
    "|distance|total|score"
)
# Persons that questions ask for. Suggestions use a longer list of roles: phrases.ROLE.
_PERSONS = (
    "person|man|woman|president|minister|leader|actor|actress|singer|author|king|queen|player"
    "|artist|spokesman|spokeswoman|politician|senator|governor"
)
_PLACES = "country|city|place|state|region|town|nation|continent|river|capital|province|island"
_CAUSES = r"caused|motivated|prompted|led to|was the (?:reason|cause|motive)"
_VERBS = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must"
_KINDS = (
    (Kind.DATE, r"\bhow long ago\b|\bsince when\b"),
    (Kind.NUMBER, r"\bhow (?:many|much|old|long|far|often|large|big|tall|high|fast)\b"),
    (Kind.NUMBER, rf"{_WHICH}(?:{_NUMBERS})\b"),
    (Kind.DATE, rf"\bwhen\b|{_WHICH}(?:year|date|day|month|century|decade|time)\b"),
    (Kind.PERSON, rf"\bwho(?:m|se)?\b|\bnames? of\b|{_WHICH}(?:{_PERSONS})\b"),
    (Kind.PLACE, rf"\bwhere\b|{_WHICH}(?:{_PLACES})\b"),
    (Kind.REASON, rf"\bwhy\b|\bfor what reason\b|\bhow come\b|\bwhat (?:{_CAUSES})\b"),
    (Kind.YES_NO, rf"^\W*(?:and |but |so )?(?:{_VERBS})\b"),
)
_NOT = (
    r"(?<!\bhad )(?:\bnot|\bcannot|(?<!had)n['’]t|\bnever)"
    r"(?: (?:yet|immediately|even|publicly|been))*"
)
_TELL = (
    r"(?:say|said|tell|told|know|known|reveal(?:ed)?|disclosed?|announced?|explain(?:ed)?"
    r"|specif(?:y|ied)|confirm(?:ed)?|decided?|clear|certain|sure|agreed?|discuss(?:ed)?)"
)
_UNKNOWN = r"(?:unclear|unknown|uncertain|undecided)"
_OPEN = (
    r"(?P<open>(?:who(?:se|m)?|what|when|where|why|how|which|whether|if)\b"
    r"(?:(?! but )[^,.;:!?“”\"]){0,200}"
)
_PLURAL_VERBS = frozenset(
    (
        *("are", "were", "do", "did", "have", "had"),
        *("can", "could", "will", "would", "should", "may", "might", "must"),
    )
)

QUESTIONS = Questions(
    kinds=tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS),
    several=re.compile(
        r"^\W*(?:please )?(?:list|name|enumerate)\b(?! of)"
        r"|\bwho (?:all )?(?:are|were)\b|\bnames of\b"
        r"|\b(?:what|which) (?:are|were) (?:the|some|all|both|its|his|her|their)\b"
        r"(?: \w+){0,2} \w+s\b"
        r"|\b(?:what|which)(?: \w+)? (?:two|three|four|five|six|seven|eight|nine|ten|several)\b",
        re.IGNORECASE,
    ),
    compares=re.compile(
        r"\b(?:than|behind|ahead|after|before|other|else|except|besides|between|beat|beaten|lost)\b",
        re.IGNORECASE,
    ),
    named=re.compile(r"\b(?:called|named|known as)\W*$", re.IGNORECASE),
    wh=re.compile(
        r"\bnames? of(?: the| an?)?\b|\b(?:what|which)\b(?! \w+ the names?)", re.IGNORECASE
    ),
    choosing=frozenset(("which",)),
    ends=_PLURAL_VERBS
    | frozenset(
        (
            *("is", "was", "does", "has", "of", "in", "on", "at", "for", "to", "from", "by"),
            *("with", "that", "who", "which"),
        )
    ),
    plural_verbs=_PLURAL_VERBS,
    plural=re.compile(
        r"people|men|women|children"
        r"|(?!(?:means|news|series|species|politics|economics)$)[^'’]{2,}[^'’sui]s"
    ),
    participle=re.compile(r"ed$"),
    denials=frozenset(
        (
            *("no", "not", "never", "neither", "nor", "cannot", "without"),
            *("deny", "denies", "denied", "denying", "refuse", "refuses", "refused"),
            *("reject", "rejects", "rejected"),
        )
    ),
    denies=re.compile(r"n['’]t$"),
    doubts=re.compile(r"\?|\b(?:whether|if|unclear)\b", re.IGNORECASE),
    untold=re.compile(
        rf"(?:{_NOT} {_TELL}|\b(?:declin|refus)(?:e[sd]?|ing) to {_TELL}|\b{_UNKNOWN}"
        rf"|\b(?:unable|yet|remains?) to (?:be )?{_TELL}|\bwithout (?:say|tell|explain)ing"
        rf"|\b(?:no one|nobody|no-one|neither|none)\b[^,.;:!?]{{0,100}}? {_TELL})"
        r"(?: (?:the|its|reporters|yet|exactly|anyone|us|about|on|as to|for certain)){0,2}"
        rf" {_OPEN})",
        re.IGNORECASE,
    ),
    unclear=re.compile(
        rf"{_OPEN}?) (?:is|was|remain(?:s|ed)|has)"
        rf" (?:(?:still|also|yet|as yet) )*(?:{_UNKNOWN}|a mystery|{_NOT} {_TELL})\b",
        re.IGNORECASE,
    ),
    telling=re.compile(
        rf"\b(?:{_TELL}|{_UNKNOWN}|says|tells|knows|knew|declined?|refused?|comment(?:ed)?|open)\b",
        re.IGNORECASE,
    ),
    beside=re.compile(r"\b(?:and|but|who|which|while|because|although|though|as|since) "),
    news=frozenset(
        (
            *("happen", "occur", "take", "took", "place", "going", "go", "goes", "report", "print"),
            *("news", "new", "event", "headline", "story", "article", "main", "important", "major"),
        )
    ),
    specific=frozenset(
        (
            *("why", "how", "when", "where", "who", "whom", "whose", "this", "that", "these"),
            *("those", "he", "him", "his", "she", "her", "hers", "it", "its"),
            *("they", "them", "their"),
        )
    ),
)

FOLLOWUPS = FollowUps(
    person=re.compile(r"\b(?:he|him|his|she|hers?)\b", re.IGNORECASE),
    group=re.compile(r"\b(?:they|them|theirs?)\b", re.IGNORECASE),
    thing=re.compile(r"\b(?:it|its)\b", re.IGNORECASE),
    no_thing=re.compile(
        r"^\W*(?:is|was|isn't|wasn't)\s+it\b.*\b(?:that|to|who)\b|\b(?:make|makes|made)\s+it\b"
        r"|\bit(?:'s|’s|\s+(?:is|was))?\s+(?:possible|true|important|hard|easy|likely|necessary|to)\b",
        re.IGNORECASE,
    ),
    own=frozenset(("his", "its", "their", "theirs", "hers")),
    own_before_noun=frozenset(("her",)),
    noun=re.compile(
        r"(?!\s+(?:about|after|and|as|at|be|before|by|do|during|for|from|go|in|into|is|of|off|on|or|out"
        r"|so|than|that|the|a|to|up|was|when|with)\b)\s+[^\W\d_]",
        re.IGNORECASE,
    ),
    possessive=("'s", "'"),
    short=re.compile(r"['’](s|re|ve|ll|d)\b", re.IGNORECASE),
    full_forms={"s": " is", "re": " are", "ve": " have", "ll": " will", "d": " would"},
    joins_on=re.compile(r"^\W*(?:(?:and|but|so|then)\b[\s,]*)+", re.IGNORECASE),
    asks_on=re.compile(r"^\W*(?:what|how) about\b", re.IGNORECASE),
    asks_who=re.compile(r"who", re.IGNORECASE),
    asks_how=re.compile(r"how|why", re.IGNORECASE),
    points_back=re.compile(
        r"\b(?:again|any|else|more|next|other|same|that|then|there|these|this|those)\b",
        re.IGNORECASE,
    ),
    clause=re.compile(
        r"\b(?:after|because|before|by|if|since|so|that|until|when|whether|while)\b"
        r"|,\s*(?:and|but|or)\b",
        re.IGNORECASE,
    ),
    joint=", and ",
)

_NAMED = r"(?:[A-Z][\w’'-]*\s){0,2}(?P<name>[A-Z][\w’-]+)"
REFERENTS = Referents(
    after_place=re.compile(
        r"\b(?:in|at|from|near|to|into|across|on|of|for|by)\s+(?:the\s+)?$", re.IGNORECASE
    ),
    after_article=re.compile(r"the \Z", re.IGNORECASE),
    after_role=re.compile(rf"\b{ROLE}s? (?:of|at|for) (?:the )?$", re.IGNORECASE),
    he=re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE),
    she=re.compile(r"\b(?:she|hers?|herself)\b", re.IGNORECASE),
    titled_he=re.compile(rf"\b(?:Mr\.?|Sir|Lord|[Kk]ing|[Pp]rince|[a-z]+[a-z]man|actor) {_NAMED}"),
    titled_she=re.compile(
        rf"\b(?:Mrs\.?|Ms\.?|Miss|Dame|Lady|[Qq]ueen|[Pp]rincess|[a-z]+woman|actress) {_NAMED}"
    ),
    of_person=re.compile(r"\b(?:he|she|his|her|him)\b", re.IGNORECASE),
    acts=re.compile(
        r"\s+(?:was|is|said|told|says|has|had|met|won|became|began|made|wrote|\w+ed)\b"
    ),
    asked_about=re.compile(
        r"\b(?:are|can|could|did|do|does|had|has|have|is|should|was|were|will|would)\s+$",
        re.IGNORECASE,
    ),
    no_person=re.compile(r" (?:of|and|for|the) | .*[^siu]s$"),
    of_thing=re.compile(
        r"\b(?:airline|bank|boat|book|bridge|city|club|company|district|ferry|film|firm|frigate|group|"
        r"hospital|hotel|hurricane|island|lake|magazine|movie|newspaper|novel|operation|party|province|"
        r"region|river|school|ship|song|storm|street|submarine|tanker|team|town|university|vessel|"
        r"village|yacht)\s+$",
        re.IGNORECASE,
    ),
)

_LOWER = r"(?!the\b)[a-z][\w’'-]*"
PHRASES = Phrases(
    phrase=re.compile(
        r"(?<![\w’'-])[Tt]he (?P<words>(?:(?<! of the )[A-Z][\w’'-]* (?:[A-Z][\w’'-]* )?)?"
        rf"{_LOWER}(?: {_LOWER}){{0,3}})"
    ),
    before_verb=re.compile(
        r"\b(?:do|does|did|can|could|will|would|should|may|might|must)\s+$"
        r"|^\W*(?:why )?(?:is|are|was|were)\s+$",
        re.IGNORECASE,
    ),
    participle=re.compile(
        r"\w{2,}ed|built|held|sold|found|made|sent|shot|hit|cut|shut|lost|won|left|paid|put|set|went|came"
        r"|began|stolen|taken|given|broken|written|chosen|driven|sunk|run"
    ),
    trailing=re.compile(r"first|last|ago|yesterday|today|now|again|next|\w+ly|please|like|look"),
    goes_on=re.compile(r"\s+of\b|,?\s+[A-Z]"),
    several=re.compile(r"people|men|women|children|\w+[^\Wsui]s"),
    asks_subject=re.compile(r"^\W*(?:who|which|what|how many)\b", re.IGNORECASE),
    asks_thing=re.compile(r"^\W*(?:which|what)\s+", re.IGNORECASE),
    leads_name=re.compile(r"\b(?:[Tt]he|[Aa]n?)\s(?:[a-z][\w-]*\s)?$"),
    auxiliaries=frozenset(
        ("is", "are", "was", "were", "has", "have", "had", "will", "would", "can", "could", "also")
    ),
    adverbial=re.compile(r"(?:in|at|on|from|during|after|before|by)\b", re.IGNORECASE),
    joined=re.compile(r" and "),
    no_thing=frozenset(
        (
            *(
                "year",
                "month",
                "week",
                "day",
                "time",
                "date",
                "century",
                "past",
                "future",
                "morning",
            ),
            *("first", "last", "latest", "next", "same", "other", "best", "worst", "most", "least"),
            *(
                "reason",
                "way",
                "name",
                "number",
                "result",
                "outcome",
                "difference",
                "cause",
                "case",
            ),
            *("relation", "relationship", "total", "top", "bottom", "kind", "type", "part"),
            *("world", "end", "start", "beginning", "rest", "public", "police", "age", "amount"),
            *("one", "two", "three", "thing", "man", "woman", "boy", "girl", "country", "article"),
        )
    ),
)

_PREPOSITION = (
    r"(?:in|at|from|near|to|into|across|on|of|for|by|with|since|during|until|against|about|between"
    r"|under|over|before|after)"
)
_NOUNS = (
    r"(?:(?:the|a|an|this|that|its|their)\s+(?:[\w’'-]+\s*){1,3}|(?:[A-Z][\w’'.-]*\s*)+|\d{4}\s*)"
)

REPLACING = Replacing(
    # Includes the space after it, unlike FOLLOWUPS.asks_on, because the match is removed.
    asks_on=re.compile(r"^(?:what|how) about\b\s*", re.IGNORECASE),
    leads=re.compile(rf"(?:\b{_PREPOSITION}\s+)?(?:\bthe\s+)?$", re.IGNORECASE),
    article="the",
    ends_with_article=re.compile(r"\bthe\s*$", re.IGNORECASE),
    place_words=frozenset(("in", "at", "from", "near", "to", "into", "across", "on", "of", "for")),
    wh=re.compile(r"^(?:how (?:many|much)|what|which|who|where|when|why|how)\b", re.IGNORECASE),
    month=re.compile(rf"\b(?:{'|'.join(CALENDAR.months)})\b"),
    relative=re.compile(r"(?:last|next|this|yesterday|today|tomorrow)\b"),
    # Unlike FOLLOWUPS.points_back, includes "it" and excludes words for a choice such as "other".
    points_back=re.compile(r"\b(?:it|next|that|then|there|these|this|those)\b", re.IGNORECASE),
    verb=re.compile(
        r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|\w+ed)\b",
        re.IGNORECASE,
    ),
    setting=re.compile(rf"\b(?:in|at|on|during|near|from|since|after|before)\s+{_NOUNS}"),
    tail=re.compile(
        rf"\b(?:in|at|on|during|near|after|before)\s+{_NOUNS}"
        rf"(?:(?:in|at|on|of|during|near|from|since|after|before)\s+{_NOUNS})*\W*$"
    ),
)
