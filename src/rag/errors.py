"""Every error Byline raises on purpose. Each message names the thing and the remedy, in one line.

BylineError
├── UsageError           a question, option or file form that cannot be used as given
├── ConfigError          a setting that does not read, or is out of range
├── IngestError          a file that cannot become an article
├── NotIndexedError      no index, or nothing in it, where one is needed
├── DamagedIndexError    a stored row or file that fails its checksum
├── ModelError           an embedder that is missing, altered, or not the index's own
└── DatasetError         an evaluation set that breaks its form
"""

__all__ = [
    "BylineError",
    "ConfigError",
    "DamagedIndexError",
    "DatasetError",
    "IngestError",
    "ModelError",
    "NotIndexedError",
    "UsageError",
]


class BylineError(Exception):
    """The base of all errors raised on purpose."""


class UsageError(BylineError):
    """A question, option or file form that cannot be used as given."""


class ConfigError(BylineError):
    """A setting that does not read, or is out of range."""


class IngestError(BylineError):
    """A file that cannot become an article."""


class NotIndexedError(BylineError):
    """No index, or nothing in it, where one is needed."""


class DamagedIndexError(BylineError):
    """A stored row or file that fails its checksum."""


class ModelError(BylineError):
    """An embedder that is missing, altered, or not the index's own."""


class DatasetError(BylineError):
    """An evaluation set that breaks its form."""
