"""The bundled embedder, which embeds questions without PyTorch and sentence-transformers."""

import hashlib
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from rag.embed.base import TokenVectors, Vectors
from rag.embed.bundled import BUNDLED, WEIGHTS_SHA256, bundled_folder, fingerprint, word_vectors
from rag.embed.recent import RecentTokens, units
from rag.errors import ModelError
from rag.runtime import open_session, quiet_numpy

if TYPE_CHECKING:
    from rag.embed.sentence_transformer import SentenceTransformerEmbedder

__all__ = ["OnnxEmbedder"]

_LIMIT = 256  # tokens per text, including special tokens
_SPECIAL = 2  # [CLS] and [SEP]
_KEPT = 200_000  # tokens in the cache, about 150 MB
_AT_ONCE = 8  # texts of similar length per batch
_GRAPH_SHA256 = "b50e10cf8ac76fdc0666f94d56c74158da2c05975a3cd51e018c0992655974c1"
_REMEDY = "reinstall Byline"


class OnnxEmbedder:
    """all-MiniLM-L6-v2: questions and tokens by ONNX Runtime, documents by sentence-transformers.

    The graph, ``embedder.onnx``, takes its weights from the bundled model's file;
    ``training/embedder.py`` creates it. PyTorch is imported only for documents: it embeds many of
    them faster, but takes seconds to start. Thread-safe.
    """

    name = BUNDLED
    dims = 384
    max_tokens = _LIMIT - _SPECIAL

    def __init__(self) -> None:
        """Loads the graph, and limits NumPy's BLAS to one thread in the whole process.

        Raises:
            ModelError: the bundled model or the graph is missing, altered, or does not load.
        """
        quiet_numpy()
        folder = bundled_folder()
        self.fingerprint = fingerprint(WEIGHTS_SHA256, _LIMIT, {"document": "", "query": ""})
        graph = _graph(Path(__file__).parent / "embedder.onnx")
        weights = _weights(folder / "model.safetensors")
        self._session = open_session(graph, weights=weights, what="the embedder", remedy=_REMEDY)
        self._words = word_vectors()
        self._counting = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._counting.no_truncation()
        self._counting.no_padding()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_LIMIT)
        self._tokenizer.no_padding()
        self._recent = RecentTokens(_KEPT)
        self._lock = threading.Lock()  # concurrent runs would compete for the same cores

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The token count of each text, without special tokens and without truncation."""
        found = self._counting.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, (texts, dims)."""
        return _documents().embed_documents(texts)

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

    def _read(self, texts: Sequence[str]) -> list[tuple[NDArray[np.float32], TokenVectors]]:
        """Returns the mean vector of each text, (dims,), and its token vectors."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda place: len(encodings[place].ids))
        found: dict[int, tuple[NDArray[np.float32], TokenVectors]] = {}
        for first in range(0, len(order), _AT_ONCE):
            places = order[first : first + _AT_ONCE]
            hidden = self._hidden([encodings[place] for place in places])
            for layer, place in zip(hidden, places, strict=True):
                size = len(encodings[place].ids)
                tokens = TokenVectors(
                    spans=tuple(encodings[place].offsets[1:-1]),
                    vectors=units(layer[1 : size - 1]),
                )
                found[place] = layer[:size].mean(axis=0), tokens
        return [found[place] for place in range(len(texts))]

    def _hidden(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        """Returns the last layer, (texts, tokens, dims); values of padding are meaningless."""
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), dtype=np.int64)
        mask = np.zeros(ids.shape, dtype=np.float32)
        for row, encoding in enumerate(encodings):
            size = len(encoding.ids)
            ids[row, :size], mask[row, :size] = encoding.ids, 1.0
        with self._lock:
            found: NDArray[np.float32] = self._session.run(
                None, {"vectors": self._words[ids], "mask": mask}
            )[0]
        return found


@cache
def _documents() -> "SentenceTransformerEmbedder":
    """The embedder of documents, loaded once per process."""
    from rag.embed.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder()


def _graph(file: Path) -> bytes:
    """The graph, checked against its SHA-256."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file} cannot be read ({error}); {_REMEDY}") from error
    if hashlib.sha256(content).hexdigest() != _GRAPH_SHA256:
        raise ModelError(f"{file} is altered: its SHA-256 must be {_GRAPH_SHA256}; {_REMEDY}")
    return content


def _weights(file: Path) -> dict[str, NDArray[Any]]:
    """The tensors of the graph by name, from the bundled model's file."""
    from safetensors import safe_open

    with safe_open(str(file), framework="numpy") as tensors:
        names = [name for name in tensors.keys() if _is_of_graph(name)]  # noqa: SIM118
        return {name: tensors.get_tensor(name) for name in names}


def _is_of_graph(name: str) -> bool:
    return name.startswith(("embeddings.", "encoder.")) and not name.endswith(
        ("word_embeddings.weight", "position_ids")
    )
