"""Format a verdict as text."""

from typing import TYPE_CHECKING

from rag.evaluation.measuring.catalog import Measure

if TYPE_CHECKING:
    from rag.evaluation.comparing.verdict import Verdict

FINDS = "finds the {view} of {won:,} more and {lost:,} fewer of {n:,} among the first {cutoff}"
RANKS = "ranks the {view} higher for {won:,} and lower for {lost:,} of {n:,}"
PHRASES = {
    "Success@1": "ranks the {view} of {won:,} more and {lost:,} fewer of {n:,} first",
    "EM": "answers {won:,} more and {lost:,} fewer of {n:,} exactly",
    "F1": "comes closer to the accepted answer for {won:,} and less close for {lost:,} of {n:,}",
    "contains_first": "answers {won:,} more and {lost:,} fewer of {n:,} with the first statement",
    "contains_shown": "answers {won:,} more and {lost:,} fewer of {n:,}",
    "quotes_exact": "quotes {won:,} more and {lost:,} fewer of {n:,} exactly",
    "span_precision": "cites more precisely for {won:,} and less precisely for {lost:,} of {n:,}",
    "span_recall": "cites more of the gold for {won:,} and less of it for {lost:,} of {n:,}",
    "unanswerable_abstained": "abstains on {won:,} more and {lost:,} fewer of {n:,} unanswerable",
    "answerable_lost": "abstains on {won:,} fewer and {lost:,} more of {n:,} answerable",
    "AUROC": (
        "tells answerable from unanswerable better for {won:,} and worse for {lost:,} of {n:,}"
    ),
}


def sentence(verdict: "Verdict") -> str:
    """Return a verdict as one sentence.

    For example: "B answers 12 more and 5 fewer of 569: +1.2 points contains, 95% −0.2 … +2.7,
    p = 0.11: not shown to differ".
    """
    noun = label(verdict.measure).removeprefix("all shown ").removesuffix(" ↓")
    return (
        f"{verdict.of} {_changes(verdict)}: {points(verdict.difference)} points {noun},"
        f" 95% {interval(verdict)}, {_decided(verdict)}: {verdict.outcome}"
    )


def label(measure: Measure) -> str:
    """Return a measure's name in a list of measures; ↓ marks one that is better when lower."""
    of = f"{measure.section} " if measure.section in {"passage", "article"} else ""
    return f"{of}{measure.label}{' ↓' if measure.lower_is_better else ''}"


def points(share: float) -> str:
    """Format a difference in percentage points, with its sign: "+1.2", "−0.2", "0.0"."""
    rounded = round(100 * share, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def interval(verdict: "Verdict") -> str:
    """Format the confidence interval of the difference: "−0.2 … +2.7"."""
    return f"{points(verdict.low)} … {points(verdict.high)}"


def chance(p_value: float) -> str:
    """Format a p-value: "0.11", "0.034", "< 0.001"."""
    if p_value < 0.001:
        return "< 0.001"
    return f"{p_value:.3f}" if p_value < 0.1 else f"{p_value:.2f}"


def equation(p_value: float) -> str:
    """Format a p-value for a sentence: "p = 0.11", "p < 0.001"."""
    said = chance(p_value)
    return f"p {said}" if said.startswith("<") else f"p = {said}"


def _decided(verdict: "Verdict") -> str:
    """Format the corrected p-value, with the uncorrected one if the correction is decisive."""
    if not verdict.turned_by_correction:
        return equation(verdict.corrected)
    own = chance(verdict.p_value)
    return f"{equation(verdict.corrected)} ({own} before correction for {verdict.family} measures)"


def _changes(verdict: "Verdict") -> str:
    if not verdict.won and not verdict.lost:
        return f"changes none of {verdict.n:,}"
    view, _, name = verdict.key.partition("/")
    kind, _, cutoff = name.partition("@")
    phrase = PHRASES.get(name, FINDS if kind == "Success" else RANKS)
    numbers = {"won": len(verdict.won), "lost": len(verdict.lost), "n": verdict.n}
    return phrase.format(view=view, cutoff=cutoff, **numbers)
