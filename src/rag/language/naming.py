"""Patterns that show whether a name is a person, country, company or place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.language.patterns import NEVER, Pattern

__all__ = ["Named", "Sort"]


class Sort(StrEnum):
    """The kind of thing that a name refers to."""

    PERSON = "person"
    COUNTRY = "country"
    COMPANY = "company"
    BODY = "body"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Named:
    """Patterns for names and for the words around them."""

    run: Pattern = NEVER
    """Capitalised words that belong together, with "van" or "&" between them."""
    person: Pattern = NEVER
    """A whole word for a person's role or title: "minister"."""
    surname: Pattern = NEVER
    """A word for a role that is also a last name: "King"."""
    opener: Pattern = NEVER
    """A capitalised word before a name that is not part of it: "Later"."""
    ship_title: Pattern = NEVER
    """A title that also begins names of ships: "the Lady Ann"."""
    saint: Pattern = NEVER
    """A title that is also part of a place's name: "Saint Olave"."""
    company: Pattern = NEVER
    """A whole word for a company: "insurer"."""
    company_name: Pattern = NEVER
    """A company's name, such as one that ends with "Ltd"."""
    body: Pattern = NEVER
    """A whole word for an organisation, also as a part of its name: "party"."""
    place: Pattern = NEVER
    """The same for a place: "river"."""
    thing: Pattern = NEVER
    """A word that does not occur in a person's name: "Cup"."""
    thing_name: Pattern = NEVER
    """A whole name that is not a person's: "Storm Elsa"."""
    state: Pattern = NEVER
    """A word next to a country's name that is part of it: "Republic"."""
    of_country: Pattern = NEVER
    """An adjective or noun for the people of a place or religion: "Norwegian"."""
    at: Pattern = NEVER
    """A preposition before a place name, with its space: "in "."""
    before: Pattern = NEVER
    """Words right before a name, with its role in the group ``role``."""
    after: Pattern = NEVER
    """Words right after a name, with its role in the group ``role``."""
    listed: Pattern = NEVER
    """Words right before a list of names, with the group ``role``: "three men died: "."""
    listing: Pattern = NEVER
    """The text between a verb and a list of those who acted: " on Monday: "."""
    who: Pattern = NEVER
    """Words right after the name of a person: ", who"."""
    joins: Pattern = NEVER
    """The text between two names of a list."""
    last_join: tuple[str, ...] = ()
    """The same between the last two names: " and "."""
    definite: Pattern = NEVER
    """Words right before a name that is not a person's: "the "."""
    being: Pattern = NEVER
    """Words right before a passive participle: "was "."""
    verb_endings: frozenset[str] = frozenset()
    """Endings of regular verbs, also empty."""
    agent: Pattern = NEVER
    """The text between a passive verb and its agent: " by "."""
    objects: Pattern = NEVER
    """The text between a verb and a name that is its object."""
    opposed: frozenset[str] = frozenset()
    """Prepositions after a verb that contradict each other: "for", "against"."""
    unsure: Pattern = NEVER
    """Words before a verb that make the event uncertain: "no", "if", "refused"."""
    subject: Pattern = NEVER
    """The text between the names that are the subject of a verb, and the verb."""
    belongs: Pattern = NEVER
    """The text between a name and the name of where it belongs: " of "."""
    governed: Pattern = NEVER
    """Words right before a name that depends on another noun: "aides to "."""
    owner: Pattern = NEVER
    """Words right after a name that owns what follows: "'s "."""
    countries: Callable[[], frozenset[str]] = frozenset
    """The names of all countries, in lower case."""
    nationalities: frozenset[str] = frozenset()
    """Words for the people of a country, in lower case: "danish"."""
    sorts: Mapping[str, Sort | None] = field(default_factory=dict)
    """Nouns for each sort; None for all sorts."""
    plurals: tuple[tuple[str, str], ...] = ()
    """Plural endings with their singular endings."""

    def singulars(self, word: str) -> set[str]:
        """What ``word`` may be the plural of."""
        return {word.removesuffix(e) + new for e, new in self.plurals if word.endswith(e)}
