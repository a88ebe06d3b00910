"""Why a claim is not supported."""

from dataclasses import dataclass

__all__ = ["Reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a claim is not supported.

    ``kind`` is "quotation", "number", "date", "name", "unit", "negation", "hedge", "correction",
    "words", or "wording" if the sources have the words but do not combine them in this way.
    ``words`` are from the claim. ``source`` is what the source says instead, or ""; for
    "correction", it is the text of the correction.
    """

    kind: str
    words: str
    source: str = ""

    def __str__(self) -> str:
        if self.kind == "correction":
            return f"withdrawn by the outlet: “{' '.join(self.source.split())}”"
        if self.kind == "wording":
            return "wording: the source has these words, but does not join them in this way"
        told = f": the source has {self.source!r}" if self.source else ": not in the source"
        return f"{self.kind} {self.words!r}{told}"
