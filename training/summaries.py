"""Generates claims like the sentences of machine summaries, true and false ones.

A claim is a sentence of the source after one to four changes. Most changes keep it true: a clause,
an adverb or an attribution left out, a pronoun replaced with its name, two sentences joined. The
others make it false: words left out of the middle of a clause, the subject of another sentence, the
end of another sentence, exchanged names or nouns, a speaker replaced, words of another article. A
claim is true if all of its changes keep it true, so claims with many changes are often false, as in
real summaries. Some of the false ones are true by chance.
"""

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from training.claims import Claim, Source, stated

from rag.language.english.verbs import is_verb
from rag.language.names import name_spans

__all__ = ["summaries"]

_SHORTEST = 5  # minimum words of a claim
_CHANGES = (1, 1, 2, 2, 3, 4)
_FALSE = 0.3  # probability that a change makes the claim false
_PRONOUN = re.compile(r"(?:He|She|They|It)(?= [a-z])")
_LINKS = frozenset(
    (
        *("is", "are", "was", "were", "has", "have", "had", "will", "would", "can", "could"),
        *("may", "might", "must", "did", "does", "said", "says", "told", "took", "made", "gave"),
        *("found", "won", "lost", "left", "came", "went", "began", "held", "saw"),
    )
)
_PLACES = "in|on|at|by|during|after|since|for|from|with|under|near|before|until|through|despite"
_TAIL = re.compile(
    rf"(?:,? (?:{_PLACES}|because|as|when|while|where)"
    r"|, (?:and|but|which|who|whose|including|saying))\b[^.!?]*[.!?]$"
)
_APPOSITION = re.compile(
    r", (?:who|which|whose|a|an|the|his|her|its|aged?|\d+)\b[^,“”\"]{3,80},(?!\d)"
    r"|(?<=\w) \([^()]{3,80}\)"
)
_ADVERB = re.compile(r"(?<=[a-z]) (?:[a-z]{3,}ly|also|however|still|just|then)(?= [a-z])")
_LEAD = re.compile(
    rf"^(?:{_PLACES.title()}|As|While|Although|However|But|And|Meanwhile)\b[^,“”\"]{{0,70}},(?!\d) "
)
_SAYS = re.compile(
    r",[”\"]? (?:(?:he|she|they|officials|police) (?:said|says|added)|according to [^,.]{3,40}"
    r"|(?:said|says|added) [^,.]{3,50}|[A-Z][\w. ]{2,40} (?:said|says|added))(?: on \w+)?\.$"
)
_SPEECH = re.compile(r"\b(?:said|says|added|told|according to)\b")
_NOUN = re.compile(r"\b[Tt]he (?:[a-z]{3,} )?[a-z]{4,}(?=[ ,.])")
_PLAIN = re.compile(r"(?<= )[a-z]{5,}(?=[ ,.])")


class _Story:
    """A source as the changes need it."""

    def __init__(self, source: Source) -> None:
        self.sentences = source.sentences
        self.foreign = source.foreign
        self.names = sorted({one[a:b] for one in self.sentences for a, b in name_spans(one)})
        self.parts = [part for one in self.sentences if (part := _split(one))]


Change = Callable[[str, _Story, random.Random], str | None]


def summaries(source: Source, chance: random.Random) -> Iterator[Claim]:
    """Yields a claim for each sentence of ``source``, and one for each of its questions."""
    story = _Story(source)
    for before, one in pairwise(["", *story.sentences]):
        text = one
        kinds: list[str] = []
        if chance.random() < 0.5:
            text = _named(before, text, story, chance, kinds)
        for _ in range(chance.choice(_CHANGES)):
            is_false = chance.random() < _FALSE
            kind, change = chance.choice(_BREAKING if is_false else _KEEPING)
            changed = change(text, story, chance)
            if changed and changed != text:
                text = changed
                kinds.append(f"not {kind}" if is_false else kind)
        claim = _whole(text)
        false = [kind[4:] for kind in kinds if kind.startswith("not ")]
        if kinds and len(claim.split()) >= _SHORTEST and claim not in source.text:
            kind = f"false {false[0]}" if false else f"true {kinds[0]}"
            yield Claim(kind=kind, text=claim, source=source, supported=not false)
    yield from _answered(source, chance)


def _whole(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"[\s,;:–—.]+$", "", text)
    return f"{text[:1].upper()}{text[1:]}."


def _subject(one: str) -> str:
    """The name that a sentence begins with."""
    spans = name_spans(one)
    start, end = spans[0] if spans else (1, 1)
    return one[start:end] if start == 0 and one[end : end + 2] != "’s" else ""


def _split(one: str) -> tuple[str, str] | None:
    """The words before the first verb, and the others."""
    words = one.split()
    for n, word in enumerate(words[1:9], start=1):
        if word in _LINKS or (word.endswith("ed") and is_verb(word)):
            return " ".join(words[:n]), " ".join(words[n:])
    return None


def _named(before: str, one: str, story: _Story, chance: random.Random, kinds: list[str]) -> str:
    """The sentence with a name for its pronoun: that of the sentence before, or a wrong one."""
    name = _subject(before)
    if not name or not _PRONOUN.match(one):
        return one
    others = [other for other in story.names if not set(other.split()) & set(before.split())]
    if others and chance.random() < _FALSE:
        kinds.append("not named")
        return _PRONOUN.sub(chance.choice(others), one)
    kinds.append("named")
    return _PRONOUN.sub(name, one)


# ---- changes that keep a sentence true


def _without(pattern: re.Pattern[str], put: str = "") -> Change:
    def change(text: str, _: _Story, chance: random.Random) -> str | None:
        found = list(pattern.finditer(text))
        if not found:
            return None
        match = chance.choice(found)
        return text[: match.start()] + put + text[match.end() :]

    return change


def _tail_cut(text: str, _: _Story, chance: random.Random) -> str | None:
    """Without its end, from the start of a clause or adverbial on."""
    if "“" in text or '"' in text:
        return None
    found = [at for at in range(len(text) // 3, len(text)) if _TAIL.match(text, at)]
    return f"{text[: chance.choice(found)]}." if found else None


def _joined(text: str, story: _Story, chance: random.Random) -> str | None:
    other = chance.choice(story.sentences)
    if "“" in text + other or '"' in text + other or len((text + other).split()) > 45:
        return None
    head = other if name_spans(other)[:1] and _subject(other) else other[0].lower() + other[1:]
    return f"{text.rstrip('.')}{chance.choice((', and ', '; ', ' while '))}{head}"


_KEEPING: tuple[tuple[str, Change], ...] = (
    ("apposition", _without(_APPOSITION)),
    ("adverb", _without(_ADVERB)),
    ("lead", _without(_LEAD)),
    ("attribution", _without(_SAYS, ".")),
    ("tail", _tail_cut),
    ("tail", _tail_cut),
    ("joined", _joined),
)


# ---- changes that make it false


def _cut(text: str, _: _Story, chance: random.Random) -> str | None:
    """Without a run of words from the middle, wherever it begins and ends."""
    words = text.split()
    if len(words) < 9:
        return None
    length = chance.randrange(2, max(3, len(words) // 2))
    start = chance.randrange(2, max(3, len(words) - length - 1))
    return " ".join([*words[:start], *words[start + length :]])


def _verb_cut(text: str, _: _Story, chance: random.Random) -> str | None:
    """Without a verb and some words around it."""
    words = text.split()
    places = [
        n
        for n, word in enumerate(words[:-2])
        if n and (word in _LINKS or is_verb(word) or word.endswith(("ed", "ing")))
    ]
    if not places or len(words) < 8:
        return None
    n = chance.choice(places)
    first, last = n - chance.choice((0, 0, 1, 2)), n + chance.choice((1, 1, 2, 3, 5))
    return " ".join([*words[: max(1, first)], *words[last:]])


def _borrowed(text: str, story: _Story, chance: random.Random) -> str | None:
    """With the subject of another sentence."""
    own = _split(text)
    if own is None or not story.parts:
        return None
    subject, _ = chance.choice(story.parts)
    alike = set(subject.lower().split()) & set(own[0].lower().split()) - {"the", "a", "of", "and"}
    return None if alike else f"{subject} {own[1]}"


def _spliced(text: str, story: _Story, chance: random.Random) -> str | None:
    """With the end of another sentence, if possible from a word of both on."""
    other = chance.choice(story.sentences)
    head, end = text.split(), other.split()
    common = [
        (i, j)
        for i, word in enumerate(head[2:-1], start=2)
        for j, same in enumerate(end[1:-2], start=1)
        if word == same and word.islower()
    ]
    if text in other or other in text or min(len(head), len(end)) < 6:
        return None
    if common and chance.random() < 0.6:
        i, j = chance.choice(common)
    else:
        i, j = chance.randrange(2, len(head) - 1), chance.randrange(1, len(end) - 2)
    return " ".join([*head[:i], *end[j:]])


def _linked(text: str, story: _Story, chance: random.Random) -> str | None:
    """The subject with words from the middle of a sentence after "is" or "was"."""
    own = _split(text)
    words = chance.choice([text, *story.sentences]).split()
    if own is None or len(words) < 9:
        return None
    start = chance.randrange(3, len(words) - 4)
    end = min(len(words), start + chance.randrange(3, 12))
    return f"{own[0]} {chance.choice(('is', 'was', 'are', 'has'))} {' '.join(words[start:end])}"


def _exchanged(text: str, _: _Story, chance: random.Random) -> str | None:
    """With two names, or two nouns, in each other's place."""
    options = [name_spans(text), [match.span() for match in _NOUN.finditer(text)]]
    options = [spans for spans in options if len(spans) > 1]
    if not options:
        return None
    (a, b), (c, d) = chance.choice(options)[:2]
    return f"{text[:a]}{text[c:d]}{text[b:c]}{text[a:b]}{text[d:]}"


def _renamed(text: str, story: _Story, chance: random.Random) -> str | None:
    """With another name of the source, that of the speaker if there is one."""
    spans = name_spans(text)
    others = [name for name in story.names if name not in text]
    if not spans or not others:
        return None
    said = _SPEECH.search(text)
    at = said.start() if said else 0
    start, end = min(spans, key=lambda span: abs(span[0] - at))
    return f"{text[:start]}{chance.choice(others)}{text[end:]}"


def _foreign(text: str, story: _Story, chance: random.Random) -> str | None:
    """With up to three words of another article for its own."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        found = list(_PLAIN.finditer(text))
        if not found or not story.foreign:
            return None
        match = chance.choice(found)
        text = f"{text[: match.start()]}{chance.choice(story.foreign)}{text[match.end() :]}"
    return text


_BREAKING: tuple[tuple[str, Change], ...] = (
    ("cut", _cut),
    ("verb cut", _verb_cut),
    ("borrowed", _borrowed),
    ("spliced", _spliced),
    ("linked", _linked),
    ("exchanged", _exchanged),
    ("renamed", _renamed),
    ("foreign", _foreign),
)


# ---- questions


def _answered(source: Source, chance: random.Random) -> Iterator[Claim]:
    """Questions with their own answer, and with that of another question of the same form."""
    forms: dict[str, list[str]] = {}
    for question, answer in source.answered:
        forms.setdefault(_form(question), []).append(answer)
    for question, own in source.answered:
        if text := stated(question, own):
            yield Claim(kind="true answer", text=text, source=source, supported=True)
        words = set(own.split())
        others = [a for a in forms[_form(question)] if not words & set(a.split())]
        if others and (text := stated(question, chance.choice(others))):
            yield Claim(kind="false answer", text=text, source=source, supported=False)


def _form(question: str) -> str:
    words = question.lower().split()
    return " ".join(words[:2]) if words[:1] in (["how"], ["which"]) else words[0]
