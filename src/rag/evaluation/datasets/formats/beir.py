"""BEIR: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/SPLIT.tsv`` in a folder.

Fields that BEIR does not define are stored in ``metadata``, under ``byline``. Foreign metadata is
kept in our rows as ``metadata``. Conversion is therefore lossless in both directions.

Source: https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset
"""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import rag
from rag.evaluation.datasets import fields
from rag.evaluation.datasets.formats.content import (
    MISSING,
    Content,
    first_of,
    gather,
    grades_of,
    judged,
    note,
    settle,
    whole_number,
)
from rag.evaluation.lines import MALFORMED, Faults, FieldError, Row, write_rows

OURS = "byline"
HEADER = ("query-id", "corpus-id", "score")
SPECIAL = re.compile(r'["\t\r\n]')
Grades = dict[str, dict[str, int]]


def read_beir(folder: Path, *, split: str = "test", skip_missing: bool = False) -> Content:
    """Reads the data set in ``folder`` with the questions judged in ``split``.

    Documents with a score above 0 are gold, highest score first. A document without text uses its
    title as text; documents without either are left out and counted. With ``skip_missing``,
    judgements of missing queries or documents are also left out. Raises ``rag.DatasetError``,
    listing file and line, for missing or malformed files.
    """
    judgements = folder / "qrels" / f"{split}.tsv"
    if not judgements.is_file():
        there = ", ".join(sorted(file.stem for file in folder.glob("qrels/*.tsv"))) or "none"
        raise rag.DatasetError(f"no {judgements}: choose a split with --split (available: {there})")
    faults = Faults()
    documents = gather(first_of(folder, "corpus.jsonl", "corpus.jsonl.gz"), faults, parse=_document)
    queries = gather(first_of(folder, "queries.jsonl", "queries.jsonl.gz"), faults, parse=_query)
    grades = _read_grades(judgements, queries, documents, faults)
    missing = settle(faults, folder, skip_missing=skip_missing)
    empty = {name for name, row in documents.items() if row.get("text") == ""}
    return Content(
        documents=tuple(row for name, row in documents.items() if name not in empty),
        questions=tuple(_questions(queries, grades, empty)),
        notes=(
            *note(len(empty), "empty document left out", "empty documents left out"),
            *missing,
        ),
    )


def write_beir(content: Content, out: Path, *, split: str = "test") -> None:
    """Writes a BEIR folder, without loss."""
    write_rows(out / "corpus.jsonl", map(_document_entry, content.documents))
    write_rows(out / "queries.jsonl", map(_query_entry, content.questions))
    (out / "qrels").mkdir(exist_ok=True)
    with (out / "qrels" / f"{split}.tsv").open("w", encoding="utf-8", newline="\n") as table:
        table.write("\t".join(HEADER) + "\n")
        for row in content.questions:
            for name, grade in grades_of(row).items():
                table.write(f"{_cell(str(row['id']))}\t{_cell(name)}\t{grade}\n")


# ---- reading


def _document(entry: Row) -> Row:
    text, title = (fields.optional_text(entry, key) or "" for key in ("text", "title"))
    plain = {"text": text if text.strip() else title.strip()}
    ours, rest = _metadata(entry)
    if ours.get("paragraphs") is not None:
        ours["paragraphs"] = _paragraphs(text, ours["paragraphs"])
        plain = {}
    return {"id": _id(entry), **({"title": title} if title else {}), **plain, **ours, **rest}


def _paragraphs(text: str, spans: object) -> list[str]:
    match spans:
        case [*pairs]:
            paragraphs = [text[start:end] for start, end in _pairs(pairs)]
            if fields.BLANK_LINE.join(paragraphs) == text:
                return paragraphs
    raise FieldError("metadata.byline.paragraphs does not match the text; remove it")


def _pairs(pairs: list[object]) -> Iterator[tuple[int, int]]:
    for pair in pairs:
        match pair:
            case [int() as start, int() as end]:
                yield start, end


def _query(entry: Row) -> Row:
    _metadata(entry)
    return {**entry, "id": _id(entry), "question": fields.text(entry, "text")}


def _questions(
    queries: Mapping[str, Row], grades: Grades, empty: set[str]
) -> Iterator[dict[str, object]]:
    """Yields the queries that are judged, and those that Byline wrote."""
    for name, entry in queries.items():
        if name in grades or OURS in _metadata_of(entry):
            known = grades.get(name, {})
            yield _question(entry, {key: known[key] for key in known if key not in empty})


def _question(entry: Row, grades: Mapping[str, int]) -> dict[str, object]:
    plain: Row = {"id": entry["id"], "question": entry["question"]}
    ours, rest = _metadata(entry)
    return {**(judged(plain, grades) if grades else plain), **ours, **rest}


def _id(entry: Row) -> str:
    value = entry.get("_id")
    return str(value) if type(value) is int else fields.text(entry, "_id")


def _metadata_of(entry: Row) -> Row:
    value = entry.get("metadata")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FieldError(f"metadata is {value!r}, not an object; write {{...}}")
    return value


def _metadata(entry: Row) -> tuple[dict[str, object], dict[str, object]]:
    """Splits metadata into Byline's fields and, under ``metadata``, all others, if any."""
    whole = _metadata_of(entry)
    ours = whole.get(OURS, {})
    if not isinstance(ours, dict):
        raise FieldError(f"metadata.{OURS} is {ours!r}, not an object; remove it")
    rest = {key: value for key, value in whole.items() if key != OURS}
    return dict(ours), {"metadata": rest} if rest else {}


def _read_grades(
    path: Path, queries: Mapping[str, Row], documents: Mapping[str, Row], faults: Faults
) -> Grades:
    """Returns the grades of documents by question; the last duplicate counts, as in BEIR."""
    grades: Grades = {}
    for number, (question, document, score) in _read_table(path, faults):
        with faults.taking(path, number):
            grade = whole_number("score", score)
            if question not in queries:
                what = f"query {question!r} is not in queries.jsonl"
                raise FieldError(what, kind=MISSING)
            known = grades.setdefault(question, {})
            if document not in documents:
                what = f"document {document!r} is not in corpus.jsonl"
                raise FieldError(what, kind=MISSING)
            known[document] = grade
    return grades


def _read_table(path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Yields question, document and score of each row, with its line number.

    Takes them from the columns that a header names, else from the first three.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.reader(lines, delimiter="\t")
        try:
            columns, width = list(range(len(HEADER))), len(HEADER)
            for place, cells in enumerate(table):
                if place == 0 and set(HEADER) <= set(cells):
                    columns, width = [cells.index(name) for name in HEADER], len(cells)
                elif len(cells) != width and cells:
                    what = (
                        f"has {len(cells)} cells, not {width}; write query, document, score with"
                        " tabs"
                    )
                    faults.add(path, table.line_num, what, kind=MALFORMED)
                elif cells and not (place == 0 and not _is_number(cells[-1])):
                    yield table.line_num, [cells[column] for column in columns]
        except (csv.Error, UnicodeDecodeError) as error:
            what = f"is not a table in UTF-8 ({error}); correct it"
            faults.add(path, table.line_num + 1, what, kind=MALFORMED)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# ---- writing


def _cell(name: str) -> str:
    """Quotes a cell for ``csv``, which leaves a lone carriage return unquoted before 3.13."""
    return '"' + name.replace('"', '""') + '"' if SPECIAL.search(name) else name


def _document_entry(row: Row) -> Row:
    text, spans = fields.body(row)
    entry = {"_id": row["id"], "title": row.get("title") or "", "text": text}
    ours = _unsaid(row, _document(entry))
    if "paragraphs" in ours and row["paragraphs"] is not None:
        ours["paragraphs"] = [list(span) for span in spans]
    return {**entry, "metadata": _packed(row, ours)}


def _query_entry(row: Row) -> Row:
    entry = {"_id": row["id"], "text": row["question"]}
    grades = grades_of(row)
    ours = _unsaid(row, _question(_query(entry), grades))
    return {**entry, "metadata": _packed(row, ours, always=not grades)}


def _unsaid(row: Row, plain: Row) -> dict[str, object]:
    """Returns the fields of ``row`` that cannot be read back from ``plain``, the bare BEIR row."""
    return {key: row[key] for key in row if key not in plain or plain[key] != row[key]}


def _packed(row: Row, ours: Mapping[str, object], *, always: bool = False) -> Row:
    """Merges a row's metadata with Byline's; ``always`` adds our key even if it is empty."""
    others = row.get("metadata")
    if not isinstance(others, dict) or not others or OURS in others:
        others = {}
    left = {key: value for key, value in ours.items() if not (others and key == "metadata")}
    return {**others, **({OURS: left} if left or always else {})}
