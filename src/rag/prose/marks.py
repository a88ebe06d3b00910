"""Splits streamed prose into sentences and removes the citation marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.sentences import sentence_spans

__all__ = ["Cutter", "Written"]

# [1]  [1, 2]  [1-3]  【1】  【1†source】
_NUMBERS = r"\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*"
_MARK = re.compile(rf"\[{_NUMBERS}\]|【{_NUMBERS}(?:†[^】]{{0,80}})?】")
_NUMBER = re.compile(r"(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?")
_HALF_MARK = re.compile(r"(?:\[[\d\s,;–-]*|【[^】]{0,100})\Z")
_FURNITURE = re.compile(r"\*\*|__|^\s*(?:[-*•]|#{1,6})\s+")
_SPACES = re.compile(r"\s+")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")
_WORD_AFTER = re.compile(r"\S+\s")
_MOST = 50  # maximum numbers in a range


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as the model wrote it, without marks, and the numbers that it cites."""

    text: str
    numbers: tuple[int, ...]


class Cutter:
    """Yields each sentence once the next one begins, or the line or the text ends.

    The result does not depend on how the stream is divided into pieces. A sentence inside a
    quotation waits for the end of the quotation. Citation marks inside quotation marks are part of
    the quotation and are kept. A mark belongs to the sentence before it.
    """

    def __init__(self, *, language: str = "en") -> None:
        self._language = language
        self._held = ""

    def feed(self, piece: str) -> Iterator[Written]:
        """Processes the next piece of the text, and yields the sentences that it completes."""
        for character in piece:
            self._held += character
            if character == "\n":
                yield from self.finish()
            elif character.isspace() and not _HALF_MARK.search(self._held):
                yield from self._finished()

    def finish(self) -> Iterator[Written]:
        """Yields the remaining sentences."""
        held, self._held = self._held, ""
        text, marks = _without_marks(held)
        spans = sentence_spans(text, 0, len(text), language=self._language)
        for place, (start, end) in enumerate(spans):
            last = place + 1 == len(spans)
            until = len(text) if last else spans[place + 1][0]
            cited = _between(marks, start if place else -1, until)
            if words := _tidy(text[start:end]):
                yield Written(words, cited)

    def _finished(self) -> Iterator[Written]:
        """Yields the sentences that are followed by another word, and discards them."""
        text, marks = _without_marks(self._held)
        spans = sentence_spans(text, 0, len(text), language=self._language)
        if len(spans) < 2 or not _WORD_AFTER.match(text, spans[-1][0]):
            return
        cut = spans[-1][0]
        if _is_open(text[:cut]):
            return
        taken = sum(len(mark) for at, mark in marks if at <= cut)
        rest = self._held[cut + taken :]
        self._held = self._held[: cut + taken]
        yield from self.finish()
        self._held = rest


def _without_marks(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text without the marks outside quotations, and each mark with its offset."""
    quoted = _quoted(text)
    plain, marks, end = "", [], 0
    for found in _MARK.finditer(text):
        if not quoted[found.start()]:
            plain += text[end : found.start()]
            marks.append((len(plain), found[0]))
            end = found.end()
    return plain + text[end:], marks


def _quoted(text: str) -> list[bool]:
    """Whether each character is inside quotation marks; ignores unclosed ones."""
    inside = [False] * len(text)
    for found in re.finditer(r"“[^”]*”|\"[^\"]*\"|«[^»]*»", text):
        inside[found.start() : found.end()] = [True] * (found.end() - found.start())
    return inside


def _is_open(text: str) -> bool:
    """Whether a quotation is still open at the end of the text."""
    return (
        text.count("“") > text.count("”")
        or text.count("«") > text.count("»")
        or text.count('"') % 2 == 1
    )


def _between(marks: list[tuple[int, str]], start: int, end: int) -> tuple[int, ...]:
    """The distinct numbers of the marks after ``start`` and up to ``end``."""
    numbers: list[int] = []
    for at, mark in marks:
        if start < at <= end:
            for first, last in _NUMBER.findall(mark.partition("†")[0]):
                upper = int(last) if last else int(first)
                numbers += range(int(first), min(upper, int(first) + _MOST) + 1)
    return tuple(dict.fromkeys(numbers))


def _tidy(text: str) -> str:
    """Puts the text on one line, without Markdown and without spaces left by removed marks."""
    plain = _SPACES.sub(" ", _FURNITURE.sub("", text)).strip()
    plain = _BEFORE_STOP.sub(r"\1", plain)
    return plain if any(character.isalnum() for character in plain) else ""
