"""The layers of all-MiniLM-L6-v2 in ONNX Runtime, with 32-bit or 8-bit matrix products."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embed.bundled import bundled_folder, word_vectors
from rag.errors import ModelError
from rag.runtime import on_all_cores, open_session

__all__ = ["DIMS", "LARGE", "Network"]

DIMS = 384
LARGE = 96  # columns of a wide product that are multiplied separately

_SHA256 = {
    "embedder.onnx": "560a3d780607a42da12f526e184786c8549cc3b2cb1a2ab522767c5ef51ca404",
    "embedder8.onnx": "7fe0d925c82185657cbd0b076eb7fc2c9f68bec169ffce048fea679cdc63ad82",
    "smoothing.safetensors": "249032e27c3aaf06972939f1a98924d1c27f13ef3985dd1a3f781d29bb4b57af",
}
_REMEDY = "reinstall Byline"

Layer = NDArray[np.float32]


class Network:
    """Computes the model's last layer. Thread-safe.

    ``training/embedder.py`` creates the graphs. They take their weights from the bundled model's
    file. The 8-bit matrix products are about 2.5 times as fast; the cosine of their vectors to the
    32-bit ones is about .999.
    """

    def __init__(self, *, eight_bits: bool = False) -> None:
        """Loads the graph.

        Raises:
            ModelError: the model or the graph is missing, altered, or does not load.
        """
        weights = _weights()
        if eight_bits:
            weights = _in_eight_bits(weights, _tensors(_own_file("smoothing.safetensors")))
        graph = _own_file("embedder8.onnx" if eight_bits else "embedder.onnx")
        self._session = open_session(graph, weights=weights, what="the embedder", remedy=_REMEDY)
        self._words = word_vectors()

    def layers(self, texts: Sequence[Sequence[int]]) -> list[Layer]:
        """The last layer, float32, (tokens, dims), for each text, given by its token ids."""
        return on_all_cores(self._layer, texts)

    def _layer(self, ids: Sequence[int]) -> Layer:
        found: Layer = self._session.run(None, {"vectors": self._words[None, list(ids)]})[0][0]
        return found


def _own_file(name: str) -> bytes:
    """The content of a file of this package, checked against its SHA-256."""
    file = Path(__file__).parent / name
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file} cannot be read ({error}); {_REMEDY}") from error
    if hashlib.sha256(content).hexdigest() != _SHA256[name]:
        raise ModelError(f"{file} is altered: its SHA-256 must be {_SHA256[name]}; {_REMEDY}")
    return content


def _tensors(content: bytes) -> dict[str, NDArray[Any]]:
    from safetensors.numpy import load

    return load(content)


def _weights() -> dict[str, NDArray[Any]]:
    """The tensors of the graph by name, from the bundled model's file."""
    from safetensors import safe_open

    with safe_open(str(bundled_folder() / "model.safetensors"), framework="numpy") as tensors:
        names = [name for name in tensors.keys() if _is_of_graph(name)]  # noqa: SIM118
        return {name: tensors.get_tensor(name) for name in names}


def _is_of_graph(name: str) -> bool:
    return name.startswith(("embeddings.", "encoder.")) and not name.endswith(
        ("word_embeddings.weight", "position_ids")
    )


def _in_eight_bits(
    weights: Mapping[str, NDArray[Any]], factors: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """The tensors of the 8-bit graph.

    ``factors`` maps the name of each matrix product to the smoothing factors of its input columns;
    see ``training/embedder.py``. In a wide product, the columns with the largest factors come
    first, because they are multiplied separately.
    """
    found = dict(weights)
    wide = [product for product, factor in factors.items() if len(factor) > DIMS]
    for product in wide:
        order = np.argsort(-factors[product], kind="stable")
        before = product.replace(".output.", ".intermediate.")  # computes the columns
        for name in (f"{before}.weight", f"{before}.bias"):
            found[name] = found[name][order]
        found[f"{product}.weight"] = found[f"{product}.weight"][:, order]
        factors = {**factors, product: factors[product][order]}
    for product, factor in factors.items():
        rows = found.pop(f"{product}.weight").T * factor[:, None]  # (in, out)
        if product in wide:
            found |= _quantized(f"{product}.large", rows[:LARGE])
            rows = rows[LARGE:]
        found |= _quantized(f"{product}.weight", rows)
        if not product.endswith((".key", ".value")):  # these share the input of the query
            found[f"{product}.smoothing"] = 1 / factor
    return found


def _quantized(name: str, matrix: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """A matrix quantized to 8 bits, with the scale of each column."""
    scale = np.abs(matrix).max(axis=0) / 127
    return {
        f"{name}_quantized": np.rint(matrix / scale).astype(np.int8, order="C"),
        f"{name}_scale": scale,
        f"{name}_zero_point": np.zeros(len(scale), dtype=np.int8),
    }
