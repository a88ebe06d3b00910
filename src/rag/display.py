"""Texts shared by all interfaces: sources, other versions of an article, the period asked about."""

from collections.abc import Callable, Iterable

from rag.errors import UsageError
from rag.schema import Answer, Article, Hit

__all__ = ["abstention_line", "edition_line", "period_line", "source_line"]


def source_line(article: Article, *, at: Iterable[int] = ()) -> str:
    """The outlet, date and title of an article on one line, and the pages with the offsets ``at``.

    A missing outlet is shown as "outlet not stated" and a missing date as "undated". Only PDFs have
    pages.
    """
    outlet = article.outlet or "outlet not stated"
    day = article.published.isoformat() if article.published else "undated"
    pages = sorted({page for offset in at if (page := article.page(offset))})
    where = f", {'p.' if len(pages) == 1 else 'pp.'} {', '.join(map(str, pages))}" if pages else ""
    return f"{outlet}, {day}{f': {article.title}' if article.title else ''}{where}"


def period_line(answer: Answer) -> str:
    """The period that the question asked about, and a note if the answer is from another time.

    Empty if the question named no period.
    """
    asked = f"Time asked about: {answer.period}." if answer.period else ""
    if not answer.off_period:
        return asked
    day = f"{answer.off_date.day} {answer.off_date:%B %Y}" if answer.off_date else "another time"
    return f"{asked} No article of that time was found to answer; what follows is from {day}."


def abstention_line(answer: Answer) -> str:
    """The first words of an abstention; they describe the search, not the facts.

    Empty if the coverage line already says that no article matches.
    """
    if answer.coverage and not answer.closest:
        return ""
    return "Not sure. Closest:" if answer.closest else "Found nothing that answers."


def edition_line(hit: Hit, find: Callable[[str], Article]) -> str:
    """The other outlets that printed a passage, and the version that supersedes it.

    Empty if there are none. ``find`` returns the article with an id.
    """
    own = find(hit.passage.article_id).outlet
    copies = ((id_, _if_there(find, id_)) for id_ in hit.copies)
    outlets = dict.fromkeys(copy.outlet or id_ for id_, copy in copies if copy)
    others = ", ".join(outlet for outlet in outlets if outlet != own)
    notes = [f"also in {others}"] if others else []
    newer = _if_there(find, hit.superseded_by) if hit.superseded_by else None
    if newer:
        notes.append(f"superseded by {source_line(newer)}")
    return "; ".join(notes)


def _if_there(find: Callable[[str], Article], article_id: str) -> Article | None:
    """The article, or None if it has been removed in the meantime."""
    try:
        return find(article_id)
    except UsageError:
        return None
