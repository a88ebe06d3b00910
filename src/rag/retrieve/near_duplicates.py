"""Merges hits that are copies, and replaces older versions of an article with newer ones."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rag.index import View
from rag.index.near_duplicates import Overlap
from rag.index.passages import StoredPassage
from rag.language import Language, language_for
from rag.language.names import name_words
from rag.language.numbers import number_terms
from rag.language.quantities import number_value
from rag.language.shingles import word_pairs
from rag.language.words import fold, tokens
from rag.retrieve.versions import related_to, revision_number
from rag.schema import Article, Hit, Passage, Related, SentenceEvidence

__all__ = ["Copies", "related"]

_SAID = 0.5  # share of a sentence's word pairs found elsewhere, from which it is a repetition
_DATELINE = re.compile(r"\A[^.!?\n]{0,60}\([^()\n]{1,30}\)\s*[-–—]\s*")  # "BERN (Reuters) - "
Pairs = frozenset[tuple[str, str]]
Overlapping = Mapping[str, Sequence[tuple[Article, Overlap]]]


def related(found: Overlapping) -> dict[Article, tuple[Related, ...]]:
    """All articles in ``found``, with the copies and versions of those whose revision is a key."""
    everyone: dict[Article, tuple[Related, ...]] = {
        article: () for others in found.values() for article, _ in others
    }
    asked = [article for article in everyone if article.revision in found]
    return everyone | {article: related_to(article, found[article.revision]) for article in asked}


def _newer_revisions(found: Mapping[Article, Sequence[Related]]) -> set[str]:
    """The revisions of all articles that are a newer version of another one."""
    newer = {
        other.article_id for others in found.values() for other in others if other.kind == "newer"
    }
    return {article.revision for article in found if article.id in newer}


@dataclass(slots=True)
class Copies:
    """The copies and versions among the passages found for one question."""

    snapshot: View
    articles: Mapping[str, Article]
    relations: Mapping[str, tuple[Related, ...]]
    asked_on: date = date.max
    _texts: dict[str, str] = field(default_factory=dict)
    _pairs: dict[Passage, Pairs] = field(default_factory=dict)

    @classmethod
    def among(cls, snapshot: View, stored: Iterable[StoredPassage], *, asked_on: date) -> "Copies":
        """Looks up how the articles of the passages are related.

        Versions published after ``asked_on`` do not replace older ones.
        """
        overlaps = snapshot.overlapping({item.passage.revision for item in stored})
        found = related(overlaps)
        while more := _newer_revisions(found) - overlaps.keys():  # these may have newer ones
            overlaps |= {revision: [] for revision in more} | snapshot.overlapping(more)
            found = related(overlaps)
        articles = {article.id: article for article in found}
        relations = {a.id: others for a, others in found.items() if others}
        return cls(snapshot, articles, relations, asked_on)

    @classmethod
    def none(cls, snapshot: View, _: Iterable[StoredPassage], *, asked_on: date) -> "Copies":
        """Treats all passages as unrelated."""
        return cls(snapshot, {}, {}, asked_on)

    def distinct(
        self,
        stored: Sequence[StoredPassage],
        scores: Mapping[int, float],
        *,
        keep_older: bool = False,
    ) -> tuple[list[StoredPassage], Mapping[int, float]]:
        """Removes repeated passages; returns the remaining ones, best first, and scores by row.

        ``stored`` is given best first. A passage of a newer version that replaces an older one gets
        the higher of both scores. With ``keep_older``, both are kept.
        """
        if not self.relations:
            return list(stored), scores
        current, raised = (stored, scores) if keep_older else self._newest(stored, scores)
        place = {item.row: number for number, item in enumerate(stored)}
        kept: list[StoredPassage] = []
        for item in sorted(current, key=lambda item: (-raised[item.row], place[item.row])):
            others = self._of(item.passage.article_id, "copy")
            before = [other for other in kept if other.passage.article_id in others]
            if not self._is_said(item.passage, before):
                kept.append(item)
        return kept, raised

    def _newest(
        self, stored: Sequence[StoredPassage], scores: Mapping[int, float]
    ) -> tuple[Sequence[StoredPassage], Mapping[int, float]]:
        """Removes passages of older versions that a newer version repeats; returns oldest first."""
        raised = dict(scores)
        kept = []
        for item in sorted(stored, key=lambda item: self._age(item.passage.article_id)):
            newer = self._newer(item.passage.article_id)
            later = [other for other in stored if other.passage.article_id in newer]
            if not self._is_said(item.passage, later, changed=True):
                kept.append(item)
                continue
            nearest = max(later, key=lambda other: self._shared(item.passage, other.passage))
            raised[nearest.row] = max(raised[nearest.row], raised[item.row])
        return kept, raised

    def marked(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Adds to each hit the other articles that print the passage, and the newest version."""
        return tuple(self._marked(hit) for hit in hits)

    def _marked(self, hit: Hit) -> Hit:
        article_id = hit.passage.article_id
        if article_id not in self.relations:
            return hit
        copies = [id_ for id_ in self._of(article_id, "copy") if self._prints(id_, hit.passage)]
        newest = max(self._newer(article_id), key=self._age, default=None)
        return replace(hit, copies=tuple(sorted(copies)), superseded_by=newest)

    def unrepeated(self, sentences: Sequence[SentenceEvidence]) -> list[SentenceEvidence]:
        """Removes sentences that a better-ranked related article has in the same words."""
        said: dict[tuple[str, ...], set[str]] = {}
        kept = []
        for sentence in sentences:
            article_id = sentence.hit.passage.article_id
            if article_id in self.relations:
                text = self._text(article_id)[sentence.start : sentence.end]
                places = said.setdefault(tuple(fold(word) for word, _, _ in tokens(text)), set())
                if places & {other.article_id for other in self.relations[article_id]}:
                    continue
                places.add(article_id)
            kept.append(sentence)
        return kept

    def _of(self, article_id: str, kind: str) -> set[str]:
        relations = self.relations.get(article_id, ())
        return {relation.article_id for relation in relations if relation.kind == kind}

    def _newer(self, article_id: str) -> set[str]:
        """All later versions published up to the date of the question, direct and indirect."""
        newer: set[str] = set()
        left = [article_id]
        while left:
            later = {id_ for id_ in self._of(left.pop(), "newer") if self._is_out(id_)} - newer
            newer |= later
            left += later
        return newer - {article_id}

    def _is_out(self, article_id: str) -> bool:
        return (self.articles[article_id].published or date.min) <= self.asked_on

    def _age(self, article_id: str) -> tuple[date, int, str]:
        """A sort key, greater for newer articles: date, stated revision number, id."""
        article = self.articles.get(article_id)
        if article is None:
            return date.min, 0, article_id
        return article.published or date.min, revision_number(article), article_id

    def _text(self, article_id: str) -> str:
        if article_id not in self._texts:
            revision = self.articles[article_id].revision
            found = self.snapshot.article(article_id, revision)
            self._texts[article_id] = found.text if found else ""
        return self._texts[article_id]

    def _sentences(self, passage: Passage) -> list[str]:
        text = self._text(passage.article_id)
        return [text[start:end] for start, end in passage.sentences]

    def _is_said(
        self, passage: Passage, others: Sequence[StoredPassage], *, changed: bool = False
    ) -> bool:
        """Whether ``others`` repeat ``passage``.

        They must repeat all its numbers and names too, unless ``changed`` is true.
        """
        if not others:
            return False
        held = frozenset[tuple[str, str]]().union(*(self._held(other.passage) for other in others))
        if not _says(held, self._sentences(passage)):
            return False
        text = " ".join(self._printed(other.passage) for other in others)
        return changed or _tells(text, self._printed(passage), self._language(passage))

    def _held(self, passage: Passage) -> Pairs:
        if passage not in self._pairs:
            self._pairs[passage] = word_pairs(self._sentences(passage))
        return self._pairs[passage]

    def _printed(self, passage: Passage) -> str:
        return self._text(passage.article_id)[passage.start : passage.end]

    def _language(self, passage: Passage) -> Language:
        return language_for(self.articles[passage.article_id].language)

    def _shared(self, one: Passage, other: Passage) -> int:
        return len(self._held(one) & self._held(other))

    def _prints(self, article_id: str, passage: Passage) -> bool:
        text = self._text(article_id)
        is_said = _says(word_pairs([text]), self._sentences(passage))
        return is_said and _tells(text, self._printed(passage), self._language(passage))


def _says(held: Pairs, sentences: Sequence[str]) -> bool:
    """Whether ``held`` contains at least half of the word pairs of each sentence."""
    asked = [pairs for pairs in (word_pairs([sentence]) for sentence in sentences) if pairs]
    return bool(asked) and all(len(pairs & held) >= _SAID * len(pairs) for pairs in asked)


def _tells(text: str, said: str, language: Language) -> bool:
    """Whether ``text`` contains all numbers and names of ``said``, ignoring its dateline."""
    own = _DATELINE.sub("", said)
    words = {fold(word) for word, _, _ in tokens(text)} | name_words(text, language=language)
    names = name_words(own, language=language) - number_terms(own, language=language)
    return _numbers(own, language) <= _numbers(text, language) and names <= words


def _numbers(text: str, language: Language) -> set[float | str]:
    """The numbers in ``text`` by value, or as written if they have none ("twice")."""
    terms = number_terms(text, language=language)
    values = {term: number_value(term, language=language) for term in terms}
    return {term if value is None else value for term, value in values.items()}
