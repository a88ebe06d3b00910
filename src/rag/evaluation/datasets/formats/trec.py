"""TREC: runs (``question Q0 document rank score tag``) and judgements (``question 0 document n``).

White space, ``%`` and control characters in ids are percent-encoded on writing and decoded on
reading. A passage is named ``ARTICLE:START-END``.

Source: https://github.com/usnistgov/trec_eval
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import rag
from rag.evaluation.datasets.formats.content import Content, grades_of, whole_number
from rag.evaluation.lines import MALFORMED, Faults, FieldError, open_lines
from rag.evaluation.measures.ranking import by_passage, gold_articles, has_links
from rag.evaluation.records import Gold, Prediction, Results, Unit

RUN = "run.trec"
QRELS = "qrels.trec"
TAG = "byline"
RUN_COLUMNS, QRELS_COLUMNS = 6, 4
UNSAFE = re.compile(r"[\s%\x00-\x1f\x7f]")  # tools written in C end a name at NUL


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A line of a run."""

    question: str
    document: str
    rank: float
    score: float
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A line of judgements; a ``grade`` above 0 means relevant."""

    question: str
    document: str
    grade: int
    line: int


def is_run(path: Path) -> bool:
    """Returns whether a file is a run; False for judgements.

    Raises ``rag.DatasetError`` if it is neither.
    """
    faults = Faults()
    _, cells = next(_lines(path, faults), (0, []))
    faults.raise_any(path)
    if len(cells) not in {RUN_COLUMNS, QRELS_COLUMNS}:
        raise rag.DatasetError(
            f"{path} begins with {len(cells)} columns: a run has 6, judgements have 4"
        )
    return len(cells) == RUN_COLUMNS


def read_run(path: Path, faults: Faults) -> tuple[Ranked, ...]:
    """Reads the lines of a run, highest score first; ties are ordered by stated rank, then id."""
    found = {}
    for number, cells in _table(path, RUN_COLUMNS, faults):
        question, _, document, rank, score, _ = cells
        with faults.taking(path, number):
            row = Ranked(
                question=unquote(question),
                document=unquote(document),
                rank=_number("rank", rank),
                score=_number("score", score),
                line=number,
            )
            if (row.question, row.document) in found:
                faults.add(path, number, f"lists {row.document!r} again; keep only one line")
            found[row.question, row.document] = row
    return tuple(sorted(found.values(), key=lambda row: (-row.score, row.rank, row.document)))


def read_qrels(path: Path, faults: Faults) -> tuple[Grade, ...]:
    """Reads the lines of judgements, in file order."""
    found = []
    for number, (question, _, document, grade) in _table(path, QRELS_COLUMNS, faults):
        with faults.taking(path, number):
            judged = whole_number("the judgement", grade)
            named = {"question": unquote(question), "document": unquote(document)}
            found.append(Grade(**named, grade=judged, line=number))
    return tuple(found)


def write_rankings(results: Results, out: Path, *, by_passages: bool = False) -> None:
    """Writes hits and gold as a run and judgements, so that other tools reproduce our measures.

    By article, each article is listed once, at the rank of its best passage. By passage, hits are
    judged as in our measures: the first hit that overlaps a gold unit is relevant, and a unit that
    no hit overlaps is listed as a relevant document. Scores are 1/rank, since ``trec_eval`` ignores
    ranks and breaks ties by id.
    """
    links = has_links(results.rows)
    run: dict[str, list[str]] = {}
    grades: dict[str, dict[str, int]] = {}
    for shown, gold in results.rows:
        if by_passages:
            names, relevant = _passages(shown, gold)
        else:
            names = [hit.article_id for hit in sorted(shown.hits, key=lambda hit: hit.rank)]
            relevant = list(gold_articles(gold, links=links))
        run[shown.id] = list(dict.fromkeys(names))
        grades[gold.id] = dict.fromkeys(relevant, 1)
    _write(out / RUN, _run_lines(run))
    _write(out / QRELS, _qrels_lines(grades))


def write_qrels(content: Content, out: Path) -> None:
    """Writes the gold of a data set's questions as judgements."""
    grades = {str(row["id"]): grades_of(row) for row in content.questions}
    _write(out / QRELS, _qrels_lines(grades))


# ---- reading


def _table(path: Path, columns: int, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    for number, cells in _lines(path, faults):
        if len(cells) == columns:
            yield number, cells
        else:
            what = f"has {len(cells)} columns, not {columns}; correct it"
            faults.add(path, number, what, kind=MALFORMED)


def _lines(path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Yields the cells of each non-blank line, with its line number (from 1)."""
    number = 0
    try:
        with open_lines(path) as lines:
            for number, line in enumerate(lines, start=1):
                if cells := line.decode("utf-8-sig").split():
                    yield number, cells
    except (OSError, EOFError, UnicodeDecodeError) as error:
        what = f"cannot be read beyond this point ({error}); replace the file"
        faults.add(path, number + 1, what, kind=MALFORMED)


def _number(key: str, written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FieldError(f"the {key} is {written!r}, not a finite number; correct it")
    return value


# ---- writing


def _passages(shown: Prediction, gold: Gold) -> tuple[list[str], list[str]]:
    """Returns the names of the retrieved passages, and of the relevant ones."""
    hits = sorted(shown.hits, key=lambda hit: hit.rank)
    marks = by_passage(shown, gold.units).marks
    relevant = [_name(hit) for hit, mark in zip(hits, marks, strict=True) if mark]
    missed = [unit for unit in gold.units if not any(hit.overlaps(unit) for hit in hits)]
    lost = gold.articles[:1] if gold.is_lost else ()
    return list(map(_name, hits)), [*relevant, *map(_name, missed), *lost]


def _name(unit: Unit) -> str:
    return f"{unit.article_id}:{unit.start}-{unit.end}"


def _encoded(name: str) -> str:
    return UNSAFE.sub(lambda found: quote(found[0]), name)


def _run_lines(run: Mapping[str, Iterable[str]]) -> Iterator[str]:
    for question, names in run.items():
        for rank, name in enumerate(names, start=1):
            yield f"{_encoded(question)} Q0 {_encoded(name)} {rank} {1 / rank:.9g} {TAG}\n"


def _qrels_lines(grades: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for question, judged in grades.items():
        for name, grade in judged.items():
            yield f"{_encoded(question)} 0 {_encoded(name)} {grade}\n"


def _write(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
