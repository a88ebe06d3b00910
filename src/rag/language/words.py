"""Words and stems. The lexical index and the evidence share this definition of a term."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

from rag.errors import ConfigError
from rag.language.english import ENGLISH
from rag.language.language import Language

__all__ = [
    "PLAIN_LETTERS",
    "check_stemmer",
    "content_terms",
    "fold",
    "is_stop_word",
    "plain",
    "stem",
    "terms",
    "tokens",
    "words_of",
]

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+(?:['’][^\W_]+)*")
_LONGEST = 100  # maximum letters of a word; longer strings would take seconds to stem
_POSSESSIVE = re.compile(r"['’]s?$")
PLAIN_LETTERS = {
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "đ": "d",
    "ɖ": "d",
    "ɗ": "d",
    "ħ": "h",
    "ı": "i",
    "ɨ": "i",
    "ł": "l",
    "ŋ": "n",
    "ɲ": "n",
    "ø": "o",
    "ɔ": "o",
    "ɵ": "o",
    "ŧ": "t",
    "ß": "ss",
    "ə": "e",
    "ǝ": "e",
    "ɛ": "e",
    "ƙ": "k",
    "ɓ": "b",
    "ƀ": "b",
    "ƴ": "y",
    "ɏ": "y",
    "ǥ": "g",
    "ȼ": "c",
    "ʉ": "u",
    "ɍ": "r",
    "ƶ": "z",
    "ʻ": "",
    "ʼ": "",
}
"""The plain spelling of lower-case Latin letters that Unicode does not decompose.

After CLDR's transform Latin-ASCII,
https://github.com/unicode-org/cldr/blob/main/common/transforms/Latin-ASCII.xml.
"""
_PLAIN = str.maketrans(PLAIN_LETTERS)


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The words and numbers of ``text`` as written, with their half-open character offsets."""
    return [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


def words_of(text: str) -> list[str]:
    """The words and numbers of ``text`` as written."""
    found: list[str] = _WORD.findall(text)
    return found


def plain(text: str) -> str:
    """``text`` in lower case and plain letters: without accents, "ø" as "o", "ß" as "ss"."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return "".join(char for char in parts if not unicodedata.combining(char))


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Normalises ``word`` for comparison: removes case, accents and a possessive ending."""
    bare = "".join(plain(word).split())
    return bare if bare.isdigit() else _POSSESSIVE.sub("", bare) or bare


@lru_cache(maxsize=8)
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name)


def check_stemmer(name: str) -> None:
    """Checks that the Snowball stemmer ``name`` exists; "none" means no stemming.

    Raises:
        ConfigError: the stemmer does not exist.
    """
    known = Stemmer.algorithms()
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


def is_stop_word(word: str, *, language: Language = ENGLISH) -> bool:
    """Whether ``word`` is a function word."""
    return fold(word) in language.stop_words or word.casefold() in language.stop_words


def terms(text: str, *, stemmer: str = "english") -> list[str]:
    """The stems of all words in ``text``, in order."""
    return [stem(word, stemmer) for word in words_of(text)]


def content_terms(
    text: str, *, stemmer: str = "english", language: Language = ENGLISH
) -> list[str]:
    """The distinct stems of the words in ``text``, in order, without stop words.

    If all words are stop words, keeps all, so that "Who is he?" still has search terms.
    """
    words = words_of(text)
    kept = [word for word in words if not is_stop_word(word, language=language)] or words
    return list(dict.fromkeys(stem(word, stemmer) for word in kept))
