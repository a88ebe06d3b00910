"""Checks a data set before a run: lists its faults and counts its contents."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rag
from rag.evaluation.datasets.reading import read_dataset
from rag.evaluation.lines import Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The contents of a data set and its faults; counts only questions without faults.

    ``faults`` and ``warnings`` name file and line; ``kinds`` counts the faults by kind. ``refused``
    maps the article files that cannot be indexed to the reasons. ``unjudged`` counts questions
    that are not marked as answerable or unanswerable.
    """

    name: str
    documents: int
    questions: int
    answerable: int
    unanswerable: int
    unjudged: int
    followups: int
    with_gold: int
    not_indexed: int
    free_form: int
    refused: Mapping[str, str]
    faults: tuple[str, ...]
    kinds: Mapping[str, int]
    warnings: tuple[str, ...]


def check_dataset(
    folder: Path, *, questions: Path | None = None, config: rag.Config | None = None
) -> Checked:
    """Lists every fault that would stop a run of the data set in ``folder``; nothing is indexed.

    ``questions`` is a questions file that replaces the data set's own. Raises ``rag.DatasetError``
    if ``folder`` contains no data set.
    """
    dataset = read_dataset(folder, questions=questions, config=config)
    gold = [dataset.gold[question.id] for question in dataset.questions]
    judged = [question.answerable for question in dataset.questions]
    return Checked(
        name=dataset.name,
        documents=len(dataset.documents),
        questions=len(dataset.questions),
        answerable=judged.count(True),
        unanswerable=judged.count(False),
        unjudged=judged.count(None),
        followups=sum(bool(question.history) for question in dataset.questions),
        with_gold=sum(bool(one.articles) for one in gold),
        not_indexed=sum(not one.indexed for one in gold),
        free_form=sum(one.free_form for one in gold),
        refused=dataset.refused,
        faults=tuple(map(str, dataset.faults)),
        kinds=Faults(dataset.faults).counts(),
        warnings=dataset.warnings,
    )
