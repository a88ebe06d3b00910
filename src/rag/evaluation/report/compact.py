"""Encodes the questions compactly as JSON that is safe inside a script tag.

Rows are arrays in the order of ``FIELDS``. Hits are arrays in the order of ``HIT_FIELDS`` without
trailing empty values. Each article text is stored once and referenced by its index. Offsets count
UTF-16 code units, as in JavaScript.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.evaluation.measuring.catalog import MEASURES
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT, QuestionRow
from rag.evaluation.records import Found, Quote, Source, Unit
from rag.evaluation.report.excerpts import DETAILS, Detail, focus, marks, window

ALL_GROUPS = (RIGHT, *GROUPS, NOT_JUDGED)
FIELDS = (
    "id",
    "question",
    "standalone",  # empty if it equals the question
    "history",
    "kind",
    "answerable",
    "answers",
    "group",
    "passage_rank",
    "article_rank",
    "gold",  # each item: text index, rank, marks
    "gold_left_out",
    "found",
    "hits",
    "terms",
    "shown",
    "short",
    "withheld",
    "answerability",
    "seconds",
    "values",
)
HIT_FIELDS = (
    "rank",
    "text",
    "score",
    "dense_rank",
    "dense_score",
    "lexical_rank",
    "lexical_score",
    "terms",  # bit mask of the row's terms
    "flags",
    "marks",
)
HOLDS_GOLD, QUOTED = 1, 2
GOLD_PLACES = 3
TERMS = 30  # JavaScript's bit operators use 32-bit signed integers
LIMIT = 18_000_000  # bytes; keeps the page with its charts below 20 MB


def question_data(
    rows: Sequence[QuestionRow],
    articles: Mapping[str, Source],
    *,
    threshold: float | None = None,
    limit: int = LIMIT,
) -> tuple[str, Detail]:
    """Encodes the rows as JSON, with the most detailed of ``DETAILS`` that fits ``limit`` bytes.

    ``threshold`` is the run's answerability threshold, if known. If no level of detail fits, the
    last one is used. Characters with a meaning in HTML are escaped.

    Returns:
        The JSON text and the level of detail.
    """
    for detail in DETAILS:
        data = _Compact(articles=articles, detail=detail).data(rows)
        text = _embed({**data, "threshold": threshold})
        if len(text.encode("utf-8", "replace")) <= limit:
            break
    return text, detail


def _embed(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


class _Numbers(dict[object, int]):
    """Numbers distinct values in order of first use."""

    def of(self, value: object) -> int:
        return self.setdefault(value, len(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compact:
    """The encoder, with the tables of texts, articles and kinds that the rows refer to."""

    articles: Mapping[str, Source]
    detail: Detail
    texts: _Numbers = field(default_factory=_Numbers)
    sources: _Numbers = field(default_factory=_Numbers)
    kinds: _Numbers = field(default_factory=_Numbers)

    def data(self, rows: Sequence[QuestionRow]) -> dict[str, object]:
        """The data that the page's script reads."""
        known = {key for row in rows for key in row.values}
        measures = [measure for measure in MEASURES if measure.key in known]
        keys = [measure.key for measure in measures]
        return {
            "fields": FIELDS,
            "hit_fields": HIT_FIELDS,
            "groups": ALL_GROUPS,
            "measures": [[measure.section, measure.label] for measure in measures],
            "rows": [
                [*self._row(row), [_rounded(row.values.get(key)) for key in keys]] for row in rows
            ],
            "kinds": list(self.kinds),
            "articles": list(self.sources),
            "texts": list(self.texts),
        }

    def _row(self, row: QuestionRow) -> list[object]:
        terms = list(dict.fromkeys(term for hit in row.hits for term in hit.matched_terms))[:TERMS]
        same = row.standalone_question == row.question
        places = row.gold or tuple(map(self._whole, row.gold_articles))
        return [
            row.id,
            self._cut(row.question),
            "" if same else self._cut(row.standalone_question),
            [[turn.role, self._cut(turn.text)] for turn in row.history],
            -1 if row.kind is None else self.kinds.of(row.kind),
            row.answerable,
            [self._cut(answer) for answer in row.answers],
            ALL_GROUPS.index(row.group),
            row.passage_rank,
            row.article_rank,
            [self._gold(unit, row) for unit in places[:GOLD_PLACES]],
            max(0, len(places) - GOLD_PLACES),
            len(row.hits),
            [self._hit(hit, row, terms) for hit in self._kept(row)],
            terms,
            [self._statement(text, row.citations) for text in row.shown],
            self._cut(row.short_answer or ""),
            [self._words(quote.quote, quote.article_id) for quote in row.withheld],
            _rounded(row.answerability),
            _rounded(row.seconds),
        ]

    def _kept(self, row: QuestionRow) -> Iterator[Found]:
        """The top hits, and the first hit that contains gold, whatever its rank."""
        most = self.detail.hits_right if row.group == RIGHT else self.detail.hits
        first = row.relevant[:1]
        return (hit for hit in row.hits if hit.rank <= most or hit.rank in first)

    def _hit(self, hit: Found, row: QuestionRow, terms: Sequence[str]) -> list[object]:
        gold = [unit for unit in row.gold if unit.overlaps(hit)]
        quoted = any(quote.overlaps(hit) for quote in (*row.citations, *row.withheld))
        text, marked = self._passage(hit, gold, words=(*row.answers, *hit.matched_terms))
        values: list[object] = [
            hit.rank,
            text,
            _rounded(hit.score),
            hit.dense_rank,
            _rounded(hit.dense_score),
            hit.lexical_rank,
            _rounded(hit.lexical_score),
            sum(1 << place for place, term in enumerate(terms) if term in hit.matched_terms),
            HOLDS_GOLD * (hit.rank in row.relevant) + QUOTED * quoted,
            marked,
        ]
        while not values[-1]:
            values.pop()
        return values

    def _gold(self, unit: Unit, row: QuestionRow) -> list[object]:
        holding = next((hit for hit in row.hits if hit.overlaps(unit)), None)
        text, marked = self._passage(self._around(unit, holding), [unit], words=row.answers)
        return [text, holding and holding.rank, marked]

    def _around(self, unit: Unit, found: Found | None) -> Unit:
        """The retrieved passage if it contains the whole gold unit, else the unit's lines."""
        if found and found.start <= unit.start and unit.end <= found.end:
            return found
        whole = self._text(unit.article_id)
        start = whole.rfind("\n", 0, unit.start) + 1
        end = whole.find("\n", unit.end)
        return Unit(article_id=unit.article_id, start=start, end=end if end >= 0 else len(whole))

    def _whole(self, article_id: str) -> Unit:
        return Unit(article_id=article_id, start=0, end=len(self._text(article_id)))

    def _passage(
        self, place: Unit, gold: Sequence[Unit], *, words: Iterable[str]
    ) -> tuple[int, list[int]]:
        """The index of a passage's text, shortened to the relevant part, and its gold marks."""
        whole = self._text(place.article_id)
        start, end = place.start, min(place.end, len(whole))
        inside = [(max(unit.start, start), min(unit.end, end)) for unit in gold]
        if end - start > self.detail.passage:
            narrow = min(inside, key=lambda span: span[1] - span[0], default=(start, end))
            place_of_focus = focus(whole, narrow, words)
            start, end = window((start, end), focus=place_of_focus, size=self.detail.passage)
        text = whole[start:end]
        number = self.texts.of((self._source(place.article_id), text))
        return number, marks(text, [(a - start, b - start) for a, b in inside])

    def _statement(self, text: str, citations: Sequence[Quote]) -> int:
        cited = (quote.article_id for quote in citations if quote.quote in text)
        return self._words(text, next(cited, None))

    def _words(self, text: str, article_id: str | None) -> int:
        """The index of a text that was shown or withheld, stored with the article it quotes."""
        source = -1 if article_id is None else self._source(article_id)
        return self.texts.of((source, self._cut(text)))

    def _source(self, article_id: str) -> int:
        source = self.articles.get(article_id)
        if source is None:
            return self.sources.of((article_id, None, None))
        return self.sources.of((source.title or article_id, source.outlet, source.published))

    def _text(self, article_id: str) -> str:
        source = self.articles.get(article_id)
        return source.text if source else ""

    def _cut(self, text: str) -> str:
        most = self.detail.words
        return text if len(text) <= most else text[: most - 2].rstrip() + " …"


def _rounded(number: float | None) -> float | int | None:
    """Rounds to three decimals; whole numbers become integers."""
    if number is None:
        return None
    short = round(number, 3)
    return int(short) if short == int(short) else short
