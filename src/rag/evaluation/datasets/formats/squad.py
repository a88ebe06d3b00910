"""SQuAD 1.1 and 2.0: one JSON file of articles, paragraphs and their questions.

Each paragraph becomes a document ``TITLE:N``, with N from 0. The row of a question keeps its
original entry as ``squad``, so that writing restores the answers with their offsets and duplicates.

Source: https://rajpurkar.github.io/SQuAD-explorer/
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from pathlib import Path

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.datasets.formats.content import Content, note
from rag.evaluation.lines import Faults, FieldError, Row, write_rows

FILE = "squad.json"


def read_squad(path: Path) -> Content:
    """Reads a data set from a file, plain or gzipped.

    The paragraph of a question is its gold. An impossible question has no gold; only
    ``source_paragraph`` names its paragraph. Raises ``rag.DatasetError``, listing each place in the
    file, for malformed contents.
    """
    faults = Faults()
    reader = _Reader(path, faults)
    reader.read(_load(path))
    faults.raise_any(path)
    return Content(
        documents=tuple(reader.documents.values()), questions=tuple(reader.questions.values())
    )


def write_squad(content: Content, out: Path) -> tuple[str, ...]:
    """Writes ``squad.json`` as version 2.0, or as 1.1 if all questions came from 1.1.

    Each question is written under one paragraph: the one it came from or, if that contains no
    accepted answer, the first gold document that contains one. Returns notes on what was left out.
    """
    texts = {str(row["id"]): fields.body(row)[0] for row in content.documents}
    asked: dict[str, list[Row]] = {name: [] for name in texts}
    lost: Counter[str] = Counter()
    for row in content.questions:
        home = _home(row, texts)
        entry = _entry(row, home, texts[home], lost) if home is not None else None
        if home is None or entry is None:
            lost["questions"] += 1
        else:
            asked[home].append(entry)
            lost["histories"] += bool(row.get("history"))
    impossible = (("is_impossible" in entry) for entries in asked.values() for entry in entries)
    version = "v2.0" if any(impossible) else "1.1"
    data = list(_articles(content.documents, texts, asked))
    write_rows(out / FILE, [{"version": version, "data": data}])
    return _notes(lost)


def _notes(lost: Mapping[str, int]) -> tuple[str, ...]:
    outside = "left out: does not occur verbatim in the document"
    homeless = "left out: no document contains an accepted answer"
    alone = "written without history: SQuAD has no field for it"
    return (
        *note(lost["answers"], f"accepted answer {outside}", f"accepted answers {outside}"),
        *note(lost["questions"], f"question {homeless}", f"questions {homeless}"),
        *note(lost["histories"], f"follow-up {alone}", f"follow-ups {alone}"),
    )


# ---- reading


def _load(path: Path) -> Row:
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        whole = json.loads(content.decode("utf-8-sig"))
    except (OSError, EOFError, ValueError) as error:
        raise rag.DatasetError(f"{path} is not a SQuAD file ({error}): name one") from error
    if not isinstance(whole, dict) or "data" not in whole:
        raise rag.DatasetError(f"{path} is not a SQuAD file (no data in it): name one")
    return whole


class _Reader:
    """Collects documents and questions by id, and faults with their place in the file."""

    def __init__(self, path: Path, faults: Faults) -> None:
        self.documents: dict[str, Row] = {}
        self.questions: dict[str, Row] = {}
        self._path = path
        self._faults = faults
        self._numbers: Counter[str] = Counter()

    def read(self, whole: Row) -> None:
        """Reads all articles."""
        for place, article in self._parts(whole, "data", ""):
            with self._at(place):
                title = fields.optional_text(article, "title") or ""
                for inner, paragraph in self._parts(article, "paragraphs", f"{place}."):
                    with self._at(inner):
                        self._paragraph(paragraph, title, inner)

    def _paragraph(self, paragraph: Row, title: str, place: str) -> None:
        name = f"{title}:{self._numbers[title]}"
        self.documents[name] = {
            "id": name,
            "title": title,
            "text": fields.text(paragraph, "context"),
        }
        self._numbers[title] += 1
        for inner, entry in self._parts(paragraph, "qas", f"{place}."):
            with self._at(inner):
                row = _question(entry, name)
                if row["id"] in self.questions:
                    raise FieldError(f"id {row['id']!r} is already used above; change one")
                self.questions[str(row["id"])] = row

    def _parts(self, whole: Row, key: str, place: str) -> Iterator[tuple[str, Row]]:
        parts: Sequence[Row] = ()
        with self._at(f"{place}{key}"):
            parts = fields.objects(whole, key)
        for number, part in enumerate(parts):
            yield f"{place}{key}[{number}]", part

    def _at(self, place: str) -> AbstractContextManager[None]:
        return self._faults.taking(self._path, 1, place=f"{place}: ")


def _question(entry: Row, document: str) -> dict[str, object]:
    impossible = entry.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise FieldError(f"is_impossible is {impossible!r}; write true or false")
    texts = (fields.text(answer, "text") for answer in fields.objects(entry, "answers"))
    answers = [] if impossible else list(dict.fromkeys(texts))
    name = entry.get("id")
    return {
        "id": str(name) if type(name) is int else fields.text(entry, "id"),
        "question": fields.text(entry, "question"),
        "answers": answers,
        "gold": [] if impossible else [document],
        "source_paragraph": document,
        "answerable": not impossible if impossible or answers else None,
        "squad": {key: entry[key] for key in entry if key not in {"id", "question"}},
    }


# ---- writing


def _home(row: Row, texts: Mapping[str, str]) -> str | None:
    """Returns the id of the document that a question is written under, if any."""
    asked_of = row.get("source_paragraph")
    names = [*([asked_of] if isinstance(asked_of, str) else []), *fields.texts(row, "gold")]
    known = [name for name in names if name in texts]
    answers = fields.texts(row, "answers")
    holding = (name for name in known if any(answer in texts[name] for answer in answers))
    return next(holding, next(iter(known), None))


def _entry(row: Row, home: str, text: str, lost: Counter[str]) -> Row | None:
    """Returns the SQuAD entry of a question; None if it is answerable, but not from ``text``."""
    asked = {"id": row["id"], "question": row["question"]}
    kept = row.get("squad")
    if isinstance(kept, dict) and _still_holds(row, {**asked, **kept}, home, text):
        return {**asked, **kept}
    impossible = row.get("answerable") is False
    accepted = fields.texts(row, "answers")
    answers = [
        {"text": a, "answer_start": text.find(a)} for a in accepted if a.strip() and a in text
    ]
    if not impossible and not answers:
        return None
    lost["answers"] += len(accepted) - len(answers)
    return {**asked, "answers": answers, "is_impossible": impossible}


def _still_holds(row: Row, entry: Row, home: str, text: str) -> bool:
    """Returns whether the row's original entry still matches the row, with correct offsets."""
    try:
        same = _question(entry, home).items() <= row.items()
        answers = fields.objects(entry, "answers")
    except FieldError:
        return False
    return same and all(_stands(answer, text) for answer in answers)


def _stands(answer: Row, text: str) -> bool:
    start, words = answer.get("answer_start"), str(answer["text"])
    return isinstance(start, int) and start >= 0 and text.startswith(words, start)


def _articles(
    documents: Sequence[Row], texts: Mapping[str, str], asked: Mapping[str, Sequence[Row]]
) -> Iterator[Row]:
    """Groups adjacent documents with the same title into articles."""
    for title, rows in groupby(documents, key=lambda row: row.get("title") or ""):
        names = [str(row["id"]) for row in rows]
        paragraphs = [{"context": texts[name], "qas": asked[name]} for name in names]
        yield {"title": title, "paragraphs": paragraphs}
