"""English words that news pages print around the text of an article."""

import re

from rag.language.english.calendar import CALENDAR
from rag.language.patterns import Pages

__all__ = ["PAGES"]

# Particles of personal names; names.py also has those of organisations.
_PARTICLE = r"(?:al|bin|da|de|del|den|der|di|dos|van|von|el|la|le)"
_UP = "A-ZÀ-ÖØ-ÞĀ-Ž"
_OUTLET = rf"[{_UP}][^\W\d]*(?:[ -](?:of|and|&|the|[{_UP}][^\W\d]*[.’']?[^\W\d]*)){{0,5}}"
_PERSON = rf"[{_UP}][\w.’'-]*(?:[ ](?:{_PARTICLE}[ ]){{0,2}}[{_UP}][\w.’'-]*){{1,3}}"

PAGES = Pages(
    byline=re.compile(
        rf"^(?:By|BY|by|(?:Words|Story|Text|Reporting|Written|Reported)[ ]by)[ ]"
        rf"(?P<author>{_PERSON}(?:(?:,[ ]{_PERSON})*,?[ ](?:and|&)[ ]{_PERSON})?)"
        rf"(?P<between>(?:(?:,[ ]|[ ]?[|·–—][ ]?)[^.!?\d|·,–—]{{2,50}}(?=[,|·–—])){{0,2}})"
        rf"(?:[ ]*[,|·–—-]?[ ]*(?P<date>(?i:{CALENDAR.date.pattern})))?"
        rf"(?P<after>(?:,[ ]|[ ](?:in|for|at|of)[ ]|[ ]?[|/·–—-][ ]?)[^.!?\d]{{2,50}})?$",
        re.VERBOSE,
    ),
    imprint=re.compile(
        rf"(?P<outlet>{_OUTLET})"
        rf"[ ]?[,|·–—-][ ]?(?:[A-Z][a-z]+day,?[ ])?(?P<date>(?i:{CALENDAR.date.pattern}))",
        re.VERBOSE,
    ),
    outlet=re.compile(_OUTLET),
    leading_date=re.compile(r"\A\s*date[ ]+(\d{4}-\d\d-\d\d)[ ]+", re.IGNORECASE),
    leading_dates=re.compile(r"\A\s*(?:date[ ]+\d{4}-\d\d-\d\d[ ]+)+", re.IGNORECASE),
    furniture=re.compile(
        r"""^[ ]*(?![^\n]*[.!?][”’"')]*[ ]*$)(?:
      back\ to\ top(?:\ button)?
    | (?:\w+\ ){0,2}logo
    | last\ updated?\ ?:.{0,20}\d.{0,40}
    | skip\ to\ (?:main\ )?content
    | (?:advertisement|sponsored\ content|share|tweet|print|e-?mail|copy\ link|listen)
    | share\ (?:this|on)\b.{0,25}
    | (?:sign\ up|subscribe)\ (?:to|for)\ (?:our|the)\ .{0,40}newsletter
    | (?:read|see)\ (?:more|also):?
    | \d+\ (?:min(?:ute)?s?)\ read
    | [=_~*–—-]{3,}
    | leave\ a\ (?:comment|reply)
    )[ ]*$""",
        re.IGNORECASE | re.VERBOSE | re.MULTILINE,
    ),
    greeting=re.compile(
        r"(?:good (?:morning|afternoon|evening|day)|hello|hi|hey|welcome(?: back)?|greetings"
        r"|dear(?= (?:all|readers?|friends?|subscribers?|neighbou?rs|members)\b))"
        r"(?:,? (?:and welcome|again|there|everyone|everybody|all|(?:dear )?readers?"
        r"|friends?|subscribers?|neighbou?rs|members|folks))*[ ]?[,.!:–—-]*"
        r"|here(?:['’]s| is| are) (?:what (?:happened|you need|we)|your|our"
        r"|(?:today|this week)['’]s)\b[^.!?]{0,80}[.!:]",
        re.IGNORECASE,
    ),
    rank=re.compile(
        r"(?:(?P<final>place|placing|finish)|pos(?:ition)?|rank(?:ing)?|pl|no|#)\.?", re.IGNORECASE
    ),
    winner="winner",
    update=re.compile(
        r"^\W*(?:update[ds]?|wrapup|refile[ds]?|correct(?:ed|ion)|version|v)\s*(\d*)\s*\W+",
        re.IGNORECASE,
    ),
)
