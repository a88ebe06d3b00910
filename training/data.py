"""The reader's training questions, and the held-out questions for model selection.

``training/news`` and ``training/encyclopedia`` contain invented articles with questions.
``BYLINE_TRAIN`` names the folder with SQuADShifts and the SQuAD 1 sentences. ``BYLINE_BENCH`` names
the folder with the rebuilt SQuAD 2.0 development set; every second article by title is used for
training.
"""

import gzip
import json
import os
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

__all__ = [
    "HELD_OUT",
    "WRITTEN",
    "Example",
    "Written",
    "even_titles",
    "held_out",
    "squad2",
    "training_examples",
    "written",
]

Span = tuple[int, int]

HELD_OUT = 60
"""Number of paragraphs at the end of each SQuADShifts file that are held out."""

WRITTEN = ("news", "encyclopedia")
"""The folders of invented articles."""

_CLUSTER = 5  # consecutive invented articles that may be about the same people
_HELD_OUT_CLUSTERS = 6  # every sixth cluster of a file is held out
_NEIGHBOURS = 3  # maximum sentences placed before a SQuAD 1 sentence
_TOGETHER = 6  # maximum sentences in a paragraph assembled from them


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question, a passage, and where the passage answers.

    ``spans`` are the annotated answers. ``within`` is a sentence that contains the answer, for
    sources without annotated answers. With neither, the passage does not answer. ``near`` marks
    text that nearly answers and must stay when the passage is cropped.
    """

    question: str
    passage: str
    title: str = ""
    spans: tuple[Span, ...] = ()
    within: Span | None = None
    near: tuple[Span, ...] = ()
    source: str = ""

    @property
    def kept(self) -> tuple[Span, ...]:
        """The parts of the passage that must stay when it is cropped."""
        return (*self.spans, *((self.within,) if self.within else ()), *self.near)

    @property
    def answers(self) -> tuple[str, ...]:
        """The texts of the spans."""
        return tuple(self.passage[start:end] for start, end in self.spans)

    @property
    def is_answered(self) -> bool:
        """Whether the passage answers the question."""
        return bool(self.spans) or self.within is not None


def _folder(variable: str, named: str | None) -> Path:
    if not named or not Path(named).is_dir():
        raise SystemExit(f"{variable} is {named!r}; set it to the folder with the data")
    return Path(named)


def _train() -> Path:
    return _folder("BYLINE_TRAIN", os.environ.get("BYLINE_TRAIN"))


def _bench() -> Path:
    return _folder("BYLINE_BENCH", os.environ.get("BYLINE_BENCH"))


def _json(path: Path) -> Any:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def _spans(question: Mapping[str, Any]) -> tuple[Span, ...]:
    found = (
        (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
        for answer in question["answers"]
        if answer["text"].strip()
    )
    return tuple(dict.fromkeys(found))


def _shifts(name: str) -> list[list[Example]]:
    """Returns the questions of one SQuADShifts file, grouped by paragraph."""
    data = _json(_train() / f"squadshifts_{name}.json.gz")["data"]
    found = []
    for article in data:
        for paragraph in article["paragraphs"]:
            of_paragraph = (
                Example(
                    question=question["question"].strip(),
                    passage=paragraph["context"],
                    spans=_spans(question),
                    source=name,
                )
                for question in paragraph["qas"]
            )
            found.append([example for example in of_paragraph if example.spans])
    return found


def even_titles(titles: Sequence[str]) -> set[str]:
    """Returns the titles at positions 0, 2, 4, … in sorted order."""
    return set(sorted(titles)[::2])


def squad2(*, even: bool) -> list[Example]:
    """Returns the even or the odd half of the SQuAD 2.0 development set, split by article."""
    folder = _bench() / "squad2_dev"
    data = _json(folder / "dev-v2.0.rebuilt.json.gz")["data"]
    half = even_titles([article["title"] for article in data])
    return [
        Example(
            question=question["question"].strip(),
            passage=paragraph["context"],
            title=article["title"].replace("_", " "),
            spans=() if question.get("is_impossible") else _spans(question),
            near=((0, len(paragraph["context"])),) if question.get("is_impossible") else (),
            source="squad2",
        )
        for article in data
        if (article["title"] in half) == even
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


def _sentences(rng: random.Random) -> Iterator[Example]:
    """Yields SQuAD 1 questions, each with a paragraph assembled from neighbouring sentences."""
    path = _train() / "squad1_sentences.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    texts = {row["n"]: row["sentence"] for row in rows}
    order = sorted(texts)
    place = {number: at for at, number in enumerate(order)}
    for row in rows:
        first = max(0, place[row["n"]] - rng.randint(0, _NEIGHBOURS))
        numbers = order[first : first + rng.randint(_NEIGHBOURS + 1, _TOGETHER)]
        passage, within = "", (0, 0)
        for number in numbers:
            start = len(passage) + 1 if passage else 0
            passage = f"{passage} {texts[number]}".strip()
            if number == row["n"]:
                within = (start, len(passage))
        yield Example(question=row["question"], passage=passage, within=within, source="sentences")


@dataclass(frozen=True, slots=True)
class Written:
    """An invented article, with the questions about it.

    Articles of the same ``cluster`` may be about the same people, as in a small folder.
    """

    title: str
    paragraphs: tuple[str, ...]
    examples: tuple[Example, ...]
    cluster: str


def written(kind: str, *, held_out: bool) -> list[Written]:
    """Returns the invented articles of ``WRITTEN``, either the held-out or the training ones.

    In a file, ``# `` starts an article with its title; the other lines are its paragraphs. A line
    ``Q question | words`` is a question with the words that answer it, in one of the paragraphs. A
    line ``N question`` is a question that the article nearly answers.
    """
    found = []
    for file in sorted((Path(__file__).parent / kind).glob("*.txt")):
        blocks = re.split(r"^# ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        for n, block in enumerate(blocks):
            last = n // _CLUSTER % _HELD_OUT_CLUSTERS == _HELD_OUT_CLUSTERS - 1
            if last == held_out:
                cluster = f"{file.stem} {n // _CLUSTER}"
                found.append(_article(block, kind=kind, cluster=cluster))
    return found


def _article(block: str, *, kind: str, cluster: str) -> Written:
    title, *lines = filter(None, map(str.strip, block.splitlines()))
    paragraphs = [line for line in lines if not line.startswith(("Q ", "N "))]
    found = []
    for line in lines:
        question, _, words = (part.strip() for part in line[2:].partition(" | "))
        asked = Example(question=question, passage="", title=title, source=kind)
        if line.startswith("Q "):
            passage = next(one for one in paragraphs if words in one)
            start = passage.index(words)
            found.append(replace(asked, passage=passage, spans=((start, start + len(words)),)))
        elif line.startswith("N "):
            passage = max(paragraphs, key=lambda one: len(_words(one) & _words(question)))
            found.append(replace(asked, passage=passage, near=((0, len(passage)),)))
    return Written(title, tuple(paragraphs), tuple(found), cluster)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.lower()))


def _flat(paragraphs: Sequence[Sequence[Example]]) -> list[Example]:
    return [example for paragraph in paragraphs for example in paragraph]


def training_examples(rng: random.Random) -> list[Example]:
    """Returns all training questions, each with the passage that it was asked about."""
    return [
        *(
            example
            for kind in WRITTEN
            for article in written(kind, held_out=False)
            for example in article.examples
        ),
        *_flat(_shifts("reddit")[:-HELD_OUT]),
        *_flat(_shifts("amazon_reviews")[:-HELD_OUT]),
        *squad2(even=True),
        *_sentences(rng),
    ]


def held_out() -> list[Example]:
    """Returns the held-out questions, whose paragraphs are not used for training."""
    return _flat([*_shifts("reddit")[-HELD_OUT:], *_shifts("amazon_reviews")[-HELD_OUT:]])


def without(example: Example, sentence: Span) -> Example:
    """Removes a sentence from the passage of ``example``, which then counts as not answering."""
    start, end = sentence
    passage = f"{example.passage[:start].rstrip()} {example.passage[end:].lstrip()}".strip()
    return replace(example, passage=passage, spans=(), within=None, near=(), source="cut")
