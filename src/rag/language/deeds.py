"""Who does what in a sentence: "Norway and Spain voted for the treaty", "Ms Marku was fined"."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from rag.language.entities import Mention, in_lists
from rag.language.language import Language
from rag.language.names import name_words
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Deed"]

_ROLES = ("role_1", "role_2", "role_4")  # of ``Named.before``; ``role_3`` may contain "against"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An action that a question asks about.

    ``verb`` and ``names`` are folded words, ``others`` and ``modifiers`` stems. ``others`` is what
    else a question names, ``modifiers`` what of it stands before a noun: "fishing treaty".
    ``preposition`` is "for" or "against" if the verb has one. ``is_done`` is true if the question
    asks who was affected, not who acted, ``is_ahead`` if it asks who will act.
    """

    verb: str
    others: frozenset[str]
    names: frozenset[str]
    preposition: str = ""
    modifiers: frozenset[str] = frozenset()
    is_done: bool = False
    is_ahead: bool = False

    @classmethod
    def of(cls, words: str, language: Language, *, is_done: bool) -> "Deed | None":
        """The action in the ``words`` of a question, or None, also if it is denied."""
        read = [word for word, _, _ in tokens(words)]
        opposed = language.named.opposed
        kept = [w for w in read if w not in opposed and not is_stop_word(w, language=language)]
        if not kept or language.named.unsure.search(words.partition(kept[0])[2]):
            return None
        after = read[read.index(kept[0]) + 1 :][:1]
        names = frozenset(
            fold(w) for w in kept[1:] if fold(w) in name_words(words, language=language)
        )
        return cls(
            verb=fold(kept[0]),
            others=frozenset(stem(word, language.stemmer) for word in kept[1:]),
            names=names,
            preposition=next((w for w in after if w in opposed), ""),
            modifiers=frozenset(
                stem(one, language.stemmer)
                for one, noun in pairwise(read)
                if {one, noun} <= set(kept[1:]) and fold(one) not in names
            ),
            is_done=is_done,
            is_ahead=bool(language.times.ahead.match(words)),
        )

    def among(
        self,
        sentence: str,
        found: Sequence[Mention],
        language: Language,
        *,
        told: frozenset[str] = frozenset(),
    ) -> list[Mention]:
        """The names in ``sentence`` of those who acted, or were affected.

        Returns none in doubt: the names must be next to the verb, and the sentence must contain
        everything that the question asks about, or a name with that role. ``told`` has the words
        for those named.
        """
        read = tokens(sentence)
        if not self.names <= told | {fold(word) for word, _, _ in read}:
            return []
        groups = in_lists(sentence, found, language)
        for word, start, end in read:
            if not self._is_verb(word, language) or "-" in sentence[max(0, start - 1) : start]:
                continue
            next_name = min((g[0].start for g in groups if g[0].start > end), default=len(sentence))
            if not self._is_told(sentence, (end, next_name), told, language):
                continue
            if chosen := self._beside(sentence, groups, start, end, language):
                return [one for one in chosen if not self.names & set(fold(one.name).split())]
        return []

    def _is_verb(self, word: str, language: Language) -> bool:
        """Whether ``word`` is a form of the verb: "charges" of "charged", but not "charger"."""
        one, other = fold(word), self.verb
        alike = (a == b for a, b in zip(one, other, strict=False))
        shared = sum(takewhile(bool, alike))
        rests = {one[shared:], other[shared:]}
        return rests <= language.named.verb_endings and (one == other or not self.is_done)

    def _is_told(
        self, sentence: str, span: tuple[int, int], told: frozenset[str], language: Language
    ) -> bool:
        """Whether the sentence has the preposition after the verb and the other words.

        ``span`` is from the verb to the next name or the end. If nothing but "it" follows the
        verb, the other words may be elsewhere in the article; so may be those before a noun that
        has none here: "the treaty".
        """
        after = sentence[slice(*span)]
        opposed = language.named.opposed
        if self.preposition and opposed & {w for w, _, _ in tokens(after)} != {self.preposition}:
            return False
        cut = language.numbers.clause.search(after)
        clause = after[: cut.start()].strip() if cut else ""
        is_whole = self.is_done or span[1] == len(sentence)
        is_bare = any(
            all(w in opposed or is_stop_word(w, language=language) for w, _, _ in tokens(part))
            for part in (*([after] if is_whole else []), *([clause] if clause else []))
        )
        words = [word for word, _, _ in tokens(sentence)]
        stems = [stem(word, language.stemmer) for word in words]
        unmodified = {
            noun
            for before, noun in zip(words, stems[1:], strict=False)
            if is_stop_word(before, language=language)
        }
        is_short = bool(self.modifiers) and self.others - self.modifiers <= unmodified
        return is_bare or is_short or self.others <= {*stems, *told}

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
        told = [g for g in after if self._lists(sentence, end, g[0].start, language)]
        is_passive = bool(named.being.search(sentence[:start]))
        if self.is_done != is_passive:  # the object of an active verb, the agent of a passive one
            between = named.objects if self.is_done else named.agent
            return next(
                (
                    group
                    for group in after[:1]
                    if between.fullmatch(_before(sentence, group, language)[end:])
                    and self._is_timed(sentence[:start], language)
                    and not named.owner.match(sentence[group[-1].end :])
                ),
                told[0] if told and self.is_done else [],
            )
        before = [
            group
            for group in groups
            if group[-1].end < start
            and named.subject.fullmatch(_between(sentence, group, start))
            and not named.governed.search(_before(sentence, group, language, parts=_ROLES))
            and self._is_timed(sentence[group[-1].end : start], language)
        ]
        return [*before[-1:], *told, []][0]

    def _lists(self, sentence: str, end: int, start: int, language: Language) -> bool:
        """Whether names at ``start`` are listed after the clause whose verb ends at ``end``."""
        if self.is_done:
            return bool(language.named.listed.search(sentence[:start]))
        return bool(language.named.listing.fullmatch(sentence[end:start]))

    def _is_timed(self, before: str, language: Language) -> bool:
        """Whether the words ``before`` the verb speak of the future as the question does."""
        return bool(language.times.ahead.search(before)) == self.is_ahead


def _before(
    sentence: str,
    group: Sequence[Mention],
    language: Language,
    *,
    parts: Sequence[str] = ("role_2", "role_4"),
) -> str:
    """The text before some names, without what they are: "the towns of"; the ``parts`` say what."""
    before = sentence[: group[0].start]
    told = language.named.before.search(before)
    return before[: told.start()] if told and any(map(told.group, parts)) else before


def _between(sentence: str, group: Sequence[Mention], start: int) -> str:
    """The text between names and the verb, without the comma after an apposition."""
    between = sentence[group[-1].end : start]
    is_aside = any(sentence[: one.start].endswith(", ") for one in (group[0], group[-1]))
    return between.removeprefix(",") if is_aside else between
