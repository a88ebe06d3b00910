"""Makes excerpts of articles, exact and changed, for ``benchmarks/trace.py``."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import rag
from rag.language.sentences import sentence_spans

WORDS = (6, 60)  # the minimum and maximum words of an excerpt
TYPOGRAPHY: dict[str, str] = {
    '"': "“",
    "“": '"',
    "”": '"',
    "'": "’",
    "’": "'",
    "—": " - ",
    "–": "-",
    "...": "…",
    "…": "...",
}
OTHERS = ("green", "river", "twelve", "never", "gladly", "Oslo", "against", "quickly", "Maria")
Change = Callable[[str, random.Random], str | None]


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """An excerpt, the right verdict, and the article; ``claimed`` is the claimed source."""

    kind: str
    text: str
    verdict: str
    article: str | None
    claimed: str | None = None


def sentences(article: rag.Article) -> list[str]:
    """Returns the sentences of an article with a suitable number of words."""
    spans = sentence_spans(article.text, 0, len(article.text))
    texts = [article.text[start:end] for start, end in spans]
    return [text for text in texts if WORDS[0] <= len(text.split()) <= WORDS[1]]


def typographic(text: str, chance: random.Random) -> str | None:
    """Returns the sentence with different marks, spaces, hyphens and case of the first letter."""
    marks = "|".join(re.escape(mark) for mark in TYPOGRAPHY)
    text = re.sub(marks, lambda match: TYPOGRAPHY[match.group()], text)
    words = text.split(" ")
    place = chance.randrange(len(words))
    if len(words[place]) > 6 and words[place].isalpha() and words[place].islower():
        half = len(words[place]) // 2
        middle = chance.choice(("\u00ad", "-\n"))
        words[place] = words[place][:half] + middle + words[place][half:]
    if words[0][:1].isupper() and words[0][1:].islower():
        words[0] = words[0].lower()
    space = chance.choice(("\u00a0", "  ", "\n"))
    return " ".join(words).replace(" ", space, chance.randint(1, 4))


def shortened(text: str, chance: random.Random) -> str | None:
    """Returns the sentence with an ellipsis for words in its middle, or a bracket for a pronoun."""
    pronoun = re.search(r"\b(?:he|she|they|it)\b", text)
    if pronoun and chance.random() < 0.5:
        return f"{text[: pronoun.start()]}[the speaker]{text[pronoun.end() :]}"
    words = text.split()
    if len(words) < 18:
        return None
    return " ".join([*words[:6], chance.choice(("…", "[...]", ". . .")), *words[-6:]])


def word_changed(text: str, chance: random.Random) -> str | None:
    """Returns the sentence with one word replaced by another."""
    words = text.split()
    places = [n for n, word in enumerate(words) if word.isalpha() and word.islower()]
    if not places:
        return None
    place = chance.choice(places)
    words[place] = chance.choice([word for word in OTHERS if word != words[place]])
    return " ".join(words)


def number_changed(text: str, chance: random.Random) -> str | None:
    """Returns the sentence with one digit of a number replaced."""
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if not digits:
        return None
    place = chance.choice(digits)
    digit = chance.choice([d for d in "123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def denied(text: str, _: random.Random) -> str | None:
    """Returns the sentence with "not" added after an auxiliary verb, or removed."""
    if re.search(r"\bnot\b", text):
        return re.sub(r"\bnot\s", "", text, count=1)
    changed = re.sub(r"\b(is|was|are|were|has|had|will|can)\b", r"\1 not", text, count=1)
    return None if changed == text else changed


def name_changed(text: str, chance: random.Random) -> str | None:
    """Returns the sentence with one capitalised word replaced."""
    names = list(re.finditer(r"(?<=[a-z] )[A-Z][a-z]{2,}", text))
    if not names:
        return None
    name = chance.choice(names)
    other = chance.choice([each for each in ("Oslo", "Maria", "Tanaka") if each != name.group()])
    return text[: name.start()] + other + text[name.end() :]


def words_cut(text: str, chance: random.Random) -> str | None:
    """Returns the sentence without some words in the middle, and without an ellipsis."""
    words = text.split()
    if len(words) < 12:
        return None
    start = chance.randint(4, len(words) - 6)
    return " ".join([*words[:start], *words[start + chance.randint(1, 2) :]])


CHANGES: dict[str, tuple[str, Change]] = {
    "verbatim": ("verbatim", lambda text, _: text),
    "typographic": ("verbatim", typographic),
    "ellipsis or bracket": ("verbatim", shortened),
    "word changed": ("altered", word_changed),
    "number changed": ("altered", number_changed),
    "name changed": ("altered", name_changed),
    "negation changed": ("altered", denied),
    "words cut": ("altered", words_cut),
}


def excerpts(
    articles: Sequence[rag.Article], absent: Sequence[rag.Article], *, each: int, seed: int
) -> Iterator[Excerpt]:
    """Yields ``each`` excerpts of every kind; those from ``absent`` articles must not be found."""
    chance = random.Random(seed)  # noqa: S311 - not for cryptography
    for kind, (verdict, change) in CHANGES.items():
        yield from _some(partial(_changed, kind, verdict, change), articles, each, chance)
    yield from _some(_joined, articles, each, chance)
    others = [article.id for article in articles]
    for one in _some(
        partial(_changed, "another article", "elsewhere", _same), articles, each, chance
    ):
        claimed = chance.choice([id_ for id_ in others if id_ != one.article])
        yield replace(one, claimed=claimed)
    for one in _some(partial(_changed, "absent", "not found", _same), absent, each, chance):
        yield replace(one, article=None)


def _same(text: str, _: random.Random) -> str | None:
    return text


def _some(
    make: Callable[[rag.Article, random.Random], Excerpt | None],
    articles: Sequence[rag.Article],
    count: int,
    chance: random.Random,
) -> Iterator[Excerpt]:
    while count:
        made = make(chance.choice(articles), chance)
        if made is not None:
            count -= 1
            yield made


def _changed(
    kind: str, verdict: str, change: Change, article: rag.Article, chance: random.Random
) -> Excerpt | None:
    found = sentences(article)
    text = change(chance.choice(found), chance) if found else None
    if text is None:
        return None
    return Excerpt(kind=kind, text=text, verdict=verdict, article=article.id)


def _joined(article: rag.Article, chance: random.Random) -> Excerpt | None:
    """Makes an excerpt from the start of one sentence and the end of another, not the next."""
    found = sentences(article)
    if len(found) < 4:
        return None
    first = chance.randrange(len(found) - 2)
    one, other = found[first].split(), found[chance.randrange(first + 2, len(found))].split()
    if min(len(one), len(other)) < 10:
        return None
    text = " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])
    return Excerpt(kind="joined", text=text, verdict="altered", article=article.id)
