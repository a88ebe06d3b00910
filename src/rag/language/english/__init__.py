"""English."""

import re

from rag.language.english.asking import FOLLOWUPS, PHRASES, QUESTIONS, REFERENTS, REPLACING
from rag.language.english.calendar import CALENDAR, TIMES
from rag.language.english.corrections import CORRECTIONS
from rag.language.english.examples import EXAMPLES, SAMPLE
from rag.language.english.folder import FOLDER
from rag.language.english.foreign import FOREIGN, FOREIGN_NOTICE
from rag.language.english.names import NAMES
from rag.language.english.naming import NAMED
from rag.language.english.numbers import NUMBERS
from rag.language.english.pages import PAGES
from rag.language.english.small_talk import SMALL_TALK
from rag.language.english.speech import SPEECH
from rag.language.language import Language

__all__ = ["ENGLISH"]

_STOP_WORDS = """
    a about after all also am an and any are aren't as at be because been before being between both
    but by can can't could couldn't did didn't do does doesn't doing don't during each either else
    ever every for from further had has hasn't have haven't having he her here hers herself him
    himself his how i if in into is isn't it it's its itself just may me might more most much many
    my myself no nor not of off on once only or other our ours out over own per s same she should
    shouldn't so some such t than that the their theirs them themselves then there these they this
    those though through to too under until up upon us very was wasn't we were weren't what when
    where whether which while who whom whose why will with within would wouldn't you your yours
"""

ENGLISH = Language(
    code="en",
    stemmer="english",
    splitter="en",
    word_at_end=re.compile(
        r"\b(?:CA|DC|LA|May|OK|art|id|ill|may|me|no)\.[\"'’”)]*\s+(?=[\"'‘“(]*[A-Z])"
    ),
    stop_words=frozenset(_STOP_WORDS.split()),
    names=NAMES,
    named=NAMED,
    numbers=NUMBERS,
    calendar=CALENDAR,
    times=TIMES,
    speech=SPEECH,
    questions=QUESTIONS,
    followups=FOLLOWUPS,
    referents=REFERENTS,
    phrases=PHRASES,
    replacing=REPLACING,
    small_talk=SMALL_TALK,
    folder=FOLDER,
    foreign=FOREIGN,
    foreign_notice=FOREIGN_NOTICE,
    pages=PAGES,
    corrections=CORRECTIONS,
    sample=SAMPLE,
    examples=EXAMPLES,
)
