"""Words and stems: the one definition of a term, for the lexical index and for evidence alike."""

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
_LONGEST = 100  # letters; what is longer is no word, and would take seconds to stem
_POSSESSIVE = re.compile(r"['’]s?$")

# Function words and the words questions are made of; they carry no evidence in a sentence.
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
    """The words and numbers of ``text`` with their half-open character offsets, as written."""
    return [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """``word`` without case, accents and possessive ending: how words are compared."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(char for char in plain if not (unicodedata.combining(char) or char.isspace()))
    return bare if bare.isdigit() else _POSSESSIVE.sub("", bare) or bare


@lru_cache(maxsize=8)
def _stemmer(name: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(name)


def check_stemmer(name: str) -> None:
    """Raises ConfigError when there is no Snowball stemmer ``name``; "none" means no stemming."""
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
    """The stems of all words of ``text``, in order."""
    return [stem(word, stemmer) for word, _, _ in tokens(text)]


def content_terms(text: str, *, stemmer: str = "english") -> list[str]:
    """The stems of the words of ``text`` that are not stop words, in order, each once.

    Where every word is a stop word, all of them count: "Who is he?" still searches for something.
    """
    words = [word for word, _, _ in tokens(text)]
    kept = [word for word in words if not is_stop_word(word)] or words
    return list(dict.fromkeys(stem(word, stemmer) for word in kept))
