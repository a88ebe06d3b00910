"""Timelines: the sentences in the folder that state a date, in chronological order."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rag.config import Config
from rag.index import View
from rag.index.passages import StoredPassage
from rag.language import Language
from rag.language.temporal.calendar import month_days
from rag.language.temporal.expressions import moments
from rag.language.temporal.leads import is_attribute
from rag.language.temporal.periods import spoken_periods
from rag.language.words import terms
from rag.retrieve.mentions import Found
from rag.retrieve.overview import lead_spans, stated
from rag.schema import Article, Period

__all__ = ["Pick", "dated_by", "head", "in_order", "in_time"]

_MOST = 500  # sentences
_MONTH, _YEAR = 31, 366  # days of the longest time that dates a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A sentence to show, with a note; ``differs`` is true if another sentence disagrees."""

    article: Article
    stored: StoredPassage
    span: tuple[int, int]
    note: str = ""
    differs: bool = False

    @property
    def text(self) -> str:
        """The sentence, exactly as printed."""
        return self.article.text[slice(*self.span)]


def in_order(found: Found) -> list[StoredPassage]:
    """The passages of an article in text order."""
    return sorted(found.passages, key=lambda item: item.passage.start)


def in_time(
    snapshot: View,
    found: Sequence[Found],
    words: set[str],
    best: Callable[..., Pick],
    *,
    config: Config,
    language: Language,
) -> list[Pick]:
    """The sentences on the topic that state a date, in chronological order.

    If the title or lead of an article contains all ``words``, all its sentences are on the topic;
    otherwise only those with one of the words. From an article without a dated sentence, returns
    its ``best`` sentence at the date of publication, or nothing if the article is undated.
    """
    dated: list[tuple[date, date, Pick]] = []
    for one in found:
        article, own = one.article, []
        is_about = words <= _terms(head(one), config)
        for item in snapshot.whole([one.passages[0].article_row]) if is_about else in_order(one):
            for span in stated(article, item.passage):
                text = article.text[slice(*span)]
                if not is_about and not words & _terms(text, config):
                    continue
                for days in _times(text, published=article.published, language=language):
                    pick = Pick(article=article, stored=item, span=span, note=_named(days))
                    own.append((days.since or date.min, days.until or date.max, pick))
        if not own and (day := article.published):
            note = language.folder.reported.format(day=Period(since=day, until=day))
            own = [(day, day, best(one, note=note))]
        dated += {
            (pick.span, pick.note): (since, until, pick) for since, until, pick in own
        }.values()
    dated.sort(key=lambda each: (*each[:2], each[2].article.id, each[2].span))
    return [pick for _, _, pick in dated][:_MOST]


def _terms(text: str, config: Config) -> set[str]:
    return set(terms(text, stemmer=config.stemmer))


def head(found: Found) -> str:
    """The title and the first sentence."""
    article = found.article
    passage = in_order(found)[0].passage
    lead = article.text[slice(*lead_spans(article, passage)[0])] if not passage.start else ""
    return f"{article.title}\n{lead}"


def _times(text: str, *, published: date | None, language: Language) -> list[Period]:
    """The times that date the parts of a sentence between semicolons."""
    parts = [dated_by(part, published=published, language=language) for part in text.split("; ")]
    return [days for days in parts if days]


def dated_by(text: str, *, published: date | None, language: Language) -> Period | None:
    """The shortest time that a sentence states, if it dates an event, else None.

    A time of at most a month dates an event, and so does a year in digits or one that had ended
    when the article was ``published``. Repeated times, times in comparisons, and the
    weekday of "Sunday roast" do not.
    """
    times = language.times
    text = times.habit.sub(lambda match: "_" * len(match[0]), text)
    for one in moments(text, language=language):
        if is_attribute(text, one, language):
            text = text[: one.start] + "_" * (one.end - one.start) + text[one.end :]
    found = [
        ((period.until - period.since).days, number, period)
        for number, period in enumerate(
            spoken_periods(text, published=published, language=language)
        )
        if period.since and period.until and not _is_number(period.words, text, language)
    ]
    length, _, period = min(found, default=(_YEAR + 1, 0, Period()))
    if length <= _MONTH:
        return period
    is_over = bool(published and period.until and period.until < published)
    is_named = any(char.isdigit() for char in period.words) or is_over
    is_compared = times.compared.search(text[: max(0, text.find(period.words))])
    return period if length <= _YEAR and is_named and not is_compared else None


def _is_number(words: str, text: str, language: Language) -> bool:
    """Whether a year alone may be another number: "Room 1815"."""
    year = re.search(r"(?:^|\s)(\d{4})$", words)
    if year is None or re.search(r"\d\D+\d{4}$", words) or _has_month(words, language):
        return False
    places = [match.start() for match in re.finditer(rf"\b{year[1]}\b", text)]
    return not any(language.times.year_led.search(text[:place]) for place in places)


def _has_month(words: str, language: Language) -> bool:
    named = (*language.calendar.months, *language.calendar.seasons)
    return any(name.lower() in words.lower() for name in named)


def _named(days: Period) -> str:
    """Formats a year as "1931", a month as "July 2022", and any other time in full."""
    since, until = days.since, days.until
    if since and until and (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
        return f"{since.year}" if since.year == until.year else str(days)
    if since and until and (since, until) == month_days(since.year, since.month):
        return f"{since:%B %Y}"
    return str(days)
