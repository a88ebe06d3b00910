"""Who does what in a sentence: "Norway and Spain voted for the treaty", "Ms Marku was fined"."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.entities import Mention, in_lists
from rag.language.language import Language
from rag.language.names import name_words
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Deed"]

_NEAR = 25  # characters before a verb in which it is denied
_AFTER = 2  # words from a verb to the preposition that belongs to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A deed that a question asks about.

    ``verb`` and ``others`` are stems, ``names`` folded words. ``preposition`` is "for" or
    "against" if the verb has one. ``is_done`` is true if those are asked for to whom it is done.
    """

    verb: str
    others: frozenset[str]
    names: frozenset[str]
    preposition: str = ""
    is_done: bool = False

    @classmethod
    def of(cls, words: str, language: Language, *, is_done: bool) -> "Deed | None":
        """The deed in ``words`` of a question; None if they name none."""
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
        """The names in ``sentence`` of those who do it, or to whom it is done."""
        read = tokens(sentence)
        if not self.names <= {fold(word) for word, _, _ in read}:
            return []
        groups = in_lists(sentence, found, language)
        for place, (word, start, end) in enumerate(read):
            if stem(word, language.stemmer) != self.verb:
                continue
            near = {after for after, _, _ in read[place + 1 :][:_AFTER]} & language.named.opposed
            if self.preposition and self.preposition not in near:
                continue
            if chosen := self._around(sentence, groups, start, end, language):
                return [one for one in chosen if fold(one.name) not in self.names]
        return []

    def _around(
        self,
        sentence: str,
        groups: Sequence[list[Mention]],
        start: int,
        end: int,
        language: Language,
    ) -> list[Mention]:
        """The list of names that is the subject or object of the verb at ``start``."""
        named = language.named
        if named.denied.search(sentence, max(0, start - _NEAR), start):
            return []
        before = [group for group in groups if group[-1].end < start and not group[0].at]
        after = [group for group in groups if group[0].start > end]
        is_passive = bool(named.being.search(sentence[:start]))
        if self.is_done and is_passive:
            told = [g for g in after if named.listed.search(sentence[: g[0].start])]
            return [*before[-1:], *told][0] if before or told else []
        if self.is_done != is_passive:  # the object of an active verb, the agent of a passive one
            between = named.objects if self.is_done else named.agent
            return next((g for g in after[:1] if between.fullmatch(sentence[end : g[0].start])), [])
        return before[-1] if before else []
