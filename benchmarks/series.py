"""Series of articles: texts of one template that report different events.

The templates were written for this benchmark. Members differ in names, numbers and dates, in
some words, and in sentences that only some of them have.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import rag
from rag.language.names import name_spans
from rag.language.quantities import quantities
from rag.language.temporal.dates import date_spans

START = date(2023, 1, 2)  # a Monday
TOWNS = (
    *("Ardby", "Bromsa", "Carlow Quay", "Dunvik", "Elmsted", "Farlund", "Grisholm", "Hexby"),
    *("Ivarstad", "Jarnes", "Kilmora", "Lowick", "Marbeck", "Norham", "Oxbury", "Pelworth"),
    *("Ravnsund", "Stokeby", "Tarnholm", "Ulverby", "Westray", "Yarmsted"),
)
FIRST = ("Alma", "Boris", "Clara", "Derek", "Edith", "Felix", "Greta", "Hugo", "Irma", "Jonas")
LAST = ("Abbott", "Brandt", "Castell", "Dahl", "Eriksen", "Foss", "Gale", "Holt", "Ingram", "Kerr")
COMPANIES = ("Baltis Foods", "Corvane Steel", "Delmar Shipping", "Fenwick Paper", "Halden Energy")
TAIL = (
    " The Gazette is read in Ardby, Bromsa and Dunvik. Write to Nora Lund at 14 Harbour Street,"
    " 3055 Ardby, or call 555 0142 from Monday to Friday between 8 and 16."
)
Template = Callable[[random.Random, date], tuple[str, str]]


def town(chance: random.Random) -> str:
    """Returns a place."""
    return chance.choice(TOWNS)


def person(chance: random.Random) -> str:
    """Returns a person's name."""
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def some(chance: random.Random, text: str) -> str:
    """Returns ``text`` in half of the cases."""
    return chance.choice(["", f" {text}"])


def match(chance: random.Random, day: date) -> tuple[str, str]:
    """A match report of one club."""
    guest, goals = town(chance), (chance.randint(0, 5), chance.randint(0, 5))
    ended = "won" if goals[0] > goals[1] else "lost" if goals[0] < goals[1] else "drew"
    return f"Ardby Rovers - {guest}", (
        f"Ardby Rovers {ended} {goals[0]}-{goals[1]} against {guest} at the Mill Ground on"
        f" {day:%A}. {person(chance)} opened the scoring in the {chance.randint(2, 40)}th minute."
        + some(chance, f"{person(chance)} was sent off after {chance.randint(50, 89)} minutes.")
        + f" The match was watched by {chance.randint(300, 2500)} people."
        f" Coach Martin Falk said the team would rest before the next game on"
        f" {day + timedelta(days=7):%-d %B}."
    )


def count(chance: random.Random, day: date) -> tuple[str, str]:
    """A daily count."""
    return "New flu cases in Dunvik county", (
        f"The health board of Dunvik county reported {chance.randint(10, 400)} new flu cases on"
        f" {day:%A}, bringing the total since October to {chance.randint(2000, 9000):,}."
        f" {chance.randint(5, 60)} people are in hospital, {chance.randint(1, 9)} of them in"
        " intensive care. The board advises everyone over 65 to get a vaccination."
        f" The next figures will be published on {day + timedelta(days=1):%A}."
    )


def prices(chance: random.Random, _: date) -> tuple[str, str]:
    """Weekly prices, without a date in the text."""
    kilo = [f"{chance.uniform(0.5, 9):.2f}" for _ in range(5)]
    return "Prices at the fish market", (
        "Here are this week's prices at the Lowick fish market, as collected by our reporter."
        f" Cod {chance.choice(['rose', 'fell', 'went'])} to {kilo[0]} crowns a kilo, and haddock"
        f" cost {kilo[1]} crowns. Herring was sold at {kilo[2]} crowns and mackerel at {kilo[3]}"
        f" crowns a kilo. A kilo of shrimps cost {kilo[4]} crowns. Landings came to"
        f" {chance.randint(20, 99)} tonnes."
    )


def weather(chance: random.Random, day: date) -> tuple[str, str]:
    """A weather report."""
    sky = ("sunny", "cloudy", "wet", "windy", "dry with some sun", "foggy at first, then bright")
    return "The weather", (
        f"{day:%A} will be {chance.choice(sky)} along the coast, with up to {chance.randint(2, 29)}"
        f" degrees in Westray and {chance.randint(2, 29)} degrees inland. The wind comes from the"
        f" {chance.choice(['north', 'south', 'west', 'east'])} at {chance.randint(2, 19)} metres a"
        f" second. At night it cools to {chance.randint(-5, 12)} degrees."
        + some(chance, "Drivers should expect slippery roads in the hills.")
    )


def minutes(chance: random.Random, day: date) -> tuple[str, str]:
    """Minutes of a council with the same members."""
    plan = ("to repair the school roof", "to buy a snow plough", "to close the old quay")
    return "Minutes of the parish council", (
        f"The parish council of Norham met on {day:%-d %B %Y} in the village hall. Present were"
        " Clara Dahl, Hugo Foss, Irma Holt, Jonas Kerr and Edith Gale. The minutes of the meeting"
        f" of {day - timedelta(days=28):%-d %B} were approved. {person(chance)} spoke about"
        f" {chance.choice(['parking', 'the library', 'street lights', 'litter'])}. The council"
        f" voted {chance.randint(3, 5)} to {chance.randint(0, 2)} {chance.choice(plan)}, at a cost"
        f" of {chance.randint(2, 90)},{chance.randint(100, 999)} crowns. The meeting closed at"
        f" {chance.randint(19, 22)}.{chance.randint(10, 59)}."
    )


def obituary(chance: random.Random, day: date) -> tuple[str, str]:
    """An obituary."""
    name, born = person(chance), chance.randint(1925, 1960)
    work = ("a teacher", "a nurse", "a ferry captain", "a baker", "an organist")
    return f"Obituary: {name}", (
        f"{name}, who was {chance.choice(work)} in {town(chance)} for {chance.randint(20, 45)}"
        f" years, died on {day:%-d %B} at the age of {day.year - born}. Born in {town(chance)} in"
        f" {born}, {name.split()[0]} was the {chance.choice(['eldest', 'youngest'])} of"
        f" {chance.randint(2, 9)} children. A service will be held at St Olav's church on"
        f" {day + timedelta(days=6):%A}. The family asks for no flowers."
    )


def quarter(chance: random.Random, day: date) -> tuple[str, str]:
    """Quarterly results of one of a few companies."""
    company = chance.choice(COMPANIES)
    nth = ("first", "second", "third", "fourth")[(day.month - 1) // 3]
    return f"{company} presents its results", (
        f"{company} said on {day:%A} that sales in the {nth} quarter of {day.year} came to"
        f" {chance.uniform(10, 900):.1f} million crowns, {chance.randint(1, 30)} percent"
        f" {chance.choice(['more', 'less'])} than a year before. Net profit was"
        f" {chance.uniform(1, 90):.1f} million crowns. The company, which has its seat in Bromsa"
        f" and employs {chance.randint(200, 9000):,} people, expects sales of about"
        f" {chance.randint(100, 999)} million crowns this year."
        + some(chance, f"Shares {chance.choice(['rose', 'fell'])} {chance.randint(1, 9)} percent.")
    )


def roads(chance: random.Random, day: date) -> tuple[str, str]:
    """A notice of road works."""
    return f"Road works in {town(chance)}", (
        f"Road {chance.randint(2, 99)} will be closed between {town(chance)} and {town(chance)}"
        f" from {day:%-d %B} to {day + timedelta(days=chance.randint(3, 20)):%-d %B}, the road"
        f" office said. Traffic will be led over road {chance.randint(100, 400)}, which takes about"
        f" {chance.randint(5, 40)} minutes longer. Buses of line {chance.randint(1, 30)} will not"
        f" stop at {town(chance)}. The works cost {chance.randint(2, 30)} million crowns."
    )


def court(chance: random.Random, day: date) -> tuple[str, str]:
    """A sentence of one court."""
    crime = ("theft", "fraud", "arson", "assault", "smuggling")
    return f"Court in Hexby: {chance.choice(crime)}", (
        f"The district court in Hexby on {day:%A} sentenced a {chance.randint(19, 70)}-year-old man"
        f" from {town(chance)} to {chance.choice(['two', 'three', 'four', 'six'])} years in prison"
        f" for {chance.choice(crime)}. Judge {person(chance)} said he had caused damage of"
        f" {chance.randint(10, 900)},000 crowns. {chance.randint(2, 9)} witnesses were heard. The"
        f" defence lawyer, {person(chance)}, said he would appeal. The sentence is not final."
    )


def winners(chance: random.Random, day: date) -> tuple[str, str]:
    """The winners of a weekly quiz."""
    return "Winners of our quiz", (
        f"The winners of last week's quiz are {person(chance)} of {town(chance)},"
        f" {person(chance)} of {town(chance)} and {person(chance)} of {town(chance)}. The right"
        f" answer was {chance.choice(['B', 'C', 'D'])}. We received {chance.randint(100, 900)}"
        f" cards. The prizes can be collected at our office until {day + timedelta(days=14):%-d %B}"
        " between 9 and 17. Thank you to everyone who took part, and good luck next time."
    )


TEMPLATES: dict[Template, int] = {  # with the days between two members
    match: 7, count: 1, prices: 7, weather: 1, minutes: 28, obituary: 3, quarter: 91, roads: 5,
    court: 2, winners: 7,
}  # fmt: skip


def series(members: int, chance: random.Random) -> Iterator[tuple[str, list[rag.Article]]]:
    """Yields the names and members of two series per template; one of them ends in boilerplate."""
    for (template, step), tail in product(TEMPLATES.items(), ("", TAIL)):
        name = f"{template.__name__}{' with boilerplate' if tail else ''}"
        made = []
        for number in range(members):
            day = START + timedelta(days=step * number)
            title, text = template(chance, day)
            made.append(
                rag.make_article(
                    id=f"{name}-{number}",
                    title=title,
                    outlet="Gazette",
                    published=day,
                    text=text + tail,
                )
            )
        yield name, made


def retold(article: rag.Article, chance: random.Random) -> rag.Article:
    """Replaces three quarters of the facts of ``article`` everywhere, as a template would."""
    text = article.text
    kinds: tuple[tuple[list[tuple[int, int]], Callable[[], str]], ...] = (
        (date_spans(text), lambda: f"{chance.randint(1, 28)} {chance.choice(['May', 'July'])}"),
        ([(one.start, one.end) for one in quantities(text)], lambda: str(chance.randint(2, 990))),
        (name_spans(text), lambda: chance.choice([person(chance), town(chance)])),
    )
    new: dict[str, str] = {}
    taken: dict[int, int] = {}
    for spans, fact in kinds:
        for start, end in spans:
            if not any(a < end and start < b for a, b in taken.items()):
                taken[start] = end
                old = text[start:end]
                new.setdefault(old, fact() if chance.random() < 0.75 else old)
    for start, end in sorted(taken.items(), reverse=True):
        text = f"{text[:start]}{new[text[start:end]]}{text[end:]}"
    return replace(article, text=text)


def corrected(article: rag.Article, chance: random.Random) -> rag.Article:
    """Makes a version from the next day, in which one number is different."""
    numbers = list(re.finditer(r"(?<![\d.,-])\d+(?![\d.,-])", article.text))
    one = chance.choice(numbers)
    text = f"{article.text[: one.start()]}{int(one.group()) + 3}{article.text[one.end() :]}"
    return replace(later(article), text=text)


def extended(article: rag.Article, chance: random.Random) -> rag.Article:
    """Makes a version from the next day with a corrected number and two further sentences."""
    more = (
        f" {person(chance)} of {town(chance)} told this newspaper that more than"
        f" {chance.randint(20, 80)} readers had asked about it. An earlier report was shorter."
    )
    version = corrected(article, chance)
    return replace(version, text=version.text + more)


def later(article: rag.Article) -> rag.Article:
    """Returns ``article`` as published on the next day."""
    return replace(article, published=(article.published or START) + timedelta(days=1))
