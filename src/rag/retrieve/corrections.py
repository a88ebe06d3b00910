"""Lists the corrections that outlets have published."""

from collections.abc import Sequence

from rag.index import View
from rag.language import Language
from rag.language.corrections import notes
from rag.retrieve.mentions import Found, whole
from rag.retrieve.timeline import Pick

__all__ = ["published_corrections"]


def published_corrections(snapshot: View, found: Sequence[Found], language: Language) -> list[Pick]:
    """The sentences of all corrections in the articles, noted with the outlet."""
    picks: dict[tuple[str, tuple[int, int]], Pick] = {}
    for one in whole(snapshot, found):
        article = one.article
        outlet = article.outlet or ""
        told = notes(article.text, title=article.title, outlet=outlet, language=language)
        for item in one.passages:
            for span in item.passage.sentences:
                if any(note.start <= span[0] and span[1] <= note.end for note in told):
                    pick = Pick(article=article, stored=item, span=span, note=outlet)
                    picks.setdefault((article.id, span), pick)
    return list(picks.values())
