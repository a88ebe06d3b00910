"""Corrections: does not answer with withdrawn statements, and shows the note with the right one.

A note withdraws sentences of its own article and of earlier articles of the same outlet. A sentence
may still answer with other words than the wrong ones, beside the note. Words of a note are never
marked as the short answer, because the note repeats the error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer.candidates import Candidate
from rag.language import language_for
from rag.language.corrections import Note, Value, is_corrected, notes, values_in
from rag.language.words import content_terms
from rag.schema import Article, Evidence, Hit

__all__ = ["CORRECTION", "WITHDRAWN", "Corrections"]

CORRECTION = "correction"
WITHDRAWN = "withdrawn, see the correction"
_IN_PART = "in part withdrawn, see the correction"
_MOST = 0.5  # minimum share of words that a note and a sentence elsewhere have in common


@dataclass(frozen=True, slots=True, kw_only=True)
class _Printed:
    """A note, with the article that prints it and the best hit from there."""

    note: Note
    article: Article
    hit: Hit

    def candidate(self, probability: float) -> Candidate:
        """The note as a sentence to show."""
        note = self.note
        return Candidate(
            hit=self.hit,
            article=self.article,
            start=note.start,
            end=note.end,
            probability=probability,
            mark=CORRECTION,
        )

    def contains(self, one: Candidate) -> bool:
        """Whether the candidate is a sentence of the note."""
        own = one.article.id == self.article.id
        return own and self.note.start <= one.start and one.end <= self.note.end

    def is_about(self, one: Candidate) -> bool:
        """Whether the candidate and the note have a subject in common."""
        about = self.note.about
        if one.article.id == self.article.id:
            return not about or bool(_words(one) & about)
        return self._is_all_about(one)

    def _is_all_about(self, one: Candidate) -> bool:
        """Whether the candidate and the note share most words."""
        words, about = _words(one), self.note.about
        return len(words & about) >= _MOST * min(len(words), len(about))

    def withdraws(self, one: Candidate) -> bool:
        """Whether the candidate states what the note withdraws, and not the corrected value."""
        stated = _values(one)
        gone = self.note.withdrawn & stated
        if not gone or self.note.right & stated or not self._may_correct(one.article):
            return False
        words = _words(one)
        return not self.note.is_kept(words) and (self.is_about(one) or self._is_linked(one, gone))

    def spares(self, one: Candidate) -> bool:
        """Whether the short answer of a withdrawn sentence is not what the note withdraws."""
        if one.words is None or self.contains(one):
            return False
        language = language_for(one.article.language)
        said = values_in(one.words, language=language)
        return bool(said) and said.isdisjoint(self.note.withdrawn)

    def _is_linked(self, one: Candidate, gone: frozenset[Value]) -> bool:
        """Whether the candidate states ``gone`` in the article that the note corrects."""
        language, text = language_for(one.article.language), one.article.text
        return self.note.is_on(_words(one), gone) and is_corrected(
            self.note, f"{one.article.title}\n\n{text}", language=language
        )

    def _may_correct(self, other: Article) -> bool:
        own = self.article
        if other.id == own.id:
            return True
        outlets = {(one.outlet or "").casefold() for one in (own, other)} - {""}
        late = not (own.published and other.published) or own.published >= other.published
        return len(outlets) <= 1 and late

    def is_met_by(self, one: Candidate) -> bool:
        """Whether the candidate states the corrected value.

        If the note does not, a sentence of its own article with the same subject does.
        """
        if self.note.right or one.article.id != self.article.id:
            return bool(self.note.right & _values(one)) and self.is_about(one)
        return bool(self.note.withdrawn and self.note.about) and self._is_all_about(one)


def _words(one: Candidate) -> frozenset[str]:
    language = language_for(one.article.language)
    return frozenset(content_terms(one.text, stemmer=language.stemmer, language=language))


def _values(one: Candidate) -> frozenset[Value]:
    return frozenset(values_in(one.text, language=language_for(one.article.language)))


class Corrections:
    """The notes among the articles of ``evidence``."""

    def __init__(self, evidence: Evidence) -> None:
        hits: dict[tuple[str, str], Hit] = {}
        for hit in evidence.hits:
            hits.setdefault((hit.passage.article_id, hit.passage.revision), hit)
        self._notes = [
            _Printed(note=note, article=article, hit=hits[key])
            for key, article in evidence.articles.items()
            if key in hits
            for note in _notes(article)
        ]
        self._withdrawn: dict[_Printed, list[Candidate]] = {}

    def applied(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """Returns ``ranked`` without sentences that are notes or withdrawn, best first.

        The probability of a removed sentence goes to the best one with the corrected value, else to
        the note.
        """
        if not self._notes:
            return list(ranked)
        rest, weights = [], dict.fromkeys(self._notes, 0.0)
        for one in ranked:
            note = next((n for n in self._notes if n.contains(one) or n.withdraws(one)), None)
            if note is None:
                rest.append(self._unmarked(one))
                continue
            if note.spares(one):
                rest.append(replace(one, mark=_IN_PART))
                continue
            weights[note] += one.probability
            if not note.contains(one):
                self._withdrawn.setdefault(note, []).append(one)
        for note, weight in weights.items():
            if weight:
                self._give(note, weight, rest)
        return sorted(rest, key=lambda one: -one.probability)

    def mark(self, one: Candidate) -> str:
        """The mark of a sentence that is part of a note or withdrawn by one, else ""."""
        if any(note.contains(one) for note in self._notes):
            return CORRECTION
        return WITHDRAWN if any(note.withdraws(one) for note in self._notes) else ""

    def _unmarked(self, one: Candidate) -> Candidate:
        """The sentence without its span if the span is in a note within the sentence."""
        start, end = one.span or (0, 0)
        inside = any(
            note.article.id == one.article.id
            and note.note.start < one.start + end
            and one.start + start < note.note.end
            for note in self._notes
        )
        return replace(one, span=None, span_share=0.0) if inside and one.span else one

    def _give(self, note: _Printed, weight: float, rest: list[Candidate]) -> None:
        place = next((n for n, one in enumerate(rest) if note.is_met_by(one)), None)
        if place is None:
            rest.append(note.candidate(weight))
        else:
            rest[place] = replace(rest[place], probability=rest[place].probability + weight)

    def beside(self, shown: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Returns ``shown``, with the notes about the first sentence after that sentence.

        If a note comes first, the sentence of another article that it withdraws follows.
        """
        if not shown or not self._notes:
            return tuple(shown)
        first, *others = shown
        led = next((n for n in self._notes if first.mark == CORRECTION and n.contains(first)), None)
        if led:
            old = [one for one in self._withdrawn.get(led, []) if one.article.id != led.article.id]
            beside = [replace(one, span=None, mark=WITHDRAWN) for one in old[:1]]
        else:
            beside = [n.candidate(0.0) for n in self._notes if self._concerns(n, first)]
        spans = {(one.article.id, one.start) for one in (first, *beside)}
        return (
            first, *beside, *(one for one in others if (one.article.id, one.start) not in spans)
        )  # fmt: skip

    def _concerns(self, note: _Printed, first: Candidate) -> bool:
        stated = note.note.right | note.note.withdrawn
        if stated:
            return note.is_met_by(first) or note.withdraws(first)
        return note.article.id == first.article.id and note.is_about(first)


def _notes(article: Article) -> tuple[Note, ...]:
    language = language_for(article.language)
    return notes(article.text, title=article.title, outlet=article.outlet or "", language=language)
