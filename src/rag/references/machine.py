"""References for reference managers: BibTeX, RIS and CSL-JSON, for newspaper articles."""

import json
import re
import unicodedata
from typing import Any

from rag.references.names import Name, address, authors, outlet, title
from rag.schema import Article

__all__ = ["as_bibtex", "as_csl", "as_ris"]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DULL = frozenset(("a", "an", "the"))
_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {mark: f"\\{mark}" for mark in "&%$#_"}
# BibTeX also counts braces after a backslash, so they are written as commands.
_TEX |= {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_TEX_TABLE = str.maketrans(_TEX)


def as_bibtex(articles: list[Article]) -> str:
    """Entries ``@article``, with the outlet as the journal."""
    return "\n\n".join(map(_entry, articles))


def _entry(article: Article) -> str:
    day = article.published
    people = " and ".join(_bibtex_name(name) for name in authors(article))
    fields = {
        "author": f"{{{people}}}" if people else "",
        "title": f"{{{{{_tex(title(article))}}}}}" if title(article) else "",
        "journal": f"{{{_tex(outlet(article))}}}" if outlet(article) else "",
        "year": f"{{{day.year}}}" if day else "",
        "month": _MONTHS[day.month - 1] if day else "",
        "day": f"{{{day.day}}}" if day else "",
        "url": f"{{{_bibtex_url(article)}}}" if address(article) else "",
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@article{{{_key(article)},", *lines, "}"])


def _bibtex_name(name: Name) -> str:
    if not name.given:
        return f"{{{_tex(name.family)}}}"
    return ", ".join(map(_tex, filter(None, [name.family, name.suffix, name.given])))


def _bibtex_url(article: Article) -> str:
    """The URL; braces and backslashes, which would end the field, are percent-encoded."""
    return re.sub(r"[{}\\]", lambda mark: f"%{ord(mark[0]):02X}", address(article))


def _tex(text: str) -> str:
    return text.translate(_TEX_TABLE)


def _key(article: Article) -> str:
    """The citation key: author or outlet, year, first word of the title, part of the revision."""
    names = authors(article)
    who = names[0].family if names else outlet(article)
    words = [w for w in re.findall(r"[^\W_]+", title(article)) if w.lower() not in _DULL]
    year = str(article.published.year) if article.published else ""
    parts = [re.sub(r"^The ", "", who), year, *words[:1]]
    plain = unicodedata.normalize("NFKD", "".join(parts)).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^A-Za-z0-9]', '', plain).lower() or 'article'}-{article.revision[:4]}"


def as_ris(articles: list[Article]) -> str:
    """Records of type NEWS."""
    return "\n".join(map(_ris, articles))


def _ris(article: Article) -> str:
    day = article.published
    tags = [
        ("TY", "NEWS"),
        *(("AU", name.inverted) for name in authors(article)),
        ("TI", title(article)),
        ("T2", outlet(article)),
        ("PY", str(day.year) if day else ""),
        ("DA", f"{day:%Y/%m/%d}" if day else ""),
        ("LA", article.language),
        ("UR", address(article)),
    ]
    lines = [f"{tag}  - {value}\n" for tag, value in tags if value]
    return f"{''.join(lines)}ER  - \n"


def as_csl(articles: list[Article]) -> str:
    """A JSON array of items of the type article-newspaper."""
    return json.dumps([_item(article) for article in articles], ensure_ascii=False, indent=2)


def _item(article: Article) -> dict[str, Any]:
    day = article.published
    fields = {
        "id": _key(article),
        "type": "article-newspaper",
        "title": title(article),
        "author": [_csl_name(name) for name in authors(article)],
        "container-title": outlet(article),
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "language": article.language,
        "URL": address(article),
    }
    return {name: value for name, value in fields.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}
