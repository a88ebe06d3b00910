"""English words around what someone says."""

import re

from rag.language.patterns import Speech

__all__ = ["SAYING", "SPEECH"]

SAYING = (
    r"said|says|added|stated|noted|stressed|underlined|announced|declared|emphasi[sz]ed|warned"
    r"|claimed|argued|explained|wrote|insisted"
)
"""Verbs of speech that every list below contains."""
_STATING = rf"{SAYING}|told|underscored|reiterated|replied|denounced|condemned|commented"
_SPEAKING = rf"(?:{_STATING}|recalled|expressed|called|urged|hailed|referred|pointed|highlighted)"
_BETWEEN = (
    r"(?:,?\s+(?:has|had|also|then|further|meanwhile|later|for (?:his|her) part,?|in turn,?))*"
)
_SAY = r"(?:say|said|says|tell|told|tells)"
# More specific verbs, which the sentence must contain too.
_TOLD = r"(?:announced?|argued?|claim(?:ed)?|demand(?:ed)?|explain(?:ed)?|promised?|warn(?:ed)?)"

SPEECH = Speech(
    speaks=re.compile(rf"\b{_SPEAKING}\b"),
    speaks_after=re.compile(rf"^{_BETWEEN}\s+{_SPEAKING}\b"),
    speaks_before=re.compile(r"\b(?:said|says|added|wrote)\s+$"),
    pronoun=re.compile(
        r"^(?:[Ii]n [\w\s]{3,40}, |[A-Z]\w+ingly, |Also |Then |However, )?(?:He|She|he|she)\b"
    ),
    # Fewer roles than in phrases.ROLE: only those that often refer to a person named before.
    role=re.compile(
        r"^(?:The|This)\s+(?:[A-Z]\w+\s+)?(?:top\s+|senior\s+|foreign\s+|prime\s+)*"
        r"(?P<role>minister|president|speaker|spokesman|spokeswoman|spokesperson|official|diplomat|"
        r"secretary|senator|chairman|governor|mayor|judge|author|actor|actress|singer|director)\b"
        r"(?!\s+(?:of|for)\b|,?\s+(?-i:[A-Z]))",
        re.IGNORECASE,
    ),
    asks=re.compile(
        r"^\W*what\s+(?:else\s+)?(?:do|does|did|has|have|had)\s+"
        rf"(?P<who>[^?,]{{1,60}}?)\s+(?:{_SAY}|(?P<told>{_TOLD}))\b(?P<rest>.*)",
        re.IGNORECASE,
    ),
    says=re.compile(rf"\b(?:{_STATING}|demanded|promised|called\b(?=.*[“\"]))\b"),
    several=frozenset(("of", "for", "about", "from", "who", "and", "or", "in", "at")),
    # Not phrases.ROLE either: single words only, including articles and forms of address.
    titles=re.compile(
        r"the|an?|m(?:rs?|s)|dr|sir|president|minister|prime|foreign|mayor|king|queen|pope|senator|"
        r"governor|judge|professor|chairman|leader|spokes(?:wo)?man|secretary|general"
    ),
    attribution=re.compile(
        r"^according to [^,]{1,80},\s*|,?\s*according to [^,.;]{1,80}(?=\.?$)", re.IGNORECASE
    ),
    reporting=frozenset(("according", "reported", "reports", "said", "says", "stated", "told")),
    speakers=frozenset(("he", "she", "they", "i", "we", "it", "who")),
    own=re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]yself|[Ww]e|[Oo]urs?|us)\b"),
    addressed=re.compile(r"\byou(?:rs?|rself)?\b", re.IGNORECASE),
    answer_label=re.compile(r"a|answer", re.IGNORECASE),
    interview=re.compile(
        r"\b(?:interview(?:ed|s)?|q ?& ?a|questions (?:for|to)|conversation with"
        r"|(?:spoke|speaks|talked|sat down) (?:to|with)|we (?:met|asked|visited))\b",
        re.IGNORECASE,
    ),
    spoke_to=re.compile(
        r"\b(?:(?:he|she|they) (?:spoke|speaks|talked) (?:to|with)|(?:interviewed|asked) by) $",
        re.IGNORECASE,
    ),
    hedges=re.compile(
        r"(?:(?:may|might|could|likely|possibly|probably|perhaps)"
        r"|(?P<hearsay>alleg(?:ed|edly|es?)|reportedly|suspect(?:s|ed)?|believe[sd]?|rumou?red)"
        r"|(?P<planned>plan(?:s|ned|ning)?|hope[sd]?|hoping|expect(?:s|ed)|intends?|aim(?:s|ed)"
        r"|wants?|considering|threatened|proposed|accused))\b",
        re.IGNORECASE,
    ),
    forecasts=re.compile(
        r"(?:(?:will|would|shall)\b|(?:set|going) to (?!(?:the|an?|its|his|her|their)\b))",
        re.IGNORECASE,
    ),
)
