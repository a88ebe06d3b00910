"""Cross-encoders from sentence-transformers, which read a question and a text together."""

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
    """A local sentence-transformers CrossEncoder. Downloads nothing.

    Source: https://sbert.net/docs/package_reference/cross_encoder/cross_encoder.html
    """

    def __init__(self, name: str) -> None:
        """Loads the model from a folder or from the local Hugging Face cache.

        Raises:
            ConfigError: the model is not available locally, does not load, or does not return
                exactly one score.
        """
        self._model = _load(name)
        self._lock = threading.Lock()  # fast tokenizers are not thread-safe

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's raw score of how well each text answers; unbounded, higher is better."""
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
        if not any(kind.endswith(_SCORING) for kind in kinds):  # else the scores are random
            raise ConfigError(f"{_named(name)} is not a cross-encoder but {kinds}; {_REMEDY}")
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
    return f"download it once with: hf download {name}; or {_REMEDY}"
