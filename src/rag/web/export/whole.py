"""A chat as JSON, with the texts of the cited articles, to which the offsets refer."""

import json
from collections.abc import Sequence

import rag
from rag.web.export.plain import cited_in
from rag.web.record import Record
from rag.web.sources import Find

__all__ = ["as_json", "texts"]

FORMAT = 1
MOST_CHARACTERS = 20_000_000  # maximum characters of all exported texts


def as_json(records: Sequence[Record], articles: Sequence[rag.Article] = ()) -> str:
    """The chat as a JSON object; ``read_record`` reads each of its ``records``.

    For each citation, ``text[start:end]`` of its article is the quote; offsets count Unicode
    characters, as Python does.
    """
    whole = {
        "format": FORMAT,
        "made_by": f"Byline {rag.__version__}",
        "records": list(records),
        "articles": [
            {"article_id": a.id, "revision": a.revision, "title": a.title, "text": a.text}
            for a in articles
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def texts(records: Sequence[Record], find: Find) -> list[rag.Article]:
    """The cited articles in the cited revisions, each once, in the order of citation.

    Leaves out articles that were removed, and those beyond ``MOST_CHARACTERS`` in total.
    """
    cited = (one for record in records for one in cited_in(record))
    found: list[rag.Article] = []
    room = MOST_CHARACTERS
    for article_id, revision in dict.fromkeys((c["article_id"], c["revision"]) for c in cited):
        try:
            article = find(article_id, revision)
        except rag.UsageError:
            continue
        if len(article.text) <= room:
            room -= len(article.text)
            found.append(article)
    return found
