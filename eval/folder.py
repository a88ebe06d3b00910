"""Measures questions over the folder: precision and recall of each kind, against the oracle.

``python eval/folder.py`` prints the tables; ``--wrong`` also prints each question that fails.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from folder_oracle import ARTICLES, HERE, Question, questions

import rag

__all__ = ["PAIRS", "Score", "measure", "opened", "read_pairs", "scored"]

ASKED_ON = date(2025, 7, 1)
PAIRS = HERE / "folder" / "pairs.jsonl"
_NAMES = frozenset(("list", "named"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many items were shown, how many of them are right, and how many were expected and found.

    A plain question counts one item if it was taken for a question over the folder.
    """

    shown: int
    right: int
    expected: int
    found: int

    @classmethod
    def of(cls, shown: Sequence[str], expected: Sequence[Sequence[str]]) -> "Score":
        """Compares items, regardless of case; each expected one has several forms."""
        forms = [{_plain(form) for form in item} for item in expected]
        got = [_plain(item) for item in shown]
        return cls(
            shown=len(got),
            right=sum(any(item in each for each in forms) for item in got),
            expected=len(forms),
            found=sum(bool(each & set(got)) for each in forms),
        )

    def __add__(self, other: "Score") -> "Score":
        return Score(
            shown=self.shown + other.shown,
            right=self.right + other.right,
            expected=self.expected + other.expected,
            found=self.found + other.found,
        )

    @property
    def precision(self) -> float:
        """The share of shown items that are right; 1 if none is shown."""
        return self.right / self.shown if self.shown else 1.0

    @property
    def recall(self) -> float:
        """The share of expected items that are shown; 1 if none is expected."""
        return self.found / self.expected if self.expected else 1.0

    @property
    def is_perfect(self) -> bool:
        """Whether exactly what is expected was shown."""
        return self.precision == self.recall == 1.0


def _plain(item: str) -> str:
    return re.sub(r"\W+", " ", item).casefold().strip().removeprefix("the ")


def opened(folder: Path) -> rag.Byline:
    """An index of the set's articles in ``folder``; no embedder or reader matters to the answers."""
    news = rag.Byline(folder, embedder=rag.HashEmbedder(dims=64), config=rag.Config(reader="none"))
    news.index(list(ARTICLES))
    return news


def scored(news: rag.Byline, question: Question) -> tuple[Score, list[str]]:
    """The score of a question, and what was shown."""
    only = rag.Filter(articles=question.selection) if question.selection else None
    evidence = news.evidence(question.text, filter=only, asked_on=ASKED_ON)
    if question.kind == "plain":
        shown = [evidence.coverage] if evidence.coverage else []
        return Score.of(shown, []), shown
    answer = news.ask(question.text, filter=only, asked_on=ASKED_ON)
    shown = _shown(answer, question.kind) if answer.coverage else []
    return Score.of(shown, question.expected), shown


def _shown(answer: rag.Answer, kind: str) -> list[str]:
    found: list[str] = []
    for statement in answer.statements:
        note, id_ = statement.note or "", statement.citations[0].article_id
        name = id_.removesuffix(".txt")
        if kind in _NAMES:
            found += note.split(", ")
        elif kind == "timeline":
            found += [] if note.startswith("reported") else [f"{name} {note}"]
        else:
            found.append(f"{note.partition(';')[0]} {name}" if kind == "compare" else id_)
    return list(dict.fromkeys(found))


def measure(rows: Iterable[tuple[str, Score]]) -> dict[str, tuple[int, Score, int]]:
    """For each kind: the questions, their items added up, and how many questions are all right."""
    ordered = sorted(rows, key=lambda row: row[0])
    return {
        kind: (len(scores), sum(scores[1:], start=scores[0]), sum(s.is_perfect for s in scores))
        for kind, group in groupby(ordered, key=lambda row: row[0])
        if (scores := [score for _, score in group])
    }


def read_pairs() -> list[dict[str, object]]:
    """The labelled pairs of reports."""
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def main(options: Sequence[str]) -> int:
    """Prints the tables."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as news:
        for question in questions():
            score, shown = scored(news, question)
            rows.append((question.kind, score))
            if "--wrong" in options and not score.is_perfect:
                print(f"{question.kind}: {question.text}")
                print(f"   shown    {shown}\n   expected {list(question.expected)}")
    print("| kind | questions | precision | recall | all right |\n|---|---|---|---|---|")
    for kind, (number, score, perfect) in measure(rows).items():
        print(f"| {kind} | {number} | {score.precision:.3f} | {score.recall:.3f} | {perfect} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
