"""Measures questions over the folder: precision and recall of each kind, against the oracle.

``python eval/folder.py`` prints the tables, including one for pairs of reports with differing and
equal figures; ``--wrong`` also prints each question and pair that fails.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eval.folder_oracle import ARTICLES, HERE, Question, questions

import rag
from rag.language.english import ENGLISH
from rag.language.figures import different_figures

__all__ = [
    "Pair",
    "Score",
    "measure",
    "opened",
    "quoted_names",
    "read_pairs",
    "scored",
    "scored_pairs",
]

ASKED_ON = date(2025, 7, 1)
PAIRS = HERE / "folder" / "pairs.jsonl"
_NAMES = frozenset(("list", "named"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many items were shown, how many of them are right, and how many were expected and found.

    A plain question counts as one item if it was treated as a question over the folder.
    """

    shown: int
    right: int
    expected: int
    found: int

    @classmethod
    def of(cls, shown: Sequence[str], expected: Sequence[Sequence[str]]) -> "Score":
        """Compares items, ignoring case; each expected item has one or more accepted forms."""
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
    """An index of the set's articles; embedder and reader do not affect the answers."""
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
            found += quoted_names(note, statement.text)
        elif kind == "timeline":
            found += [] if note.startswith("reported") else [f"{name} {note}"]
        else:
            found.append(f"{note.partition(';')[0]} {name}" if kind == "compare" else id_)
    return list(dict.fromkeys(found))


def quoted_names(note: str, sentence: str) -> list[str]:
    """The names of a note; one that does not stand in the quoted sentence is marked as wrong."""
    return [
        name if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence) else f"{name} (not quoted)"
        for name in note.split(", ")
    ]


def measure(rows: Iterable[tuple[str, Score]]) -> dict[str, tuple[int, Score, int]]:
    """For each kind: the number of questions, their total score, and how many are fully right."""
    ordered = sorted(rows, key=lambda row: row[0])
    return {
        kind: (len(scores), sum(scores[1:], start=scores[0]), sum(s.is_perfect for s in scores))
        for kind, group in groupby(ordered, key=lambda row: row[0])
        if (scores := [score for _, score in group])
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two reports, each with outlet, date and sentence, and the label from a human reader.

    ``part`` is "first" for the pairs that the rules were developed on, else "held out".
    """

    label: str
    part: str
    one: tuple[str, str, str]
    other: tuple[str, str, str]


def read_pairs() -> list[Pair]:
    """The labelled pairs of reports."""
    rows = map(json.loads, PAIRS.read_text(encoding="utf-8").splitlines())
    return [
        Pair(
            label=row["label"],
            part=row["part"],
            one=tuple(row["one"].values()),
            other=tuple(row["other"].values()),
        )
        for row in rows
    ]


def scored_pairs(pairs: Sequence[Pair], label: str) -> Score:
    """The score for one label, predicted by a comparison of the two reports."""
    return sum(
        (
            Score.of([label] * (told(pair) == label), [[label]] * (pair.label == label))
            for pair in pairs
        ),
        start=Score(shown=0, right=0, expected=0, found=0),
    )


@cache
def told(pair: Pair) -> str:
    """Byline's label for a pair: "contradiction", "update", or "" for neither."""
    (outlet, day, text), (other_outlet, other_day, other) = pair.one, pair.other
    days = (date.fromisoformat(day), date.fromisoformat(other_day))
    is_later = outlet == other_outlet and days[0] != days[1]
    if different_figures(text, other, published=days, is_later=is_later, language=ENGLISH) is None:
        return ""
    if outlet != other_outlet:
        return "contradiction"
    return "update" if days[0] != days[1] else ""


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
    print("\n| pairs | label | n | precision | recall |\n|---|---|---|---|---|")
    for part, label in product(("first", "held out"), ("contradiction", "update")):
        pairs = [pair for pair in read_pairs() if pair.part == part]
        score = scored_pairs(pairs, label)
        print(f"| {part} | {label} | {len(pairs)} | {score.precision:.3f} | {score.recall:.3f} |")
        if "--wrong" in options:
            wrong = [p for p in pairs if label in {told(p), p.label} and told(p) != p.label]
            print(*(f"   {told(p) or 'nothing'}: {p.one[2]} {p.other[2]}" for p in wrong), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
