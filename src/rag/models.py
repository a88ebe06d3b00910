"""The models of an open index: embedder, reranker, reader and language model."""

import os
import threading

from rag.config import Config
from rag.embed import Embedder, load_embedder
from rag.errors import ConfigError
from rag.llm import ModelServer, read_key
from rag.read import LateInteractionReader, Reader, load_reader
from rag.retrieve import Reranker

__all__ = ["Models"]


class Models:
    """The configured models, each loaded on first use. Thread-safe."""

    def __init__(
        self,
        config: Config,
        *,
        embedder: Embedder | None = None,
        reader: Reader | None = None,
        server: ModelServer | None = None,
    ) -> None:
        """Stores the settings, and the models that replace the configured ones."""
        self.config = config
        self._embedder = embedder
        self._reader = reader
        self._reranker: Reranker | None = None
        self._server = server
        self._loading = threading.Lock()

    @property
    def embedder(self) -> Embedder:
        """The embedder."""
        with self._loading:
            if self._embedder is None:
                self._embedder = load_embedder(self.config.model)
            return self._embedder

    @property
    def reranker(self) -> Reranker | None:
        """The reranker; None if none is configured."""
        with self._loading:
            if self._reranker is None and self.config.reranker:
                from rag.embed.cross_encoder import CrossEncoderReranker

                self._reranker = CrossEncoderReranker(self.config.reranker)
            return self._reranker

    @property
    def reader(self) -> Reader:
        """The reader, or the fallback, with a logged warning, if the bundled one cannot load."""
        fallback = self.fallback_reader
        with self._loading:
            if self._reader is None:
                self._reader = load_reader(self.config.reader, fallback)
            return self._reader

    @property
    def fallback_reader(self) -> Reader:
        """The reader used for other languages, or if the bundled reader's file is damaged."""
        return LateInteractionReader(self.embedder, titles=self.config.context)

    @property
    def server(self) -> ModelServer:
        """The language model, which writes prose.

        Raises:
            ConfigError: none is configured, or its key cannot be read.
            ModelError: the package openai is not installed.
        """
        config = self.config
        if not config.has_model_server:
            raise ConfigError(
                "no language model is configured; set BYLINE_LLM_BASE_URL and BYLINE_LLM_MODEL"
            )
        with self._loading:
            if self._server is None:
                self._server = ModelServer(
                    base_url=config.llm_base_url,
                    model=config.llm_model,
                    key=read_key(os.environ, config.llm_api_key_file),
                    timeout=config.llm_timeout,
                )
            return self._server
