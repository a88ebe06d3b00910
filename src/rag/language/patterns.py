"""The patterns of a language: names, numbers, times, speech and pages.

A pattern that a language omits matches nothing, so a new language can start with a few.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "NEVER",
    "Calendar",
    "Corrections",
    "Names",
    "Numbers",
    "Pages",
    "Pattern",
    "Speech",
    "TimeForm",
    "Times",
]

Pattern = re.Pattern[str]

NEVER = re.compile(r"(?!)")
"""The pattern that matches nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """Names within a sentence."""

    name: Pattern = NEVER
    """A run of capitalised words, with the particles between them."""
    full: Pattern = NEVER
    """The same, with initials: "William P. Bell"."""
    joint: Pattern = NEVER
    """The word between two names: " and "."""
    further: Pattern = NEVER
    """A name after a comma, as in "Bern, Switzerland"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """Numbers in words, and the words next to numbers."""

    values: Mapping[str, float] = field(default_factory=dict)
    """Words that are added, with their values: "twenty"."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Fractions, with their values: "quarter"; a final "s" is ignored."""
    factors: Mapping[str, float] = field(default_factory=dict)
    """Words that multiply, with their values: "million"; a final "s" is ignored."""
    ordinals: tuple[str, ...] = ()
    """Words for places, from "first"."""
    joint: str = ""
    """The word between the parts of a number: "two and a half"."""
    compound: Pattern = NEVER
    """A unit and the words up to a smaller number of the same quantity: " hours, " or " ft "."""
    smaller: Pattern = NEVER
    """The unit of the smaller number: " minutes" or " in"."""
    negative: Pattern = NEVER
    """The beginning of a number below zero."""
    number: Pattern = NEVER
    """One number, in digits or as a word."""
    whole: Pattern = NEVER
    """A quantity as printed: one number, a range from ``least`` or ``low`` to ``most`` or ``high``,
    a share (``part`` in ``among``), or a ``vague`` quantity such as "several hundred"."""
    single: Pattern = NEVER
    """A number of one or more words, with its currency sign."""
    change: Pattern = NEVER
    """Words before two numbers that are not a range: "from"."""
    other: Pattern = NEVER
    """What follows digits or number words that are not a quantity: an ordinal or a time of day."""
    counts: Pattern = NEVER
    """Words after a number that show that it counts something, so it is not a year."""
    unit: Pattern = NEVER
    """The unit after a number."""
    inseparable: Pattern = NEVER
    """A unit without which the number would mislead: "%"."""
    of_a: Pattern = NEVER
    """Words between a fraction and its unit: the "a" in "half a per cent"."""
    point: str = ""
    """The word for a decimal point: "one point five"."""
    same_unit: Mapping[str, str] = field(default_factory=dict)
    """The unit to compare each unit as, by its lower-case name; empty for none."""
    counted: Pattern = NEVER
    """A "how many" question, with the noun that it counts in the group ``counted``."""
    at_most: Pattern = NEVER
    """Words for an upper bound, at the end of the text before a number."""
    at_least: Pattern = NEVER
    """Words for a lower bound, likewise."""
    about: Pattern = NEVER
    """Words for an approximate number, likewise."""
    or_more: Pattern = NEVER
    """Words for a lower bound after a number."""
    or_fewer: Pattern = NEVER
    """Words for an upper bound after a number."""
    odd: Pattern = NEVER
    """Words after a number that is rounded down: "twenty-odd"."""
    clause: Pattern = NEVER
    """The end of the clause that says what a number counts."""
    no_difference: frozenset[str] = frozenset()
    """Words near a number that do not change what it counts: "now"."""
    changing: frozenset[str] = frozenset()
    """Stems near a measurement that changes from day to day: "degre", "price"."""
    rough: Pattern = NEVER
    """Words in or after a number that is approximate: "dozen"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calendar:
    """Names of months, weekdays and seasons, and dates as they are written."""

    months: tuple[str, ...]
    """January to December."""
    month_stems: tuple[str, ...]
    """The first letters of each month, in lower case; enough to distinguish them."""
    weekdays: tuple[str, ...]
    """Monday to Sunday."""
    weekday: Pattern = NEVER
    """A whole weekday, in lower case."""
    seasons: Mapping[str, int] = field(default_factory=dict)
    """The first month of each season in the northern hemisphere."""
    date: Pattern = NEVER
    """A full date, in the group ``iso``, ``mdy`` or ``dmy``; see ``temporal.dates``."""
    written: Pattern = NEVER
    """A date or other calendar expression that may answer a question."""

    def month_number(self, name: str) -> int:
        """The number of a month, 1 to 12, by its name or abbreviation.

        Raises:
            ValueError: no month has this name.
        """
        plain = name.lower()
        stem = next((stem for stem in self.month_stems if plain.startswith(stem)), plain)
        return self.month_stems.index(stem) + 1

    def weekday_number(self, name: str) -> int:
        """The number of a weekday, 0 for Monday, by its name.

        Raises:
            ValueError: no weekday has this name.
        """
        return [day.lower() for day in self.weekdays].index(name.lower())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeForm:
    """One form of time expressions. ``kind`` names its meaning in ``temporal.expressions``.

    ``needs_lead`` is true if it counts only after a word such as "in".
    """

    kind: str
    pattern: Pattern
    needs_lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Times:
    """Time expressions, and the words around them."""

    forms: tuple[TimeForm, ...] = ()
    """By precedence: a later form never matches text that an earlier one matched."""
    days_back: Mapping[str, int] = field(default_factory=dict)
    """How many days ago a word such as "yesterday" means; other words mean the same day."""
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The smallest and the largest number that a word such as "few" means."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Words for "day", "week", "weekend", "month", "year" and "decade"."""
    units_back: Mapping[str, int] = field(default_factory=dict)
    """How many units "this" or "next" goes back; all other words go back one unit."""
    days_named: Mapping[str, int] = field(default_factory=dict)
    """The same before a weekday, month or season."""
    latest: Pattern = NEVER
    """Words that ask for the current state or the latest of its kind."""
    ahead: Pattern = NEVER
    """Words that speak of the future."""
    past: Pattern = NEVER
    """Words that speak of the past: "said"."""
    happened: Pattern = NEVER
    """The verb of an event that is over: any past tense."""
    habit: Pattern = NEVER
    """Times of repeated events: "every Tuesday", "on Sundays"."""
    attributive: Pattern = NEVER
    """The end of the text before a weekday that belongs to the noun after it: "its "."""
    event: Pattern = NEVER
    """A noun for an event: the "vote" of "the Monday vote"."""
    lead: Pattern = NEVER
    """The end of the text before a time expression, with the groups ``word``, ``the``, ``part``."""
    loose: frozenset[str] = frozenset()
    """Lead words that mark a time only before a day: "the count of 12 May"."""
    around: Pattern = NEVER
    """Words before a time expression that can be left out together with it."""
    compared: Pattern = NEVER
    """Words before a time in a comparison, as in "more than in 2019"."""
    year_led: Pattern = NEVER
    """Words before a bare year that show that it dates an event."""
    daytime: Pattern = NEVER
    """The time of day after a day, with the space before it."""
    own: Pattern = NEVER
    """The possessive ending of a time, as in "yesterday's"."""
    article: str = ""
    """The article that replaces a possessive time."""
    joined: Pattern = NEVER
    """The words between the two ends of a period."""
    ranges: frozenset[str] = frozenset()
    """Lead words that begin a period with two ends."""
    bounds: Mapping[str, str] = field(default_factory=dict)
    """Lead words that mean "since", "after", "before" or "until"."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Words that mean the "early", "mid" or "late" part of a period."""
    aside: Pattern = NEVER
    """A clause on an event of another ``year``: "in 2003, when 31 people died"."""
    record: Pattern = NEVER
    """Words before "since" that mark a record, as in "the highest since 2020"."""
    given_names: frozenset[str] = frozenset()
    """Months that are also given names."""
    acts: Pattern = NEVER
    """Verbs that show that a month before them is a given name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speech:
    """Reported speech, its speakers, and questions about it."""

    speaks: Pattern = NEVER
    """A verb of speech."""
    speaks_after: Pattern = NEVER
    """A verb of speech directly after a name."""
    speaks_before: Pattern = NEVER
    """A verb of speech directly before a name."""
    pronoun: Pattern = NEVER
    """The opening of a sentence whose subject is a pronoun for a person."""
    role: Pattern = NEVER
    """The opening of a sentence whose subject is a role without a name: "The minister"."""
    asks: Pattern = NEVER
    """A question about what someone said: the groups ``who``, ``told`` (the verb) and ``rest``."""
    says: Pattern = NEVER
    """A verb of speech that shows that a sentence reports what someone said."""
    several: frozenset[str] = frozenset()
    """Words in ``who`` that show that it names more than one person."""
    titles: Pattern = NEVER
    """A whole word, in lower case, that may precede a last name."""
    attribution: Pattern = NEVER
    """Words at the start or end of a sentence that only name its source: "According to IRNA, "."""
    reporting: frozenset[str] = frozenset()
    """Words that name a source and state nothing else: "according", "said"."""
    speakers: frozenset[str] = frozenset()
    """Pronouns that name a speaker: "he", "we"."""
    own: Pattern = NEVER
    """A pronoun for the speaker: "I", "our"."""
    addressed: Pattern = NEVER
    """A pronoun for the person asked: "you"."""
    answer_label: Pattern = NEVER
    """A whole word before an answer that names no one: "A"."""
    interview: Pattern = NEVER
    """Words that announce an interview: "spoke to"."""
    spoke_to: Pattern = NEVER
    """Words before the name of the one who asks: "She spoke to "."""
    hedges: Pattern = NEVER
    """Words that mark a possibility, ``hearsay``, or what is ``planned`` or suspected."""
    forecasts: Pattern = NEVER
    """Words that mark what will be: "will", "is set to"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pages:
    """Lines that a page prints around the text of an article."""

    byline: Pattern = NEVER
    """A whole line that names the ``author``, and perhaps the ``date``.

    The groups ``between`` and ``after`` have the places and outlets around the date.
    """
    imprint: Pattern = NEVER
    """A whole line below a byline that has only a name, in the group ``outlet``, and a ``date``."""
    outlet: Pattern = NEVER
    """A name in capitals of the title, as of an outlet."""
    leading_date: Pattern = NEVER
    """A date before the first word of the text, in the first group."""
    leading_dates: Pattern = NEVER
    """All dates before the text, to be removed."""
    furniture: Pattern = NEVER
    """A whole line that belongs to the site, such as "Read more"."""
    greeting: Pattern = NEVER
    """A whole sentence that greets the readers or announces the text: "Good morning."."""
    rank: Pattern = NEVER
    """The name of a column of places: "Rank"; in the group ``final`` if the first has won."""
    winner: str = ""
    """The word for who came first."""
    update: Pattern = NEVER
    """The mark of a new version before a title, with its number in the first group."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corrections:
    """Notes by which an outlet corrects, clarifies or withdraws what it printed."""

    hint: Pattern = NEVER
    """A word that every note contains; paragraphs without one are skipped to save time."""
    label: Pattern = NEVER
    """The beginning of a text or title that announces a correction: "Correction:"."""
    invites: Pattern = NEVER
    """A sentence that asks readers to report errors, which is no note: "Spotted a mistake?"."""
    remark: Pattern = NEVER
    """The beginning of a note of any kind: "Editor's note"."""
    opening: Pattern = NEVER
    """A correction without a label: "An earlier version said …"."""
    ours: Pattern = NEVER
    """Words by which the outlet itself repeats what it printed: "We reported"."""
    reports: Pattern = NEVER
    """The same within a note, where "the article said" is enough."""
    in_fact: Pattern = NEVER
    """The beginning of a sentence that denies what was printed."""
    goes_on: Pattern = NEVER
    """The beginning of a sentence that continues a note."""
    also: Pattern = NEVER
    """The beginning of a sentence that corrects something else in the same article."""
    another: Pattern = NEVER
    """The beginning of a note that names the article that it corrects: "An article on …"."""
    apology: Pattern = NEVER
    """A sentence that apologises for an error."""
    bracket: Pattern = NEVER
    """A note in brackets: "(corrects figure in paragraph 3)"."""
    said_wrong: Pattern = NEVER
    """Words that introduce the wrong text, with that text in the group ``wrong``."""
    not_so: Pattern = NEVER
    """The withdrawn text next to the correct text; it is the last group that matched."""
    spelling: Pattern = NEVER
    """Words that show that a note corrects only the spelling of a name."""
    cut: Pattern = NEVER
    """Words after the text that a correction withdraws."""
    frame: Pattern = NEVER
    """Words about the note itself: its date, and the paragraph that it corrects."""
    words: frozenset[str] = frozenset()
    """Words of notes that do not describe their subject."""
