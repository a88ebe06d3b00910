"""Merges hits that are copies, and replaces older versions of an article with newer ones.

The number of related articles looked up per question is bounded, however many are alike: those that
the index returns for the articles found and for the newest version of each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from heapq import nlargest

from rag.index import View
from rag.index.near_duplicates import ALIKE, Overlap
from rag.index.passages import StoredPassage, key_of
from rag.language import language_for
from rag.language.numbers import number_terms
from rag.language.words import fold, is_stop_word, tokens
from rag.retrieve.repetition import Told, is_said, told
from rag.retrieve.versions import related_to, revision_number
from rag.schema import Article, Hit, Passage, Related, SentenceEvidence

__all__ = ["Copies", "related"]

_STEPS = 10  # maximum look-ups from a version to a newer one
Overlapping = Mapping[str, Sequence[tuple[Article, Overlap]]]


def related(asked: Iterable[Article], found: Overlapping) -> dict[Article, tuple[Related, ...]]:
    """The copies and versions of each article in ``asked``; ``found`` has overlaps by revision."""
    return {article: related_to(article, found.get(article.revision, ())) for article in asked}


@dataclass(slots=True)
class Copies:
    """The copies and versions among the passages found for one question."""

    snapshot: View
    asked_on: date = date.max
    articles: dict[str, Article] = field(default_factory=dict)
    relations: dict[str, tuple[Related, ...]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _kinds: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _siblings: dict[str, frozenset[str]] = field(default_factory=dict)
    _told: dict[tuple[str, int, int], Told] = field(default_factory=dict)

    @classmethod
    def among(cls, snapshot: View, stored: Iterable[StoredPassage], *, asked_on: date) -> "Copies":
        """Looks up how the articles of the passages are related.

        Versions published after ``asked_on`` do not replace older ones.
        """
        copies = cls(snapshot, asked_on)
        wanted = {item.passage.article_id: item.passage.revision for item in stored}
        seen: set[str] = set()
        for _ in range(_STEPS):
            seen |= wanted.keys()
            copies._look_up(wanted)
            known = wanted.keys() & copies.relations.keys()
            ends = {end for id_ in known for end in copies._ends(id_)} - seen
            wanted = {id_: copies.articles[id_].revision for id_ in ends}
            if not wanted:
                break
        return copies

    def _look_up(self, wanted: Mapping[str, str]) -> None:
        """Adds the relations of the articles in ``wanted``, which has their ids and revisions."""
        found = self.snapshot.overlapping(set(wanted.values()))
        known = {article.id: article for each in found.values() for article, _ in each}
        for article_id, revision in wanted.items():
            if revision in found and article_id not in known:  # one of many articles with this text
                article = self.snapshot.article(article_id, revision)
                known |= {article_id: article} if article else {}
        self.articles |= known
        asked = [known[id_] for id_ in wanted if id_ in known]
        self.relations |= {a.id: others for a, others in related(asked, found).items() if others}

    @classmethod
    def none(cls, snapshot: View, _: Iterable[StoredPassage], *, asked_on: date) -> "Copies":
        """Treats all passages as unrelated."""
        return cls(snapshot, asked_on)

    def distinct(
        self,
        stored: Sequence[StoredPassage],
        scores: Mapping[int, float],
        *,
        question: str = "",
        keep_older: bool = False,
    ) -> tuple[list[StoredPassage], Mapping[int, float]]:
        """Removes repeated passages; returns the remaining ones, best first, and scores by row.

        ``stored`` is given best first. A passage of a newer version that replaces an older one gets
        the higher of both scores. The older one is also kept if it has a word of ``question`` that
        the newer versions lack, such as "first" in "the first quarter", or with ``keep_older``.
        """
        if not self.relations:
            return list(stored), scores
        related = {key_of(item) for item in stored if item.passage.article_id in self.relations}
        self._texts |= {a.id: a.text for a in self.snapshot.revisions(related).values()}
        current, raised = (stored, scores)
        if not keep_older:
            current, raised = self._current(stored, scores, question)
        place = {item.row: number for number, item in enumerate(stored)}
        kept: list[StoredPassage] = []
        rows: dict[str, set[int]] = defaultdict(
            set
        )  # kept, by the ids of articles and their copies
        for item in sorted(current, key=lambda item: (-raised[item.row], place[item.row])):
            own = item.passage.article_id
            alike = self._of(own, "copy") | {own}
            near = set().union(*(rows[id_] for id_ in alike))
            before = (
                [o for o in kept if o.row in near and o.passage.article_id != own] if near else []
            )
            if not self._is_said(item.passage, before):
                kept.append(item)
                for id_ in alike:
                    rows[id_].add(item.row)
        return kept, raised

    def _current(
        self, stored: Sequence[StoredPassage], scores: Mapping[int, float], question: str
    ) -> tuple[Sequence[StoredPassage], Mapping[int, float]]:
        """Removes passages of older versions that a newer one repeats; returns the oldest first."""
        raised = dict(scores)
        kept = []
        for item in sorted(stored, key=lambda item: self._age(item.passage.article_id)):
            if item.passage.article_id not in self.relations:
                kept.append(item)
                continue
            newer = self._newer(item.passage.article_id)
            later = [other for other in stored if other.passage.article_id in newer]
            if not self._is_said(item.passage, later, changed=True) or self._is_asked(
                question, item.passage, later
            ):
                kept.append(item)
                continue
            nearest = max(later, key=lambda other: self._shared(item.passage, other.passage))
            raised[nearest.row] = max(raised[nearest.row], raised[item.row])
        return kept, raised

    def marked(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The hits, each with the other articles that have its passage, and its newest version."""
        return tuple(self._marked(hit) for hit in hits)

    def _marked(self, hit: Hit) -> Hit:
        article_id = hit.passage.article_id
        if article_id not in self.relations:
            return hit
        copies = [id_ for id_ in self._of(article_id, "copy") if self._prints(id_, hit.passage)]
        newest = self._newest(self._newer(article_id))
        return replace(hit, copies=tuple(sorted(copies)), superseded_by=newest)

    def unrepeated(self, sentences: Sequence[SentenceEvidence]) -> list[SentenceEvidence]:
        """Removes sentences that a better-ranked related article repeats word for word."""
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

    def _of(self, article_id: str, kind: str) -> frozenset[str]:
        """The articles with that relation; newer ones only if not published after ``asked_on``."""
        key = article_id, kind
        if key not in self._kinds or article_id not in self.relations:
            relations = self.relations.get(article_id, ())
            ids = (relation.article_id for relation in relations if relation.kind == kind)
            self._kinds[key] = frozenset(i for i in ids if kind != "newer" or self._is_out(i))
        return self._kinds[key]

    def _ends(self, article_id: str) -> set[str]:
        """The oldest and the newest of the versions directly related to an article."""
        oldest, newest = self._oldest(article_id), self._newest(self._of(article_id, "newer"))
        return {end for end in (oldest, newest) if end is not None}

    def _oldest(self, article_id: str) -> str | None:
        return min(self._of(article_id, "older"), key=self._age, default=None)

    def _newest(self, ids: Iterable[str]) -> str | None:
        return max(ids, key=self._age, default=None)

    def _newer(self, article_id: str) -> set[str]:
        """All later versions published up to the date of the question, direct and indirect."""
        newer: set[str] = set()
        left = [article_id]
        while left:
            later = self._of(left.pop(), "newer") - newer
            newer |= later
            left += later
        return (newer | self._later_siblings(article_id)) - {article_id}

    def _later_siblings(self, article_id: str) -> set[str]:
        """The later versions of the oldest version, if the index does not compare all of them."""
        oldest = self._oldest(article_id)
        if oldest is None or len(self.relations.get(oldest, ())) < ALIKE:
            return set()
        if oldest not in self._siblings:
            found = {id_ for id_ in self.relations if oldest in self._of(id_, "older")}
            self._siblings[oldest] = self._of(oldest, "newer") | set(filter(self._is_out, found))
        age = self._age(article_id)
        return {id_ for id_ in self._siblings[oldest] if self._age(id_) > age}

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

    def _is_said(
        self, passage: Passage, others: Sequence[StoredPassage], *, changed: bool = False
    ) -> bool:
        """Whether the ``others`` nearest to ``passage`` repeat it; see ``is_said``."""
        if not others:
            return False
        near = nlargest(ALIKE, others, key=lambda other: self._shared(passage, other.passage))
        one = self._tells(passage)
        return is_said(one, [self._tells(other.passage) for other in near], changed=changed)

    def _is_asked(self, question: str, passage: Passage, later: Iterable[StoredPassage]) -> bool:
        """Whether ``passage`` has a word of ``question`` that ``later`` lacks, except numbers."""
        language = language_for(self.articles[passage.article_id].language)
        asked = {fold(word) for word, _, _ in tokens(question)}
        asked -= number_terms(question, language=language)
        newer = frozenset[str]().union(*(self._tells(other.passage).words for other in later))
        own = (asked & self._tells(passage).words) - newer
        return any(not is_stop_word(word, language=language) for word in own)

    def _tells(self, passage: Passage) -> Told:
        key = passage.article_id, passage.start, passage.end
        if key not in self._told:
            text = self._text(passage.article_id)
            sentences = tuple(text[start:end] for start, end in passage.sentences)
            printed = text[passage.start : passage.end]
            language = language_for(self.articles[passage.article_id].language)
            self._told[key] = told(printed, sentences, language=language)
        return self._told[key]

    def _shared(self, one: Passage, other: Passage) -> int:
        return len(self._tells(one).pairs & self._tells(other).pairs)

    def _prints(self, article_id: str, passage: Passage) -> bool:
        """Whether the text of an article repeats ``passage``, with its numbers and names."""
        if self.articles[article_id].revision == passage.revision:
            return True
        text = self._text(article_id)
        whole = Passage(
            article_id=article_id,
            revision=self.articles[article_id].revision,
            start=0,
            end=len(text),
            sentences=((0, len(text)),),
        )
        return is_said(self._tells(passage), [self._tells(whole)])
