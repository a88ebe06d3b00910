"""Byline answers questions from your articles and cites the source of every sentence.

>>> import rag
>>> news = rag.open("corpus/")  # doctest: +SKIP
>>> news.ask("How many diplomats did Baku expel?").citations[0].quote  # doctest: +SKIP
"""

import warnings

from rag.answer.writers import ScriptedWriter, Writer
from rag.byline import Byline
from rag.byline import open_corpus as open
from rag.check import Difference, DraftSentence, Reason, Support, Trace, check_claim
from rag.config import Config, load_config
from rag.display import abstention_line, edition_line, period_line, source_line
from rag.embed import Embedder, HashEmbedder
from rag.errors import (
    BylineError,
    ConfigError,
    DamagedIndexError,
    DatasetError,
    IngestError,
    ModelError,
    ModelServerError,
    NotIndexedError,
    UsageError,
)
from rag.federated import federate
from rag.feedback import Feedback, FeedbackStore
from rag.index.listing import Facets, Listing
from rag.ingest.article import make_article
from rag.ingest.files import read_articles
from rag.ingest.readers import SUFFIXES as ARTICLE_SUFFIXES
from rag.language.words import plain
from rag.query import check_question, rewrite
from rag.read import Readable, Reader, ScriptedReader
from rag.references import REFERENCE_STYLES, references
from rag.schema import (
    Answer,
    Article,
    Citation,
    Confidence,
    Evidence,
    Filter,
    Hit,
    IndexReport,
    Passage,
    Period,
    Progress,
    Related,
    Statement,
    Tokens,
    Turn,
    VerifyReport,
)
from rag.tokens import count_tokens
from rag.watch import Watch, WatchState

__version__ = "0.2.0"

__all__ = [
    "ARTICLE_SUFFIXES",
    "REFERENCE_STYLES",
    "Answer",
    "Article",
    "Byline",
    "BylineError",
    "Citation",
    "Confidence",
    "Config",
    "ConfigError",
    "DamagedIndexError",
    "DatasetError",
    "Difference",
    "DraftSentence",
    "Embedder",
    "Evidence",
    "Facets",
    "Feedback",
    "FeedbackStore",
    "Filter",
    "HashEmbedder",
    "Hit",
    "IndexReport",
    "IngestError",
    "Listing",
    "ModelError",
    "ModelServerError",
    "NotIndexedError",
    "Passage",
    "Period",
    "Progress",
    "Readable",
    "Reader",
    "Reason",
    "Related",
    "ScriptedReader",
    "ScriptedWriter",
    "Statement",
    "Support",
    "Tokens",
    "Trace",
    "Turn",
    "UsageError",
    "VerifyReport",
    "Watch",
    "WatchState",
    "Writer",
    "abstention_line",
    "check_claim",
    "check_question",
    "count_tokens",
    "edition_line",
    "federate",
    "load_config",
    "make_article",
    "open",
    "period_line",
    "plain",
    "read_articles",
    "references",
    "rewrite",
    "source_line",
]

_RENAMED = {"Desk": "FeedbackStore", "joined": "federate"}  # to be removed in 0.3


def __getattr__(name: str) -> object:
    """Resolves deprecated names and issues a ``DeprecationWarning``."""
    if name not in _RENAMED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    new = _RENAMED[name]
    warnings.warn(f"rag.{name} is now rag.{new}", DeprecationWarning, stacklevel=2)
    return globals()[new]
