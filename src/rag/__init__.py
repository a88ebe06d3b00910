"""Byline: answers from your articles, every sentence with its source.

>>> import rag
>>> news = rag.open("corpus/")  # doctest: +SKIP
>>> news.ask("How many diplomats did Baku expel?").citations[0].quote  # doctest: +SKIP
"""

from rag.asking import check_question, rewrite
from rag.byline import Byline
from rag.byline import open_corpus as open
from rag.config import Config, load_config
from rag.desk import Desk, Feedback
from rag.embed import Embedder, HashEmbedder
from rag.errors import (
    BylineError,
    ConfigError,
    DamagedIndexError,
    DatasetError,
    IngestError,
    ModelError,
    NotIndexedError,
    UsageError,
)
from rag.index.listing import Facets, Listing
from rag.ingest.article import make_article
from rag.ingest.files import read_articles
from rag.joined import joined
from rag.read import Readable, Reader, ScriptedReader
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
    Turn,
)
from rag.tokens import count_tokens
from rag.wording import edition_line, period_line, source_line

__version__ = "0.1.0"

__all__ = [
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
    "Desk",
    "Embedder",
    "Evidence",
    "Facets",
    "Feedback",
    "Filter",
    "HashEmbedder",
    "Hit",
    "IndexReport",
    "IngestError",
    "Listing",
    "ModelError",
    "NotIndexedError",
    "Passage",
    "Period",
    "Progress",
    "Readable",
    "Reader",
    "Related",
    "ScriptedReader",
    "Statement",
    "Turn",
    "UsageError",
    "check_question",
    "count_tokens",
    "edition_line",
    "joined",
    "load_config",
    "make_article",
    "open",
    "period_line",
    "read_articles",
    "rewrite",
    "source_line",
]
