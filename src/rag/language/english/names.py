"""English names."""

import re

from rag.language.patterns import Names

__all__ = ["NAMES"]

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'.-]*[\w]|[A-Z]\b"
_INITIAL = r"[A-Z]\."
_PARTICLES = r"(?:of|the|de|da|del|der|van|von|al|bin|ibn|ul|and|for|du|la|le)"
_BETWEEN = rf"[ ](?:{_PARTICLES}[ ](?:the[ ])?)?"

NAMES = Names(
    name=re.compile(rf"(?:{_CAPITAL})(?:{_BETWEEN}(?:{_CAPITAL}))*"),
    full=re.compile(rf"(?:{_INITIAL}|{_CAPITAL})(?:{_BETWEEN}(?:{_INITIAL}|{_CAPITAL}))*"),
    joint=re.compile(r"[ ]and[ ]"),
    further=re.compile(rf",[ ](?:{_CAPITAL})"),
)
