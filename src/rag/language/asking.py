"""The patterns of questions in a language, and of follow-ups in a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.language.patterns import NEVER, Pattern

__all__ = [
    "FolderKind",
    "FolderQuestions",
    "FollowUps",
    "Kind",
    "Phrases",
    "Questions",
    "Referents",
    "Replacing",
    "SmallTalk",
]


class Kind(StrEnum):
    """The type of answer that a question asks for."""

    PERSON = "person"
    DATE = "date"
    PLACE = "place"
    NUMBER = "number"
    REASON = "reason"
    YES_NO = "yes/no"
    THING = "thing"


class FolderKind(StrEnum):
    """What a question over the whole folder asks for."""

    COMPARE = "compare"
    DISAGREE = "disagree"
    TIMELINE = "timeline"
    NEWEST = "newest"
    FIRST = "first"
    COUNT = "count"
    AUTHORS = "authors"
    OUTLETS = "outlets"
    CORRECTIONS = "corrections"
    MENTIONS = "mentions"
    SUMMARY = "summary"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Questions:
    """What questions ask for, and which sentences decide a yes/no question."""

    kinds: tuple[tuple[Kind, Pattern], ...] = ()
    """The types of answer by precedence, with the questions that ask for them."""
    several: Pattern = NEVER
    """A question that asks for a list."""
    named: Pattern = NEVER
    """The end of such a question if it asks for a single name after all."""
    compares: Pattern = NEVER
    """Words that compare with what the question names: "than"."""
    wh: Pattern = NEVER
    """The word before the noun asked for: "what"."""
    choosing: frozenset[str] = frozenset()
    """Question words after which a plural noun always asks for a list: "which"."""
    ends: frozenset[str] = frozenset()
    """Verbs and prepositions after the noun asked for."""
    plural_verbs: frozenset[str] = frozenset()
    """Verbs that can follow a plural noun."""
    plural: Pattern = NEVER
    """A whole plural noun, in lower case."""
    participle: Pattern = NEVER
    """The end of a word that is not a noun."""
    denials: frozenset[str] = frozenset()
    """Words that negate what is near them."""
    denies: Pattern = NEVER
    """The ending of a negated verb, such as "n't"."""
    doubts: Pattern = NEVER
    """Words that question what a sentence says."""
    untold: Pattern = NEVER
    """A clause that says that nobody tells or knows what the group ``open`` asks."""
    unclear: Pattern = NEVER
    """The same with the question first: "how it began is not known"."""
    beside: Pattern = NEVER
    """A word between two clauses, with the space after it."""
    telling: Pattern = NEVER
    """A word of a question that asks what is known or said."""
    news: frozenset[str] = frozenset()
    """Words that ask for news in general."""
    specific: frozenset[str] = frozenset()
    """Words that ask for something specific, or refer to something named before."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowUps:
    """Words that link a question to the previous one."""

    person: Pattern = NEVER
    """A pronoun for a person."""
    group: Pattern = NEVER
    """A plural pronoun."""
    thing: Pattern = NEVER
    """A pronoun for a thing."""
    no_thing: Pattern = NEVER
    """A question in which the pronoun "it" refers to nothing."""
    own: frozenset[str] = frozenset()
    """Possessive pronouns."""
    own_before_noun: frozenset[str] = frozenset()
    """Pronouns that are possessive only before a noun: "her"."""
    noun: Pattern = NEVER
    """The noun after a possessive pronoun."""
    possessive: tuple[str, str] = ("", "")
    """The endings that make a name possessive: after most names, and after "s"."""
    short: Pattern = NEVER
    """A shortened verb after a pronoun, such as "'s", in the first group."""
    full_forms: Mapping[str, str] = field(default_factory=dict)
    """The full forms of shortened verbs."""
    joins_on: Pattern = NEVER
    """An opening "And" or "But"."""
    asks_on: Pattern = NEVER
    """The opening "What about"."""
    asks_who: Pattern = NEVER
    """A question word that needs no auxiliary: "who"."""
    asks_how: Pattern = NEVER
    """A question word for a manner or reason: "how"."""
    points_back: Pattern = NEVER
    """Words that refer to an earlier turn, as in "any others?"."""
    clause: Pattern = NEVER
    """The start of a clause; a pronoun in it may refer to something before it."""
    joint: str = ", "
    """The words that join two questions."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Referents:
    """Signs that a name is a place, person or thing."""

    after_place: Pattern = NEVER
    """A preposition before a place, or before another name that is not the topic."""
    after_article: Pattern = NEVER
    """An article directly before the name."""
    after_role: Pattern = NEVER
    """A person's role before the name of its place or group: "the mayor of "."""
    he: Pattern = NEVER
    """A pronoun for a man."""
    she: Pattern = NEVER
    """A pronoun for a woman."""
    titled_he: Pattern = NEVER
    """A man's title and last name, the latter in the group ``name``: "Mr Lund"."""
    titled_she: Pattern = NEVER
    """A woman's title and last name: "Ms Rose"."""
    of_person: Pattern = NEVER
    """A pronoun for a person after the name."""
    acts: Pattern = NEVER
    """A verb directly after the name of a person who acts."""
    asked_about: Pattern = NEVER
    """A verb directly before the subject of a question: "What did "."""
    no_person: Pattern = NEVER
    """Words or endings of names that are not names of persons."""
    of_thing: Pattern = NEVER
    """A noun before the name of a thing, as in "the ferry Anna"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phrases:
    """Definite noun phrases in a question: "the tram line"."""

    phrase: Pattern = NEVER
    """The article and the words after it, in the group ``words``."""
    before_verb: Pattern = NEVER
    """The end of the text before a phrase with the verb after it, as in "will the tram run"."""
    participle: Pattern = NEVER
    """A word after the noun that is part of the verb: "stolen"."""
    trailing: Pattern = NEVER
    """An adverb after the noun: "first"."""
    goes_on: Pattern = NEVER
    """The start of the text after a phrase that is not complete without it: " of the"."""
    several: Pattern = NEVER
    """A plural noun, in lower case."""
    asks_subject: Pattern = NEVER
    """The opening of a question that may ask for the subject of its verb: "how many"."""
    asks_thing: Pattern = NEVER
    """The opening of a question before the noun for what it asks for: "which"."""
    leads_name: Pattern = NEVER
    """The end of the text before a name that belongs to it: "the joint "."""
    auxiliaries: frozenset[str] = frozenset()
    """Verbs that may stand before the verb of such a question: "was"."""
    adverbial: Pattern = NEVER
    """The start of a time or place before a subject: "On Monday"."""
    joined: Pattern = NEVER
    """Words between two subjects: " and "."""
    no_thing: frozenset[str] = frozenset()
    """Nouns that "it" rarely refers to: "year", "reason"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replacing:
    """Parts of questions that a short follow-up can replace."""

    asks_on: Pattern = NEVER
    """The opening "What about", with the space after it."""
    leads: Pattern = NEVER
    """Words that may precede a name or a date and belong to it, such as "in the "."""
    article: str = ""
    """The article that may end these leading words."""
    ends_with_article: Pattern = NEVER
    """Leading words that end with the article."""
    place_words: frozenset[str] = frozenset()
    """Prepositions of place."""
    wh: Pattern = NEVER
    """The phrase that opens a question."""
    month: Pattern = NEVER
    """The name of a month."""
    relative: Pattern = NEVER
    """The start of a time expression that takes no preposition, such as "last week"."""
    points_back: Pattern = NEVER
    """Words that refer to an earlier turn."""
    verb: Pattern = NEVER
    """A verb in a question."""
    setting: Pattern = NEVER
    """A time or place."""
    tail: Pattern = NEVER
    """The time and place at the end of a question, such as "in the flood in Valencia?"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallTalk:
    """Small talk, and the replies to it."""

    kinds: tuple[tuple[Pattern, str], ...] = ()
    """Phrases and their replies, by precedence. The replies state no facts."""
    joins: Pattern = NEVER
    """Words between two phrases, with the space after them."""
    asks: Pattern = NEVER
    """The start of a question that follows a phrase without punctuation."""
    otherwise: str = ""
    """The reply to a turn without words."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FolderQuestions:
    """Questions over the whole folder, such as "Which articles mention X?", and reply texts.

    The patterns match a question in which each outlet is one character; see ``folder.OUTLET``.
    """

    kinds: tuple[tuple[FolderKind, Pattern], ...] = ()
    """Whole questions by precedence, with the groups ``topic``, ``many`` and ``source``.

    Questions for names also have ``noun``, the kind of name listed, and ``deed`` or ``done``: what
    those named did, or what was done to them.
    """
    hint: Pattern = NEVER
    """A word that every question over the folder contains."""
    spare: Pattern = NEVER
    """Words to ignore before and after a question: "please", "in this folder"."""
    within: Pattern = NEVER
    """Words that restrict a question to an outlet: "from the Herald"."""
    no_topic: Pattern = NEVER
    """Words in a topic that show that the question is about the world, not the folder."""
    form: Pattern = NEVER
    """A form of text in a topic, with the preposition after it: "interview with"."""
    article: str = ""
    """An article before a name, which is not part of it."""
    several: int = 5
    """How many articles "the newest articles" are."""
    mention: tuple[str, str] = ("", "")
    """The verb for one article and for several: "mentions", "mention"."""
    count: tuple[str, str] = ("", "")
    """How many of ``total`` articles were ``found``, in singular and plural."""
    shown: str = ""
    """The ``number`` of articles shown, if that is fewer than were found."""
    picked: Mapping[FolderKind, str] = field(default_factory=dict)
    """The same for questions that always show only some articles: "shown: the newest"."""
    several_picked: Mapping[FolderKind, str] = field(default_factory=dict)
    """The same if several articles are shown: "shown: the 3 newest"."""
    read: str = ""
    """The number of articles read, for lists of names that cover only the newest articles."""
    correct: tuple[str, str] = ("", "")
    """The verb for one article and for several that correct something."""
    none: str = ""
    """The same if none of several articles mentions the topic."""
    undated: tuple[str, str] = ("", "")
    """How many articles cannot be the newest or oldest, because they have no date."""
    no_names: tuple[str, str] = ("", "")
    """The line if a question for names found none, in singular and plural."""
    names: tuple[str, str] = ("", "")
    """How many names are in how many ``articles``, in singular and plural."""
    reported: str = ""
    """The note beside a sentence that states no time, with the ``day`` of its article."""
    by: str = ""
    """The note beside an article's sentence, with its ``author``."""
