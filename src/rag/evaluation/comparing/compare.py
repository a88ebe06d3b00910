"""Compares two runs of one data set question by question, with significance tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.evaluation.comparing.paired import Pair, compare_rows
from rag.evaluation.comparing.settings_diff import differs
from rag.evaluation.comparing.verdict import Verdict
from rag.evaluation.folder import read_run
from rag.evaluation.measuring.rows import QuestionRow, read_question_rows
from rag.evaluation.records import FORMAT

HEADLINES = ("answers/contains_shown", "passage/RR@10", "article/RR@10")

Rows = tuple[QuestionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The run ``second`` compared with ``first``; ``questions`` has those in both, by id.

    ``differs`` is a line that lists the differences in settings and data. ``verdicts`` has the
    deciding measures with data in both runs, in the catalog's order.
    """

    dataset: str
    first: str
    second: str
    differs: str
    questions: Mapping[str, str]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def headline(self) -> Verdict:
        """The main verdict: on answers if they were measured, else on ranking."""
        return headline(self.verdicts)

    def as_json(self) -> dict[str, object]:
        """Returns the comparison as a JSON object; questions are listed by id."""
        return {
            "format": FORMAT,
            "dataset": self.dataset,
            "first": self.first,
            "second": self.second,
            "differs": self.differs,
            "questions": len(self.questions),
            "only_first": list(self.only_first),
            "only_second": list(self.only_second),
            "headline": self.headline.sentence,
            "measures": [_as_json(verdict) for verdict in self.verdicts],
        }


def compare(first: Path, second: Path) -> Comparison:
    """Compares the result folder ``second`` with ``first``, question by question.

    Raises ``rag.UsageError`` if a folder has no measured results, if the data sets differ, or if
    the runs have no question or no measure in common.
    """
    dataset, before, after = read_both(first, second)
    pairs = pair(before, after)
    name_of_first, name_of_second = names(first, second)
    verdicts = compare_rows(list(pairs.values()), of=name_of_second)
    if not verdicts:
        raise rag.UsageError(
            f"no measure has data in both {first} and {second}: nothing to compare"
        )
    return Comparison(
        dataset=dataset,
        first=name_of_first,
        second=name_of_second,
        differs=differs(first, second),
        questions={name: row.question for name, (row, _) in pairs.items()},
        only_first=tuple(row.id for row in before if row.id not in pairs),
        only_second=tuple(row.id for row in after if row.id not in pairs),
        verdicts=verdicts,
    )


def headline(verdicts: Sequence[Verdict]) -> Verdict:
    """Returns the main verdict: on answers if they were measured, else on ranking."""
    by_key = {verdict.key: verdict for verdict in verdicts}
    return next((by_key[key] for key in HEADLINES if key in by_key), verdicts[0])


def read_both(first: Path, second: Path) -> tuple[str, Rows, Rows]:
    """Returns the data set of two result folders, and the rows of each.

    Raises ``rag.UsageError`` if their data sets differ.
    """
    one, other = (str(read_run(folder).get("dataset", "")) for folder in (first, second))
    if one != other:
        raise rag.UsageError(
            f"{first} is a run of {one!r}, {second} of {other!r}: compare runs of the same data set"
        )
    return one, read_question_rows(first), read_question_rows(second)


def pair(first: Sequence[QuestionRow], second: Sequence[QuestionRow]) -> dict[str, Pair]:
    """Pairs the rows of questions that have the same id and text in both runs, ordered by id.

    Raises ``rag.UsageError`` if there are none.
    """
    others = {(row.id, row.question): row for row in second}
    found = ((row, others.get((row.id, row.question))) for row in first)
    pairs = {row.id: (row, other) for row, other in found if other is not None}
    if not pairs:
        raise rag.UsageError(
            f"none of {len(first):,} and {len(second):,} questions has the same id and words in"
            " both runs: compare runs of the same questions"
        )
    return dict(sorted(pairs.items()))


def names(first: Path, second: Path) -> tuple[str, str]:
    """Returns short names for two folders, with as many parent folders as distinguish them."""
    one, other = first.resolve().parts, second.resolve().parts
    for length in range(1, min(len(one), len(other))):
        if one[-length:] != other[-length:]:
            return "/".join(one[-length:]), "/".join(other[-length:])
    return first.resolve().name, second.resolve().name


def _as_json(verdict: Verdict) -> dict[str, object]:
    numbers = ("n", "first", "second", "difference", "low", "high", "p_value", "corrected")
    return {
        "key": verdict.key,
        "lower_is_better": verdict.measure.lower_is_better,
        **{name: getattr(verdict, name) for name in numbers},
        "outcome": verdict.outcome,
        "sentence": verdict.sentence,
        "won": [change.id for change in verdict.won],
        "lost": [change.id for change in verdict.lost],
        "tied": list(verdict.tied),
    }
