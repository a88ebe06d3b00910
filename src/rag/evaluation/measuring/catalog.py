"""The catalog of measures: names, labels, direction, and which ones a comparison tests."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

CUTOFFS = (1, 3, 5, 10)
RECALLS = (5, 10, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure: ``key`` names it in files, ``label`` on screen, ``section`` groups it.

    ``key`` is ``section/name``, its path in ``metrics.json``. Higher is better unless
    ``lower_is_better``. ``is_share`` marks values in [0, 1]. The terminal's table shows the
    ``headline`` measures.
    """

    section: str
    name: str
    label: str
    lower_is_better: bool = False
    is_share: bool = True
    headline: bool = True

    @property
    def key(self) -> str:
        """The measure's key in ``rows.jsonl``."""
        return f"{self.section}/{self.name}"


def _ranking(view: str) -> tuple[Measure, ...]:
    shown = [*(f"Success@{k}" for k in CUTOFFS), "RR@10", "nDCG@10"]
    return (
        *(Measure(section=view, name=name, label=name) for name in shown),
        *(
            Measure(section=view, name=f"R@{k}", label=f"Recall@{k}", headline=False)
            for k in RECALLS
        ),
    )


_answers = partial(Measure, section="answers")
_citations = partial(Measure, section="citations")
_abstention = partial(Measure, section="abstention")
MEASURES = (
    *_ranking("passage"),
    *_ranking("article"),
    _answers(name="EM", label="EM"),
    _answers(name="F1", label="F1"),
    _answers(name="contains_first", label="first statement contains"),
    _answers(name="contains_shown", label="all shown contains"),
    _answers(name="contains_closest", label="shown or closest contains", headline=False),
    _answers(name="words_shown", label="words shown", lower_is_better=True, is_share=False),
    _citations(name="quotes_exact", label="quotes exact"),
    _citations(name="span_precision", label="span precision"),
    _citations(name="span_recall", label="span recall"),
    _abstention(name="unanswerable_abstained", label="unanswerable abstained"),
    _abstention(name="unanswerable_silent", label="unanswerable, nothing shown", headline=False),
    _abstention(name="answerable_lost", label="answerable lost", lower_is_better=True),
    _abstention(name="AUROC", label="AUROC"),
    _abstention(name="AURC", label="area under risk–coverage", lower_is_better=True),
    _abstention(name="coverage_at_5", label="coverage at 5% error"),
)
"""All measures except latency, whose stages depend on the run."""

DECIDING = (
    *("passage/Success@1", "passage/Success@5", "passage/RR@10", "passage/nDCG@10"),
    *("article/Success@1", "article/Success@5", "article/RR@10"),
    *("answers/EM", "answers/F1", "answers/contains_first", "answers/contains_shown"),
    *("citations/quotes_exact", "citations/span_precision", "citations/span_recall"),
    *("abstention/unanswerable_abstained", "abstention/answerable_lost", "abstention/AUROC"),
)
"""The measures that a comparison tests, Holm-corrected over those with data in both runs."""

PROSE = {
    "sentences_kept": "sentences shown",
    "sentences_dropped": "sentences not verified",
    "quoted": "quoted instead",
    "tokens": "tokens",
}
"""The counts for answers in prose, with their labels; ``quoted`` is a share."""

DESCRIPTIONS = {
    "ignoring-history": "each follow-up asked without its history",
    "rewritten-by-hand": "each follow-up rewritten by a person as a standalone question",
    "bm25": "BM25 alone, titles included; always shows the whole best passage",
    "dense": "passage vectors alone; always shows the whole best passage",
    "random-article": "the first paragraph of a random article",
    "always-abstain": "finds nothing and never answers",
    "prose": "in prose by the language model, without sentences that the articles do not support",
}
"""The systems that a run can compare Byline with, by name, in display order."""

PASSAGES = ("bm25", "dense")


def baselines_note(systems: Collection[str]) -> str:
    """A note on why some of these ``systems`` may seem to answer better; empty if none do."""
    asked = [name for name in PASSAGES if name in systems]
    if not asked:
        return ""
    verbs = ("show", "abstain") if len(asked) > 1 else ("shows", "abstains")
    return (
        f"{' and '.join(asked)} {verbs[0]} the whole best passage and never {verbs[1]}: a longer"
        " text is more likely to contain an accepted answer, and unanswerable questions are"
        " answered too."
    )
