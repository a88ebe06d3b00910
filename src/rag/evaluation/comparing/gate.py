"""The gate: whether a run is worse than the accepted baseline, beyond what chance does."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.evaluation.comparing.compare import headline, names, pair, read_both
from rag.evaluation.comparing.paired import Pair, compare_rows
from rag.evaluation.comparing.settings_diff import differs, portable
from rag.evaluation.comparing.verdict import ALPHA, WORSE, Verdict
from rag.evaluation.folder import read_run
from rag.evaluation.lines import dump_line, write_json
from rag.evaluation.measuring.rows import QuestionRow, bare_row, read_question_rows
from rag.evaluation.records import ROWS, RUN

__all__ = ["Gate", "accept", "gate"]

QUOTES_EXACT = "citations/quotes_exact"
KEPT = (
    "format",
    "dataset",
    "questions_file",
    "questions",
    "articles",
    "model",
    "dimensions",
    "language",
    "threshold",
    "settings",
    "library",
    "data",
    "fingerprint",
    "started",
    "seconds",
    "finished",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A run held against its baseline, question by question.

    ``differs`` tells in a line what was done differently. ``fallen`` are the measures that fell
    beyond noise. ``inexact`` are questions of the run whose quotes are not all exact, ``missing``
    questions of the baseline that the run lacks; either closes the gate as well, whatever chance
    does. ``pairs`` are the rows of both, by id, ``new`` the questions that the baseline lacks.
    """

    run: str
    baseline: str
    differs: str
    pairs: Mapping[str, Pair]
    verdicts: tuple[Verdict, ...]
    inexact: tuple[QuestionRow, ...]
    missing: tuple[QuestionRow, ...]
    new: tuple[QuestionRow, ...]

    @property
    def fallen(self) -> tuple[Verdict, ...]:
        """The measures that fell beyond noise."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome == WORSE)

    @property
    def passed(self) -> bool:
        """Whether nothing closes the gate."""
        return not (self.fallen or self.inexact or self.missing)

    @property
    def headline(self) -> Verdict:
        """The verdict to look at first."""
        return headline(self.verdicts)

    @property
    def least(self) -> int:
        """The fewest questions worse by the headline, and none better, that close the gate.

        Of k differences all point down by chance once in 2**k; Holm's first step multiplies that by
        the number of measures.
        """
        return int(len(self.verdicts) / ALPHA).bit_length()

    @property
    def may_fall(self) -> int:
        """The questions that can be worse by the headline than in the baseline."""
        measure = self.headline.measure
        worst = 1.0 if measure.lower_is_better else 0.0
        before = (row.values.get(measure.key, worst) for row, _ in self.pairs.values())
        return sum(value != worst for value in before)


def gate(folder: Path, *, against: Path) -> Gate:
    """Hold the result folder ``folder`` against the baseline ``against``.

    A measure fell beyond noise when a one-sided paired randomisation test finds it worse at a level
    of 5%, Holm-corrected over the measures: where nothing is worse, that happens to no measure in
    at least 95% of runs.

    Raises ``rag.UsageError`` where there is no baseline, or none that can be compared.
    """
    if not (against / ROWS).is_file():
        if against.is_file() or _names(against):
            raise rag.UsageError(
                f"{against} is no baseline, as it holds no {ROWS}: name the folder of one, or a new"
                " one"
            )
        raise rag.UsageError(
            f"there is no baseline in {against}: accept this run as one with"
            f" `byline gate {folder} --against {against} --accept`"
        )
    _, before, after = read_both(against, folder)
    pairs = pair(before, after)
    baseline, run = names(against, folder)
    verdicts = compare_rows(list(pairs.values()), of=run, only_worse=True)
    if not verdicts:
        raise rag.UsageError(f"no measure has data in both {against} and {folder}")
    return Gate(
        run=run,
        baseline=baseline,
        differs=differs(against, folder),
        pairs=pairs,
        verdicts=verdicts,
        inexact=tuple(row for row in after if row.values.get(QUOTES_EXACT, 1) < 1),
        missing=tuple(row for row in before if row.id not in pairs),
        new=tuple(row for row in after if row.id not in pairs),
    )


def accept(folder: Path, *, against: Path) -> int:
    """Make the result folder ``folder`` the baseline ``against``; how many questions it holds.

    The baseline keeps of each question what a comparison needs, and no path of this machine.
    Raises ``rag.UsageError`` for a folder that holds anything but a baseline.
    """
    if folder.resolve() == against.resolve():
        raise rag.UsageError(f"{folder} cannot be its own baseline: name another folder")
    others = _names(against) - {ROWS, RUN}
    if others:
        raise rag.UsageError(
            f"{against} holds {min(others)}, which is no part of a baseline: name a new folder"
        )
    run, rows = read_run(folder), read_question_rows(folder)
    try:
        against.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise rag.UsageError(f"cannot write {against} ({error}): name a folder") from error
    lines = "".join(dump_line(bare_row(row)) for row in rows)
    (against / ROWS).write_text(lines, encoding="utf-8", newline="\n")
    write_json(against / RUN, {name: portable(run[name]) for name in KEPT if name in run})
    return len(rows)


def _names(folder: Path) -> set[str]:
    """The names of what a folder holds; none where there is no folder."""
    return {file.name for file in folder.iterdir()} if folder.is_dir() else set()
