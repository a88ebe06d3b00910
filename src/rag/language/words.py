"""Words and stems. The lexical index and the evidence share this definition of a term."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

from rag.errors import ConfigError

__all__ = [
    "check_stemmer",
    "content_terms",
    "fold",
    "is_stop_word",
    "stem",
    "terms",
    "tokens",
]

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+(?:['’][^\W_]+)*")
_LONGEST = 100  # letters; longer strings are not words and would take seconds to stem
_POSSESSIVE = re.compile(r"['’]s?$")

# Function words and question words. They carry no evidence.
_STOP_WORDS = frozenset(
    re.split(
        r"\s+",
        """a about after all also am an and any are aren't as at be because been before being
        between both but by can can't could couldn't did didn't do does doesn't doing don't during
        each
        either else ever every for from further had has hasn't have haven't having he her here hers
        herself him himself his how i if in into is isn't it it's its itself just may me might more
        most much many my myself no nor not of off on once only or other our ours out over own per s
        same she should shouldn't so some such t than that the their theirs them themselves then
        there these they this those though through to too under until up upon us very was wasn't we
        were weren't what when where whether which while who whom whose why will with within would
        wouldn't you your yours""",
    )
)


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The words and numbers of ``text`` as written, with their half-open character offsets."""
    return [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Normalises ``word`` for comparison: removes case, accents and a possessive ending."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(char for char in plain if not (unicodedata.combining(char) or char.isspace()))
    return bare if bare.isdigit() else _POSSESSIVE.sub("", bare) or bare


@lru_cache(maxsize=8)
def _stemmer(name: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(name)


def check_stemmer(name: str) -> None:
    """Checks that the Snowball stemmer ``name`` exists; "none" means no stemming.

    Raises:
        ConfigError: there is no such stemmer.
    """
    known = snowballstemmer.algorithms()
    if name != "none" and name not in known:
        listed = ", ".join(sorted(known))
        raise ConfigError(f"no stemmer named {name!r}; choose none or one of: {listed}")


@lru_cache(maxsize=200_000)
def stem(word: str, stemmer: str = "english") -> str:
    """The Snowball stem of ``word`` after folding; https://snowballstem.org/algorithms/."""
    folded = fold(word)
    if stemmer == "none" or len(folded) > _LONGEST or not folded.isalpha():
        return folded
    stemmed: str = _stemmer(stemmer).stemWord(folded)
    return stemmed


def is_stop_word(word: str) -> bool:
    """Whether ``word`` is an English function word."""
    return fold(word) in _STOP_WORDS or word.casefold() in _STOP_WORDS


def terms(text: str, *, stemmer: str = "english") -> list[str]:
    """The stems of all words in ``text``, in order."""
    return [stem(word, stemmer) for word, _, _ in tokens(text)]


def content_terms(text: str, *, stemmer: str = "english") -> list[str]:
    """The distinct stems of the words in ``text`` that are not stop words, in order.

    If all words are stop words, all of them count, so that "Who is he?" still has search terms.
    """
    words = [word for word, _, _ in tokens(text)]
    kept = [word for word in words if not is_stop_word(word)] or words
    return list(dict.fromkeys(stem(word, stemmer) for word in kept))
