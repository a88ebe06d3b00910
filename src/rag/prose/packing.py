"""Packs the evidence into the model's context window, best first, in whole sentences."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.display import source_line
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.schema import Article, Evidence, Hit
from rag.tokens import count_tokens

__all__ = ["Given", "Packed", "new_boundary", "pack"]

_NEIGHBOURS = 2  # sentences before and after a passage
_AROUND = 1500  # characters to search for them
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A passage given to the model: ``article.text[start:end]``, cited by its ``number``."""

    number: int
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the passage."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The passages of a prompt, their text with delimiters, and the token count of that text."""

    given: tuple[Given, ...]
    text: str
    boundary: str
    tokens: int


def new_boundary() -> str:
    """A random delimiter that no article can predict."""
    return secrets.token_hex(8)


def pack(
    evidence: Evidence,
    *,
    tokens: int,
    most: int,
    boundary: Callable[[], str] = new_boundary,
) -> Packed:
    """The passages that fit into ``tokens``, each with its source and neighbouring sentences.

    A passage that does not fit is tried without neighbours, and then without its last sentences.
    ``most`` limits the passages, except for a question over the whole folder. Such questions get
    one passage of every article before any article has a second one.
    """
    hits = _in_turn(evidence.hits) if evidence.is_overview else evidence.hits[:most]
    articles = [evidence.articles[h.passage.article_id, h.passage.revision] for h in hits]
    mark = _unused(boundary, articles)
    given: list[Given] = []
    blocks: list[str] = []
    left = tokens
    for hit, article in zip(hits, articles, strict=True):
        number = len(given) + 1
        for start, end in _extents(hit, article, given):
            one = Given(number=number, article=article, start=start, end=end)
            block = _block(one, mark)
            cost = count_tokens(block)
            if cost <= left:
                given.append(one)
                blocks.append(block)
                left -= cost
                break
    text = "\n".join(blocks)
    return Packed(given=tuple(given), text=text, boundary=mark, tokens=count_tokens(text))


def _in_turn(hits: Sequence[Hit]) -> list[Hit]:
    """The first passage of each article, then the second of each, and so on."""
    seen: Counter[str] = Counter()
    turns = []
    for hit in hits:
        turns.append((seen[hit.passage.article_id], hit))
        seen[hit.passage.article_id] += 1
    return [hit for _, hit in sorted(turns, key=lambda turn: turn[0])]


def _unused(boundary: Callable[[], str], articles: Sequence[Article]) -> str:
    """A delimiter that occurs in none of the articles."""
    while True:
        mark = boundary()
        if not any(mark in article.text or mark in article.title for article in articles):
            return mark


def _block(one: Given, mark: str) -> str:
    source = _plain(source_line(one.article, at=(one.start,)))
    return f"<<{mark} article {one.number}\nSource: {source}\n\n{_plain(one.text)}\n{mark}>>\n"


def _plain(text: str) -> str:
    """Removes control characters and those that reverse the writing direction."""
    return _CONTROL.sub(" ", text)


def _extents(hit: Hit, article: Article, given: Sequence[Given]) -> Iterator[Span]:
    """The extents to try for a passage, the longest first; none if it is already included."""
    passage = hit.passage
    taken = [(g.start, g.end) for g in given if g.article is article]
    if any(start <= passage.start and passage.end <= end for start, end in taken):
        return
    yield _with_neighbours(hit, article, taken)
    for _, end in reversed(passage.sentences):
        yield passage.start, end


def _with_neighbours(hit: Hit, article: Article, taken: Sequence[Span]) -> Span:
    """The passage with the sentences around it that are not yet included."""
    start, end = hit.passage.start, hit.passage.end
    text, language = article.text, article.language
    low = max([0, start - _AROUND, *(b for _, b in taken if b <= start)])
    high = min([len(text), end + _AROUND, *(a for a, _ in taken if a >= end)])
    before = _sentences(text, low, start, language)
    if low and low == start - _AROUND:
        before = before[1:]  # the first may be cut
    after = _sentences(text, end, high, language)
    if high < len(text) and high == end + _AROUND:
        after = after[:-1]
    first = before[-_NEIGHBOURS:][:1]
    last = after[:_NEIGHBOURS][-1:]
    return (first[0][0] if first else start), (last[0][1] if last else end)


def _sentences(text: str, start: int, end: int, language: str) -> list[Span]:
    return [
        (start + a, start + b)
        for paragraph in paragraph_spans(text[start:end])
        for a, b in sentence_spans(text[start:end], *paragraph, language=language)
    ]
