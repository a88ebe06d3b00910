"""All articles that mention a topic.

An article mentions a topic if one passage or the title contains the stems of all content words of
the topic. The words of a name must also be close together in one sentence, in that order, and
capitalised unless no article capitalises them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from rag.config import Config
from rag.index import View
from rag.index.passages import StoredPassage, key_of
from rag.language import Language
from rag.language.names import name_spans
from rag.language.words import content_terms, fold, tokens
from rag.schema import Article, Filter

__all__ = ["Found", "mentioning", "whole"]

_APART = 3  # maximum distance, in words, from one word of a name to the next
_FIELDS = {"title": 1.0, "body": 1.0}
Word = tuple[str, bool]
"""A folded word, and whether it is capitalised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A matching article, with the passages that mention the topic, or its first passage."""

    article: Article
    passages: tuple[StoredPassage, ...]


def mentioning(
    snapshot: View, topic: str, narrowed: Filter, config: Config, language: Language
) -> list[Found]:
    """All articles that mention ``topic``, newest first, undated ones last."""
    allowed = snapshot.allowed(narrowed)
    search = partial(
        snapshot.lexical_search, k=max(len(snapshot), 1), boosts=_FIELDS, allowed=allowed
    )
    words = content_terms(topic, stemmer=config.stemmer, language=language)
    rows = [{row for row, _ in search([word])} for word in words]
    stored = snapshot.passages(sorted(set.intersection(*rows))) if rows else {}
    held: dict[tuple[str, str], list[StoredPassage]] = {}
    for item in stored.values():
        held.setdefault(key_of(item), []).append(item)
    read = snapshot.revisions(held)
    found = [Found(article=read[key], passages=tuple(held[key])) for key in held if key in read]
    names = [_folded(topic[start:end]) for start, end in name_spans(topic, language=language)]
    cased = [one for one in found if _names(one, names, cased=True)]
    found = cased or [one for one in found if _names(one, names, cased=False)]
    return sorted(found, key=_newest_first)


def whole(snapshot: View, found: Sequence[Found]) -> list[Found]:
    """The articles with all their passages."""
    held: dict[int, list[StoredPassage]] = {}
    rows = [one.passages[0].article_row for one in found]
    for item in snapshot.whole(list(dict.fromkeys(rows))):
        held.setdefault(item.article_row, []).append(item)
    return [
        replace(one, passages=tuple(held.get(row, ())))
        for one, row in zip(found, rows, strict=True)
    ]


def _names(found: Found, names: Sequence[list[Word]], *, cased: bool) -> bool:
    """Whether each of the names is in the title or in a sentence of the passages."""
    text, sentences = found.article.text, [s for i in found.passages for s in i.passage.sentences]
    texts = [found.article.title, *(text[start:end] for start, end in sentences)]
    held = [_folded(one) for one in texts]
    return all(any(_holds(words, name, cased=cased) for words in held) for name in names)


def _folded(text: str) -> list[Word]:
    """The words of ``text`` for comparison, and whether each is capitalised."""
    return [(fold(word), not word[0].islower()) for word, _, _ in tokens(text)]


def _holds(words: Sequence[Word], name: Sequence[Word], *, cased: bool) -> bool:
    wanted = [word for word, _ in name]

    def follows(start: int, left: Sequence[str]) -> bool:
        if not left:
            return True
        near = range(start, min(start + _APART, len(words)))
        return any(_is(words[at], left[0], cased) and follows(at + 1, left[1:]) for at in near)

    return any(
        _is(word, wanted[0], cased) and follows(at + 1, wanted[1:]) for at, word in enumerate(words)
    )


def _is(word: Word, wanted: str, cased: bool) -> bool:  # noqa: FBT001
    return word[0] == wanted and (word[1] or not cased)


def _newest_first(found: Found) -> tuple[int, str]:
    day = found.article.published
    return (-day.toordinal() if day else 0), found.article.id
