"""Finds the notes in which an outlet corrects an article, and the facts that they withdraw."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, takewhile

from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.names import name_spans
from rag.language.patterns import Corrections
from rag.language.quantities import quantities
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.temporal.dates import date_spans
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Note", "Value", "is_corrected", "notes", "values_in"]

Span = tuple[int, int]
Value = tuple[object, ...] | frozenset[str]
"""A number as its possible values, a date as its words in order, or a name as a set of words."""

_LINKED = 0.7  # minimum share of what a note repeats that the corrected article contains
_LEAST = 3  # minimum words that a note repeats, to find the corrected article
_LONGEST = 5  # maximum sentences of a note without a label
_CLAUSE = re.compile(r";\s|(?<=[.!?])\s+(?=[A-Z“\"(\d])|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A correction, clarification or retraction: ``text[start:end]`` of its article.

    ``withdrawn`` has the values that the note withdraws, and ``right`` the correct ones: numbers,
    else dates, else names. Either is empty if the note does not state it. ``about`` has the stems
    of the words that describe the subject, and ``wrong`` those of the withdrawn words. ``kept`` has
    the stems of words that repeat a withdrawn value where it is right. ``printed`` has the stems of
    all that this and the notes before it repeat from the same article.
    """

    start: int
    end: int
    withdrawn: frozenset[Value] = frozenset()
    right: frozenset[Value] = frozenset()
    about: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    printed: frozenset[str] = frozenset()

    def is_on(self, words: frozenset[str], gone: frozenset[Value]) -> bool:
        """Whether a sentence of the corrected article with these stems states what is withdrawn.

        ``gone`` has the withdrawn values in it. A number needs one word of the note next to it, a
        year, date or name half of the words.
        """
        common = len(words & self.wrong)
        if any(isinstance(value, tuple) and isinstance(value[0], tuple) for value in gone):
            return common > 0
        return common > 0 and 2 * common >= min(len(words), len(self.wrong))

    def is_kept(self, words: frozenset[str]) -> bool:
        """Whether a sentence with these stems rather repeats what the note confirms."""
        return len(words & self.kept) > len(words & self.wrong)


def is_corrected(note: Note, text: str, *, language: Language = ENGLISH) -> bool:
    """Whether ``text`` is probably the article that ``note`` corrects: it has the same words."""
    if len(note.printed) < _LEAST:
        return False
    known = {stem(word, language.stemmer) for word, _, _ in tokens(text)}
    return len(note.printed & known) >= _LINKED * len(note.printed)


@lru_cache(maxsize=256)
def notes(
    text: str, *, title: str = "", outlet: str = "", language: Language = ENGLISH
) -> tuple[Note, ...]:
    """The notes in an article, in order. If the title announces one, the first paragraph counts."""
    rules = language.corrections
    found: list[Span] = []
    labelled, heading, last = bool(rules.label.match(title)), -1, -1
    for start, end in paragraph_spans(text):
        label = rules.label.match(text[start:end])
        if label and label.end() == end - start:
            heading = start
        elif (
            label
            or heading >= 0
            or (labelled and (not found or _tells(text[start:end], rules)))
            or (rules.remark.match(text[start:end]) and _tells(text[start:end], rules))
            or (last >= 0 and rules.also.match(text[start:end]) and _tells(text[start:end], rules))
        ):
            found.append((heading if heading >= 0 else start, end))
            heading = -1
        elif rules.hint.search(text, start, end):
            sentences = sentence_spans(text, start, end, language=language.code)
            found += _unlabelled(text, sentences, outlet, rules)
        last = end if found and found[-1][1] == end else -1
    return _chained(
        text, [part for span in found for part in _parts(text, span, language)], outlet, language
    )


def _parts(text: str, span: Span, language: Language) -> list[Span]:
    """Splits a note before each sentence that corrects something else in the same article.

    The note ends before a sentence that asks readers to report errors.
    """
    rules = language.corrections
    sentences = list(
        takewhile(
            lambda one: not rules.invites.search(text[slice(*one)]),
            sentence_spans(text, *span, language=language.code),
        )
    )
    start, end = span[0], sentences[-1][1] if sentences else span[0]
    if rules.label.sub("", text[start:end]).strip() == "":
        return []
    cuts = [first for first, last in sentences[1:] if rules.also.match(text[first:last])]
    return [
        (first, first + len(text[first:last].rstrip()))
        for first, last in pairwise((start, *cuts, end))
    ]


def _chained(text: str, spans: Sequence[Span], outlet: str, language: Language) -> tuple[Note, ...]:
    """The notes, each with what the notes before it repeat from the same article."""
    made: list[Note] = []
    for span in spans:
        note = _note(text, span, outlet, language)
        told = language.corrections.label.sub("", text[slice(*span)])
        if made and not language.corrections.another.match(told):
            before = made[-1].printed
            note = replace(note, printed=note.printed | before, about=note.about | before)
        made.append(note)
    return tuple(made)


def _tells(told: str, rules: Corrections) -> bool:
    """Whether a paragraph that looks like a note reports an error."""
    signs = (rules.opening, rules.reports, rules.said_wrong, rules.not_so, rules.apology)
    return any(sign.search(told) for sign in signs)


def _unlabelled(text: str, sentences: list[Span], outlet: str, rules: Corrections) -> list[Span]:
    """The unlabelled notes in a paragraph; a note can begin at any of its ``sentences``."""
    told = [text[start:end] for start, end in sentences]
    if len(told) <= _LONGEST and any(map(rules.apology.search, told)):
        return [(sentences[0][0], sentences[-1][1])]
    found: list[Span] = []
    place = 0
    while place < len(told):
        start, last = sentences[place][0], place
        if bracket := rules.bracket.search(told[place]):
            found.append((start + bracket.start(), start + bracket.end()))
        elif _opens(told, place, outlet, rules):
            whole = place == 0 and len(told) <= _LONGEST
            while last + 1 < len(told) and (whole or rules.goes_on.match(told[last + 1])):
                last += 1
            found.append((start, sentences[last][1]))
        place = last + 1
    return found


def _opens(told: list[str], place: int, outlet: str, rules: Corrections) -> bool:
    """Whether a sentence is a note, or repeats a report that the next sentence denies."""
    after = "".join(told[place + 1 : place + 2])
    sentence = _ours(told[place], outlet)
    denied = rules.in_fact.match(after) and rules.ours.search(sentence)
    return bool(denied or rules.opening.search(sentence))


def _ours(sentence: str, outlet: str) -> str:
    """``sentence`` with the outlet's name replaced by "We"."""
    name = re.escape(re.sub(r"^The ", "", outlet))
    return re.sub(rf"(?:\b[Tt]he )?\b{name}\b", "We", sentence) if name else sentence


def _note(text: str, span: Span, outlet: str, language: Language) -> Note:
    rules, told = language.corrections, _ours(text[slice(*span)], outlet)
    wrong, right = _parted(rules.label.sub("", told), rules)
    clauses = [rules.frame.sub(" ", clause) for clause in right]
    withdrawn, given = _changed(wrong, clauses, language)
    kept = (clause for clause in clauses if withdrawn & values_in(clause, language=language))
    reports = (clause for clause in _CLAUSE.split(told) if _printed(clause, rules) is not None)
    of_wrong, of_clauses = (_stems_in(part, language) for part in (wrong, " . ".join(clauses)))
    return Note(
        start=span[0],
        end=span[1],
        withdrawn=withdrawn,
        right=given,
        about=of_wrong | of_clauses,
        wrong=of_wrong,
        kept=_stems_in(" . ".join(kept), language) - of_wrong,
        printed=_stems_in(" . ".join(reports), language),
    )


def _stems_in(text: str, language: Language) -> frozenset[str]:
    """The stems of the words that describe a subject: no numbers and no words of all notes."""
    return frozenset(
        stem(word, language.stemmer)
        for word, _, _ in tokens(language.corrections.frame.sub(" ", text))
        if not (word[0].isdigit() or is_stop_word(word, language=language))
        if fold(word) not in language.corrections.words
        if fold(word) not in language.numbers.values
    )


def _parted(told: str, rules: Corrections) -> tuple[str, list[str]]:
    """Splits a note into the text that it withdraws and the remaining clauses."""
    wrong, right = [], []
    for clause in _CLAUSE.split(told):
        begins = None if rules.in_fact.match(clause) else _printed(clause, rules)
        if begins is None:
            kept = clause
            for match in rules.not_so.finditer(clause):
                wrong.append(match[match.lastgroup or 0])
                kept = kept.replace(wrong[-1], " ", 1)
            right.append(kept)
        else:
            cut = rules.cut.search(clause, begins)
            ends = cut.start() if cut else len(clause)
            wrong.append(clause[begins:ends])
            right += [clause[:begins], clause[ends:]]
    return " . ".join(wrong), right


def _printed(clause: str, rules: Corrections) -> int | None:
    """Where the part of ``clause`` that was printed wrongly begins; None if there is none."""
    if match := rules.said_wrong.search(clause):
        return match.start("wrong")
    said = rules.reports.search(clause)
    return said.end() if said and re.search(r"\w", clause[said.end() :]) else None


def _changed(
    wrong: str, clauses: Sequence[str], language: Language
) -> tuple[frozenset[Value], frozenset[Value]]:
    """The withdrawn and the correct values: all numbers, all dates or all names.

    If the remaining clauses repeat a withdrawn value, as in "It was refitted in 2016. In 2018 it
    got new seats", only the first clause with another value counts.
    """
    right = " . ".join(clauses)
    pairs = [(find(wrong, language), find(right, language)) for find in _KINDS]
    pairs[-1] = _unlike(*pairs[-1], language), pairs[-1][1]
    new = [(old - given, given - old) for old, given in pairs]
    both = [pair for pair in new if all(pair)]
    if not both and any(old and old <= given for old, given in pairs[:-1]):
        firsts = [
            (old, given - old)
            for find, (old, _) in zip(_KINDS[:-1], pairs, strict=False)
            if (given := next(filter(None, (find(one, language) for one in clauses)), None))
        ]
        both = [(old, given) for old, given in firsts if old and given]
    alone = [(old, given) for old, given in pairs if not given]
    numbers = (frozenset[Value](), pairs[0][1])
    return next((pair for pair in (*both, *alone, numbers) if any(pair)), numbers)


def _unlike(old: frozenset[Value], given: frozenset[Value], language: Language) -> frozenset[Value]:
    """The names in ``old`` without those that ``given`` has in part: "Ms Lind" for "Ada Lind"."""
    plain = [_untitled(name, language) for name in given]
    return frozenset(
        name for name in old if not any(_untitled(name, language) >= part for part in plain if part)
    )


def _untitled(name: Value, language: Language) -> frozenset[object]:
    return frozenset(word for word in name if not language.speech.titles.fullmatch(str(word)))


def _numbers(text: str, language: Language) -> frozenset[Value]:
    return frozenset(one.readings for one in quantities(text, language=language) if one.readings)


def _dates(text: str, language: Language) -> frozenset[Value]:
    spans = date_spans(text, language=language)
    return frozenset(
        tuple(fold(word) for word, _, _ in tokens(text[start:end])) for start, end in spans
    )


def _names(text: str, language: Language) -> frozenset[Value]:
    dates = date_spans(text, language=language)
    return frozenset(
        frozenset(fold(word) for word, _, _ in tokens(text[start:end]))
        for start, end in name_spans(text, language=language)
        if not any(first < end and start < last for first, last in dates)
    )


_KINDS = (_numbers, _dates, _names)


def values_in(text: str, *, language: Language = ENGLISH) -> frozenset[Value]:
    """The numbers, dates and names in ``text``, as they appear in a note."""
    return frozenset[Value]().union(*(find(text, language) for find in _KINDS))
