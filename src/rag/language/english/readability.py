"""English words that make a question depend on another sentence or on the present day."""

import re

from rag.language.english.calendar import WEEKDAY

__all__ = ["A_WEEKDAY", "LEANING", "SENTENCE"]

LEANING = re.compile(
    r"\b(?:I|you|he|she|it|we|they|me|him|her|us|them|his|hers|its|our|ours|their|theirs|your|my|mine"
    r"|this|these|those|such|other|others|another|both|each|either|neither|here|there|then|so|too"
    r"|former|latter|same|said|one|who’s|itself|himself|herself|themselves|latest|own|nothing|something|anything"
    r"|everything|nobody|somebody|someone|anyone|everyone|none|all|some)\b",
    re.IGNORECASE,
)
"""Words that refer to an earlier sentence."""
SENTENCE = re.compile(
    r"(?:Who|What|When|Where|Why|How|In how|By how|At how|To how|From how)"
    r" (?!.* ['‘])[^?!“”\"()\[\]{}<>\n*_|@#/\\:;…]+\?"
)
A_WEEKDAY = re.compile(rf"\b{WEEKDAY}\b")
