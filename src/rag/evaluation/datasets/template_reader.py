"""Reads the entries of a filled-in template, with the line of each text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

import rag
from rag.evaluation.lines import Faults

PASSAGES = "passages"
UNANSWERABLE = "unanswerable"
FOLLOWUPS = "followups"
ASKED = ("question", "answer", "quote")
FIELDS = {
    PASSAGES: ("id", "article", "title", "outlet", "date", "passage", *ASKED),
    UNANSWERABLE: ("id", "question"),
    FOLLOWUPS: ("id", "after", "article", *ASKED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text and its line number in the file, from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a section; ``fields`` has the fields that are filled in."""

    section: str
    line: int
    fields: Mapping[str, tuple[Words, ...]]

    def text(self, key: str) -> str:
        """Returns the text of a field; empty if it is blank."""
        return " ".join(words.text for words in self.words(key))

    def words(self, key: str) -> tuple[Words, ...]:
        """Returns the texts of a field; empty if it is blank."""
        return self.fields.get(key, ())

    @property
    def id(self) -> str:
        """The entry's id, which becomes the question's id."""
        return self.text("id")

    @property
    def is_blank(self) -> bool:
        """Returns whether the question is blank."""
        return not self.words("question")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A filled-in template: the path of the articles folder as written, and all entries."""

    articles: str
    entries: tuple[Entry, ...]


def read_sheet(path: Path, faults: Faults) -> Sheet:
    """Reads a file written by ``byline dataset new``.

    Invalid sections, entries and fields become faults. Raises ``rag.DatasetError`` if the file is
    not YAML or does not name the articles.
    """
    sections = {key.text: (key.line, node) for key, node in _fields(_root(path), path, faults)}
    if "articles" not in sections or not (articles := _texts(sections["articles"][1])):
        raise rag.DatasetError(f"{path} names no articles: add `articles: FOLDER` to it")
    entries: list[Entry] = []
    for name, (line, node) in sections.items():
        if name in FIELDS:
            entries += _section(name, node, path, faults)
        elif name != "articles":
            faults.add(path, line, f"{name!r} is not a section; write {', '.join(FIELDS)}")
    _check_ids(entries, path, faults)
    return Sheet(articles=articles[0].text, entries=tuple(entries))


def _root(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise rag.DatasetError(f"{path} cannot be read ({error}): name a file in UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        reason = getattr(error, "problem", None) or " ".join(str(error).split())
        raise rag.DatasetError(
            f'{place}: is not YAML ({reason}): put text between double quotes, and write \\" inside'
        ) from error


def _section(name: str, node: yaml.Node, path: Path, faults: Faults) -> Iterator[Entry]:
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if not items and node.value:
        faults.add(path, _line(node), f"{name} has no entries; write each as `- id: …`")
    for item in items:
        yield _entry(name, item, path, faults)


def _check_ids(entries: Iterable[Entry], path: Path, faults: Faults) -> None:
    lines: dict[str, int] = {}
    for entry in entries:
        if entry.id in lines:
            what = f"id {entry.id!r} is already used on line {lines[entry.id]}; change one"
            faults.add(path, entry.line, what)
        elif entry.id:
            lines[entry.id] = entry.line
        elif not entry.is_blank:
            faults.add(path, entry.line, "an entry has no id; give it one")


def _entry(section: str, node: yaml.Node, path: Path, faults: Faults) -> Entry:
    fields = {}
    if not isinstance(node, yaml.MappingNode):
        faults.add(path, _line(node), f"is not an entry of {section}; write it as `- id: …`")
    for key, value in _fields(node, path, faults):
        if key.text in FIELDS[section]:
            fields[key.text] = _texts(value)
        else:
            known = ", ".join(FIELDS[section])
            faults.add(path, key.line, f"{key.text!r} is not a field of {section}; use {known}")
    return Entry(section=section, line=_line(node), fields=fields)


def _fields(
    node: yaml.Node | None, path: Path, faults: Faults
) -> Iterator[tuple[Words, yaml.Node]]:
    """Yields each key with its value; a duplicate key is a fault."""
    lines: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        words = Words(text=str(key.value), line=_line(key))
        if words.text in lines:
            what = f"{words.text!r} is already used on line {lines[words.text]}; keep only one"
            faults.add(path, words.line, what)
        else:
            lines[words.text] = words.line
            yield words, value


def _texts(node: yaml.Node) -> tuple[Words, ...]:
    """Returns the text of a field, or the texts of a list, without blank ones."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    texts = (one for one in nodes if isinstance(one, yaml.ScalarNode))
    return tuple(Words(text=one.value, line=_line(one)) for one in texts if one.value.strip())


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
