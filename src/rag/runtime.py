"""Opens ONNX Runtime sessions, runs them on all cores, and limits the threads of NumPy."""

import importlib.util
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from numpy.typing import NDArray

from rag.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["CORES", "on_all_cores", "open_session", "quiet_numpy"]

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

Item = TypeVar("Item")
Found = TypeVar("Found")


def open_session(
    content: bytes,
    *,
    weights: Mapping[str, NDArray[Any]] | None = None,
    what: str,
    remedy: str,
) -> "InferenceSession":
    """Loads a network, each run of which takes one thread; see ``on_all_cores``.

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
    options.intra_op_num_threads = 1
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in weights.values()]
        options.add_external_initializers(list(weights), values)
    try:
        return onnxruntime.InferenceSession(
            content,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # the fused operator takes longer
        )
    except (errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, RuntimeError) as error:
        raise ModelError(f"{what} does not load ({error}); {remedy}") from error


def on_all_cores(work: Callable[[Item], Found], items: Sequence[Item]) -> list[Found]:
    """Returns ``work`` of each item. All callers share one thread per processor core.

    ``work`` must release the interpreter, as a network does, and must not call this function.
    """
    if len(items) == 1:
        return [work(items[0])]
    return list(_pool().map(work, items))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(CORES, thread_name_prefix="network")


if hasattr(os, "register_at_fork"):  # a child process has none of the threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def quiet_numpy() -> None:
    """Limits NumPy's BLAS to one thread in the whole process.

    Its idle threads spin for about 25 ms after each product and keep the model's threads off the
    processor. Without the limit, an answer took three times as long.
    """
    from threadpoolctl import ThreadpoolController

    for library in ThreadpoolController().lib_controllers:
        if library.user_api == "blas" and "numpy" in library.filepath:
            library.set_num_threads(1)
