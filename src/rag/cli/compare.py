"""``byline compare`` and ``byline gate``: differences between two runs beyond chance."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich import box
from rich.table import Table
from rich.text import Text

from rag.cli.output import counted, show
from rag.cli.shared import PATH, listing_faults

if TYPE_CHECKING:
    from rag.evaluation import Comparison, Gate
    from rag.evaluation.comparing.verdict import Change

_COMPARED, _FLIPPED = 10, 50  # questions listed per measure without --all
_ALWAYS = ("abstention/unanswerable_abstained", "abstention/answerable_lost")


@click.command(epilog="Example: byline compare results/before results/after")
@click.argument("first", type=PATH)
@click.argument("second", type=PATH)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="List every question that changed, for every measure; by default, the first 10 for the"
    " headline measure and for abstention.",
)
@click.option(
    "--json", "file", type=click.Path(allow_dash=True), help="Write as JSON; - for standard output."
)
@click.option(
    "--picture", type=PATH, help="Draw both risk-coverage curves into this .png or .svg file."
)
def compare(
    first: Path, second: Path, *, every: bool, file: str | None, picture: Path | None
) -> None:
    """Report where the run in SECOND is significantly better or worse than the run in FIRST."""
    from rag import evaluation

    with listing_faults():
        comparison = evaluation.compare(first, second)
        if picture:
            evaluation.draw_risk(first, second, file=picture)
    if file:
        content = json.dumps(comparison.as_json(), ensure_ascii=False, allow_nan=False, indent=2)
        with click.open_file(file, "w", encoding="utf-8") as stream:
            stream.write(content + "\n")
    if file != "-":
        show(_table(comparison))
        show(comparison.differs)
        _say(_verdicts(comparison))
        _say(_questions(comparison, most=None if every else _COMPARED))


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        show(line)


def _table(comparison: "Comparison") -> Table:
    count = counted(len(comparison.questions), "question")
    title = f"{comparison.dataset}: {comparison.second} against {comparison.first}, {count}"
    table = Table(
        title=Text(title, style="bold"),
        title_justify="left",
        caption="figures × 100; ↓ lower is better; p is Holm-corrected over all rows",
        caption_justify="left",
        box=box.SIMPLE,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("", no_wrap=True)
    for name in (comparison.first, comparison.second):
        table.add_column(Text(name), justify="right", overflow="fold", max_width=12)
    for head in ("change", "95%", "p", "won–lost–tied"):
        table.add_column(head, justify="right", no_wrap=True)
    for verdict in comparison.verdicts:
        table.add_row(
            Text(verdict.label),
            f"{100 * verdict.first:.1f}",
            f"{100 * verdict.second:.1f}",
            verdict.points,
            verdict.interval,
            verdict.chance,
            f"{len(verdict.won):,}–{len(verdict.lost):,}–{len(verdict.tied):,}",
        )
    return table


def _verdicts(comparison: "Comparison") -> Iterator[str]:
    """Yields the headline, then all other measures with a significant difference."""
    head = comparison.headline
    yield head.sentence
    for verdict in comparison.verdicts:
        if verdict is not head and verdict.differs:
            yield verdict.sentence
    for name, ids in (
        (comparison.first, comparison.only_first),
        (comparison.second, comparison.only_second),
    ):
        if ids:
            some = ", ".join([*ids[:3], *(["…"] if len(ids) > 3 else [])])
            yield f"not compared, as only {name} has them: {len(ids):,} ({some})"


def _questions(comparison: "Comparison", *, most: int | None) -> Iterator[str]:
    """Yields the questions won and lost by the headline and abstention, or by every measure.

    ``most`` limits the questions per list; None lists every measure in full.
    """
    head = comparison.headline
    others = [verdict for verdict in comparison.verdicts if verdict is not head]
    if most is not None:
        others = [verdict for verdict in others if verdict.key in _ALWAYS]
    for verdict in (head, *others):
        for what, changes in (("won", verdict.won), ("lost", verdict.lost)):
            if changes:
                yield f"\n{verdict.label}, {what}: {len(changes):,}"
                named = [f"{c.id}: {comparison.questions[c.id]} {_values(c)}" for c in changes]
                yield from _listed(named, most)


def _values(change: "Change") -> str:
    return f"{change.before:.3g} → {change.after:.3g}"


def _listed(lines: Sequence[str], most: int | None) -> Iterator[str]:
    yield from (f"  {' '.join(line.split())}" for line in lines[:most])
    if most is not None and len(lines) > most:
        yield f"  … and {len(lines) - most:,} more; --all lists them"


@click.command(epilog="Example: byline gate results/articles --against eval/baseline/articles")
@click.argument("folder", metavar="DIR", type=PATH)
@click.option("--against", type=PATH, required=True, help="The accepted baseline.")
@click.option("--accept", is_flag=True, help="Make DIR the accepted baseline without a test.")
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="List every question that is worse; by default, the first 50 for each worse measure.",
)
@click.pass_context
def gate(context: click.Context, folder: Path, *, against: Path, accept: bool, every: bool) -> None:
    """Exit with 1 if a measure of the run in DIR is significantly worse, and list the questions."""
    from rag import evaluation

    if accept:
        count = evaluation.accept(folder, against=against)
        show(f"{against} now contains {count:,} questions of {folder}")
        return
    with listing_faults():
        found = evaluation.gate(folder, against=against)
    _say(_passed(found) if found.passed else _failed(found, most=None if every else _FLIPPED))
    show(found.differs)
    if not found.passed:
        context.exit(1)


def _passed(found: "Gate") -> Iterator[str]:
    """Reports that the gate passed, and the smallest regression that it could have detected."""
    head, least = found.headline, found.least
    new = f", {len(found.new):,} more not in the baseline" if found.new else ""
    yield (
        f"no measure is significantly worse: {counted(len(found.verdicts), 'measure')},"
        f" {counted(len(found.pairs), 'question')}{new};"
        f" {counted(len(head.won), 'question')} better, {len(head.lost):,} worse,"
        f" counted by: {head.label}"
    )
    if found.may_fall < least:
        yield (
            f"too few questions to detect a regression: {least:,} would have to be worse and none"
            f" better, but only {found.may_fall:,} of {head.n:,} can get worse"
        )
    else:
        yield (
            f"with {counted(head.n, 'question')}, only a drop of about {100 * least / head.n:.1f}"
            f" points or more can be detected ({least:,} worse, none better)"
        )


def _failed(found: "Gate", *, most: int | None) -> Iterator[str]:
    for verdict in found.fallen:
        yield (
            f"{verdict.label} is significantly worse: {100 * verdict.first:.1f} →"
            f" {100 * verdict.second:.1f} points of {verdict.n:,} questions"
            f" (95% {verdict.interval}, {verdict.equation});"
            f" {len(verdict.lost):,} worse, {len(verdict.won):,} better; worse:"
        )
        yield from _listed([_flipped(change, found) for change in verdict.lost], most)
    for rows, what in (
        (found.inexact, "a quote differs from the article"),
        (found.missing, "in the baseline, but missing from the run or worded differently"),
    ):
        if rows:
            yield f"{counted(len(rows), 'question')}: {what}"
            yield from _listed([f"{row.id}: {row.question}" for row in rows], most)


def _flipped(change: "Change", found: "Gate") -> str:
    before, after = found.pairs[change.id]
    groups = f" ({before.group} → {after.group})" if before.group != after.group else ""
    return f"{change.id}: {before.question} {_values(change)}{groups}"
