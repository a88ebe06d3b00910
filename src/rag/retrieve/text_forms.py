"""Articles that a question names by their form: "the newsletter", "the interview with Ada Rose"."""

from collections.abc import Sequence

from rag.language import Language
from rag.language.sentences import paragraph_spans
from rag.language.words import terms
from rag.retrieve.mentions import Found
from rag.retrieve.overview import is_ended, lead_spans
from rag.retrieve.timeline import Pick, in_order

__all__ = ["of_form", "what_paragraphs_begin_with"]

_MOST = 6  # sentences that summarise one text


def of_form(found: Sequence[Found], topic: str, stemmer: str, language: Language) -> list[Found]:
    """The articles whose outlet or title contains the form that ``topic`` names; if none, all."""
    form = language.folder.form.search(topic)
    words = set(terms(form[0], stemmer=stemmer)) if form else set[str]()
    return [
        one
        for one in found
        if words & set(terms(f"{one.article.outlet}\n{one.article.title}", stemmer=stemmer))
    ] or list(found)


def what_paragraphs_begin_with(found: Found) -> list[Pick]:
    """The first sentence of each of the first six paragraphs that have one.

    It summarises an article in parts, such as a newsletter, which has no lead.
    """
    article = found.article
    paragraphs = paragraph_spans(article.text)
    first: dict[int, Pick] = {}
    for item in in_order(found):
        for span in lead_spans(article, item.passage):
            if is_ended(article, span):
                begin = max(start for start, _ in paragraphs if start <= span[0])
                first.setdefault(begin, Pick(article=article, stored=item, span=span))
    return list(first.values())[:_MOST]
