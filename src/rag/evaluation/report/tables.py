"""The tables of the report: which figures stand beside which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.evaluation.measuring.catalog import MEASURES, Measure, baselines_note
from rag.evaluation.measuring.figures import Figure, Figures, Metrics, Scores

__all__ = [
    "Line",
    "Section",
    "Table",
    "figure_of",
    "follow_ups",
    "is_small",
    "sections",
    "slices",
    "systems",
]

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
FAMILIES = {"asks": "Asked for", "age": "Age of the article"}
NOTES = {
    "age": "The age of the newest gold article on the question's date; where the question has none,"
    " on the date of the newest article of all."
}
FOLLOW_UP_MEASURES = (*BESIDE[:5], "answerable_lost")
SMALL = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Headline figures that belong together."""

    title: str
    figures: tuple[tuple[Measure, Figure], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table: its name, what that means, over how many questions, and its figures."""

    name: str
    note: str = ""
    n: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Lines under the same measures; ``note`` says what a reader has to know of them."""

    title: str
    note: str = ""
    measures: tuple[Measure, ...]
    lines: tuple[Line, ...]

    @property
    def has_small(self) -> bool:
        """Whether a figure stands on so few questions that it says little."""
        return any(is_small(figure) for line in self.lines for figure in line.figures)


def is_small(figure: Figure) -> bool:
    """Whether a figure stands on fewer than 20 questions."""
    return 0 < figure.n < SMALL


def figure_of(scores: Scores, measure: Measure) -> Figure:
    """The figure of a measure; without data where the run has none by that name."""
    of_section: Figures = {
        "answers": scores.answers,
        "citations": scores.citations,
        "abstention": scores.abstention,
    }.get(measure.section) or scores.retrieval.get(measure.section, {})
    return of_section.get(measure.name) or Figure(value=None, n=0)


def sections(metrics: Metrics) -> Iterator[Section]:
    """Every figure over all questions: those of the terminal's table, and recall."""
    for section, title in SECTIONS.items():
        figures = tuple(
            (measure, figure_of(metrics.scores, measure))
            for measure in MEASURES
            if measure.section == section
        )
        yield Section(title=title, figures=figures)


def follow_ups(metrics: Metrics) -> Table | None:
    """Questions that stand alone beside follow-ups, and those asked in other ways; None without."""
    sides = {
        "standalone": metrics.slices.get("standalone"),
        "follow-ups": metrics.slices.get("followup"),
    }
    for system, title in HISTORY.items():
        if system in metrics.systems:
            own = metrics.beside.get(system)
            if own and own.n != getattr(sides["follow-ups"], "n", None):
                sides[f"follow-ups asked {title} too"] = own
            sides[f"follow-ups, {title}"] = metrics.systems[system]
    asked = {name: scores for name, scores in sides.items() if scores and scores.n}
    if "follow-ups" not in asked:
        return None
    measures = _measures(FOLLOW_UP_MEASURES, metrics.curves.view)
    return Table(
        title="Follow-ups", measures=measures, lines=tuple(_lines(asked.items(), measures))
    )


def systems(metrics: Metrics, descriptions: Mapping[str, str]) -> Table | None:
    """Byline beside the other systems that were asked; None where none was.

    Before systems that were asked fewer questions stands Byline on the same ones.
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
    """A table for each way to cut the questions, but for history, which ``follow_ups`` shows."""
    measures = _measures(SLICED, metrics.curves.view)
    for family, parts in _families(metrics.slices).items():
        yield Table(
            title=FAMILIES.get(family, family.capitalize()),
            note=NOTES.get(family, ""),
            measures=measures,
            lines=tuple(_lines(parts.items(), measures)),
        )


def _families(of_slices: Mapping[str, Scores]) -> dict[str, dict[str, Scores]]:
    """Slices by what they are cut by: "kind=fact" lies in "kind" as "fact"."""
    families: dict[str, dict[str, Scores]] = {}
    for name, scores in of_slices.items():
        family, cut, value = name.partition("=")
        if cut and scores.n:
            families.setdefault(family, {})[value] = scores
    return families


def _measures(names: Sequence[str], view: str) -> tuple[Measure, ...]:
    """The measures of these names, those of retrieval by one view."""
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
        figures = tuple(figure_of(scores, measure) for measure in measures)
        yield Line(name=name, note=(notes or {}).get(name, ""), n=scores.n, figures=figures)
