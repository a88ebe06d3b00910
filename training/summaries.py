"""Makes claims such as summaries have, true and false, from news and its questions.

True: several clauses left out, a pronoun put for its name or the other way round, two sentences on
the same subject put together, a question with its own answer. False: the subject of one sentence
with the rest of another, a sentence that goes on as another one, words left out of the middle, the
wrong name for a pronoun, a question with the answer of another. Some of the false ones are true by
chance; nobody has counted them.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from training.claims import Claim, Source, stated

from rag.language.english.verbs import is_verb
from rag.language.names import name_spans

__all__ = ["summaries"]

_SHORTEST = 5  # words of a claim
_PRONOUN = re.compile(r"(?:He|She|They|It)(?= [a-z])")
_HIS = re.compile(r"(?:His|Her|Their|Its)(?= [a-z])")
_LINKS = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "must",
        "did",
        "does",
    ]
)
_PLACES = "in|on|at|by|during|after|since|for|from|with|under|near|before|until|through|despite"
_TAIL = re.compile(
    rf"(?:,? (?:{_PLACES})|, (?:and|but|while|which|who|as|when|where|whose|including|saying))\b"
    r"[^.!?]*[.!?]$"
)
_APPOSITION = re.compile(
    r", (?:who|which|whose|a|an|the|his|her|its|aged?|\d+)\b[^,“”\"]{3,80},(?!\d)"
)
_ADVERB = re.compile(r"(?<=[a-z]) (?:[a-z]{3,}ly|also|however|still|just|then)(?= [a-z])")
_LEAD = re.compile(
    rf"^(?:{_PLACES.title()}|As|While|Although|However|But|And|Meanwhile)\b[^,“”\"]{{0,70}},(?!\d) "
)
_SAYS = re.compile(
    r",[”\"]? (?:(?:he|she|they|officials|police) (?:said|says|added)|according to [^,.]{3,40}"
    r"|(?:said|says|added) [^,.]{3,50}|[A-Z][\w. ]{2,40} (?:said|says|added))(?: on \w+)?\.$"
)


def summaries(source: Source, chance: random.Random) -> Iterator[Claim]:
    """Yields claims about ``source``, true and false ones of each kind."""
    for kind, is_true, make in _KINDS:
        for text in make(source, chance):
            claim = " ".join(text.split())
            if len(claim.split()) >= _SHORTEST and claim not in source.text:
                yield Claim(kind=kind, text=_capital(claim), source=source, supported=is_true)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ended(text: str) -> str:
    return re.sub(r"[\s,;:–—.]+$", "", text) + "."


# ---- true


def _compressed(source: Source, chance: random.Random) -> Iterator[str]:
    """Sentences without several of their clauses."""
    for one in source.sentences:
        yield _shorter(one, chance)


def _shorter(one: str, chance: random.Random) -> str:
    text = _APPOSITION.sub("", one, count=chance.choice((1, 2)))
    text = _ADVERB.sub("", text)
    if chance.random() < 0.7:
        text = _LEAD.sub("", text)
    if "“" not in one and '"' not in one:
        text = _SAYS.sub(".", text)
        tail = _TAIL.search(text, len(text) // 2)
        if tail and chance.random() < 0.6:
            text = text[: tail.start()]
    return _ended(text)


def _named(source: Source, chance: random.Random) -> Iterator[str]:
    """Sentences with the name that the sentence before begins with, for their first pronoun."""
    for before, one in pairwise(source.sentences):
        name = _subject(before)
        if name and _PRONOUN.match(one) and " " in name:
            yield _shorter(_PRONOUN.sub(chance.choice((name, name.split()[-1])), one), chance)
        elif name and _HIS.match(one) and " " in name:
            yield _shorter(_HIS.sub(f"{name}'s", one), chance)


def _merged(source: Source, chance: random.Random) -> Iterator[str]:
    """Two sentences on one subject as one."""
    for before, one in pairwise(source.sentences):
        name = _subject(before)
        same = _PRONOUN.match(one) or (name and one.startswith(f"{name} "))
        if name and same and '"' not in before + one and "“" not in before + one:
            rest = one[len(name) :] if one.startswith(name) else _PRONOUN.sub("", one, count=1)
            yield f"{_ended(_shorter(before, chance))[:-1]} and{_ended(rest)}"


def _restated(question: str, answer: str) -> str | None:
    """A question and its answer as a statement, in more forms than ``stated`` knows."""
    if text := stated(question, answer):
        return text
    asked = question.strip().rstrip("?").strip()
    answer = answer.strip().rstrip(".")
    match = re.match(r"(?i)(?:how many|which|what) ((?:[a-z]+ ){1,2})(\w+) (.+)$", asked)
    if match and is_verb(match[2]):
        noun = f" {match[1].strip()}" if asked.lower().startswith("how many") else ""
        return f"{answer[0].upper()}{answer[1:]}{noun} {match[2]} {match[3]}."
    if match := re.match(r"(?i)(when|where|in which \w+) did (.+)$", asked):
        link = "" if re.match(r"(?i)(?:in|on|at|by|during|from)\b", answer) else "in "
        return f"{match[2][0].upper()}{match[2][1:]} {link}{answer}."
    return None


def _answered(source: Source, _: random.Random) -> Iterator[str]:
    for question, answer in source.answered:
        text = _restated(question, answer)
        if text:
            yield text


# ---- false


def _split(one: str) -> tuple[str, str] | None:
    """The words before the first verb, and the others."""
    words = one.split()
    for n, word in enumerate(words[1:9], start=1):
        plain = word.strip(',“”"')
        if plain in _LINKS or (plain.endswith("ed") and is_verb(plain)) or plain in _PAST:
            return " ".join(words[:n]), " ".join(words[n:])
    return None


_PAST = frozenset(
    [
        "said",
        "says",
        "told",
        "took",
        "made",
        "gave",
        "found",
        "won",
        "lost",
        "left",
        "came",
        "went",
        "began",
        "held",
        "saw",
    ]
)


def _subject(one: str) -> str:
    """The name that a sentence begins with."""
    spans = name_spans(one)
    start, end = spans[0] if spans else (1, 1)
    return one[start:end] if start == 0 and one[end : end + 2] != "’s" else ""


def _borrowed(source: Source, chance: random.Random) -> Iterator[str]:
    """The subject of one sentence with what another says."""
    parts = [part for one in source.sentences if (part := _split(one))]
    parts = [part for part in parts if len(part[1].split()) >= 4]
    for subject, _ in parts:
        other, rest = chance.choice(parts)
        alike = set(other.lower().split()) & set(subject.lower().split()) - {
            "the",
            "a",
            "of",
            "and",
        }
        if not alike and not _PRONOUN.match(other + " a") and not _PRONOUN.match(subject + " a"):
            yield f"{subject} {_shorter(rest, chance)}"


def _spliced(source: Source, chance: random.Random) -> Iterator[str]:
    """The head of a sentence with the end of another, if possible from a word of both on."""
    sentences = source.sentences
    for one in sentences:
        other = chance.choice(sentences)
        head, end = one.split(), other.split()
        if other == one:
            continue
        common = [
            (i, j)
            for i, word in enumerate(head[3:-2], start=3)
            for j, same in enumerate(end[1:-3], start=1)
            if word == same and word.islower()
        ]
        if common and chance.random() < 0.7:
            i, j = chance.choice(common)
        else:
            i, j = (
                chance.randrange(2, max(3, len(head) - 1)),
                chance.randrange(1, max(2, len(end) - 3)),
            )
        yield _ended(" ".join([*head[:i], *end[j:]]))


def _skipped(source: Source, chance: random.Random) -> Iterator[str]:
    """Sentences without a run of words from the middle, wherever it begins and ends."""
    for one in source.sentences:
        words = one.split()
        if len(words) < 14:
            continue
        length = chance.randrange(4, len(words) // 2)
        start = chance.randrange(2, len(words) - length - 2)
        yield _ended(" ".join([*words[:start], *words[start + length :]]))


def _misnamed(source: Source, chance: random.Random) -> Iterator[str]:
    """Sentences with another name of the text for their first pronoun or name."""
    names = sorted(
        {one[a:b] for one in source.sentences for a, b in name_spans(one) if " " in one[a:b]}
    )
    for before, one in pairwise(source.sentences):
        own = _subject(one)
        near = own or _subject(before)
        others = [
            name
            for name in names
            if name not in before + one and not set(name.split()) & set(near.split())
        ]
        if not others:
            continue
        other = chance.choice(others)
        if own:
            yield _shorter(other + one[len(own) :], chance)
        elif near and _PRONOUN.match(one):
            yield _shorter(_PRONOUN.sub(other, one), chance)


def _misanswered(source: Source, chance: random.Random) -> Iterator[str]:
    """Questions with the answer to another question of the same form."""
    forms: dict[str, list[str]] = {}
    for question, answer in source.answered:
        forms.setdefault(_form(question), []).append(answer)
    asked = [*source.answered, *((question, "") for question in source.unanswered)]
    for question, own in asked:
        others = [
            a for a in forms.get(_form(question), []) if not set(a.split()) & set(own.split())
        ]
        if others and (text := _restated(question, chance.choice(others))):
            yield text


def _form(question: str) -> str:
    words = question.lower().split()
    return " ".join(words[:2]) if words[:1] in (["how"], ["which"]) else words[0]


_KINDS: Sequence[tuple[str, bool, Callable[[Source, random.Random], Iterator[str]]]] = (
    ("compressed", True, _compressed),
    ("named", True, _named),
    ("merged", True, _merged),
    ("answered", True, _answered),
    ("borrowed", False, _borrowed),
    ("spliced", False, _spliced),
    ("skipped", False, _skipped),
    ("misnamed", False, _misnamed),
    ("misanswered", False, _misanswered),
)
