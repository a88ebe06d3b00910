"""Turns a filled-in template into a data set; locates each answer and quote in its article."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import rag
from rag.evaluation.datasets.corpus import paragraphs_of
from rag.evaluation.datasets.reading import check_dataset
from rag.evaluation.datasets.template import passages_of, relative_place
from rag.evaluation.datasets.template_reader import (
    FOLLOWUPS,
    UNANSWERABLE,
    Entry,
    Sheet,
    Words,
    read_sheet,
)
from rag.evaluation.lines import Faults, write_rows

QUESTIONS = "questions.jsonl"
DESCRIBED = "dataset.yaml"
TAKEN = (QUESTIONS, f"{QUESTIONS}.gz", DESCRIBED, "corpus.jsonl", "corpus.jsonl.gz")
NO_ANSWER = "The articles do not say."
Row = Mapping[str, Any]
UNANSWERED: Row = {"answers": [], "gold": [], "answerable": False}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The number of questions in the data set; ``blanks`` counts entries without a question."""

    questions: int
    answerable: int
    followups: int
    blanks: int
    warnings: tuple[str, ...]


def make_dataset(path: Path, *, out: Path, config: rag.Config | None = None) -> Made:
    """Turns the filled-in file ``path`` into a data set in the folder ``out``.

    Raises:
        UsageError: ``out`` already contains a data set.
        DatasetError: an entry is invalid, or an answer or quote is not in its article; lists entry
            and line.
    """
    if there := next((out / name for name in TAKEN if (out / name).exists()), None):
        raise rag.UsageError(f"{there} already exists: choose another folder, or remove it first")
    settings = config or rag.Config()
    faults = Faults()
    sheet = read_sheet(path, faults)
    folder = path.parent / sheet.articles
    if not folder.is_dir():
        raise rag.DatasetError(f"{path}: there is no folder {sheet.articles!r}: correct `articles`")
    rows = list(_Maker(sheet, path=path, folder=folder, faults=faults, config=settings).rows())
    faults.raise_any(path)
    if not rows:
        raise rag.DatasetError(f"{path} contains no question: fill in at least one `question`")
    _write(rows, out=out, folder=folder)
    checked = check_dataset(out, config=settings)
    if checked.faults:
        raise rag.DatasetError("\n  ".join([f"{out} cannot be used:", *checked.faults]))
    return Made(
        questions=checked.questions,
        answerable=checked.answerable,
        followups=checked.followups,
        blanks=sum(entry.is_blank for entry in sheet.entries),
        warnings=checked.warnings,
    )


def _write(rows: Sequence[Row], *, out: Path, folder: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    described = {"name": out.resolve().name, "articles": relative_place(folder, out)}
    text = yaml.safe_dump(described, allow_unicode=True, sort_keys=False)
    (out / DESCRIBED).write_text(text, encoding="utf-8")
    write_rows(out / QUESTIONS, rows)


class _Maker:
    """Converts each entry with a question to a row; invalid entries become faults."""

    def __init__(
        self, sheet: Sheet, *, path: Path, folder: Path, faults: Faults, config: rag.Config
    ) -> None:
        found, _ = rag.read_articles([folder], config=config)
        self._articles = {article.id: article for article in found}
        self._entries = [entry for entry in sheet.entries if not entry.is_blank]
        named = {entry.text("article") for entry in self._entries}
        wanted = [self._articles[name] for name in sorted(named & self._articles.keys())]
        self._passages = passages_of(wanted, config=config)
        self._path = path
        self._faults = faults
        self._config = config
        self._rows: dict[str, Row] = {}

    def rows(self) -> Iterator[Row]:
        """Yields the rows, follow-ups last."""
        for entry in sorted(self._entries, key=lambda entry: entry.section == FOLLOWUPS):
            self._check_question(entry)
            row = {"id": entry.id, "question": entry.text("question"), **self._known(entry)}
            self._rows[entry.id] = row
            yield row

    def _check_question(self, entry: Entry) -> None:
        try:
            rag.check_question(entry.text("question"), config=self._config)
        except rag.UsageError as error:
            self._fault(entry, entry.words("question")[0].line, str(error))

    def _known(self, entry: Entry) -> Row:
        """Returns the fields of the row other than its id and question."""
        if entry.section == UNANSWERABLE:
            return {"kind": "unanswerable", **UNANSWERED}
        if entry.section == FOLLOWUPS:
            return self._followup(entry)
        return self._answered(entry, entry.text("article"))

    def _followup(self, entry: Entry) -> Row:
        before = self._rows.get(entry.text("after"))
        if before is None:
            what = f"`after` is {entry.text('after')!r}: name an entry above that has a question"
            self._fault(entry, entry.line, what)
            return UNANSWERED
        history = [*before.get("history", []), ["user", before["question"]], *_said(before)]
        known: Row = UNANSWERED
        if entry.words("answer") or entry.words("quote"):
            known = self._answered(entry, entry.text("article") or "".join(before["gold"]))
        return {"kind": "followup", **known, "history": history}

    def _answered(self, entry: Entry, name: str) -> Row:
        article = self._articles.get(name)
        if article is None:
            what = f"article {name!r} is not in the folder of articles: correct `article`"
            self._fault(entry, entry.line, what)
            return UNANSWERED
        shown = _find(entry.text("passage"), article.text, (0, len(article.text)))
        if entry.words("quote"):
            spans = self._located(entry, "quote", article, shown)
            answers = self._located(entry, "answer", article, spans[0] if spans else shown)
        else:
            held = [self._held(entry, words, article, shown) for words in entry.words("answer")]
            answers = [answer for answer, _ in filter(None, held)]
            spans = [sentence for _, sentence in filter(None, held)]
        texts = dict.fromkeys(article.text[start:end] for start, end in spans)
        paragraphs = [] if texts or shown is None else _paragraphs(article.text, shown)
        return {
            "answers": [" ".join(article.text[start:end].split()) for start, end in answers],
            "gold": [name],
            "gold_paragraphs": [f"{name}#p{number}" for number in paragraphs],
            "gold_spans": [{"article": name, "quote": quote} for quote in texts],
            "answerable": True,
        }

    def _located(
        self, entry: Entry, key: str, article: rag.Article, near: Span | None
    ) -> list[Span]:
        """Returns the spans of a field's texts, preferring ``near``; a missing text is a fault."""
        spans = []
        for words in entry.words(key):
            whole = (0, len(article.text))
            span = _find(words.text, article.text, near or whole)
            span = span or _find(words.text, article.text, whole)
            if span:
                spans.append(span)
            else:
                what = f"{key} {words.text!r} is not in {article.id!r} word for word; copy it"
                self._fault(entry, words.line, what)
        return spans

    def _held(
        self, entry: Entry, words: Words, article: rag.Article, near: Span | None
    ) -> tuple[Span, Span] | None:
        """Returns the spans of an answer and of the only sentence that contains it.

        Searches ``near`` first, then the whole article. If no sentence or several contain the
        answer, adds a fault and returns None.
        """
        whole = (0, len(article.text))
        places = _places(words.text, article.text, near or whole)
        places = places or _places(words.text, article.text, whole)
        held = {self._sentences(article.id, place): place for place in reversed(places)}
        if len(held) == 1:
            ((sentence, place),) = held.items()
            return place, sentence
        if held:
            what = f"occurs in {len(held)} sentences; fill in quote"
        elif _find(words.text, article.text, whole):
            what = f"occurs in {article.id!r} only as part of a word; fill in quote"
        else:
            what = f"is not in {article.id!r} word for word; copy it"
        self._fault(entry, words.line, f"answer {words.text!r} {what}")
        return None

    def _sentences(self, name: str, span: Span) -> Span:
        """Returns the span of all sentences that ``span`` overlaps, including ``span`` itself."""
        sentences = (one for passage in self._passages[name] for one in passage.sentences)
        held = [span, *(one for one in sentences if one[0] < span[1] and span[0] < one[1])]
        return min(start for start, _ in held), max(end for _, end in held)

    def _fault(self, entry: Entry, line: int, what: str) -> None:
        self._faults.add(self._path, line, f"entry {entry.id!r}: {what}")


def _said(row: Row) -> Iterator[list[str]]:
    """Yields the assumed reply of the agent to a question, if it can be inferred."""
    quotes = [span["quote"] for span in row.get("gold_spans", [])]
    if words := [*quotes, *row["answers"]]:
        yield ["agent", words[0]]
    elif not row["answerable"]:
        yield ["agent", NO_ANSWER]


def _paragraphs(text: str, span: Span) -> list[int]:
    """Returns the numbers (from 0) of the paragraphs that ``span`` overlaps."""
    spans = enumerate(paragraphs_of(text))
    return [number for number, (start, end) in spans if start < span[1] and span[0] < end]


def _find(words: str, text: str, near: Span) -> Span | None:
    """Returns the first span of ``words`` in ``text`` within ``near``, preferring whole words."""
    places = _places(words, text, near) or _places(words, text, near, inside_words=True)
    return places[0] if places else None


def _places(words: str, text: str, near: Span, *, inside_words: bool = False) -> list[Span]:
    """Returns the spans of ``words`` in ``text`` within ``near``, ignoring white space."""
    plain = r"\s+".join(map(re.escape, words.split()))
    if not plain:
        return []
    pattern = plain if inside_words else rf"(?<!\w){plain}(?!\w)"
    return [found.span() for found in re.compile(pattern).finditer(text, *near)]
