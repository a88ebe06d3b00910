"""Splits articles at sentence ends into passages that fit the embedder."""

from collections.abc import Callable, Sequence
from itertools import groupby

from rag.language.sentences import paragraph_spans, sentence_spans
from rag.schema import Article, Passage

__all__ = ["split_article"]

Span = tuple[int, int]
CountTokens = Callable[[Sequence[str]], list[int]]


def _paragraphs(article: Article, limit: int, count: CountTokens) -> list[list[tuple[Span, int]]]:
    """The sentences of each paragraph with their token counts. Sentences over ``limit`` are cut."""
    spans = [
        (number, sentence)
        for number, paragraph in enumerate(paragraph_spans(article.text))
        for sentence in sentence_spans(article.text, *paragraph, language=article.language)
    ]
    counts = count([article.text[start:end] for _, (start, end) in spans])
    sized = [
        (number, piece)
        for (number, span), size in zip(spans, counts, strict=True)
        for piece in _fit(article.text, span, size, limit, count)
    ]
    return [[piece for _, piece in group] for _, group in groupby(sized, key=lambda item: item[0])]


def _fit(
    text: str, span: Span, size: int, limit: int, count: CountTokens
) -> list[tuple[Span, int]]:
    """``span`` itself if it fits, else its parts, halved between words until each fits."""
    start, end = span
    if size <= limit or end - start < 2:
        return [(span, size)]
    middle = start + (end - start) // 2
    cut = text.rfind(" ", start + 1, middle)
    cut = middle if cut < 0 else cut
    tail = cut + 1 if text[cut] == " " else cut
    halves = [half for half in ((start, cut), (tail, end)) if text[half[0] : half[1]].strip()]
    sizes = count([text[s:e] for s, e in halves])
    return [
        piece
        for half, half_size in zip(halves, sizes, strict=True)
        for piece in _fit(text, half, half_size, limit, count)
    ]


def _groups(paragraphs: list[list[tuple[Span, int]]], target: int, limit: int) -> list[list[Span]]:
    """Groups sentences into passages: joins paragraphs up to ``target``, cuts at ``limit``."""
    groups: list[list[Span]] = []
    filled = 0  # tokens in the last group
    for paragraph in paragraphs:
        size = sum(tokens for _, tokens in paragraph)
        if not groups or filled + size > target:
            groups.append([])
            filled = 0
        for span, tokens in paragraph:
            if groups[-1] and filled + tokens > limit:
                groups.append([])
                filled = 0
            groups[-1].append(span)
            filled += tokens
    return groups


def split_article(
    article: Article, *, count_tokens: CountTokens, target: int, limit: int
) -> list[Passage]:
    """Splits ``article`` into passages, in order. Together they cover every sentence once.

    Args:
        article: the article; all offsets refer to its text.
        count_tokens: the embedder's function that counts the tokens of each text.
        target: the size, in tokens, up to which adjacent paragraphs are joined.
        limit: the maximum tokens of a passage; a longer sentence is cut between words.
    """
    paragraphs = _paragraphs(article, limit, count_tokens)
    return [
        Passage(
            article_id=article.id,
            revision=article.revision,
            start=sentences[0][0],
            end=sentences[-1][1],
            sentences=tuple(sentences),
        )
        for sentences in _groups(paragraphs, min(target, limit), limit)
    ]
