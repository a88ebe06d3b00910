"""The data type of a language: its words and patterns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.language.asking import (
    FolderQuestions,
    FollowUps,
    Phrases,
    Questions,
    Referents,
    Replacing,
    SmallTalk,
)
from rag.language.naming import Named
from rag.language.patterns import (
    NEVER,
    Calendar,
    Corrections,
    Names,
    Numbers,
    Pages,
    Pattern,
    Speech,
    Times,
)

__all__ = ["Language"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    """One language. Its words are in lower case unless stated otherwise."""

    code: str
    """The ISO 639 code."""
    stemmer: str
    """The Snowball stemmer, or "none"."""
    splitter: str
    """The code of the language whose rules sentencex applies."""
    word_at_end: Pattern = NEVER
    """The end of a sentence after a word that sentencex takes for an abbreviation: "in May. "."""
    stop_words: frozenset[str]
    """Function words and question words, which carry no evidence."""
    calendar: Calendar
    names: Names = field(default_factory=Names)
    named: Named = field(default_factory=Named)
    numbers: Numbers = field(default_factory=Numbers)
    times: Times = field(default_factory=Times)
    speech: Speech = field(default_factory=Speech)
    questions: Questions = field(default_factory=Questions)
    followups: FollowUps = field(default_factory=FollowUps)
    referents: Referents = field(default_factory=Referents)
    phrases: Phrases = field(default_factory=Phrases)
    replacing: Replacing = field(default_factory=Replacing)
    small_talk: SmallTalk = field(default_factory=SmallTalk)
    folder: FolderQuestions = field(default_factory=FolderQuestions)
    foreign: Pattern = NEVER
    """The beginning of a question in another language."""
    foreign_notice: str = ""
    """The notice for such a question, if it gets no answer."""
    pages: Pages = field(default_factory=Pages)
    corrections: Corrections = field(default_factory=Corrections)
    sample: tuple[str, ...]
    """Sentences that the splitter must separate, for the tests."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """A text that each pattern matches, by its path: "numbers.unit", "times.forms.0.pattern"."""
