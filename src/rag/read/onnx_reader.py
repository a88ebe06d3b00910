"""The shipped reader: a small network over question and passage, run by ONNX Runtime."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embed.bundled import bundled_folder, word_vectors
from rag.errors import ModelError
from rag.read.base import Readable, Reading, SentenceScore, normalised
from rag.read.encoding import Encoded, PairEncoder
from rag.read.spans import sentence_scores
from rag.runtime import on_all_cores, open_session

__all__ = ["OnnxReader"]

_WAVE = 4  # passages read before checking whether to stop
_SURE = 4.0  # minimum score of a sentence at which reading stops
_SEARCH = 3.0  # weight of a passage's retrieval score, added to the log odds of its sentences
_SIMILAR = 3.0  # weight of a passage's similarity
_REMEDY = "reinstall Byline, or set reader = none to read without it"


class OnnxReader:
    """Predicts the start and end of the answer in each passage, or none. Thread-safe.

    The network has the six layers of all-MiniLM-L6-v2, fine-tuned for extractive question
    answering. The word vectors and the tokenizer are those of the bundled embedder.
    ``training/README.md`` describes the training data and the accuracy.
    """

    name = "byline-reader"

    def __init__(self, *, folder: Path | None = None, calibrate: bool = True) -> None:
        """Loads the network.

        Args:
            folder: contains ``reader.onnx`` and ``reader.json``; defaults to the shipped files.
            calibrate: whether to calibrate the probabilities.

        Raises:
            ModelError: a file is missing, altered, or cannot be loaded.
        """
        content, calibration = _verified(folder or Path(__file__).parent)
        self._calibration = calibration if calibrate else {}
        self._session = open_session(content, what="the reader", remedy=_REMEDY)
        self._encoder = PairEncoder(bundled_folder() / "tokenizer.json")
        self._vectors = word_vectors()

    def reads(self, language: str) -> bool:
        """Whether ``language`` is English."""
        return language.lower().startswith("en")

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        """Reads the passages, given best first, for ``question``.

        Reads a few passages at a time, those with equal retrieval scores together, and stops when
        one answers with high confidence. Sentences that were not read get probability 0.
        """
        scores: list[list[SentenceScore]] = []
        while len(scores) < len(passages):
            first, end = len(scores), min(len(scores) + _WAVE, len(passages))
            while end < len(passages) and passages[end].score == passages[end - 1].score:
                end += 1
            scores += self._scores(question, passages[first:end])
            if max((one.score for passage in scores for one in passage), default=0.0) >= _SURE:
                break
        unread = passages[len(scores) :]
        scores += [[SentenceScore()] * len(one.sentences) for one in unread]
        return normalised(scores, **self._calibration)

    def _scores(self, question: str, passages: Sequence[Readable]) -> list[list[SentenceScore]]:
        """Returns the sentence scores of each passage."""
        pairs = [self._encoder.encode(question, one.title, one.text) for one in passages]
        found = []
        for one, pair, logits in zip(
            passages, pairs, on_all_cores(self._logits, pairs), strict=True
        ):
            prior = _SEARCH * one.score + _SIMILAR * one.similarity
            scores = sentence_scores(logits, pair, one.sentences)
            found.append([score.raised(prior) for score in scores])
        return found

    def _logits(self, pair: Encoded) -> NDArray[np.float32]:
        """Returns the start and end logits of a pair, (tokens, 2)."""
        given = {
            "vectors": self._vectors[None, list(pair.ids)],
            "mask": np.ones((1, len(pair.ids)), dtype=np.float32),
            "types": np.array([pair.types], dtype=np.int64),
        }
        found: NDArray[np.float32] = self._session.run(None, given)[0][0]
        return found


def _verified(folder: Path) -> tuple[bytes, dict[str, float]]:
    """Returns the network's file, checked against the SHA-256 in its card, and its calibration."""
    file, card = folder / "reader.onnx", folder / "reader.json"
    try:
        written = json.loads(card.read_text(encoding="utf-8"))
        expected, fitted = written["sha256"], written["calibration"]
        calibration = {name: float(fitted[name]) for name in ("slope", "intercept")}
        content = file.read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"the reader's files in {folder} cannot be read ({error}); {_REMEDY}"
        ) from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelError(f"{file} is altered: its SHA-256 must be {expected}; {_REMEDY}")
    return content, calibration
