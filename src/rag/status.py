"""Describes an index: its contents, its model and the settings."""

from dataclasses import fields

from rag.config import BUNDLED_MODEL, Config
from rag.index import Index

__all__ = ["status_of"]


def status_of(index: Index, config: Config, *, threshold: float) -> dict[str, object]:
    """The contents of the index, its model and the current settings; see ``Byline.status``."""
    library = index.library
    size = sum(p.stat().st_size for p in index.folder.rglob("*") if p.is_file())
    model = library.get("model_name") or config.model
    return {
        "index": str(index.folder),
        **library.counts(),
        "generation": library.generation,
        "checked": library.get("checked") or "never",
        "megabytes": round(size / 1e6, 1),
        "model": model,
        "engine": "ONNX Runtime"
        if model == BUNDLED_MODEL
        else "sentence-transformers"
        if model == config.model
        else "unknown",
        "dimensions": int(library.get("dims") or 0),
        "language": "the bundled model and the default stemmer are made for English"
        if config.model == BUNDLED_MODEL and config.stemmer == "english"
        else config.language,
        "threshold": threshold,
        "language_model": f"{config.llm_model} at {config.llm_base_url}"
        if config.has_model_server
        else "none",
        "settings": {f.name: getattr(config, f.name) for f in fields(config)},
    }
