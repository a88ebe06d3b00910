"""Follow-up questions: what they leave unsaid is taken from the conversation before."""

import re
from collections.abc import Sequence

from rag.language.names import name_spans
from rag.language.words import fold, is_stop_word, stem, tokens
from rag.schema import Turn

__all__ = ["standalone"]

_POINTS_BACK = re.compile(
    r"\b(?:he|she|him|his|hers?|they|them|their|theirs|it|its|this|that|these|those|there|the same|"
    r"such|else|other|others|another one|one)\b",
    re.IGNORECASE,
)
_OPENS_LIKE_A_FOLLOW_UP = re.compile(
    r"^\W*(?:and|but|so|then|what about|how about)\b", re.IGNORECASE
)
_FEW_WORDS = 2  # content words below which a question without a name leans on what came before
_MOST_ADDED = 8


def _depends(question: str) -> bool:
    """Whether ``question`` cannot be understood without what came before."""
    if _POINTS_BACK.search(question) or _OPENS_LIKE_A_FOLLOW_UP.search(question):
        return True
    content = [word for word, _, _ in tokens(question) if not is_stop_word(word)]
    named = any(start > 0 for start, _ in name_spans(question))
    return not named and len(content) <= _FEW_WORDS


def _topic(question: str, known: set[str]) -> list[str]:
    """The names and other content words of ``question`` not in ``known``, in order."""
    spans = name_spans(question)
    words: list[str] = []
    for word, start, end in tokens(question):
        inside = next(((s, e) for s, e in spans if s <= start and end <= e), None)
        phrase = question[inside[0] : inside[1]] if inside else word
        if not is_stop_word(word) and stem(word) not in known and phrase not in words:
            words.append(phrase)
    return words


def standalone(question: str, history: Sequence[Turn]) -> str:
    """``question`` as it can be searched without the conversation before it.

    A question that depends on what came before gets the topic of the last question put to it in
    brackets; any other comes back as it is.
    """
    asked = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    understood = ""
    for text in [*asked, question]:
        understood = _completed(text, understood)
    return understood


def _completed(question: str, before: str) -> str:
    """``question`` with the topic of the understood question ``before`` it, where it needs one."""
    if not before or not _depends(question):
        return question
    known = {form for word, _, _ in tokens(question) for form in (stem(word), fold(word))}
    added = _topic(before, known)[:_MOST_ADDED]
    if not added:
        return question
    return f"{question.strip().rstrip('?').rstrip()} ({', '.join(added)})?"
