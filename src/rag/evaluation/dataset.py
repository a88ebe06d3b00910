"""A data set: a corpus, or the folder of article files that stands for it, and questions on it.

::

    FOLDER/corpus.jsonl[.gz]        documents with ids and text of their own, taken verbatim
    FOLDER/dataset.yaml             or ``articles: RELATIVE_FOLDER``, indexed as files are
    FOLDER/questions.jsonl[.gz]     one question a line

Everything is read and checked before a run begins; what is wrong is listed by file and line.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import yaml

import rag
from rag.evaluation import forms
from rag.evaluation.gold import resolve_gold
from rag.evaluation.lines import Faults, read_rows
from rag.evaluation.nouns import Dataset, Document, Question, Quotation

__all__ = ["load_dataset"]


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_Identified)


def load_dataset(folder: Path, *, questions: Path | None = None) -> Dataset:
    """Read the data set in ``folder``, with the questions of ``questions`` instead of its own.

    Raises ``rag.DatasetError`` listing each malformed line, second use of an id, empty question
    and gold that is not in the corpus. Gold on article files is checked once they are indexed.
    """
    if not folder.is_dir():
        raise rag.DatasetError(f"no data set at {folder}: give a folder that holds questions.jsonl")
    corpus = _one_of(folder, "corpus.jsonl.gz", "corpus.jsonl")
    asked = questions or _one_of(folder, "questions.jsonl.gz", "questions.jsonl")
    if asked is None or not asked.is_file():
        raise rag.DatasetError(f"no questions at {asked or folder}: add questions.jsonl to it")
    faults = Faults()
    dataset = Dataset(
        name=folder.resolve().name,
        folder=folder,
        documents=_read(corpus, _document, faults) if corpus else (),
        articles=None if corpus else _articles_folder(folder),
        questions=_read(asked, _question, faults),
        questions_file=asked,
    )
    if corpus:
        resolve_gold(dataset, {document.id: document for document in dataset.documents}, faults)
    faults.raise_any(folder)
    if corpus and not dataset.documents:
        raise rag.DatasetError(f"no document in {corpus}: write one object a line")
    if not dataset.questions:
        raise rag.DatasetError(f"no question in {asked}: write one object a line")
    return dataset


def _one_of(folder: Path, *names: str) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _articles_folder(folder: Path) -> Path:
    described = folder / "dataset.yaml"
    if not described.is_file():
        raise rag.DatasetError(f"no corpus in {folder}: add corpus.jsonl, or dataset.yaml")
    try:
        content = yaml.safe_load(described.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise rag.DatasetError(f"{described} is not YAML ({reason}): correct it") from error
    relative = content.get("articles") if isinstance(content, dict) else None
    if not isinstance(relative, str):
        raise rag.DatasetError(f"{described} names no articles: write `articles: FOLDER` in it")
    if not (folder / relative).is_dir():
        raise rag.DatasetError(f"{described}: no folder {relative!r}: give one relative to it")
    return folder / relative


def _read(
    path: Path, parse: Callable[[Mapping[str, object], int], Item], faults: Faults
) -> tuple[Item, ...]:
    """All rows of a file that follow their form, the first of each id."""
    items: dict[str, Item] = {}
    lines: dict[str, int] = {}
    for number, row in read_rows(path, faults):
        try:
            item = parse(row, number)
        except forms.FormError as error:
            faults.add(path, number, str(error))
            continue
        if item.id in items:
            faults.add(path, number, f"id {item.id!r} stands on line {lines[item.id]} already")
        else:
            items[item.id], lines[item.id] = item, number
    return tuple(items.values())


def _document(row: Mapping[str, object], _line: int) -> Document:
    text, paragraphs = forms.body(row)
    return Document(
        id=forms.text(row, "id"),
        text=text,
        paragraphs=paragraphs,
        title=forms.optional_text(row, "title") or "",
        outlet=forms.optional_text(row, "source"),
        published=forms.optional_date(row, "date"),
        url=forms.optional_text(row, "url"),
    )


def _question(row: Mapping[str, object], line: int) -> Question:
    answers = forms.texts(row, "answers")
    return Question(
        id=forms.text(row, "id"),
        question=forms.text(row, "question"),
        answers=answers,
        gold=forms.texts(row, "gold"),
        gold_paragraphs=forms.texts(row, "gold_paragraphs"),
        gold_spans=tuple(
            Quotation(article=forms.text(span, "article"), quote=forms.text(span, "quote"))
            for span in forms.objects(row, "gold_spans")
        ),
        gold_human=forms.texts(row, "gold_human"),
        answerable=forms.answerable(row, answered=bool(answers)),
        history=forms.history(row),
        date=forms.optional_date(row, "date"),
        kind=forms.optional_text(row, "kind"),
        standalone=forms.optional_text(row, "standalone"),
        line=line,
    )
