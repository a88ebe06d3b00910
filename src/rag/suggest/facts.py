"""Questions about single facts: how many, when, where, why, of what, and who someone is."""

import re
from collections.abc import Iterator

from rag.language.names import name_spans
from rag.language.verbs import ASIDE, base_form
from rag.schema import Article
from rag.suggest.phrases import ROLE, Clause, is_name, without_role

__all__ = ["counting_questions", "fact_questions", "person_questions"]

_BE = r"(?P<be>is|are|was|were)"
_BEEN = r"(?:is|are|was|were|has been|have been|had been)"
_N = (
    r"(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|hundreds of"
    r"|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?)"
    r"(?:\s(?:hundred|thousand|million|billion))?"
)
_ABOUT = (
    r"(?:at least|about|around|more than|nearly|almost|over|some|roughly|approximately|up to"
    r"|an estimated|only)"
)
_COUNTED = (
    r"(?P<noun>(?:[A-Za-z][\w’-]+\s){0,2}"
    r"(?:people|men|women|children|[a-z][\w-]*[b-rt-z]s(?<!ous)))"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = (
    rf"(?:in (?:{_MONTH},? )?{_YEAR}|on {_MONTH} \d{{1,2}}(?:, {_YEAR})?"
    rf"|on \d{{1,2}} {_MONTH}(?: {_YEAR})?|(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_PLAIN = r"[^,.;:“”\"()–—]"
_PLACED = (
    r"(?:born|based|located|headquartered|held|buried|raised|situated|arrested|found|killed|detained"
    r"|spotted|discovered|built|injured|shot|jailed|imprisoned|filmed)"
)
_TOOK_PLACE = r"(?:died|lives|lived|landed|arrived|crashed|met|works|worked|grew up|took place)"
_MANY_FIRST = re.compile(
    rf"^(?:{_ABOUT}\s)?{_N}\s{_COUNTED}\s(?P<rest>(?:were|have been|had been|died|are)\b{_PLAIN}+)",
    re.IGNORECASE,
)
_MANY_AFTER = re.compile(
    rf"^(?:\s{ASIDE})*\s(?:(?:has|had)\s)?(?P<verb>[a-z]+)\s(?:{_ABOUT}\s)?{_N}\s{_COUNTED}"
    rf"(?P<tail>\s(?:in|from|for)\s[A-Z][\w’-]+(?:\s[A-Z][\w’-]+)*)?(?=[,.;]|\s(?:which|who|that|and|on|after|as|at|by|to)\b|$)"
)
_WHEN_WAS = re.compile(
    rf"^\s{_BE}\s(?P<done>(?:\w+ly\s)?[a-z]+(?:ed|[a-z]n|ld|de)(?:\s(?!{_DATE}){_PLAIN}{{2,40}}?)?)"
    rf"\s{_DATE}(?=[,.;]|$|\s(?:by|after|before|as|while|when|to|at|and)\b)"
)
_WHEN_DID = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<verb>[a-z]+)(?P<rest>(?:\s(?!{_DATE})(?!to\b|[a-z]+ing\b|that\b)[^\s,.;:“”\"()–—]+){{0,8}}?)\s{_DATE}(?=[,.]|$|\s(?:after|before|as|while|when|to|at|and)\b)"
)
_WHERE = re.compile(rf"^\s{_BE}\s(?P<done>{_PLACED})\s(?:in|at|near)\s(?!{_MONTH})(?:the\s)?[A-Z]")
_WHERE_DID = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<done>{_TOOK_PLACE})\s(?:in|at|near)\s(?!{_MONTH})(?:the\s)?[A-Z]"
)
_DONE_BY = re.compile(
    r"^\s(?:was|were)\s(?P<done>[a-z]+ed)\sby\s(?:(?:the|an?)\s)?(?:[\w-]+\s){0,3}?[A-Z]"
)
_OF_WHAT = re.compile(
    rf"^\s(?P<been>{_BEEN})\s(?P<done>(?:accused|convicted|suspected|found guilty|made|composed) of"
    r"|charged with|known (?:for|as)|sentenced to|nominated for|blamed for|named (?:after|for)"
    r"|used (?:for|as))\s"
)
_WHY_BE = re.compile(rf"^\s{_BE}\s(?P<rest>{_PLAIN}{{4,45}}?),?\s(?:because|due to|owing to)\s")
_WHY_DID = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<verb>[a-z]+)\s(?P<rest>{_PLAIN}{{4,45}}?),?"
    r"\s(?:because|due to|owing to)\s"
)
_MANY_IN = re.compile(
    rf"^\s{_BE}\s(?P<done>[a-z]+(?:ed|[a-z]n|ld))\s(?P<by>in|by|at|to|from)\s(?:{_ABOUT}\s)?{_N}\s{_COUNTED}"
    r"(?=[,.;]|\s(?:and|as|or|including|worldwide)\b|$)"
)
_EXPECTED = re.compile(
    rf"^\s(?P<been>{_BEEN})\s(?:{ASIDE}\s)?(?P<done>expected|ordered|asked|forced|told|urged|required|allowed"
    r"|scheduled|encouraged|banned|prohibited)\s(?P<to>to\s(?!be\b|do\b)|from\s)[a-z]+\b"
)
_BY_DOING = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<verb>[a-z]+)\s(?P<rest>{_PLAIN}{{6,45}}?)\sby\s[a-z]+ing\b"
)
_IS_A = re.compile(r"^\s(?:is|was)\s(?:an?|the)\s(?P<what>[^,.;:]+)")
_MONEY = re.compile(
    rf"^(?:\s{ASIDE})*\s(?:(?:has|had)\s)?(?P<verb>paid|raised|donated|spent|earned|cost|invested|received"
    rf"|won|lost|owed|borrowed)\s(?:{_ABOUT}\s)?[$€£]\d[\d.,]*(?:\s(?:thousand|million|billion|trillion))?"
    rf"(?P<tail>\s(?:in|for|to|on|from)\s{_PLAIN}{{3,40}}?)?(?=[,.;]|\s(?:after|as|and|which|that)\b|$)"
)
_DOES = re.compile(
    rf"^(?:\s{ASIDE})*\s(?P<rest>(?P<verb>[a-z]+)\s(?!going\b|that\b){_PLAIN}{{12,80}}?)"
    r"(?=\.?$|,\s)"
)
_HOLDER = re.compile(
    rf"^, (?P<office>the (?:[\w’'-]+ ){{0,4}}?{ROLE} (?:of|for) (?:the )?[A-Z][\w’' -]{{2,40}}),",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:\son)?\s(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_SAYING = frozenset(
    ("said", "says", "told", "added", "had", "has", "thought", "thinks", "noted", "described")
)
_THING = (
    r"(?:company|agency|organization|organisation|group|island|river|lake"
    r"|mountain|drug|vaccine|virus|disease|bacterium|treaty|agreement|law|bill|film|movie"
    r"|book|novel|album|song|series|website|app|platform|newspaper|magazine|university|college|hospital"
    r"|museum|bank|program|programme|project|system|species|festival|party|committee|court|ministry"
    r"|airline|airport|bridge|dam|satellite|telescope|spacecraft|rocket|medication|pill|supplement|charity"
    r"|nonprofit|foundation|firm|startup|network|channel|band|team|league|tournament|game|brand|chain"
    r"|retailer|service|product|cheese|dish|language|technique|theory|method|device|currency|sport)"
)
_APPOSED_THING = re.compile(
    rf"^, (?:an?|the) (?:[\w’'-]+ ){{0,4}}?{_THING}"
    r"(?=[,.]| (?:that|which|based|owned|run|founded|known)\b)"
)
_PERSON = re.compile(rf"^, (?:an?|the) [^,;:“”\"()]{{0,60}}\b{ROLE}\b[^,;:“”\"()]{{0,40}}[,.]")


def counting_questions(sentence: str) -> Iterator[tuple[str, str]]:
    """Yields a question from a sentence that opens with a number: "How many people were …"."""
    match = _MANY_FIRST.search(sentence)
    if match:
        yield "how many", f"How many {match['noun']} {match['rest'].strip()}?"


def fact_questions(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields the kind and text of each question about a fact in the clause, such as a number."""
    yield from _inverted(found)
    yield from _done(found)
    yield from _defined(found)
    does = _DOES.search(found.rest) if found.is_person else None
    if does and does["verb"] not in _SAYING and _may_ask_who(does["verb"]):
        yield "who did", f"Who {_DAY.sub('', does['rest'])}?"


def _may_ask_who(verb: str) -> bool:
    """Whether it is "is", "was", "will" or a past tense; other presents may be from a caption."""
    return verb in ("is", "was", "will") or (base_form(verb) or ("", ""))[0] == "did"


def _inverted(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields questions that put the auxiliary before the subject."""
    who = found.subject
    if match := _WHEN_WAS.search(found.rest):
        yield "when", f"When {match['be']} {who} {match['done']}?"
    if match := _WHERE.search(found.rest):
        yield "where", f"Where {match['be']} {who} {match['done']}?"
    if (match := _DONE_BY.search(found.rest)) and base_form(match["done"]):
        yield "who did", f"Who {match['done']} {who}?"
    if match := _OF_WHAT.search(found.rest):
        first, _, been = match["been"].partition(" ")
        yield "of what", " ".join(f"What {first} {who} {been} {match['done']}".split()) + "?"
    if match := _EXPECTED.search(found.rest):
        first, _, been = match["been"].partition(" ")
        end = "to do" if match["to"].startswith("to") else "from doing"
        yield "expected", " ".join(f"What {first} {who} {been} {match['done']} {end}".split()) + "?"
    if match := _MANY_IN.search(found.rest):
        many = f"{match['by'].capitalize()} how many {match['noun']}"
        yield "how many", f"{many} {match['be']} {who} {match['done']}?"
    if match := _WHY_BE.search(found.rest):
        yield "why", f"Why {match['be']} {who} {match['rest']}?"


def _defined(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields "What is X?" or "Who is X?" from a sentence of the form "X is a …"."""
    match = _IS_A.search(found.rest)
    if match and re.search(rf"\b{ROLE}s?\b", match["what"], re.IGNORECASE):
        if found.is_person:
            yield "who", f"Who is {found.subject}?"
    elif (
        match
        and not found.is_person
        and (found.subject.isupper() or re.search(rf"\b{_THING}\b", match["what"]))
    ):
        yield "what", f"What is {found.subject}?"


def _done(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields questions that need "did" or "does" and the base form of the verb."""
    if match := _WHERE_DID.search(found.rest):
        verb, _, more = match["done"].partition(" ")
        helper, base = base_form(verb) or ("did", verb)
        yield "where", f"Where {helper} {found.subject} {base} {more}".rstrip() + "?"
    for sort, pattern, ask in (
        ("how many", _MANY_AFTER, "How many {noun} {helper} {who} {base}{tail}?"),
        ("how much", _MONEY, "How much {helper} {who} {base}{tail}?"),
        ("when", _WHEN_DID, "When {helper} {who} {base}{rest}?"),
        ("how", _BY_DOING, "How {helper} {who} {base} {rest}?"),
        ("why", _WHY_DID, "Why {helper} {who} {base} {rest}?"),
    ):
        match = pattern.search(found.rest)
        form = base_form(match["verb"]) if match else None
        if match and form and (sort != "when" or form[0] == "did"):
            parts = {name: value or "" for name, value in match.groupdict().items()}
            yield sort, ask.format(helper=form[0], base=form[1], who=found.subject, **parts)


def person_questions(article: Article, sentence: str) -> Iterator[tuple[str, str]]:
    """Yields questions about names the sentence explains, as in "Ann Lee, the mayor of Bern"."""
    for start, stop in name_spans(sentence):
        name = without_role(re.sub(r"[’']s?$", "", sentence[start:stop].partition(" of ")[0]))
        end = sentence.index(name, start) + len(name)
        if sentence[end : end + 2] in ("’s", "'s") or " " not in name or not is_name(name, article):
            continue
        if match := _HOLDER.search(sentence[end:]):
            yield "office", f"Who is {match['office']}?"
        if _PERSON.search(sentence[end:]):
            yield "who", f"Who is {name}?"
        elif _APPOSED_THING.search(sentence[end:]):
            yield "what", f"What is {'the ' * sentence[:start].lower().endswith('the ')}{name}?"
