"""Settings as frozen plain values, and where each came from: flag, environment, file or default."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path

from rag.errors import ConfigError

__all__ = ["NO_SETTINGS", "Config", "load_config"]

BUNDLED_MODEL = "all-MiniLM-L6-v2"

READERS = ("shipped", "none")

PREFIX = "BYLINE_"
NO_SETTINGS = frozenset({"BYLINE_BENCH", "BYLINE_CHROMIUM", "BYLINE_DEBUG", "BYLINE_TRAIN"})
"""Variables of ours that the tests, the scripts and the command line read for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings with their defaults, each a flag, a ``BYLINE_*`` variable or a line of TOML."""

    corpus: str = "corpus"
    """The folder of articles."""
    index: str = ""
    """The index folder; empty: ``.byline/NAME`` beside the corpus folder NAME."""
    model: str = BUNDLED_MODEL
    """The embedding model: the bundled one, or a sentence-transformers name or folder."""
    language: str = "en"
    """The language of articles that do not state theirs (sentence ends)."""
    stemmer: str = "english"
    """The Snowball stemmer of the lexical index, or none."""
    passage_tokens: int = 128
    """Tokens up to which short neighbouring paragraphs are joined."""
    context: bool = True
    """Whether a passage is embedded and read with its article's title; changed, all is embedded."""
    candidates: int = 100
    """Passages taken from each side before fusion."""
    dense_weight: float = 0.3
    """The share of the dense score in the fused score, 0 to 1."""
    reader: str = "shipped"
    """What reads the passages: "shipped", the trained network, or "none": compare words only."""
    reader_weight: float = 1.5
    """The weight of the reader's score of a passage, beside the fused score's 1."""
    passages_read: int = 12
    """Passages, the first after fusion, that are read and may answer."""
    title_boost: float = 1.0
    """The weight of the title beside the text in the lexical score; 0 leaves the title out."""
    reranker: str = ""
    """A cross-encoder that reads the first passages: a name or folder; empty: none."""
    rerank_passages: int = 20
    """Passages that the reranker reads."""
    rerank_weight: float = 0.7
    """The share of the reranker's score in a passage's, 0 to 1; 1: its order alone."""
    threshold: float = -1.0
    """Answerability below which Byline abstains, 0 to 1; -1: the shipped threshold."""
    max_error: float = -1.0
    """The share of wrong first sentences to accept, which sets the threshold; -1: none is given.

    As measured with the shipped reader on held-out questions, half of which cannot be answered.
    """
    followups: bool = True
    """Whether a follow-up is understood from the conversation before it."""
    copies: bool = True
    """Whether copies of one text count as one, and newer versions go before older ones."""
    time: bool = True
    """Whether "last week" is understood, and of near-equal articles the newer leads."""
    max_statements: int = 3
    """The most sentences of an answer; one to a question for a list may have twice as many."""
    short_answers: bool = True
    """Whether the words that answer are marked in their sentence."""
    max_file_mb: float = 20.0
    """The largest article file, in megabytes."""
    max_question: int = 2000
    """The longest question, in characters."""
    batch_articles: int = 64
    """Articles indexed in one transaction."""
    host: str = "127.0.0.1"
    """The address the chat listens on."""
    port: int = 7860
    """The port the chat listens on."""
    auth: str = ""
    """The file of names and passwords that the chat asks for; empty: none, on this machine only."""
    read_only: bool = False
    """Whether the chat neither indexes nor takes uploads nor keeps feedback."""
    max_upload_mb: float = 20.0
    """The largest upload of a reader, in megabytes; 0: none."""
    keep_uploads: bool = False
    """Whether readers may add the articles they bring to the index, for everybody and for good."""

    def __post_init__(self) -> None:
        """Refuses values out of range.

        Raises:
            ConfigError: naming the setting, its value and its range.
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
            "batch_articles": (1, 100_000),
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

    @property
    def index_folder(self) -> Path:
        """Where the index lives."""
        if self.index:
            return Path(self.index)
        corpus = Path(self.corpus).resolve()
        return corpus.parent / ".byline" / corpus.name


_ASIDE = {"corpus": "index", "threshold": "max_error", "max_error": "threshold"}
"""A setting given nearer than the other leaves that one aside."""
_NOT_GIVEN = -1.0  # of threshold and max_error
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
        raise ConfigError(
            f"{path} does not read as TOML ({error}); mend it or move it away"
        ) from error
    known = {field.name for field in fields(Config)}
    for name in values:
        if name not in known:
            raise ConfigError(f"{path} sets {name!r}, which is no setting; known: {sorted(known)}")
    return values


def _read_variables(environ: Mapping[str, str]) -> dict[str, object]:
    known = {f"{PREFIX}{field.name.upper()}": field.name for field in fields(Config)}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known.keys() | NO_SETTINGS:
            close = get_close_matches(name.removeprefix(PREFIX).lower(), known.values(), n=1)
            nearest = f"did you mean {PREFIX}{close[0].upper()}?" if close else ""
            remedy = nearest or f"unset it; known: {sorted(known)}"
            raise ConfigError(f"{name} is no setting; {remedy}")
    return {known[name]: environ[name] for name in known if name in environ}


def load_config(
    *, flags: Mapping[str, object], environ: Mapping[str, str], toml: Path = Path("byline.toml")
) -> tuple[Config, dict[str, str]]:
    """The settings in force and the source of each that is not a default.

    A flag goes before ``BYLINE_NAME`` in the environment, that before ``byline.toml``. Flags that
    are None were not given. A corpus given nearer than an index leaves the farther index aside; of
    threshold and max_error the nearer counts.

    Raises:
        ConfigError: a value that does not read, is out of range, or names no setting.
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
