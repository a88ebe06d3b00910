"""The date, authors, URL and standfirst that a web page states for its article.

Works on lxml trees, before ``prepare`` changes them, without importing lxml.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain, islice, takewhile
from typing import Any
from urllib.parse import urljoin, urlsplit

from rag.ingest.dates import dated_line, day_of
from rag.ingest.metadata import byline_author
from rag.ingest.readers.linked_data import (
    article_object,
    author_names,
    page_object,
    publisher_name,
)
from rag.ingest.readers.tree import BLOCKS, line_around, text_before, words

__all__ = [
    "address_in", "authors", "head_lines", "headline", "page_url", "published", "publisher",
    "standfirst",
]  # fmt: skip

_PUBLISHED = ("article:published_time", "og:published_time", "og:article:published_time")
_DATED = (
    "datepublished", "publishdate", "publish_date", "publish-date", "publication_date",
    "pubdate", "published", "published_at", "article.published", "article:published",
    "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date",
    "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc.date.created",
    "dcterms.created", "date", "created", "originalpublicationdate", "ptime",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
            "dcterms.creator", "citation_author", "byl")  # fmt: skip
_ASIDE = frozenset({"aside", "nav", "footer", "blockquote", "figure", "table", "form", "dialog"})
_ASIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:related|archives?|more|recommend\w*|promo\w*|sidebar|comments?|most|popular"
    r"|trending|teasers?|cards?|read-?next|see-?also|latest|copyright|footer|quote)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"https?://|@|^(?:\d+|admin(?:istrator)?|webmaster)$", re.IGNORECASE)
_UNSET = date(1970, 1, 1)  # the time stamp 0
_BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?lines?|authors?)(?:$|[\s_-])", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif|revis|correct|edited", re.IGNORECASE)
_LABEL = frozenset(
    {"first", "originally", "published", "posted", "released", "issued", "date", "on", "at", "and",
     "in", "last", "updated", "time", "min", "mins", "minute", "minutes", "read"}
)  # fmt: skip
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|sub-?title|sub-?head(?:line|ing)?|dek|deck|lede|lead|intro"
    r"(?:duction)?|summary|strap-?line|preamble|ingress|abstract|alternativeHeadline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[a-z,;”\"’)]\s*[.!?][”\"’)]*$")
_LONGEST_DATE = 120  # maximum characters of a line with a date and its labels
_NEAR = 2  # paragraphs below the headline to search for the article's date
_ADDRESS_DAY = re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?=/|$)")


def headline(tree: Any) -> Any:
    """The page's first ``h1`` in an article, else its first ``h1``; None if it has none."""
    found = [h for h in tree.iter("h1") if words(h)]
    within = [h for h in found if next(h.iterancestors("article", "main"), None) is not None]
    return next(iter(within + found), None)


def published(tree: Any, *, title: str) -> str | None:
    """The publication date that the page states, as YYYY-MM-DD.

    If there is no other date, returns one that cannot be parsed, such as 03/04/2024, unchanged.
    """
    article, page = article_object(tree, title=title), page_object(tree)
    stated = [
        article.get("datePublished") or article.get("dateCreated"),
        *_metas(tree, _PUBLISHED),
        *_metas(tree, _DATED),
        page.get("datePublished"),
        *_dates_near_headline(tree),
        *_ADDRESS_DAY.findall(urlsplit(page_url(tree) or "").path),
    ]
    given = ["-".join(each) if isinstance(each, tuple) else str(each) for each in stated if each]
    days = (day.isoformat() for day in map(day_of, given) if day and day != _UNSET)
    return next(days, next(iter(given), None))


def authors(tree: Any, *, title: str) -> list[str]:
    """The names of the authors that the page states; empty if it states none."""
    article = article_object(tree, title=title)
    sources = (
        author_names(article.get("author")),
        _metas(tree, _AUTHORS),
        _linked_authors(tree),
        islice(_byline(tree), 1),
    )
    named = ([n for n in dict.fromkeys(names) if not _NO_NAME.search(n)] for names in sources)
    return next(filter(None, named), [])


def _linked_authors(tree: Any) -> Iterator[str]:
    """The texts of the links to the authors' pages."""
    links = (e for e in tree.iter("a") if "author" in (e.get("rel") or "").lower().split())
    return (words(e) for e in links if words(e) and not _is_aside(e))


def _byline(tree: Any) -> Iterator[str]:
    """The authors in lines that are marked as a byline or stand between headline and text."""
    marked = (e for e in tree.iter() if isinstance(e.tag, str) and not _is_aside(e))
    bylines = (e for e in marked if _BYLINE.search(e.get("class") or ""))
    title = headline(tree)
    below = () if title is None else takewhile(lambda e: not _is_sentences(e), _below(tree, title))
    return (name for e in chain(bylines, below) if (name := byline_author(words(e))))


def head_lines(tree: Any) -> list[str]:
    """The lines between the headline and the running text; empty if the page has no headline."""
    title = headline(tree)
    below = () if title is None else takewhile(lambda e: not _is_sentences(e), _below(tree, title))
    texts = (words(e) for e in below if e.tag not in ("script", "style") and not _has_blocks(e))
    return list(dict.fromkeys(filter(None, texts)))


def _has_blocks(element: Any) -> bool:
    return any(inner.tag in BLOCKS for inner in element.iterdescendants())


def publisher(tree: Any, *, title: str) -> str | None:
    """The publisher of the article in the page's JSON-LD."""
    return publisher_name(article_object(tree, title=title))


def page_url(tree: Any) -> str | None:
    """The canonical URL, else the Open Graph URL; None if it is only the home page."""
    links = [
        e.get("href") for e in tree.iter("link") if (e.get("rel") or "").lower() == "canonical"
    ]
    shared = list(_metas(tree, ("og:url",)))
    base = next((url for url in shared if _is_absolute(url)), "")
    for link in filter(None, [*links, *shared]):
        try:
            url: str = urljoin(base, link.strip())
            parts = urlsplit(url)
        except ValueError:  # such as a bracket that is not closed
            continue
        if _is_absolute(url) and (parts.path not in ("", "/") or parts.query):
            return url
    return None


def address_in(head: bytes) -> str | None:
    """The URL in the beginning of a page's file, as ``page_url`` returns it."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(head.decode("utf-8", "replace"))
    except (etree.LxmlError, ValueError):  # empty, or with an XML declaration
        return None
    return page_url(tree)


def standfirst(tree: Any) -> str | None:
    """The words of the standfirst below the headline; None if none is marked as one."""
    title = headline(tree)
    if title is None:
        return None
    for element in _below(tree, title):
        named = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if element.tag in ("p", "div", "h2", "h3", "span") and _STANDFIRST.search(named):
            inner = any(child.tag in ("p", "article") for child in element.iterdescendants())
            if words(element) and not inner:
                return words(element)
        if _is_sentences(element):
            return None
    return None


def _is_absolute(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _metas(tree: Any, names: tuple[str, ...]) -> Iterator[str]:
    """The contents of the page's meta elements with these names, in the order of ``names``."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        if content and not _is_aside(element):
            for attribute in ("property", "name", "itemprop"):
                found.setdefault((element.get(attribute) or "").lower(), []).append(content)
    return (content for name in names for content in found.get(name, []))


def _is_aside(element: Any) -> bool:
    """Whether an element is outside the article: in a list of links, a quotation or the footer."""
    around = [element, *element.iterancestors()]
    return any(
        e.tag in _ASIDE
        or (
            e.tag not in ("html", "body", "main")
            and _ASIDE_CLASS.search(f"{e.get('class') or ''} {e.get('id') or ''}")
        )
        for e in around
    )


def _below(tree: Any, title: Any) -> Iterator[Any]:
    """The elements after the headline in the same article, without asides."""
    elements = [e for e in tree.iter() if isinstance(e.tag, str)]
    place = elements.index(title) + 1
    return (e for e in elements[place:] if _same_article(e, title) and not _is_aside(e))


def _same_article(element: Any, title: Any) -> bool:
    def article(of: Any) -> Any:
        return next(of.iterancestors("article"), None)

    return article(element) is article(title) or article(title) is None


def _dates_near_headline(tree: Any) -> Iterator[str]:
    """The dates below the headline up to its second paragraph, then those above, nearest first."""
    title = headline(tree)
    if title is None:
        start = next(tree.iter("article", "main"), tree)
        yield from _dates(e for e in start.iter() if isinstance(e.tag, str) and not _is_aside(e))
        return
    yield from _dates(_below(tree, title))
    around = next(title.iterancestors("header", "article", "main"), None)
    if around is not None:
        elements = list(around.iter())
        above = [e for e in elements[: elements.index(title)] if isinstance(e.tag, str)]
        yield from _dates(e for e in reversed(above) if not _is_aside(e))


def _dates(elements: Iterator[Any]) -> Iterator[str]:
    paragraphs = 0
    for element in elements:
        if element.tag == "time" or (element.get("itemprop") == "datePublished"):
            yield from _date_in(element)
        elif element.tag not in ("script", "style") and len(element.text_content()) < _LONGEST_DATE:
            line = words(element)
            if dated_line(line) and not element.findall(".//time"):
                yield line
        paragraphs += element.tag == "p" and _is_sentences(element)
        if paragraphs == _NEAR:
            return


def _date_in(element: Any) -> Iterator[str]:
    """The date of a ``time`` element that is alone or next to labels, and not an update."""
    before, after = line_around(element)
    of = [e.get("class") or "" for e in (element, element.getparent()) if e is not None]
    is_update = _UPDATED.search(" ".join([*of, element.get("itemprop") or "", _label(element)]))
    if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None:
        is_update = None
    if not is_update and _is_label(f"{before} {after}"):
        yield element.get("datetime") or element.get("content") or words(element)


def _label(element: Any) -> str:
    """The words directly before a date, in the same line or in the previous element."""
    text, previous = text_before(element), element.getprevious()
    if text.strip() or (previous is not None and previous.tag == "time"):
        return text
    return line_around(element)[0] if previous is None else words(previous)


def _is_label(text: str) -> bool:
    """Whether ``text`` has only author names and date labels, such as "Published on"."""
    if re.match(r"by\b", text.strip(), re.IGNORECASE):
        return not _SENTENCE.search(text.strip())
    letters = re.findall(r"[^\W\d_][\w’'.-]*", text)
    return all(word[0].isupper() or word.lower().rstrip(".") in _LABEL for word in letters)


def _is_sentences(element: Any) -> bool:
    """Whether an element is a paragraph of running text."""
    if element.tag not in ("p", "div") or _has_blocks(element):
        return False
    return _SENTENCE.search(words(element)) is not None
