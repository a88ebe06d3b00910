"""Who does what in a sentence: "Norway and Spain voted for the treaty", "Ms Marku was fined"."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.entities import Mention, in_lists
from rag.language.language import Language
from rag.language.names import name_words
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Deed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An action that a question asks about.

    ``verb`` and ``others`` are stems, ``names`` folded words. ``preposition`` is "for" or
    "against" if the verb has one. ``is_done`` is true if the question asks who was affected, not
    who acted.
    """

    verb: str
    others: frozenset[str]
    names: frozenset[str]
    preposition: str = ""
    is_done: bool = False

    @classmethod
    def of(cls, words: str, language: Language, *, is_done: bool) -> "Deed | None":
        """The action in the ``words`` of a question, or None."""
        read = [word for word, _, _ in tokens(words)]
        kept = [word for word in read if not is_stop_word(word, language=language)]
        if not kept:
            return None
        after = read[read.index(kept[0]) + 1 :][:1]
        names = frozenset(
            fold(w) for w in kept[1:] if fold(w) in name_words(words, language=language)
        )
        return cls(
            verb=stem(kept[0], language.stemmer),
            others=frozenset(stem(word, language.stemmer) for word in kept[1:]),
            names=names,
            preposition=next((w for w in after if w in language.named.opposed), ""),
            is_done=is_done,
        )

    def among(self, sentence: str, found: Sequence[Mention], language: Language) -> list[Mention]:
        """The names in ``sentence`` of those who acted, or were affected.

        Returns none in doubt: the names must be next to the verb, and the sentence must contain
        everything that the question asks about.
        """
        read = tokens(sentence)
        if not self.names <= {fold(word) for word, _, _ in read}:
            return []
        groups = in_lists(sentence, found, language)
        for word, start, end in read:
            if stem(word, language.stemmer) != self.verb:
                continue
            next_name = min((g[0].start for g in groups if g[0].start > end), default=len(sentence))
            if not self._is_told(sentence, sentence[end:next_name], language):
                continue
            if chosen := self._beside(sentence, groups, start, end, language):
                return [one for one in chosen if fold(one.name) not in self.names]
        return []

    def _is_told(self, sentence: str, after: str, language: Language) -> bool:
        """Whether the sentence has the preposition ``after`` the verb, and the other words.

        If nothing follows the verb, the other words may be elsewhere in the article.
        """
        read = [word for word, _, _ in tokens(after)]
        if self.preposition and language.named.opposed & set(read) != {self.preposition}:
            return False
        held = {stem(word, language.stemmer) for word, _, _ in tokens(sentence)}
        is_bare = all(is_stop_word(word, language=language) for word in read)
        return is_bare or self.others <= held

    def _beside(
        self,
        sentence: str,
        groups: Sequence[list[Mention]],
        start: int,
        end: int,
        language: Language,
    ) -> list[Mention]:
        """The names that are the subject or object of the verb at ``start``."""
        named = language.named
        if named.unsure.search(sentence[:start]):
            return []
        after = [group for group in groups if group[0].start > end]
        is_passive = bool(named.being.search(sentence[:start]))
        if self.is_done != is_passive:  # the object of an active verb, the agent of a passive one
            between = named.objects if self.is_done else named.agent
            return next(
                (
                    group
                    for group in after[:1]
                    if between.fullmatch(sentence[end : group[0].start])
                    and not named.owner.match(sentence[group[-1].end :])
                ),
                [],
            )
        told = [g for g in after if self.is_done and named.listed.search(sentence[: g[0].start])]
        before = [
            group
            for group in groups
            if group[-1].end < start
            and named.subject.fullmatch(sentence[group[-1].end : start])
            and not named.governed.search(sentence[: group[0].start])
        ]
        return [*before[-1:], *told, []][0]
