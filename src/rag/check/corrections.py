"""What an outlet has withdrawn bears no claim out: finds the note that withdraws it."""

from collections.abc import Iterable

from rag.language import language_for
from rag.language.corrections import Note, notes, values_in
from rag.language.words import content_terms
from rag.schema import Article, Citation

__all__ = ["withdrawal", "withdrawn_in"]

_SHARE = 0.5  # of the words of the shorter that a claim and another article's note have in common


def withdrawn_in(claim: str, article: Article, *, near: Article | None = None) -> Citation | None:
    """The note in ``article`` that withdraws what ``claim`` states, if any.

    ``near`` is the article that says so; by default ``article`` itself. A note counts for another
    article only if no other outlet printed it, and not before that article.
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
        share=0.0 if own else _SHARE,
    )
    if found is None:
        return None
    return Citation(
        article_id=article.id,
        revision=article.revision,
        start=found.start,
        end=found.end,
        quote=article.text[found.start : found.end],
    )


def withdrawal(
    claim: str,
    text: str,
    *,
    title: str = "",
    outlet: str = "",
    code: str = "en",
    share: float = 0.0,
) -> Note | None:
    """The first note in ``text`` that withdraws a value of ``claim``, and is on its subject."""
    language = language_for(code)
    stated = values_in(claim, language=language)
    if not stated:
        return None
    words = set(content_terms(claim, stemmer=language.stemmer, language=language))
    for note in notes(text, title=title, outlet=outlet, language=language):
        is_gone = bool(note.withdrawn & stated) and not note.right & stated
        if is_gone and _is_about(note.about, words, share):
            return note
    return None


def _is_about(about: Iterable[str], words: set[str], share: float) -> bool:
    subject = set(about)
    if not subject:
        return share == 0
    return len(subject & words) >= max(1, share * min(len(subject), len(words)))


def _may_correct(correcting: Article, other: Article) -> bool:
    outlets = {(one.outlet or "").casefold() for one in (correcting, other)} - {""}
    late = not (correcting.published and other.published) or (
        correcting.published >= other.published
    )
    return len(outlets) <= 1 and late
