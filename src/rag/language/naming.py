"""What is known of the people, countries, companies and places that articles name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.language.patterns import NEVER, Pattern

__all__ = ["Named", "Sort"]


def _none() -> frozenset[str]:
    return frozenset()


class Sort(StrEnum):
    """What a name stands for."""

    PERSON = "person"
    COUNTRY = "country"
    COMPANY = "company"
    BODY = "body"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Named:
    """The words around names that show what they stand for."""

    run: Pattern = NEVER
    """Capitalised words that belong together, with "van" or "&" between them."""
    person: Pattern = NEVER
    """A whole word for a person's role or title: "minister"."""
    surname: Pattern = NEVER
    """Such a word that is also a last name: "King"."""
    opener: Pattern = NEVER
    """A capitalised word before a name that is no part of it: "Later"."""
    company: Pattern = NEVER
    """A whole word for a company: "insurer"."""
    company_name: Pattern = NEVER
    """A company's name: it ends with "Ltd"."""
    body: Pattern = NEVER
    """A whole word for an organisation, also as a part of its name: "party"."""
    place: Pattern = NEVER
    """The same for a place: "river"."""
    thing: Pattern = NEVER
    """A word in a name that is no person's: "Cup"."""
    state: Pattern = NEVER
    """A word beside a country's name that belongs to it: "Republic"."""
    of_country: Pattern = NEVER
    """A whole word made from a place or faith, which names no one: "Norwegian"."""
    at: Pattern = NEVER
    """Words before the name of a place, with the space after them: "in "."""
    before: Pattern = NEVER
    """The end of the text before a name that tells its ``role``."""
    after: Pattern = NEVER
    """The beginning of the text after a name that tells its ``role``."""
    listed: Pattern = NEVER
    """The end of the text before a list of names that tells their ``role``: "three men died: "."""
    who: Pattern = NEVER
    """The beginning of the text after the name of a person: ", who"."""
    joins: Pattern = NEVER
    """All that stands between two names of one list."""
    last_join: tuple[str, ...] = ()
    """The same between the last two names: " and "."""
    definite: Pattern = NEVER
    """The end of the text before a name that is no person's: "the "."""
    being: Pattern = NEVER
    """The end of the text before a participle that is passive: "was "."""
    agent: Pattern = NEVER
    """The beginning of the text between a passive verb and the one who acts: " by "."""
    objects: Pattern = NEVER
    """All that stands between a verb and a name that is its object."""
    opposed: frozenset[str] = frozenset()
    """Words after a verb of which one excludes another: "for", "against"."""
    unsure: Pattern = NEVER
    """Words before a verb after which it may not have happened: "no", "if", "refused"."""
    subject: Pattern = NEVER
    """All that stands between the names of those who act, or suffer, and the verb."""
    governed: Pattern = NEVER
    """The end of the text before a name that only tells whose or where: "aides to "."""
    owner: Pattern = NEVER
    """The beginning of the text after a name that owns what follows."""
    countries: Callable[[], frozenset[str]] = _none
    """The names of all countries, in lower case."""
    sorts: Mapping[str, Sort | None] = field(default_factory=dict)
    """Nouns for each sort; None for all sorts."""
    plurals: tuple[tuple[str, str], ...] = ()
    """Endings of plurals, and what stands in their place in the singular."""
