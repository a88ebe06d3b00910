"""Where clauses and adverbials begin, and which words are verbs, without a parser."""

import re

from rag.language.english.verbs import is_verb

__all__ = ["DENIALS", "LINKS", "MARK", "MUTUAL", "OPENERS", "is_verbal"]

MARK = re.compile(r"[,;:.!?()“”\"\[\]`—–]|\s-\s|''")
"""Punctuation that can divide clauses."""

LINKS = frozenset(
    (
        *("is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "having"),
        *("will", "would", "can", "could", "may", "might", "must", "do", "does", "did"),
        *("get", "gets", "got"),
    )
)
"""Auxiliary verbs."""

OPENERS = frozenset(
    (
        *("who", "which", "that", "whose", "where", "when", "while", "after", "before", "since"),
        *("as", "because", "although", "though", "but", "and", "or", "if", "until", "so", "yet"),
        *("with", "without", "for", "from", "by", "in", "on", "at", "to", "into", "of", "over"),
        *("under", "about", "against", "during", "despite", "including", "following", "through"),
        *("near", "than"),
    )
)
"""Words with which a clause or an adverbial can begin."""

DENIALS = frozenset(("nobody", "nothing", "none", "nowhere"))
"""Pronouns that deny a sentence."""

MUTUAL = frozenset(("met", "meet", "marri", "talk", "join"))
"""Stems of verbs whose subject and object can be exchanged."""


def is_verbal(word: str) -> bool:
    """Whether ``word``, in lower case, can be a verb or participle."""
    return word in LINKS or is_verb(word) or (len(word) > 4 and word.endswith(("ed", "ing")))
