"""Answer measures: compare an answer's text with the accepted answers."""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
RUN = re.compile(r"[^\W_]+")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """Lower-cases a text and removes punctuation, articles and extra white space.

    Source: ``normalize_answer`` of the official SQuAD 2.0 script, ``evaluate-v2.0.py`` at
    https://rajpurkar.github.io/SQuAD-explorer/
    """
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """1 if the normalised answer equals a normalised accepted answer, else 0.

    If there is no accepted answer, only an empty answer is correct, as in the official script.
    Source: Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, section 6.1.
    """
    return _best(answer, accepted, lambda given, right: float(given == right))


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best token F1 over the accepted answers, in [0, 1].

    F1 is 2 · shared / (tokens of the answer + tokens of the accepted answer); repeated tokens
    count each time. Source: Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, section 6.1.
    """
    return _best(answer, accepted, _overlap)


def contains(shown: str, accepted: Sequence[str]) -> float:
    """1 if ``shown`` contains the tokens of an accepted answer in sequence, else 0.

    Tokens are case-folded runs of letters and digits; articles are removed. Punctuation of any
    script therefore does not hide a word ("“four”", "Mehrabian’s"). Source: ``has_answer`` in the
    retriever evaluation of DrQA, Chen et al. 2017, https://arxiv.org/abs/1704.00051.
    """
    tokens = _runs(shown)
    return float(any(right in tokens for right in map(_runs, accepted) if right.strip()))


def _runs(text: str) -> str:
    """The tokens of ``text``, separated and enclosed by single spaces."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return f" {' '.join(RUN.findall(ARTICLES.sub(' ', composed)))} "


def words(shown: str) -> int:
    """The number of words in a text, split at white space."""
    return len(shown.split())


def _best(answer: str, accepted: Sequence[str], score: Callable[[str, str], float]) -> float:
    given = normalise(answer)
    rights = [right for right in map(normalise, accepted) if right] or [""]
    return max(score(given, right) for right in rights)


def _overlap(given: str, right: str) -> float:
    if not given or not right:
        return float(given == right)
    ours, theirs = given.split(), right.split()
    shared = (Counter(ours) & Counter(theirs)).total()
    return 2 * shared / (len(ours) + len(theirs))
