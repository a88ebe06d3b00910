"""The gate: tests whether a run is significantly worse than the accepted baseline."""

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

QUOTES_EXACT = "citations/quotes_exact"
KEPT = (
    *("format", "dataset", "questions_file", "questions", "articles"),
    *("model", "dimensions", "language", "threshold", "settings", "library"),
    *("data", "fingerprint", "started", "seconds", "finished"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A run compared with its baseline, question by question.

    The gate fails if any measure is significantly worse (``fallen``), if the run has questions with
    inexact quotes (``inexact``), or if it lacks questions of the baseline (``missing``). ``new``
    has the questions that the baseline lacks. ``pairs`` has the rows of both runs, by id.
    ``differs`` is a line that lists the differences in settings and data.
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
        """The measures that are significantly worse."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome == WORSE)

    @property
    def passed(self) -> bool:
        """Returns whether the run passes the gate."""
        return not (self.fallen or self.inexact or self.missing)

    @property
    def headline(self) -> Verdict:
        """The main verdict: on answers if they were measured, else on ranking."""
        return headline(self.verdicts)

    @property
    def least(self) -> int:
        """The smallest number of worse questions that fails the gate if none is better.

        Counts questions by the headline measure. By chance, k differences are all negative with
        probability 2**-k; the first step of Holm's correction multiplies this by the number of
        measures.
        """
        return int(len(self.verdicts) / ALPHA).bit_length()

    @property
    def may_fall(self) -> int:
        """The number of questions that can get worse, by the headline measure."""
        measure = self.headline.measure
        worst = 1.0 if measure.lower_is_better else 0.0
        before = (row.values.get(measure.key, worst) for row, _ in self.pairs.values())
        return sum(value != worst for value in before)


def gate(folder: Path, *, against: Path) -> Gate:
    """Compares the result folder ``folder`` with the baseline ``against``.

    A measure is significantly worse if a one-sided paired randomisation test rejects at the 5%
    level, Holm-corrected over all measures. If no measure is truly worse, at least 95% of runs
    therefore have no such measure.

    Raises ``rag.UsageError`` if there is no baseline, or if the two cannot be compared.
    """
    if not (against / ROWS).is_file():
        if against.is_file() or _names(against):
            raise rag.UsageError(
                f"{against} is not a baseline, as it has no {ROWS}: name the folder of a baseline,"
                " or a new folder"
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
    """Stores the result folder ``folder`` as the baseline ``against``; returns its question count.

    The baseline contains only what a comparison needs, and no local paths. Raises
    ``rag.UsageError`` if ``against`` is ``folder`` itself, cannot be written, or contains anything
    other than a baseline.
    """
    if folder.resolve() == against.resolve():
        raise rag.UsageError(f"{folder} cannot be its own baseline: name another folder")
    others = _names(against) - {ROWS, RUN}
    if others:
        raise rag.UsageError(
            f"{against} contains {min(others)}, which is not part of a baseline: name a new folder"
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
    """Returns the names of the files in a folder; empty if there is no folder."""
    return {file.name for file in folder.iterdir()} if folder.is_dir() else set()
