"""The exceptions that Byline raises. Each message states the problem and the remedy in one line.

BylineError
├── UsageError           an invalid argument, such as a question, option or path
├── ConfigError          an invalid or out-of-range setting
├── IngestError          a file that cannot be read as an article
├── NotIndexedError      a missing or empty index
│   └── RemovedError     an article that was removed while it was being read
├── DamagedIndexError    a stored row or file that fails its checksum
├── ModelError           a model that is missing, altered, or not the one that built the index
├── ModelServerError     a language model's server that fails
└── DatasetError         an evaluation data set with invalid contents
"""

__all__ = [
    "BylineError",
    "ConfigError",
    "DamagedIndexError",
    "DatasetError",
    "IngestError",
    "ModelError",
    "ModelServerError",
    "NotIndexedError",
    "RemovedError",
    "UsageError",
]


class BylineError(Exception):
    """The base class of all Byline exceptions."""


class UsageError(BylineError):
    """An invalid argument, such as a question, option or path."""


class ConfigError(BylineError):
    """An invalid or out-of-range setting."""


class IngestError(BylineError):
    """A file that cannot be read as an article."""


class NotIndexedError(BylineError):
    """A missing or empty index."""


class RemovedError(NotIndexedError):
    """An article that was removed while it was being read."""


class DamagedIndexError(BylineError):
    """A stored row or file that fails its checksum."""


class ModelError(BylineError):
    """A model that is missing, altered, or not the one that built the index."""


class ModelServerError(BylineError):
    """A language model's server that fails."""


class DatasetError(BylineError):
    """An evaluation data set with invalid contents."""
