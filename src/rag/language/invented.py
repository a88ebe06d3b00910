"""A public fake: a tiny invented language for tests, and a minimal example of a language."""

import re

from rag.language.asking import FollowUps, Kind, Questions
from rag.language.language import Language
from rag.language.patterns import Calendar, Names, Numbers, TimeForm, Times

__all__ = ["INVENTED"]

_MONTHS = (
    *("Una", "Dua", "Tria", "Kvara", "Kvina", "Sesa", "Sepa", "Oka", "Nava", "Deka", "Dekuna"),
    "Dekdua",
)
_WEEKDAYS = ("Lun", "Mard", "Merk", "Jaud", "Vend", "Sabat", "Diman")

INVENTED = Language(
    code="qtx",  # ISO 639 reserves qaa to qtz for local use
    stemmer="none",
    splitter="en",
    stop_words=frozenset(("la", "kaj", "en")),
    names=Names(name=re.compile(r"[A-Z][a-z]+")),
    numbers=Numbers(
        values={"unu": 1.0, "du": 2.0},
        number=re.compile(r"\d+|\b(?:unu|du)\b"),
        whole=re.compile(r"\d+|\b(?:unu|du)\b"),
    ),
    calendar=Calendar(
        months=_MONTHS,
        month_stems=tuple(name.lower() for name in _MONTHS),
        weekdays=_WEEKDAYS,
        written=re.compile(rf"\b(?:{'|'.join(_MONTHS)}) [12]\d{{3}}\b"),
    ),
    times=Times(
        forms=(TimeForm(kind="year", pattern=re.compile(r"\bjaro (?P<year>[12]\d{3})\b")),),
    ),
    questions=Questions(kinds=((Kind.PLACE, re.compile(r"\bKie\b")),)),
    followups=FollowUps(asks_on=re.compile(r"^Kaj pri\b")),
    sample=("Mi vidas la urbon.", "Vi vidas du domojn!"),
    examples={
        "names.name": "Anna venis.",
        "numbers.number": "du domoj",
        "numbers.whole": "du domoj",
        "calendar.written": "en Dua 2022",
        "times.forms.0.pattern": "en jaro 2022",
        "questions.kinds.0.1": "Kie vidas vi Anna?",
        "followups.asks_on": "Kaj pri Anna?",
    },
)
