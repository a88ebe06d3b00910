"""Encodes a question and a passage as tokens for the reader network."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, normalizers

from rag.language.words import PLAIN_LETTERS

__all__ = ["LONGEST_SPAN", "Encoded", "PairEncoder"]

LONGEST_SPAN = 30
"""Maximum length of an answer, in tokens."""

_QUESTION = 128  # maximum tokens of a question
_TITLE = 24  # maximum tokens of a title
_ALL = 448  # maximum tokens of question, title and passage together
_PIECE = "##"  # prefix of a token that continues a word


@dataclass(frozen=True, slots=False, kw_only=True)
class Encoded:
    """``[CLS] question [SEP] title [SEP] passage [SEP]``, in token ids.

    Attributes:
        ids: token ids, int64, (tokens,).
        types: 0 for question and title, 1 for the passage, int64, (tokens,).
        first: the index of the passage's first token.
        offsets: character offsets of each passage token into the passage, (passage tokens, 2).
        opens: whether each passage token begins a word, (passage tokens,).
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    first: int
    offsets: NDArray[np.int64]
    opens: NDArray[np.bool_]

    @cached_property
    def closes(self) -> NDArray[np.bool_]:
        """Whether each passage token ends a word, (passage tokens,)."""
        return np.append(self.opens[1:], True)[: len(self.opens)]


class PairEncoder:
    """Encodes pairs with the tokenizer file of a BERT model. Thread-safe."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.normalizer = normalizers.Sequence(
            [self._tokenizer.normalizer]  # writes lower case
            + [normalizers.Replace(letter, typed) for letter, typed in PLAIN_LETTERS.items()]
        )
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in an article is plain text
        self._start = self._tokenizer.token_to_id("[CLS]")
        self._end = self._tokenizer.token_to_id("[SEP]")

    def _ids(self, text: str, most: int) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids[:most]

    def encode(self, question: str, title: str, passage: str) -> Encoded:
        """Encodes the pair; truncates the question, title and passage if they are too long."""
        head = [self._start, *self._ids(question, _QUESTION), self._end]
        if named := self._ids(title, _TITLE):
            head += [*named, self._end]
        found = self._tokenizer.encode(passage, add_special_tokens=False)
        kept = min(len(found.ids), _ALL - len(head) - 1)
        while 0 < kept < len(found.ids) and found.tokens[kept].startswith(_PIECE):
            kept -= 1  # do not cut within a word
        ids = [*head, *found.ids[:kept], self._end]
        return Encoded(
            ids=np.array(ids, dtype=np.int64),
            types=np.array([0] * len(head) + [1] * (kept + 1), dtype=np.int64),
            first=len(head),
            offsets=np.array(found.offsets[:kept], dtype=np.int64).reshape(kept, 2),
            opens=np.array([not t.startswith(_PIECE) for t in found.tokens[:kept]], dtype=bool),
        )
