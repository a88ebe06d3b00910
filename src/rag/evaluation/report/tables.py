"""Selects the figures of the report's tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.evaluation.measuring.catalog import MEASURES, Measure, baselines_note
from rag.evaluation.measuring.figures import Figure, Metrics, Scores

SECTIONS = {
    "passage": "Retrieval, by passage",
    "article": "Retrieval, by article",
    "answers": "Answers",
    "citations": "Citations",
    "abstention": "Abstention",
}
BESIDE = (
    "Success@1",
    "Success@5",
    "RR@10",
    "contains_first",
    "contains_shown",
    "unanswerable_abstained",
    "answerable_lost",
)
SLICED = ("Success@1", "RR@10", "contains_shown", "unanswerable_abstained", "answerable_lost")
HISTORY = {"ignoring-history": "ignoring history", "rewritten-by-hand": "rewritten by hand"}
FAMILIES = {"asks": "Question type", "age": "Article age"}
NOTES = {
    "age": "The age of the newest gold article on the question's date or, if the question has no"
    " date, on the date of the newest article in the corpus."
}
FOLLOW_UP_MEASURES = (*BESIDE[:5], "answerable_lost")
SMALL = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A table row: its name, a note on the name, the number of questions, and its figures."""

    name: str
    note: str = ""
    n: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows with the same measures; ``note`` is shown below the table."""

    title: str
    note: str = ""
    measures: tuple[Measure, ...]
    lines: tuple[Line, ...]

    @property
    def has_small(self) -> bool:
        """Whether any figure covers too few questions to be meaningful."""
        return any(is_small(figure) for line in self.lines for figure in line.figures)


def is_small(figure: Figure) -> bool:
    """Whether a figure covers between 1 and 19 questions."""
    return 0 < figure.n < SMALL


def sections(metrics: Metrics) -> Iterator[tuple[str, list[tuple[Measure, Figure]]]]:
    """Yields the title and all figures of each section: the terminal's table plus recall."""
    for section, title in SECTIONS.items():
        measures = [measure for measure in MEASURES if measure.section == section]
        yield title, [(measure, metrics.scores.figure(measure.key)) for measure in measures]


def follow_ups(metrics: Metrics) -> Table | None:
    """Compares standalone questions, follow-ups and other ways of asking the follow-ups.

    Returns:
        The table; None if there are no follow-ups.
    """
    sides = {
        "standalone": metrics.slices.get("standalone"),
        "follow-ups": metrics.slices.get("followup"),
    }
    for system, title in HISTORY.items():
        if system in metrics.systems:
            own = metrics.beside.get(system)
            if own and own.n != getattr(sides["follow-ups"], "n", None):
                sides[f"follow-ups also asked {title}"] = own
            sides[f"follow-ups, {title}"] = metrics.systems[system]
    asked = {name: scores for name, scores in sides.items() if scores and scores.n}
    if "follow-ups" not in asked:
        return None
    measures = _measures(FOLLOW_UP_MEASURES, metrics.curves.view)
    return Table(
        title="Follow-ups", measures=measures, lines=tuple(_lines(asked.items(), measures))
    )


def systems(metrics: Metrics, descriptions: Mapping[str, str]) -> Table | None:
    """Compares Byline with the other systems of the run; None if there are none.

    Systems that were asked fewer questions follow a row of Byline on the same questions.
    """
    named = dict.fromkeys((*descriptions, *metrics.systems))
    others = [name for name in named if name in metrics.systems and name not in HISTORY]
    if not others:
        return None
    asked, compared = [("byline", metrics.scores)], metrics.scores
    for name in sorted(others, key=lambda name: -metrics.systems[name].n):
        own = metrics.beside.get(name, compared)
        if own.n != compared.n:
            asked.append(("byline, same questions", own))
            compared = own
        asked.append((name, metrics.systems[name]))
    measures = _measures(BESIDE, metrics.curves.view)
    lines = tuple(_lines(asked, measures, notes=descriptions))
    note = baselines_note(others)
    return Table(title="Other systems", note=note, measures=measures, lines=lines)


def slices(metrics: Metrics) -> Iterator[Table]:
    """Yields one table per slicing property, except history, which ``follow_ups`` shows."""
    measures = _measures(SLICED, metrics.curves.view)
    for family, parts in _families(metrics.slices).items():
        yield Table(
            title=FAMILIES.get(family, family.capitalize()),
            note=NOTES.get(family, ""),
            measures=measures,
            lines=tuple(_lines(parts.items(), measures)),
        )


def _families(of_slices: Mapping[str, Scores]) -> dict[str, dict[str, Scores]]:
    """Groups slices by property: "kind=fact" becomes the slice "fact" of "kind"."""
    families: dict[str, dict[str, Scores]] = {}
    for name, scores in of_slices.items():
        family, cut, value = name.partition("=")
        if cut and scores.n:
            families.setdefault(family, {})[value] = scores
    return families


def _measures(names: Sequence[str], view: str) -> tuple[Measure, ...]:
    """The measures with these names; retrieval measures are those of ``view``."""
    usable = {m.name: m for m in MEASURES if m.section not in ("passage", "article")}
    usable |= {m.name: m for m in MEASURES if m.section == view}
    return tuple(usable[name] for name in names)


def _lines(
    of_scores: Iterable[tuple[str, Scores]],
    measures: Sequence[Measure],
    *,
    notes: Mapping[str, str] | None = None,
) -> Iterator[Line]:
    for name, scores in of_scores:
        figures = tuple(scores.figure(measure.key) for measure in measures)
        yield Line(name=name, note=(notes or {}).get(name, ""), n=scores.n, figures=figures)
