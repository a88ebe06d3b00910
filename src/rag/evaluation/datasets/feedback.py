"""Exports readers' feedback as a question set.

The verdict determines the gold. "right" makes the cited sentences gold, or the question
unanswerable if Byline abstained. "should have found" makes the note gold if it is a sentence of an
article. All other questions have no gold; they keep the citations shown and the note. If an answer
has several verdicts, the last one counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.evaluation.datasets.formats.byline import described, write_byline
from rag.evaluation.datasets.formats.content import Content
from rag.evaluation.datasets.from_template import TAKEN
from rag.evaluation.datasets.template import passages_of
from rag.evaluation.lines import Row, write_rows

RIGHT, FOUND, WRONG = "right", "should have found", "wrong"
AROUND = "\"'“”„‘’«». \t\n"  # characters to ignore around a sentence copied into a note

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The number of questions written, and how many are judged answerable or unanswerable.

    ``open`` has one line for each question that a person should review, with the reason.
    """

    questions: int
    judged: int
    open: tuple[str, ...]


def export_feedback(
    feedback: Sequence[rag.Feedback],
    articles: Sequence[rag.Article],
    *,
    out: Path,
    config: rag.Config | None = None,
) -> Exported:
    """Writes ``feedback`` on answers from ``articles`` as a question set for ``byline eval``.

    If ``out`` ends in ``.jsonl``, only a questions file is written. Otherwise ``out`` is a folder
    that receives the articles and the questions. Raises ``rag.UsageError`` if it already contains a
    set, or if there is no feedback.
    """
    taken = [out] if out.suffix == ".jsonl" else [out / name for name in TAKEN]
    if there := next((path for path in taken if path.exists()), None):
        raise rag.UsageError(f"{there} already exists: choose another name, or remove it first")
    if not feedback:
        raise rag.UsageError("there is no feedback yet: readers leave it on the chat page")
    settings = config or rag.Config()
    last = {one.exchange: one for one in feedback}
    made = [_Made(one, articles, config=settings) for one in last.values()]
    rows = tuple(one.row for one in made if one.is_askable)
    if out.suffix == ".jsonl":
        write_rows(out, rows)
    else:
        documents = tuple({**described(one), "text": one.text} for one in articles)
        write_byline(Content(documents=documents, questions=rows), out)
    return Exported(
        questions=len(rows),
        judged=sum(row["answerable"] is not None for row in rows),
        open=tuple(line for one in made for line in one.open),
    )


class _Made:
    """The question created from one piece of feedback, and its open points."""

    def __init__(
        self, given: rag.Feedback, articles: Sequence[rag.Article], *, config: rag.Config
    ) -> None:
        self._given = given
        self._config = config
        self._articles = {article.id: article for article in articles}
        self._gold = list(self._known())
        self.is_askable = True
        try:
            rag.check_question(given.question, config=config)
        except rag.UsageError:
            self.is_askable = False

    @property
    def row(self) -> Row:
        """The line of ``questions.jsonl``; ``note`` and ``shown`` are for people only."""
        given = self._given
        return {
            "id": given.id,
            "question": given.question,
            "kind": given.verdict,
            "answers": [],
            "gold": list(dict.fromkeys(article for article, _ in self._gold)),
            "gold_spans": _spans(self._gold),
            "answerable": self._answerable(),
            "history": [[turn.role, turn.text] for turn in given.history],
            "date": given.asked.date().isoformat(),
            "note": given.note,
            "shown": _spans([(one.article_id, one.quote) for one in _cited(given)]),
        }

    @property
    def open(self) -> Iterator[str]:
        """The points that a person should review, one line each."""
        given = self._given
        said = " ".join(f"{given.verdict}: {given.note}".removesuffix(": ").split())
        for why in self._reasons():
            yield f"{' '.join(given.question.split())} ({said}): {why}"

    def _known(self) -> Iterator[tuple[str, str]]:
        """Yields the article ids and sentences that the reader marks as right."""
        if self._given.verdict == RIGHT:
            for cited in _cited(self._given):
                article = self._articles.get(cited.article_id)
                if article and cited.quote in article.text:
                    yield cited.article_id, cited.quote
        elif self._given.verdict == FOUND:
            yield from _sentences(self._given.note, self._articles, config=self._config)

    def _answerable(self) -> bool | None:
        """Returns whether the articles answer the question; None if the feedback does not say."""
        abstained = not self._given.statements
        if self._gold or (abstained and self._given.verdict == WRONG):
            return True
        silent = abstained and self._given.verdict == RIGHT and self._given.filter.is_empty
        return False if silent else None

    def _reasons(self) -> Iterator[str]:
        given = self._given
        if not self.is_askable:
            yield "the question can no longer be asked; left out"
        elif given.verdict == RIGHT and len(self._gold) < len(set(_cited(given))):
            yield "a cited sentence is no longer in the articles"
        elif given.verdict == FOUND and not self._gold:
            yield "the note is not a sentence of an article"
        elif given.verdict not in (RIGHT, FOUND):
            yield "the right answer is not known"
        if not given.filter.is_empty:
            yield "was asked of selected articles only; here it is asked of all"


def _cited(given: rag.Feedback) -> list[rag.Citation]:
    found = (citation for said in given.statements for citation in said.citations)
    return list(dict.fromkeys(found))


def _spans(places: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"article": article, "quote": quote} for article, quote in places]


def _sentences(
    note: str, articles: dict[str, rag.Article], *, config: rag.Config
) -> Iterator[tuple[str, str]]:
    """Yields each article that contains ``note`` as one or more whole sentences, and their text.

    Ignores differences in white space, and quotation marks around the note.
    """
    words = note.strip(AROUND).split()
    if not words:
        return
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    places = {name: [m.span() for m in pattern.finditer(a.text)] for name, a in articles.items()}
    holding = [articles[name] for name, spans in places.items() if spans]
    for name, passages in passages_of(holding, config=config).items():
        text = articles[name].text
        sentences = [sentence for passage in passages for sentence in passage.sentences]
        found = (_whole(text, place, sentences) for place in places[name])
        if span := next(filter(None, found), None):
            yield name, text[slice(*span)]


def _whole(text: str, place: Span, sentences: Sequence[Span]) -> Span | None:
    """Returns the span of the sentences that ``place`` overlaps, if it covers them completely."""
    held = [one for one in sentences if one[0] < place[1] and place[0] < one[1]]
    if not held:
        return None
    start, end = held[0][0], held[-1][1]
    outside = text[start : place[0]] + text[place[1] : end]
    return None if outside.strip(AROUND) else (start, end)
