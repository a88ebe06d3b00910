"""What is embedded for a passage and for a sentence: its own words, with their context in front."""

from rag.schema import Article

__all__ = ["RECIPE", "embedded_passage", "embedded_sentence"]

RECIPE = "title+text/1"
"""Names how embedded texts are made; an article indexed by another recipe is indexed again."""


def embedded_passage(article: Article, start: int, end: int) -> str:
    """The title and the passage's words; the quoted text itself never holds the title."""
    text = article.text[start:end]
    return f"{article.title}\n{text}" if article.title else text


def embedded_sentence(article: Article, start: int, end: int) -> str:
    """The sentence's own words."""
    return article.text[start:end]
