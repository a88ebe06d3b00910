"""Opens ONNX Runtime sessions, and limits the threads of NumPy."""

import importlib.util
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from rag.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["open_session", "quiet_numpy"]


def open_session(
    content: bytes, *, weights: Mapping[str, NDArray[Any]] | None = None, what: str, remedy: str
) -> "InferenceSession":
    """Loads a network.

    Args:
        content: the network in the ONNX format.
        weights: the tensors that ``content`` names but does not contain.
        what: the network, for messages.
        remedy: what to do if it does not load, for messages.

    Raises:
        ModelError: ONNX Runtime is not installed, or the network does not load.
    """
    if importlib.util.find_spec("onnxruntime") is None:
        raise ModelError(
            f"onnxruntime, which runs {what}, is not installed;"
            f" install it with: pip install onnxruntime, or {remedy}"
        )
    # Otherwise, versions since 1.32 send usage data to Microsoft; see its Privacy.md.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    options = onnxruntime.SessionOptions()
    # Threads that spin while waiting would take CPU time from other models.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in weights.values()]
        options.add_external_initializers(list(weights), values)
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except (errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, RuntimeError) as error:
        raise ModelError(f"{what} does not load ({error}); {remedy}") from error


def quiet_numpy() -> None:
    """Limits NumPy's BLAS to one thread in the whole process.

    Its idle threads spin for about 25 ms after each product and keep the model's threads off the
    processor. Without the limit, an answer took three times as long.
    """
    from threadpoolctl import ThreadpoolController

    for library in ThreadpoolController().lib_controllers:
        if library.user_api == "blas" and "numpy" in library.filepath:
            library.set_num_threads(1)
