"""Embedders from sentence-transformers, for models that the settings name."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from rag.embed.base import TokenVectors, Vectors
from rag.embed.bundled import BUNDLED, WEIGHTS_SHA256, bundled_folder, fingerprint
from rag.embed.recent import RecentTokens, units
from rag.embed.turns import Turns
from rag.errors import ModelError
from rag.language.words import tokens
from rag.runtime import quiet_numpy

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformerEmbedder"]

_KEPT = 200_000  # tokens in the cache, about 150 MB
_UNLIMITED = 512  # tokens per passage for models without a limit
# Documents are embedded and counted in slices of a fraction of a second, between which questions
# are answered.
_SLICE = 8_000  # maximum characters per batch, with padding
_LONGEST = 1_200  # maximum characters of a text that a model with the usual limits reads
_COUNTED = 64


def _load(name: str) -> "SentenceTransformer":
    """Loads the model, offline if it is the bundled one or a path.

    Raises:
        ModelError: the model does not exist or does not load.
    """
    source = str(bundled_folder()) if name == BUNDLED else name
    local = Path(source).exists()
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    quiet_numpy()
    try:
        return SentenceTransformer(source, device="cpu", local_files_only=local)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"the embedding model {name!r} does not load ({reason}); give a sentence-transformers"
            f" name or folder, or leave the setting out for {BUNDLED}"
        ) from error


def _multiplies_bfloat16() -> bool:
    """Whether Linux reports that the processor multiplies bfloat16 numbers."""
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "amx_bf16" in described or "avx512_bf16" in described


def _slices(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yields the indices of texts of similar length, longest first."""
    sizes = [min(len(text), _LONGEST) for text in texts]
    held: list[int] = []
    for place in sorted(range(len(texts)), key=lambda place: -sizes[place]):
        if held and (len(held) + 1) * sizes[held[0]] > _SLICE:
            yield held
            held = []
        held.append(place)
    if held:
        yield held


def _model_digest(model: "SentenceTransformer") -> str:
    """The SHA-256 of all weights and their names, which distinguishes models of the same name."""
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()


class SentenceTransformerEmbedder:
    """A sentence-transformers model as an ``Embedder``, with its query and document prompts.

    Loading one limits NumPy's BLAS to one thread in the whole process.

    Source: https://sbert.net/docs/package_reference/sentence_transformer/SentenceTransformer.html
    """

    def __init__(self, name: str = BUNDLED, *, batch_size: int = 32) -> None:
        self.name = name
        self._batch_size = batch_size
        self._model = _load(name)
        self._bfloat16 = _multiplies_bfloat16()
        self._recent = RecentTokens(_KEPT)
        self._turns = Turns()  # fast tokenizers are not thread-safe
        dims = self._model.get_embedding_dimension()
        if not dims:
            raise ModelError(f"the model {name!r} does not state its dimensions; choose another")
        self.dims: int = dims
        self._is_static = not callable(self._model.tokenizer)
        self._special = 0 if self._is_static else self._model.tokenizer.num_special_tokens_to_add()
        longest = None if self._is_static else self._model.max_seq_length
        self.max_tokens: int = (longest or _UNLIMITED) - self._special
        weights = WEIGHTS_SHA256 if name == BUNDLED else _model_digest(self._model)
        self.fingerprint: str = fingerprint(
            weights, self.max_tokens + self._special, self._model.prompts or {}
        )

    def _precision(self) -> "torch.autocast":
        """Computes products in bfloat16 if the processor supports it, at twice the speed.

        The cosine similarity to float32 vectors is above 0.9999.
        """
        import torch

        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The token count of each text, without special tokens and without truncation."""
        if self._is_static:
            encodings = self._model.tokenizer.encode_batch(list(texts), add_special_tokens=False)
            return [len(encoding.ids) for encoding in encodings]
        counts: list[int] = []
        for start in range(0, len(texts), _COUNTED):
            with self._turns.documents():
                encoded = self._model.tokenizer(
                    list(texts[start : start + _COUNTED]),
                    add_special_tokens=False,
                    truncation=False,
                    padding=False,
                    verbose=False,
                )
            counts += [len(ids) for ids in encoded["input_ids"]]
        return counts

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, (texts, dims). Questions that arrive meanwhile go first."""
        vectors = np.empty((len(texts), self.dims), dtype=np.float32)
        for places in _slices(texts):
            with self._turns.documents(), self._precision():
                vectors[places] = self._model.encode_document(
                    [texts[place] for place in places],
                    batch_size=len(places),
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, (texts, dims).

        Unless the model has a query prompt, the token vectors are computed in the same pass and
        cached for ``embed_tokens``.
        """
        asked = list(texts)
        if not asked:
            return np.empty((0, self.dims), dtype=np.float32)
        with self._turns.question():
            found = self._model.encode_query(asked, output_value=None, show_progress_bar=False)
        read = cast("list[dict[str, torch.Tensor]]", found)
        vectors = np.array([each["sentence_embedding"].float().cpu().numpy() for each in read])
        if not self._is_static and not self._model.prompts.get("query"):
            layers = [each["token_embeddings"][each["attention_mask"].bool()] for each in read]
            self._recent.keep(dict(zip(asked, self._tokens(asked, layers), strict=True)))
        return units(vectors)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The contextual token vectors of each text, truncated at the model's limit.

        The vectors are the model's last layer before pooling, as in late interaction: Khattab and
        Zaharia, ColBERT, 2020, https://arxiv.org/abs/2004.12832. A model without a transformer has
        no such layer, so each word is embedded alone.
        """
        return self._recent.get(texts, self._read_tokens)

    def _read_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        if self._is_static:
            return [self._words(text) for text in texts]
        with self._turns.question(), self._precision():
            layers = self._model.encode(
                list(texts),
                output_value="token_embeddings",
                batch_size=self._batch_size,
                show_progress_bar=False,
            )
        return self._tokens(texts, layers)

    def _tokens(self, texts: Sequence[str], layers: "Iterable[torch.Tensor]") -> list[TokenVectors]:
        """The offsets of the tokens of each text, with their vectors from the last layer."""
        with self._turns.question():
            encoded = self._model.tokenizer(
                list(texts),
                truncation=True,
                max_length=self.max_tokens + self._special,
                padding=False,
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
            )
        found = []
        for offsets, mask, layer in zip(
            encoded["offset_mapping"], encoded["special_tokens_mask"], layers, strict=True
        ):
            kept = [place for place, special in enumerate(mask) if not special]
            found.append(
                TokenVectors(
                    spans=tuple((offsets[place][0], offsets[place][1]) for place in kept),
                    vectors=units(np.asarray(layer.float().cpu(), dtype=np.float32)[kept]),
                )
            )
        return found

    def _words(self, text: str) -> TokenVectors:
        words = tokens(text)
        vectors = self.embed_documents([word for word, _, _ in words])
        return TokenVectors(spans=tuple((start, end) for _, start, end in words), vectors=vectors)
