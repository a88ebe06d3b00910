"""Questions about single facts: how many, when, where, why, what, and who someone is."""

import re
from collections.abc import Iterator

from rag.language.english import facts as rules
from rag.language.english.verbs import base_form
from rag.language.names import name_spans
from rag.schema import Article
from rag.suggest.phrases import Clause, is_name, without_role

__all__ = ["counting_questions", "fact_questions", "person_questions"]


def counting_questions(sentence: str) -> Iterator[tuple[str, str]]:
    """Yields a question from a sentence that opens with a number: "How many people were …"."""
    match = rules.MANY_FIRST.search(sentence)
    if match:
        yield "how many", f"How many {match['noun']} {match['rest'].strip()}?"


def fact_questions(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields the kind and text of each question about a fact in the clause, such as a number."""
    yield from _inverted(found)
    yield from _done(found)
    yield from _defined(found)
    does = rules.DOES.search(found.rest) if found.is_person else None
    if does and does["verb"] not in rules.SAYING and _may_ask_who(does["verb"]):
        yield "who did", f"Who {rules.DAY.sub('', does['rest'])}?"


def _may_ask_who(verb: str) -> bool:
    """Whether ``verb`` is "is", "was", "will" or past tense; the present may be from a caption."""
    return verb in ("is", "was", "will") or (base_form(verb) or ("", ""))[0] == "did"


def _inverted(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields questions that put the auxiliary before the subject."""
    who = found.subject
    if match := rules.WHEN_WAS.search(found.rest):
        yield "when", f"When {match['be']} {who} {match['done']}?"
    if match := rules.WHERE.search(found.rest):
        yield "where", f"Where {match['be']} {who} {match['done']}?"
    if (match := rules.DONE_BY.search(found.rest)) and base_form(match["done"]):
        yield "who did", f"Who {match['done']} {who}?"
    if match := rules.OF_WHAT.search(found.rest):
        first, _, been = match["been"].partition(" ")
        yield "of what", " ".join(f"What {first} {who} {been} {match['done']}".split()) + "?"
    if match := rules.EXPECTED.search(found.rest):
        first, _, been = match["been"].partition(" ")
        end = "to do" if match["to"].startswith("to") else "from doing"
        yield "expected", " ".join(f"What {first} {who} {been} {match['done']} {end}".split()) + "?"
    if match := rules.MANY_IN.search(found.rest):
        many = f"{match['by'].capitalize()} how many {match['noun']}"
        yield "how many", f"{many} {match['be']} {who} {match['done']}?"
    if match := rules.WHY_BE.search(found.rest):
        yield "why", f"Why {match['be']} {who} {match['rest']}?"


def _defined(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields "What is X?" or "Who is X?" from a sentence of the form "X is a …"."""
    match = rules.IS_A.search(found.rest)
    if match and rules.A_ROLE.search(match["what"]):
        if found.is_person:
            yield "who", f"Who is {found.subject}?"
    elif (
        match
        and not found.is_person
        and (found.subject.isupper() or rules.A_THING.search(match["what"]))
    ):
        yield "what", f"What is {found.subject}?"


def _done(found: Clause) -> Iterator[tuple[str, str]]:
    """Yields questions that need "did" or "does" and the base form of the verb."""
    if match := rules.WHERE_DID.search(found.rest):
        verb, _, more = match["done"].partition(" ")
        helper, base = base_form(verb) or ("did", verb)
        yield "where", f"Where {helper} {found.subject} {base} {more}".rstrip() + "?"
    for sort, pattern, ask in (
        ("how many", rules.MANY_AFTER, "How many {noun} {helper} {who} {base}{tail}?"),
        ("how much", rules.MONEY, "How much {helper} {who} {base}{tail}?"),
        ("when", rules.WHEN_DID, "When {helper} {who} {base}{rest}?"),
        ("how", rules.BY_DOING, "How {helper} {who} {base} {rest}?"),
        ("why", rules.WHY_DID, "Why {helper} {who} {base} {rest}?"),
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
        if match := rules.HOLDER.search(sentence[end:]):
            yield "office", f"Who is {match['office']}?"
        if rules.PERSON.search(sentence[end:]):
            yield "who", f"Who is {name}?"
        elif rules.APPOSED_THING.search(sentence[end:]):
            yield "what", f"What is {'the ' * sentence[:start].lower().endswith('the ')}{name}?"
