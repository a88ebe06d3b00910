"""The bundled embedder, which needs neither PyTorch nor sentence-transformers."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from tokenizers import Tokenizer

from rag.embed.base import TokenVectors, Vectors
from rag.embed.bundled import BUNDLED, WEIGHTS_SHA256, bundled_folder, fingerprint
from rag.embed.network import DIMS, Network
from rag.embed.recent import RecentTokens, units
from rag.embed.turns import Turns
from rag.runtime import CORES, quiet_numpy

__all__ = ["OnnxEmbedder"]

_LIMIT = 256  # tokens per text, including special tokens
_SPECIAL = 2  # [CLS] and [SEP]
_KEPT = 200_000  # tokens in the cache, about 150 MB
_SLICE = 2 * CORES  # documents embedded, in about 50 ms, before the next question gets its turn
_ALIKE = 0.995  # minimum cosine of the vectors with 8-bit and with 32-bit products
_SAMPLE = (
    "The minister said on Tuesday that the bridge over the river would open in March 2021.",
    "Prices rose by 4.2 per cent, the statistics office reported, after 3.9 per cent in April.",
    "“We were not told,” said Anna Kowalczyk (52), a nurse; the company declined to comment.",
)


class OnnxEmbedder:
    """all-MiniLM-L6-v2 in ONNX Runtime: 8-bit products for documents, 32-bit ones for the rest.

    If the 8-bit products prove inexact on this processor, documents are also embedded with 32-bit
    ones. Questions take precedence over documents. Thread-safe.
    """

    name = BUNDLED
    dims = DIMS
    max_tokens = _LIMIT - _SPECIAL

    def __init__(self) -> None:
        """Loads the graph, and limits NumPy's BLAS to one thread in the whole process.

        Raises:
            ModelError: the bundled model or the graph is missing, altered, or does not load.
        """
        quiet_numpy()
        tokenizer = str(bundled_folder() / "tokenizer.json")
        self.fingerprint = fingerprint(WEIGHTS_SHA256, _LIMIT, {"document": "", "query": ""})
        self._network = Network()
        self._counting = Tokenizer.from_file(tokenizer)
        self._counting.no_truncation()
        self._counting.no_padding()
        self._tokenizer = Tokenizer.from_file(tokenizer)
        self._tokenizer.enable_truncation(_LIMIT)
        self._tokenizer.no_padding()
        self._recent = RecentTokens(_KEPT)
        self._turns = Turns()  # concurrent runs would compete for the same cores

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The token count of each text, without special tokens and without truncation."""
        found = self._counting.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, (texts, dims). The vector of a text does not depend on the others.

        Questions that arrive meanwhile are embedded first.
        """
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        order = sorted(range(len(ids)), key=lambda place: -len(ids[place]))
        vectors = np.empty((len(ids), self.dims), dtype=np.float32)
        network = self._for_documents if ids else self._network
        for first in range(0, len(order), _SLICE):
            places = order[first : first + _SLICE]
            with self._turns.documents():
                vectors[places] = _means(network, [ids[place] for place in places])
        return units(vectors)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, (texts, dims); also caches the token vectors."""
        read = self._read(texts)
        self._recent.keep({text: tokens for text, (_, tokens) in zip(texts, read, strict=True)})
        return units(np.array([mean for mean, _ in read]).reshape(len(texts), self.dims))

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The contextual token vectors of each text, truncated at the model's limit.

        The vectors are the model's last layer before pooling, as in late interaction: Khattab and
        Zaharia, ColBERT, 2020, https://arxiv.org/abs/2004.12832.
        """
        return self._recent.get(
            texts, lambda missing: [tokens for _, tokens in self._read(missing)]
        )

    def _read(self, texts: Sequence[str]) -> list[tuple[Vectors, TokenVectors]]:
        """Returns the mean vector of each text, (dims,), and its token vectors."""
        encodings = self._tokenizer.encode_batch(list(texts))
        with self._turns.question():
            layers = self._network.layers([encoding.ids for encoding in encodings])
        return [
            (
                layer.mean(axis=0),
                TokenVectors(spans=tuple(encoding.offsets[1:-1]), vectors=units(layer[1:-1])),
            )
            for encoding, layer in zip(encodings, layers, strict=True)
        ]

    @cached_property
    def _for_documents(self) -> Network:
        """The network with 8-bit products if its vectors are close enough, else the 32-bit one."""
        eight = Network(eight_bits=True)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(_SAMPLE))]
        found, expected = (units(_means(network, ids)) for network in (eight, self._network))
        return eight if np.sum(found * expected, axis=1).min() >= _ALIKE else self._network


def _means(network: Network, texts: Sequence[Sequence[int]]) -> Vectors:
    """The mean of the last layer over the tokens of each text, (texts, dims)."""
    return np.array([layer.mean(axis=0) for layer in network.layers(texts)])
