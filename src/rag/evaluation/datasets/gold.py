"""Resolves the gold of each question to spans of the articles."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rag.evaluation.datasets.models import Dataset, Document, Question
from rag.evaluation.lines import Faults
from rag.evaluation.measures.answers import contains
from rag.evaluation.records import Gold, Unit

PARAGRAPH = re.compile(r"(?P<article>.+)#p(?P<number>\d+)", re.DOTALL)
UNKNOWN = "gold not in the corpus"
MISPLACED = "gold not in its article"


def resolve_gold(dataset: Dataset, faults: Faults) -> tuple[dict[str, Gold], list[str]]:
    """Returns the gold of each question by id, as offsets into the documents, and warnings.

    A question's units are its ``gold_spans``, else its ``gold_paragraphs``, else its whole ``gold``
    documents. A quote that occurs several times in its article refers to the first occurrence.

    Gold that cannot be found is a fault, and its question is left out. There are warnings for gold
    in a refused file, an accepted answer that does not occur in its gold, and an answerable
    question with neither an answer nor gold.
    """
    resolver = _Resolver(dataset, faults)
    resolved = {question.id: resolver.resolve(question) for question in dataset.questions}
    return {name: gold for name, gold in resolved.items() if gold}, resolver.warnings


class _Resolver:
    """Resolves the gold of one question at a time."""

    def __init__(self, dataset: Dataset, faults: Faults) -> None:
        self.warnings: list[str] = []
        self._faults = faults
        self._file = dataset.questions_file
        self._documents: Mapping[str, Document] = {one.id: one for one in dataset.documents}
        self._refused = dataset.refused
        dates = (one.published for one in dataset.documents if one.published)
        self._newest = max(dates, default=None)
        self._wrong: dict[str, str] = {}

    def resolve(self, question: Question) -> Gold | None:
        """Returns the question's gold; None if it has a fault."""
        self._wrong = {}
        named = dict.fromkeys([*question.gold, *question.gold_human])
        missing = {article for article in named if self._find(article) is None}
        spans = tuple(self._quotations(question, missing))
        paragraphs = tuple(self._paragraphs(question, missing))
        whole = () if spans or paragraphs else tuple(self._whole(question))
        units = spans or paragraphs or whole
        for what, kind in self._wrong.items():
            fault = f"question {question.id!r}: {what}"
            self._faults.add(self._file, question.line, fault, kind=kind)
        if self._wrong:
            return None
        self._warn_of_refused(question, missing)
        self._warn_of_nothing_known(question)
        has_spans = bool(spans or (question.gold_spans and not units))
        refused = sorted(missing.difference(question.gold_human))
        placed = (unit.article_id for unit in units)
        articles = dict.fromkeys([*question.gold, *placed, *refused])
        known = [self._documents[article] for article in articles if article in self._documents]
        return Gold(
            id=question.id,
            answers=question.answers,
            answerable=question.answerable,
            kind=question.kind,
            units=tuple(dict.fromkeys(units)),
            has_spans=has_spans,
            articles=tuple(articles),
            gold_human=question.gold_human,
            indexed=bool(units) or not missing,
            whole=bool(whole),
            free_form=self._is_free_form(question, units),
            outlets=tuple(dict.fromkeys(one.outlet for one in known if one.outlet)),
            age_days=_age(known, question.date or self._newest),
            history=question.history,
        )

    def _find(self, article: str) -> Document | None:
        """Returns the document; None if its file was refused or it is unknown, which is a fault."""
        document = self._documents.get(article)
        if document is None and article not in self._refused:
            what = f"gold {article!r} is not in the corpus; add it, or remove the gold"
            self._wrong[what] = UNKNOWN
        return document

    def _quotations(self, question: Question, missing: set[str]) -> Iterator[Unit]:
        for span in question.gold_spans:
            document = self._find(span.article)
            if document is None:
                missing.add(span.article)
                continue
            start = document.text.find(span.quote)
            if start < 0:
                what = (
                    f"the quote {span.quote!r} is not in {span.article!r}; quote it word for word"
                )
                self._wrong[what] = MISPLACED
            else:
                yield Unit(article_id=span.article, start=start, end=start + len(span.quote))

    def _paragraphs(self, question: Question, missing: set[str]) -> Iterator[Unit]:
        for name in question.gold_paragraphs:
            found = PARAGRAPH.fullmatch(name)
            if found is None:
                self._wrong[f"gold_paragraphs contains {name!r}; write ID#pN, N from 0"] = MISPLACED
                continue
            article, number = found["article"], int(found["number"])
            document = self._find(article)
            if document is None:
                missing.add(article)
            elif number < len(document.paragraphs):
                start, end = document.paragraphs[number]
                yield Unit(article_id=article, start=start, end=end)
            else:
                last = len(document.paragraphs) - 1
                self._wrong[f"{name!r} is past the last paragraph, #p{last}"] = MISPLACED

    def _whole(self, question: Question) -> Iterator[Unit]:
        for article in question.gold:
            if article in self._documents:
                end = len(self._documents[article].text)
                yield Unit(article_id=article, start=0, end=end)

    def _is_free_form(self, question: Question, units: Sequence[Unit]) -> bool:
        """Returns whether no accepted answer occurs in the gold; warns about each that does not."""
        if not units:
            return False
        texts = [self._documents[unit.article_id].text[unit.start : unit.end] for unit in units]
        accepted = [answer for answer in question.answers if answer.strip()]
        absent = [
            answer for answer in accepted if not any(contains(text, [answer]) for text in texts)
        ]
        for answer in absent:
            self._warn(question, f"accepted answer {answer!r} does not occur in its gold text")
        return bool(accepted) and len(absent) == len(accepted)

    def _warn_of_refused(self, question: Question, missing: set[str]) -> None:
        for article in sorted(missing):
            self._warn(question, f"gold {article!r} is not indexed: {self._refused[article]}")

    def _warn_of_nothing_known(self, question: Question) -> None:
        known = (question.answers, question.gold, question.gold_paragraphs, question.gold_spans)
        if question.answerable and not any((*known, question.gold_human)):
            self._warn(question, "is answerable, but has neither an answer nor gold; add one")

    def _warn(self, question: Question, what: str) -> None:
        self.warnings.append(f"{self._file.name}:{question.line}: question {question.id!r}: {what}")


def _age(gold: Sequence[Document], day: date | None) -> int | None:
    """Returns the days from the newest dated article to ``day``; None if either date is missing."""
    dates = [document.published for document in gold if document.published]
    return max((day - max(dates)).days, 0) if day and dates else None
