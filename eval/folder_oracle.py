"""The expected answers to ``folder/questions.tsv``, found by simple searches in the texts.

Uses no code of Byline. Each line has a kind, a question, the expected answer, and optionally a
selection of articles, separated by tabs. Selections and expected articles are written as "=a b"
(these articles) or "~words" (articles whose title or text matches the pattern), restricted by
"@outlet, outlet", "#author", ">since" and "<until". Names, dates and outlets were found by hand:
"a; b|another spelling of b".
"""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ARTICLES", "Question", "Text", "questions", "read_texts"]

HERE = Path(__file__).resolve().parent
ARTICLES = (HERE / "folder" / "articles", HERE.parent / "corpus")
_ON_ARTICLES = frozenset(("mentions", "count", "first", "newest", "summary"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article as stored in its file."""

    id: str
    fields: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with the expected items, each in all accepted forms.

    ``selection`` has the ids of the articles that may answer; empty for all.
    """

    kind: str
    text: str
    expected: tuple[tuple[str, ...], ...]
    selection: tuple[str, ...] = ()


def read_texts() -> list[Text]:
    """All articles of the set."""
    found = []
    for folder in ARTICLES:
        for path in sorted(folder.glob("*.txt")):
            _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
            fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
            found.append(Text(id=path.name, fields=fields, text=text))
    return found


def questions() -> list[Question]:
    """All questions of the set."""
    texts = read_texts()
    lines = (HERE / "folder" / "questions.tsv").read_text(encoding="utf-8").splitlines()
    return [_question(line.split("\t"), texts) for line in lines if line[:1] not in {"", "#"}]


def _question(cells: list[str], texts: list[Text]) -> Question:
    kind, text, *rest = cells
    spec, selection = [*rest, "", ""][:2]
    expected = (
        [(id_,) for id_ in _articles(spec, texts)]
        if kind in _ON_ARTICLES
        else [tuple(item.strip().split("|")) for item in spec.split(";") if item.strip()]
    )
    chosen = _articles(selection, texts) if selection else []
    return Question(kind=kind, text=text, expected=tuple(expected), selection=tuple(chosen))


def _articles(spec: str, texts: list[Text]) -> list[str]:
    """The ids of the articles in a selection."""
    if spec.startswith("="):
        return [f"{name}.txt" for name in spec[1:].split()]
    parts = dict(re.findall(r"([~@#<>])([^~@#<>]+)", spec))
    return [one.id for one in texts if all(_passes(one, *part) for part in parts.items())]


def _passes(one: Text, sign: str, value: str) -> bool:
    value, day = value.strip(), one.fields.get("published", "")
    if sign == "~":
        words = rf"\b(?:{value})(?:s|ed|['’]s)?\b" if value != "." else "."
        return bool(re.search(words, f"{one.fields['title']}\n{one.text}", re.IGNORECASE))
    if sign == "@":
        return one.fields.get("outlet") in value.split(", ")
    if sign == "#":
        return one.fields.get("author") == value
    return bool(day) and (day >= value if sign == ">" else day <= value)
