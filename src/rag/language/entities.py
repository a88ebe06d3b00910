"""Finds the people, countries, companies, organisations and places that sentences name.

Uses rules only: the words next to a name show what it is. Variants of one name are merged:
"Amir-Abdollahian" and "Amirabdollahian"; in one article also "Raisi" and "Ebrahim Raisi".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from rag.language.language import Language
from rag.language.naming import Named, Sort
from rag.language.words import fold, is_stop_word, tokens

__all__ = ["Entity", "Mention", "entities", "in_lists", "mentions"]

_HEADLINE = 0.5  # the share of capitalised words from which a line is a headline
_SHORTEST = 3  # minimum letters of a name that is merged with a longer one
_LONGEST = 4  # maximum words of a person's name
_ACRONYM = 5  # maximum letters of an acronym
_INSIDE = re.compile(r"['’]s ")  # "Hagen’s Old Port" is no person
_ENDED = re.compile(r"[.!?…][\W_]*$")
_OPENED = re.compile(r"^[\W_]*$|[“\"‘:]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name at ``sentence[start:end]``, without titles.

    ``roles`` has the words next to the name that say what it is, in lower case. ``opens`` is true
    if its only word opens a sentence, and so may not be a name. ``at`` is true after "in",
    ``acts`` before a verb of speech or "who", ``definite`` after "the" or a noun such as "ferry".
    ``place`` is the number of the sentence.
    """

    place: int
    start: int
    end: int
    name: str
    roles: frozenset[str] = frozenset()
    sort: Sort | None = None
    opens: bool = False
    at: bool = False
    acts: bool = False
    definite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One person or thing: its fullest name, and all its mentions."""

    name: str
    sort: Sort | None
    roles: frozenset[str]
    mentions: tuple[Mention, ...]


def entities(
    sentences: Sequence[str], language: Language, *, articles: Sequence[str] = ()
) -> list[Entity]:
    """The persons and things that ``sentences`` name, in order of their first mention.

    ``articles`` has the article id of each sentence; without it, all are from one article.
    """
    found = [
        mention
        for place, sentence in enumerate(sentences)
        for mention in mentions(sentence, language, place=place)
    ]
    common = {word for one in sentences for word, _, _ in tokens(one) if word[0].islower()}
    found = _without_roles(sentences, found, common)
    sure = {word for one in found if not one.opens for word in one.name.split()}
    found = [
        one
        for one in found
        if not one.opens
        or one.sort
        or ((one.acts or one.name in sure) and one.name.lower() not in common)
    ]
    return [_entity(group, language) for group in _merged(found, articles)]


def _without_roles(
    sentences: Sequence[str], found: Sequence[Mention], common: Set[str]
) -> list[Mention]:
    """Removes a word that opens a sentence from a name that is known without it.

    "Passenger Ruth Bell" is Ruth Bell, if that name occurs, and "Passenger Ruth Bell" only at the
    start of sentences. "Since" in "Since Bell left" is one of the ``common`` words, which sentences
    print in lower case, and begins no name within a sentence.
    """
    opening = [bool(_OPENED.search(sentences[one.place][: one.start])) for one in found]
    others = {one.name for one, opens in zip(found, opening, strict=True) if not opens}
    names = others | {one.name for one in found}
    first = {name.partition(" ")[0] for name in others}
    kept: list[Mention] = []
    for one, opens in zip(found, opening, strict=True):
        word, _, rest = one.name.partition(" ")
        is_common = word.lower() in common and word not in first
        is_known = rest in names if " " in rest else is_common and rest in names
        is_role = opens and one.name not in others and (is_known or (is_common and " " in rest))
        start = one.start + len(word) + 1
        kept.append(replace(one, start=start, name=rest) if is_role else one)
    return kept


def mentions(sentence: str, language: Language, *, place: int = 0) -> list[Mention]:
    """The names in one sentence; none in a headline."""
    if _is_headline(sentence, language):
        return []
    found: list[Mention] = []
    for match in language.named.run.finditer(sentence):
        for start, end in _split(sentence, *match.span(), language):
            one = _mention(sentence, start, end, match.start(), language)
            if one is not None:
                found.append(replace(one, place=place))
    return list(_shared(sentence, found, language))


def _is_headline(sentence: str, language: Language) -> bool:
    """Whether a line has no end punctuation and most of its words are capitalised."""
    words = [word for word, _, _ in tokens(sentence) if word[0].isalpha()]
    long = [word for word in words if not is_stop_word(word, language=language)]
    capitals = sum(not word[0].islower() for word in long)
    return len(long) > 1 and capitals > _HEADLINE * len(long) and not _ENDED.search(sentence)


def _split(sentence: str, start: int, end: int, language: Language) -> Iterator[tuple[int, int]]:
    """The parts of a run between months, weekdays and stop words."""
    calendar, begin = (*language.calendar.months, *language.calendar.weekdays), start
    words = [(m.start() + start, m.end() + start) for m in re.finditer(r"\S+", sentence[start:end])]
    for first, last in words:
        word = sentence[first:last]
        if word.isupper() and word.lower() in language.named.countries():
            continue
        if word in calendar or (
            is_stop_word(word, language=language) and word.islower() is False and first == begin
        ):
            if begin < first:
                yield begin, first - 1
            begin = last + 1
    if begin < end:
        yield begin, end


def _mention(sentence: str, start: int, end: int, run: int, language: Language) -> Mention | None:
    """The name in a run, without the titles before it; None if only titles are there."""
    named, roles = language.named, set[str]()
    end = start + len(re.sub(r"['’]s?$|[.]$(?<![A-Z]\.)", "", sentence[start:end]))
    words = list(re.finditer(r"\S+", sentence[start:end]))
    titles = [
        number
        for number, word in enumerate(words)
        if (
            named.person.fullmatch(word[0].rstrip("."))
            and not (0 < number == len(words) - 1 and named.surname.fullmatch(word[0]))
        )
        or (number == 0 and len(words) > 1 and named.company.fullmatch(word[0]))
    ]
    if titles == [0] and named.ship_title.fullmatch(words[0][0]):
        before = sentence[:start]
        is_ship = named.definite.search(before) or language.referents.of_thing.search(before)
        titles = [] if is_ship else titles
    if titles == [0] and len(words) > 1 and named.saint.fullmatch(words[0][0]):
        titles = []
    opens = bool(_OPENED.search(sentence[:start]))
    if opens and not titles and len(words) > 1 and named.opener.match(words[0][0]):
        start, opens = start + words[1].start(), False
    if titles:
        cut = titles[-1] + 1
        roles = {word[0].rstrip(".").lower() for word in words[:cut]}
        if cut == len(words):
            return None
        start, opens = start + words[cut].start(), False
    start, end = _country(sentence, start, end, named)
    name = sentence[start:end]
    if (
        not name[:1].isalpha()
        or (name.isupper() and len(name) > _ACRONYM)
        or named.of_country.fullmatch(name)
    ):
        return None
    before, after = sentence[: run if titles else start], sentence[end:]
    at = bool(named.at.search(before)) and not titles
    for told in (named.before.search(before), None if at else named.after.match(after)):
        if told:
            roles |= _words(next((group for group in told.groups() if group), ""), language)
    is_thing = bool(language.referents.of_thing.search(before))  # "the passenger ferry Lady Ann"
    if is_thing:
        roles = {role for role in roles if not named.person.fullmatch(role)}
    return Mention(
        place=0,
        start=start,
        end=end,
        name=name,
        roles=frozenset(roles),
        sort=_sort_of_name(name, language),
        opens=opens and " " not in name,
        at=at,
        acts=any(p.match(after) for p in (named.who, language.speech.speaks_after)),
        definite=is_thing or (bool(named.definite.search(before)) and not titles),
    )


def _country(sentence: str, start: int, end: int, named: Named) -> tuple[int, int]:
    """The span of the country in "Azerbaijan Republic"; other names are kept."""
    name = sentence[start:end]
    for word in named.state.finditer(name):
        rest = name[: word.start()].rstrip() or name[word.end() :].lstrip()
        if rest.lower() in named.countries():
            found = name.index(rest)
            return start + found, start + found + len(rest)
    return start, end


def _words(text: str, language: Language) -> set[str]:
    """The words after the last stop word: "bank governor" of "said the bank governor"."""
    found: set[str] = set()
    for word, _, _ in tokens(text):
        found = set() if is_stop_word(word, language=language) else found | {word.lower()}
    return found


def _sort_of_name(name: str, language: Language) -> Sort | None:
    """The sort of a name, judged by its own words."""
    named, words = language.named, name.split()
    if name.lower() in named.countries():
        return Sort.COUNTRY
    if named.company_name.fullmatch(name):
        return Sort.COMPANY
    if any(named.body.fullmatch(word) for word in words) or (
        name.isupper() and 1 < len(name) <= _ACRONYM
    ):
        return Sort.BODY
    return Sort.PLACE if any(named.place.fullmatch(word) for word in words) else None


def _shared(sentence: str, found: Sequence[Mention], language: Language) -> Iterator[Mention]:
    """Adds to each name in a list the roles that the sentence gives to the whole list."""
    named = language.named
    for group in in_lists(sentence, found, language):
        listed = named.listed.search(sentence[: group[0].start])
        roles, sorts = group[0].roles, {one.sort for one in group if one.sort} - {Sort.COUNTRY}
        if listed and len(group) > 1:
            roles |= {word.lower() for word, _, _ in tokens(listed["role"])}
        bodies = {word.lower() for one in group for word in one.name.split()}
        bodies = {word for word in bodies if named.body.fullmatch(word)}
        at = group[0].at and sentence[: group[-1].start].endswith(named.last_join)
        for one in group:
            if not one.sort and one.definite and sorts == {Sort.BODY}:
                yield replace(one, roles=one.roles | bodies, sort=Sort.BODY)
            else:
                yield replace(one, roles=one.roles or roles, at=one.at or at)


def in_lists(sentence: str, found: Sequence[Mention], language: Language) -> list[list[Mention]]:
    """Groups the names that a sentence lists together: "Norway, Spain and Italy"."""
    named, end = language.named, 0
    groups: list[list[Mention]] = []
    places: list[list[Mention]] = []
    for one in found:
        between = sentence[end : one.start] if groups else ""
        if between and named.belongs.fullmatch(between):
            places.append([one])  # "Ann of Lunda and Bo of Wend": the places are of no list
        elif (
            between
            and named.joins.fullmatch(between)
            and not _is_told_by(one, end, sentence, named)
        ):
            groups[-1].append(one)
        else:
            groups.append([one])
        end = one.end
    return sorted([*groups, *places], key=lambda group: group[0].start)


def _is_told_by(one: Mention, end: int, sentence: str, named: Named) -> bool:
    """Whether the name that ends at ``end`` says what ``one`` is: "the mayor of Lunda, Ann"."""
    told = named.before.search(sentence[: one.start])
    role = told["role_1"] if told else ""
    return bool(told and role and told.start() < end and not named.singulars(role))


# ---- variants of one name


def _merged(found: Sequence[Mention], articles: Sequence[str]) -> list[list[Mention]]:
    """Groups the mentions by person or thing.

    A name that ends exactly one longer name in the same article means the same person: "Rey" and
    "Aldo Rey". In other articles it is a separate name.
    """
    longer: dict[tuple[str, str], set[str]] = {}
    texts = [articles[one.place] if articles else "" for one in found]
    for text, one in zip(texts, found, strict=True):
        parts = re.split(r"[\W_]+", one.name)
        for number in range(1, len(parts) if _can_merge(one) else 0):
            longer.setdefault((text, _squashed("".join(parts[number:]))), set()).add(
                _squashed(one.name)
            )
    merged: dict[str, list[Mention]] = {}
    for text, one in zip(texts, found, strict=True):
        key = _squashed(one.name)
        is_short = len(key) >= _SHORTEST and _can_merge(one) and not one.at
        others = longer.get((text, key), set()) - {key} if is_short else set()
        longest = max(others, key=len, default=key)
        is_one = all(longest.endswith(other) for other in others)
        merged.setdefault(longest if is_one else key, []).append(one)
    return list(merged.values())


def _can_merge(one: Mention) -> bool:
    return one.sort not in {Sort.BODY, Sort.PLACE, Sort.COUNTRY}


def _squashed(name: str) -> str:
    """The name without accents, spaces and hyphens."""
    return re.sub(r"[\W_]+", "", fold(name))


def _entity(group: Sequence[Mention], language: Language) -> Entity:
    names = Counter(one.name for one in group)
    most = max(len(name.split()) for name in names)
    name = next(name for name, _ in names.most_common() if len(name.split()) == most)
    roles = frozenset(role for one in group for role in one.roles)
    return Entity(
        name=name, sort=_sort(name, roles, group, language), roles=roles, mentions=tuple(group)
    )


def _sort(
    name: str, roles: frozenset[str], group: Sequence[Mention], language: Language
) -> Sort | None:
    """The sort of a name, judged by its words, the words next to it and its form."""
    named = language.named
    own = Counter(one.sort for one in group if one.sort)
    if own[Sort.COUNTRY] or own[Sort.COMPANY]:
        return Sort.COUNTRY if own[Sort.COUNTRY] else Sort.COMPANY
    told = Counter(
        sort
        for one in group
        for sort, pattern in ((Sort.PERSON, named.person), (Sort.COMPANY, named.company))
        if any(map(pattern.fullmatch, one.roles))
    )
    if own or told:
        return (own or told).most_common(1)[0][0]
    if any(map(named.body.fullmatch, roles)):
        return Sort.BODY
    wider = {*roles, *(singular for role in roles for singular in named.singulars(role))}
    if any(one.at for one in group) or any(map(named.place.fullmatch, wider)):
        return Sort.PLACE
    return _person(name, group, language)


def _person(name: str, group: Sequence[Mention], language: Language) -> Sort | None:
    """``Sort.PERSON`` if the form of a name or its context suggests a person, else None."""
    named, words = language.named, name.split()
    own_words = [word for word in words if word[0].isupper()]
    if named.thing_name.fullmatch(name) or any(one.definite for one in group):
        return None
    if any(map(named.thing.fullmatch, own_words)):
        return None
    if _INSIDE.search(name) or any(is_stop_word(word, language=language) for word in words[1:-1]):
        return None
    is_full = 1 < len(words) <= _LONGEST and all(word[1:].islower() for word in own_words)
    return Sort.PERSON if is_full or any(one.acts for one in group) else None
