"""The settings as frozen plain values, with their sources: flag, environment, file or default."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import ConfigError

__all__ = ["NO_SETTINGS", "Config", "load_config"]

BUNDLED_MODEL = "all-MiniLM-L6-v2"

READERS = ("shipped", "none")

PREFIX = "BYLINE_"
NO_SETTINGS = frozenset(
    {"BYLINE_BENCH", "BYLINE_CHROMIUM", "BYLINE_DEBUG", "BYLINE_LLM_API_KEY", "BYLINE_TRAIN"}
)
"""``BYLINE_*`` variables that are not settings: for tests and scripts, and a secret key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings with their defaults.

    Each can be set by a ``BYLINE_*`` variable or in ``byline.toml``; common ones also have a flag.
    """

    corpus: str = "corpus"
    """The folder of articles."""
    index: str = ""
    """The index folder; if empty, ``.byline/NAME`` next to the corpus folder NAME."""
    model: str = BUNDLED_MODEL
    """The embedding model: the bundled one, or a sentence-transformers model name or folder."""
    language: str = "en"
    """The language of questions, and of articles that do not state theirs."""
    stemmer: str = "english"
    """The Snowball stemmer of the lexical index, or ``none``."""
    passage_tokens: int = 128
    """The size, in tokens, up to which adjacent paragraphs are joined into a passage."""
    context: bool = True
    """Whether passages are embedded and read with the title; a change re-embeds all passages."""
    candidates: int = 100
    """The number of passages that the dense and the lexical search each return before fusion."""
    dense_weight: float = 0.3
    """The weight of the dense score in the fused score, 0 to 1."""
    reader: str = "shipped"
    """The reader: "shipped" for the trained network, "none" to compare words only."""
    reader_weight: float = 1.5
    """The weight of the reader's passage score, relative to 1 for the fused score."""
    passages_read: int = 12
    """The number of top passages after fusion that are read and may answer."""
    title_boost: float = 1.0
    """The weight of the title relative to the text in the lexical score; 0 ignores the title."""
    reranker: str = ""
    """The name or folder of a cross-encoder that reranks the top passages; empty for none."""
    rerank_passages: int = 20
    """The number of passages that the reranker scores."""
    rerank_weight: float = 0.7
    """The weight of the reranker's score in a passage's score, 0 to 1; 1 uses it alone."""
    threshold: float = -1.0
    """The answerability below which Byline abstains, 0 to 1; -1 uses the shipped threshold."""
    max_error: float = -1.0
    """The accepted share of wrong first sentences, which sets the threshold; -1 leaves it unset.

    It was measured with the shipped reader on held-out questions, half of them unanswerable.
    """
    followups: bool = True
    """Whether follow-up questions are interpreted in the context of the conversation."""
    copies: bool = True
    """Whether near-duplicates count as one result and newer versions precede older ones."""
    time: bool = True
    """Whether periods such as "last week" are understood and newer articles win near-ties."""
    max_statements: int = 3
    """The maximum number of sentences in an answer; twice that for questions asking for a list."""
    short_answers: bool = True
    """Whether the words that answer are marked within the sentence."""
    max_file_mb: float = 20.0
    """The maximum size of an article file, in megabytes."""
    fields: str = ""
    """The columns of tables, as in ``title=headline,text=body``; empty to use common names."""
    follow_links: bool = False
    """Whether links to folders, and links that lead out of the folder, are followed."""
    max_question: int = 2000
    """The maximum length of a question, in characters."""
    max_draft: int = 500
    """The maximum number of sentences in a draft that is checked at once."""
    batch_articles: int = 64
    """The number of articles indexed per transaction."""
    llm_base_url: str = ""
    """The URL of an OpenAI-compatible server that writes answers in prose; empty for none.

    It usually ends in ``/v1``. Each question for prose sends it passages of the articles.
    """
    llm_model: str = ""
    """The name of the language model on that server."""
    llm_api_key_file: str = ""
    """A file with the server's API key; ``BYLINE_LLM_API_KEY`` can contain the key instead."""
    llm_window: int = 8192
    """The context window of the language model, in tokens: prompt and answer together."""
    llm_timeout: float = 120.0
    """The maximum time for an answer of the model server, including retries, in seconds."""
    llm_uploads: bool = True
    """Whether prose is also written from a user's uploads, which are then sent to the model."""
    host: str = "127.0.0.1"
    """The address that the chat server listens on."""
    port: int = 7860
    """The port that the chat server listens on."""
    root_path: str = ""
    """The path under which a reverse proxy serves the chat page, such as ``/news``."""
    auth: str = ""
    """The password file of the chat server; if empty, no login is needed, on this machine only."""
    proxies: str = ""
    """The addresses of trusted reverse proxies, separated by commas."""
    read_only: bool = False
    """Whether the chat server disables indexing, uploads and feedback."""
    max_upload_mb: float = 20.0
    """The maximum upload size per user, in megabytes; 0 disables uploads."""
    keep_uploads: bool = False
    """Whether users may add their uploads to the shared index permanently."""

    def __post_init__(self) -> None:
        """Checks that all values are in range.

        Raises:
            ConfigError: a value is out of range; the message names the setting and its range.
        """
        ranges = {
            "passage_tokens": (8, 100_000),
            "candidates": (1, 10_000),
            "dense_weight": (0.0, 1.0),
            "reader_weight": (0.0, 100.0),
            "passages_read": (1, 100),
            "title_boost": (0.0, 100.0),
            "rerank_passages": (1, 1_000),
            "rerank_weight": (0.0, 1.0),
            "threshold": (0.0, 1.0),
            "max_error": (0.0, 1.0),
            "max_statements": (1, 20),
            "max_file_mb": (0.001, 10_000.0),
            "max_question": (1, 100_000),
            "max_draft": (1, 1_000_000),
            "batch_articles": (1, 100_000),
            "llm_window": (1_000, 10_000_000),
            "llm_timeout": (0.1, 3_600.0),
            "port": (0, 65_535),
            "max_upload_mb": (0.0, 1_000.0),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if name in _ASIDE and value == _NOT_GIVEN:
                continue
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value}; it must lie between {low} and {high}")
        if self.reader not in READERS:
            raise ConfigError(f"reader is {self.reader!r}; it must be one of {', '.join(READERS)}")
        if self.threshold >= 0 and self.max_error >= 0:
            raise ConfigError(
                f"threshold is {self.threshold} and max_error is {self.max_error}; give one of them"
            )

        _check_model_server(self)

    @property
    def has_model_server(self) -> bool:
        """Whether a language model is configured."""
        return bool(self.llm_base_url)

    @property
    def index_folder(self) -> Path:
        """The folder of the index."""
        if self.index:
            return Path(self.index)
        corpus = Path(self.corpus).resolve()
        return corpus.parent / ".byline" / corpus.name


def _check_model_server(config: Config) -> None:
    if bool(config.llm_base_url) != bool(config.llm_model):
        given, missing = "llm_base_url", "llm_model"
        if config.llm_model:
            given, missing = missing, given
        raise ConfigError(f"{given} is set, but {missing} is not; set both, or neither")
    if not config.llm_base_url:
        return
    try:
        url = urlsplit(config.llm_base_url)
        is_web = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        raise ConfigError("llm_base_url is not a URL; give one such as http://localhost:11434/v1")
    if url.username or url.password or url.query or url.fragment:
        raise ConfigError(
            "llm_base_url has more than an address and a path; put a key into BYLINE_LLM_API_KEY"
        )


_ASIDE = {"corpus": "index", "threshold": "max_error", "max_error": "threshold"}
"""Maps a setting to the one that it overrides if it has a higher priority."""
_NOT_GIVEN = -1.0  # the default of threshold and max_error
_SWITCH = {"on": True, "yes": True, "true": True, "1": True}
_SWITCH |= {"off": False, "no": False, "false": False, "0": False}


def _convert(name: str, value: object, source: str) -> object:
    kind = type(getattr(Config(), name))
    try:
        if kind is bool:
            return _SWITCH[str(value).lower()]
        if kind is str and not isinstance(value, str):
            raise ValueError
        if isinstance(value, bool) or (kind is int and isinstance(value, float)):
            raise ValueError
        return kind(value)
    except (KeyError, TypeError, ValueError):
        expected = {
            str: "text", int: "a whole number", float: "a number", bool: "on or off"
        }[kind]  # fmt: skip
        raise ConfigError(f"{name} from {source} is {value!r}; it must be {expected}") from None


def _read_toml(path: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML ({error}); fix it or move it away") from error
    known = {field.name for field in fields(Config)}
    for name in values:
        if name not in known:
            close = get_close_matches(name.lower(), known, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"known: {sorted(known)}"
            raise ConfigError(f"{path} sets {name!r}, which is not a setting; {remedy}")
    return values


def _read_variables(environ: Mapping[str, str]) -> dict[str, object]:
    known = {f"{PREFIX}{field.name.upper()}": field.name for field in fields(Config)}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known.keys() | NO_SETTINGS:
            close = get_close_matches(name.removeprefix(PREFIX).lower(), known.values(), n=1)
            nearest = f"did you mean {PREFIX}{close[0].upper()}?" if close else ""
            remedy = nearest or f"unset it; known: {sorted(known)}"
            raise ConfigError(f"{name} is not a setting; {remedy}")
    return {known[name]: environ[name] for name in known if name in environ}


def load_config(
    *, flags: Mapping[str, object], environ: Mapping[str, str], toml: Path = Path("byline.toml")
) -> tuple[Config, dict[str, str]]:
    """Loads the settings. Returns them with the source of each setting that is not a default.

    Flags take precedence over ``BYLINE_*`` environment variables, and these over ``byline.toml``.
    A flag that is None counts as not given. A corpus with a higher priority than an index overrides
    that index. Of threshold and max_error, the one with the higher priority applies.

    Raises:
        ConfigError: a value is invalid or out of range, or a name is not a setting.
    """
    layers: list[tuple[str, Mapping[str, object]]] = []
    if toml.is_file():
        layers.append((str(toml), _read_toml(toml)))
    layers.append(("environment", _read_variables(environ)))
    layers.append(("flag", {name: value for name, value in flags.items() if value is not None}))
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    for source, layer in layers:
        for name, farther in _ASIDE.items():
            if name in layer and farther not in layer:
                values.pop(farther, None)
                sources.pop(farther, None)
        for name, value in layer.items():
            values[name] = _convert(name, value, source)
            sources[name] = source
    return replace(Config(), **values), sources  # type: ignore[arg-type]
