"""The text of an article to compare a claim with: a line that names its source, then the text."""

from rag.schema import Article

__all__ = ["source_text"]


def source_text(article: Article, start: int, end: int) -> tuple[str, int]:
    """``article.text[start:end]`` after a line with outlet, author, title and date.

    Also returns the length of that line, which is the offset of the article's text. Because of the
    line, a claim may name the outlet: "According to Coast Courier, …".
    """
    day = article.published
    facts = (
        article.outlet,
        article.author,
        article.title,
        f"{day.day} {day:%B %Y}" if day else None,
    )
    head = "; ".join(fact for fact in facts if fact)
    head = f"{head}.\n\n" if head else ""
    return head + article.text[start:end], len(head)
