"""Traces an excerpt: finds the article that contains its words, and how they were changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.check.alignment import align
from rag.check.differences import Alignment, Difference
from rag.check.exact import exact
from rag.check.excerpt import Excerpt, read_excerpt
from rag.check.speaker import Speaker, speaker_of
from rag.check.words import Span, words_of
from rag.errors import UsageError
from rag.index import View
from rag.language import language_for
from rag.language.words import content_terms, fold, terms
from rag.schema import Article, Citation, Filter

__all__ = ["Difference", "Trace", "trace"]

_PASSAGES = 50  # passages searched for the exact words
_OF_SHORT = 150  # the same for an excerpt with few content words, which many passages share
_ARTICLES = 5  # articles aligned with the excerpt if none has its exact words
_LONGEST = 8  # longest words of an excerpt; a text must contain half of them to be read
_TERMS = 32  # longest words of an excerpt, which are searched for
_FEWER = 2  # how many fewer of these a text may have than the best one
_SHORT = 6  # an excerpt with fewer content words is short
_FEW = 3  # for an excerpt with fewer content words, all words are searched for
_ALIKE = 3  # minimum content words, and a third of them, that the most similar article shares
_CONTEXT = 700  # characters around a quotation in which its speaker is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Where the words of an excerpt come from.

    ``verdict`` is "verbatim", "altered", "elsewhere" (in an article or by a speaker other than
    claimed), or "not found". ``citation`` has the article's own words; None if they were not
    found. ``differences`` is empty if the excerpt is exact and no other speaker is named for it.
    ``others`` has the ids of further articles with the exact words. ``nearest`` is the id of the
    most similar article if the words were not found and it shares at least three content words,
    and a third of them.
    """

    verdict: str
    citation: Citation | None = None
    differences: tuple[Difference, ...] = ()
    others: tuple[str, ...] = ()
    nearest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    article: Article
    alignment: Alignment

    @property
    def is_exact(self) -> bool:
        return not self.alignment.differences

    @property
    def citation(self) -> Citation:
        return self.article.citation(self.alignment.start, self.alignment.end)


def trace(
    text: str,
    view: View,
    *,
    stemmer: str,
    language: str = "en",
    filter: Filter | None = None,
    speaker: str | None = None,
) -> Trace:
    """Finds the words of ``text`` in the articles of ``view``.

    ``filter`` and ``speaker`` are the claimed source. A filter that names an unknown outlet,
    author or id matches no article.

    Raises:
        UsageError: ``text`` has no words.
    """
    excerpt = read_excerpt(text)
    if not len(excerpt.words):
        raise UsageError(f"{text!r} has no words; give the words of a quotation")
    claimed = Filter() if filter is None else filter
    found: list[_Found] = []
    if not claimed.is_empty:
        found, _ = _find(excerpt, view, stemmer, language, _rows(claimed, view))
        found = [each for each in found if _said_by(speaker, each)]
        if found and found[0].is_exact:
            return _traced("verbatim", found)
    anywhere, nearest = _find(excerpt, view, stemmer, language, None)
    theirs = [each for each in anywhere if claimed.is_empty and _said_by(speaker, each)]
    found = found or theirs
    if found and (found[0].is_exact or not anywhere[0].is_exact):
        return _traced("verbatim" if found[0].is_exact else "altered", found)
    if anywhere:
        other = _misattributed(speaker, anywhere[0])
        elsewhere = _traced("elsewhere", anywhere)
        return replace(elsewhere, differences=(*other, *elsewhere.differences))
    return Trace(verdict="not found", nearest=nearest)


def _traced(verdict: str, found: Sequence[_Found]) -> Trace:
    best, *rest = found
    return Trace(
        verdict=verdict,
        citation=best.citation,
        differences=best.alignment.differences,
        others=tuple(each.article.id for each in rest if best.is_exact and each.is_exact),
    )


def _rows(claimed: Filter, view: View) -> list[int]:
    try:
        return view.allowed(claimed) or []
    except UsageError:
        return []


def _find(
    excerpt: Excerpt, view: View, stemmer: str, code: str, allowed: list[int] | None
) -> tuple[list[_Found], str | None]:
    """The articles with the words of ``excerpt``, best first, and the most similar one's id."""
    language = language_for(code)
    windows = _windows(excerpt, view, stemmer, code, allowed)
    found: list[_Found] = []
    for article, (start, end) in windows:
        place = exact(excerpt, words_of(article.text[start:end]), language=language)
        if place is not None:
            moved = replace(place, start=start + place.start, end=start + place.end)
            found.append(_Found(article=article, alignment=moved))
    nearest = _joined(windows)
    if not any(each.is_exact for each in found):
        for article, (start, end) in nearest[:_ARTICLES]:
            place = align(excerpt, words_of(article.text[start:end]), language=language)
            if place is not None:
                moved = replace(place, start=start + place.start, end=start + place.end)
                found.append(_Found(article=article, alignment=moved))
    found.sort(key=lambda each: (each.alignment.changes, -each.alignment.share))
    found = list({each.article.id: each for each in reversed(found)}.values())[::-1]
    return found, _similar(excerpt, nearest, stemmer, code)


def _similar(
    excerpt: Excerpt, nearest: Sequence[tuple[Article, Span]], stemmer: str, code: str
) -> str | None:
    """The id of the most similar article if it shares enough content words with the excerpt."""
    language = language_for(code)
    wanted = set(content_terms(excerpt.words.text, stemmer=stemmer, language=language))
    least = max(_ALIKE, len(wanted) / 3)
    for article, (start, end) in nearest[:1]:
        near = set(content_terms(article.text[start:end], stemmer=stemmer, language=language))
        if len(wanted & near) >= least:
            return article.id
    return None


def _joined(windows: Sequence[tuple[Article, Span]]) -> list[tuple[Article, Span]]:
    """Each article once, from its first to its last window; only this part of it is read."""
    found: dict[str, tuple[Article, Span]] = {}
    for article, (start, end) in windows:
        _, (first, last) = found.get(article.id, (article, (start, end)))
        found[article.id] = article, (min(start, first), max(end, last))
    return list(found.values())


def _windows(
    excerpt: Excerpt, view: View, stemmer: str, code: str, allowed: list[int] | None
) -> list[tuple[Article, Span]]:
    """The passages that contain most of the longest words of the excerpt, with the text around.

    Passages with more of these words come first.
    """
    if allowed == []:
        return []
    text = excerpt.words.text
    wanted = content_terms(text, stemmer=stemmer, language=language_for(code))
    k = _PASSAGES if len(wanted) >= _SHORT else _OF_SHORT
    if len(wanted) < _FEW:
        wanted = list(dict.fromkeys(terms(text, stemmer=stemmer)))
    wanted = sorted(wanted, key=len, reverse=True)[:_TERMS]
    hits = view.lexical_search(wanted, k=k, boosts={"body": 1.0}, allowed=allowed)
    stored = view.passages([row for row, _ in hits])
    bare = {key.partition("'")[0] for key in excerpt.words.keys}  # an article may use "’"
    longest = sorted(bare, key=len, reverse=True)[:_LONGEST]
    counted: list[tuple[int, Article, Span]] = []
    read: dict[tuple[str, str], Article | None] = {}
    for passage in (stored[row].passage for row, _ in hits if row in stored):
        key = passage.article_id, passage.revision
        article = read[key] if key in read else read.setdefault(key, view.article(*key))
        if article is None:
            continue
        span = max(0, passage.start - 2 * len(text)), passage.end + 2 * len(text)
        near = article.text[slice(*span)].casefold()
        count = sum(word in near for word in longest)
        counted.append((count, article, span))
    counted.sort(key=lambda each: each[0], reverse=True)
    least = max(len(longest) / 2, counted[0][0] - _FEWER) if counted else 0
    return [(article, span) for count, article, span in counted if count >= least]


def _said_by(speaker: str | None, found: _Found) -> bool:
    """Whether the text names ``speaker`` for the quotation; if it names nobody, near it."""
    names = words_of(speaker or "").forms
    if not names or speaker is None:
        return True
    if named := _speaker(found):
        return named.has(speaker)
    start, end = found.alignment.start, found.alignment.end
    around = found.article.text[max(0, start - _CONTEXT) : end + _CONTEXT]
    return fold(names[-1]) in {fold(form) for form in words_of(around).forms}


def _speaker(found: _Found) -> Speaker | None:
    """The speaker that the article names for the quotation."""
    span = found.alignment.start, found.alignment.end
    return speaker_of(found.article.text, span, language_for(found.article.language))


def _misattributed(speaker: str | None, found: _Found) -> tuple[Difference, ...]:
    """The difference in the speaker if the article names another one for the quotation."""
    named = _speaker(found) if speaker else None
    if speaker is None or named is None or named.has(speaker):
        return ()
    return (Difference(kind="speaker", said=speaker, source=named.best),)
