"""Cross-encoders of sentence-transformers: a question and a text read together give one score."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ConfigError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

__all__ = ["CrossEncoderReranker"]

_SCORING = ("ForSequenceClassification", "ForCausalLM")
_REMEDY = "name another sentence-transformers CrossEncoder, or leave the setting out"


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder that is on this machine; nothing is downloaded.

    Source: https://sbert.net/docs/package_reference/cross_encoder/cross_encoder.html
    """

    def __init__(self, name: str) -> None:
        """Loads the model from a folder, or from the local cache of the Hugging Face hub.

        Raises:
            ConfigError: it is not on this machine, does not load, or gives no single score.
        """
        self._model = _load(name)
        self._lock = threading.Lock()  # a fast tokenizer must not be shared by two threads

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, as the model's raw score, without bounds."""
        if not texts:
            return []
        import torch

        with self._lock:
            scored = self._model.predict(
                [(question, text) for text in texts],
                activation_fn=torch.nn.Identity(),
                show_progress_bar=False,
            )
        return [float(score) for score in scored]


def _load(name: str) -> "CrossEncoder":
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    from sentence_transformers import CrossEncoder
    from transformers import AutoConfig
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        config = AutoConfig.from_pretrained(name, local_files_only=True)
        kinds = tuple(config.architectures or ())
        if not any(kind.endswith(_SCORING) for kind in kinds):  # its scores would be random
            raise ConfigError(f"{_named(name)} is no cross-encoder but {kinds}; {_REMEDY}")
        model: CrossEncoder = CrossEncoder(name, device="cpu", local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise ConfigError(f"{_named(name)} does not load ({lines[0]}); {_remedy(name)}") from error
    if model.num_labels != 1:
        raise ConfigError(
            f"{_named(name)} gives {model.num_labels} scores where one is needed; {_REMEDY}"
        )
    return model


def _named(name: str) -> str:
    return f"the reranker {name!r}"


def _remedy(name: str) -> str:
    if Path(name).exists():
        return _REMEDY
    return f"fetch it once, where there is a network, with: hf download {name}; or {_REMEDY}"
