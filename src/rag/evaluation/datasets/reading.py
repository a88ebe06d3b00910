"""Reads a data set: questions, and a corpus or a folder of article files.

::

    FOLDER/corpus.jsonl[.gz]        documents with their own ids and text, taken verbatim
    FOLDER/dataset.yaml             or ``articles: RELATIVE_FOLDER``, read as ``byline index`` does
    FOLDER/questions.jsonl[.gz]     one question per line

The whole data set is read and checked before a run begins; faults are listed by file and line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import yaml

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.datasets.corpus import read_article_files
from rag.evaluation.datasets.gold import resolve_gold
from rag.evaluation.datasets.models import Dataset, Document, Question, Quotation
from rag.evaluation.lines import Faults, Row, read_unique

TWICE = "duplicate id"
REMEDY = "correct them, or leave them out with --skip-bad"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The contents of a data set, and its faults; only questions without fault are counted.

    ``faults`` and ``warnings`` name file and line; ``kinds`` counts the faults by kind. ``refused``
    holds the article files that cannot be indexed, with the reason. ``unjudged`` counts questions
    that are not marked as answerable or unanswerable.
    """

    name: str
    documents: int
    questions: int
    answerable: int
    unanswerable: int
    unjudged: int
    followups: int
    with_gold: int
    not_indexed: int
    free_form: int
    refused: Mapping[str, str]
    faults: tuple[str, ...]
    kinds: Mapping[str, int]
    warnings: tuple[str, ...]


def load_dataset(
    folder: Path,
    *,
    questions: Path | None = None,
    config: rag.Config | None = None,
    skip_bad: bool = False,
) -> Dataset:
    """Reads the data set in ``folder``; ``questions`` is a file that replaces its own questions.

    ``config`` determines which questions are valid, and how article files are read. Raises
    ``rag.DatasetError``, listing malformed lines, duplicate ids, invalid questions and gold that
    cannot be found. With ``skip_bad``, these are left out and listed in ``faults``.
    """
    dataset = read_dataset(folder, questions=questions, config=config)
    if not skip_bad:
        Faults(dataset.faults).raise_any(folder, remedy=REMEDY)
    if not dataset.documents:
        raise rag.DatasetError(f"no document of {folder} can be indexed: {_first(dataset)}")
    if not dataset.questions:
        raise rag.DatasetError(f"no question of {folder} can be asked: {_first(dataset)}")
    return dataset


def read_dataset(
    folder: Path, *, questions: Path | None = None, config: rag.Config | None = None
) -> Dataset:
    """Reads the data set in ``folder``, and lists all faults in ``faults`` instead of raising.

    Raises ``rag.DatasetError`` only if ``folder`` contains no data set.
    """
    if not folder.is_dir():
        raise rag.DatasetError(f"no data set at {folder}: name a folder with questions.jsonl")
    settings = config or rag.Config()
    corpus = _one_of(folder, "corpus.jsonl.gz", "corpus.jsonl")
    asked = questions or _one_of(folder, "questions.jsonl.gz", "questions.jsonl")
    if asked is None or not asked.is_file():
        raise rag.DatasetError(f"no questions at {asked or folder}: add questions.jsonl to it")
    articles = None if corpus else _articles_folder(folder)
    faults = Faults()
    documents, refused = (
        read_article_files(articles, config=settings)
        if articles
        else (_read(corpus or folder, _document, faults), {})
    )
    dataset = Dataset(
        name=folder.resolve().name,
        folder=folder,
        documents=documents,
        articles=articles,
        refused=refused,
        questions=_read(asked, partial(_question, config=settings), faults),
        questions_file=asked,
    )
    gold, warnings = resolve_gold(dataset, faults)
    return replace(
        dataset,
        questions=tuple(question for question in dataset.questions if question.id in gold),
        gold=gold,
        faults=tuple(sorted(faults.found, key=lambda fault: (fault.file, fault.line))),
        warnings=tuple(warnings),
    )


def check_dataset(
    folder: Path, *, questions: Path | None = None, config: rag.Config | None = None
) -> Checked:
    """Lists every fault that would stop a run of the data set in ``folder``; nothing is indexed.

    ``questions`` is a questions file that replaces the data set's own. Raises ``rag.DatasetError``
    if ``folder`` contains no data set.
    """
    dataset = read_dataset(folder, questions=questions, config=config)
    gold = [dataset.gold[question.id] for question in dataset.questions]
    judged = [question.answerable for question in dataset.questions]
    return Checked(
        name=dataset.name,
        documents=len(dataset.documents),
        questions=len(dataset.questions),
        answerable=judged.count(True),
        unanswerable=judged.count(False),
        unjudged=judged.count(None),
        followups=sum(bool(question.history) for question in dataset.questions),
        with_gold=sum(bool(one.articles) for one in gold),
        not_indexed=sum(not one.indexed for one in gold),
        free_form=sum(one.free_form for one in gold),
        refused=dataset.refused,
        faults=tuple(map(str, dataset.faults)),
        kinds=Faults(dataset.faults).counts(),
        warnings=dataset.warnings,
    )


def _first(dataset: Dataset) -> str:
    """Returns the first reason why the data set cannot be used."""
    reasons = (*map(str, dataset.faults), *dataset.refused.values())
    return next(iter(reasons), "there is none")


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
        raise rag.DatasetError(f"{described} names no articles: add `articles: FOLDER` to it")
    if not (folder / relative).is_dir():
        raise rag.DatasetError(f"{described}: no folder {relative!r}: name one relative to it")
    return folder / relative


def _read(path: Path, parse: Callable[[Row, int], Item], faults: Faults) -> tuple[Item, ...]:
    """Returns all valid rows of a file; a file without rows is a fault."""
    before = len(faults.found)
    items = read_unique(path, faults, parse, name=attrgetter("id"), kind=TWICE)
    if not items and len(faults.found) == before:
        faults.add(path, 1, "is empty; write one object per line", kind="empty file")
    return tuple(items.values())


def _document(row: Row, _line: int) -> Document:
    text, paragraphs = fields.body(row)
    return Document(
        id=fields.text(row, "id"),
        text=text,
        paragraphs=paragraphs,
        title=fields.optional_text(row, "title") or "",
        outlet=fields.optional_text(row, "source"),
        published=fields.optional_date(row, "date"),
        url=fields.optional_text(row, "url"),
    )


def _question(row: Row, line: int, *, config: rag.Config) -> Question:
    answers = fields.texts(row, "answers")
    return Question(
        id=fields.text(row, "id"),
        question=fields.question(row, "question", config=config),
        answers=answers,
        gold=fields.texts(row, "gold"),
        gold_paragraphs=fields.texts(row, "gold_paragraphs"),
        gold_spans=tuple(
            Quotation(article=fields.text(span, "article"), quote=fields.text(span, "quote"))
            for span in fields.objects(row, "gold_spans")
        ),
        gold_human=fields.texts(row, "gold_human"),
        answerable=fields.answerable(row, answered=bool(answers)),
        history=fields.history(row),
        date=fields.optional_date(row, "date"),
        kind=fields.optional_text(row, "kind"),
        standalone=fields.question(row, "standalone", config=config)
        if row.get("standalone")
        else None,
        line=line,
    )
