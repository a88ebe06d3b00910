"""Finds the correction that withdraws what a claim states."""

import re
from collections.abc import Iterator

from rag.language import language_for
from rag.language.corrections import Note, Value, is_corrected, notes, values_in
from rag.language.language import Language
from rag.language.quantities import Quantity, quantities
from rag.language.words import content_terms, stem
from rag.schema import Article, Citation

__all__ = ["withdrawal", "withdrawn_in"]

_SHARE = 0.5  # minimum share of the shorter text's words that a claim and a note have in common
_BESIDE = 2  # content words next to a number that say what it counts
_LEAST = 2  # minimum words that a note without values withdraws
_FURTHER = 1  # maximum other words of a claim that only repeats them
_BORDER = re.compile(r"[,;:.!?](?:\s|$)")


def withdrawn_in(claim: str, article: Article, *, near: Article | None = None) -> Citation | None:
    """The correction in ``article`` that withdraws what ``claim`` states, or None.

    ``near`` is the article that supports the claim; by default ``article`` itself. A correction
    applies to another article only if it is from the same outlet and not older.
    """
    own = near is None or near.id == article.id
    if near is not None and not own and not _may_correct(article, near):
        return None
    found = withdrawal(
        claim,
        article.text,
        title=article.title,
        outlet=article.outlet or "",
        code=article.language,
        corrected="" if near is None or own else f"{near.title}\n\n{near.text}",
    )
    if found is None or not (own or found.about):
        return None
    return article.citation(found.start, found.end)


def withdrawal(
    claim: str,
    text: str,
    *,
    title: str = "",
    outlet: str = "",
    code: str = "en",
    corrected: str = "",
) -> Note | None:
    """The first correction in ``text`` on the subject of ``claim`` that withdraws a value of it.

    A number is withdrawn only if it counts the same thing in the claim as in the correction. A
    correction of a spelling withdraws nothing. A correction without values withdraws a claim that
    merely repeats the words withdrawn. ``corrected`` is the text of another article, which the
    correction may concern.
    """
    language = language_for(code)
    stated = values_in(claim, language=language)
    words = frozenset(content_terms(claim, stemmer=language.stemmer, language=language))
    for note in notes(text, title=title, outlet=outlet, language=language):
        gone = note.withdrawn & stated
        if language.corrections.spelling.search(text, note.start, note.end):
            continue
        if _only_repeats(words, note):
            return note
        if not gone or note.right & stated or note.is_kept(words):
            continue
        about = note.about - _stems_of(note.withdrawn | note.right, language)
        linked = corrected and is_corrected(note, corrected, language=language)
        is_on = _is_about(about, words) or (linked and note.is_on(words, gone))
        if is_on and _counts_the_same(claim, gone, about, language):
            return note
    return None


def _only_repeats(words: frozenset[str], note: Note) -> bool:
    """Whether a claim consists mostly of the words that a correction without values withdraws."""
    is_whole = len(note.wrong) >= _LEAST and note.wrong <= words
    return not note.withdrawn and is_whole and len(words - note.wrong) <= _FURTHER


def _stems_of(values: frozenset[Value], language: Language) -> frozenset[str]:
    """The stems of all words of the names in ``values``."""
    names = (value for value in values if isinstance(value, frozenset))
    return frozenset(stem(word, language.stemmer) for name in names for word in name)


def _is_about(about: frozenset[str], words: frozenset[str]) -> bool:
    """Whether a correction is on the subject of a claim; true if it states no subject."""
    common = len(about & words)
    return not about or common >= max(1, _SHARE * min(len(about), len(words)))


def _counts_the_same(
    claim: str, gone: frozenset[Value], about: frozenset[str], language: Language
) -> bool:
    """Whether a withdrawn number counts the same thing in the claim; true for other values."""
    numbers = [one for one in quantities(claim, language=language) if one.readings in gone]
    return not (numbers and about) or any(
        about.intersection(_beside(claim, one, language)) for one in numbers
    )


def _beside(claim: str, number: Quantity, language: Language) -> Iterator[str]:
    """The stems of the content words after a number; those before it too if no noun follows."""
    border = _BORDER.search(claim, number.end)
    after = claim[number.end : border.start() if border else len(claim)]
    terms = content_terms(after, stemmer=language.stemmer, language=language)
    yield from terms[:_BESIDE]
    if terms[:1] != [number.noun]:
        before = claim[: number.start]
        terms = content_terms(before, stemmer=language.stemmer, language=language)
        yield from terms[-_BESIDE:]


def _may_correct(correcting: Article, other: Article) -> bool:
    outlets = {(one.outlet or "").casefold() for one in (correcting, other)} - {""}
    late = not (correcting.published and other.published) or (
        correcting.published >= other.published
    )
    return len(outlets) <= 1 and late
