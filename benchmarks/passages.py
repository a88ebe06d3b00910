"""Effect of passage size, overlap and the text before a passage on retrieval.

Run as ``python benchmarks/passages.py NAME``, where NAME is a data set in the folder that
BYLINE_BENCH names, or the folder of a data set; takes some minutes. One-paragraph documents with
the same title are first joined into one article. A large data set is reduced to the gold articles
and those with the most words in common with the questions. Each passage is indexed as a document
whose title is the text before the passage, so that the vectors, BM25 and the reader all use it.
"""

import argparse
import os
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np

import rag
from rag.embed.base import Vectors
from rag.evaluation.datasets.models import Dataset, Document, Question
from rag.evaluation.datasets.reading import read_dataset
from rag.evaluation.measures.ranking import Judged, rank_values
from rag.evaluation.records import Gold, Unit
from rag.index.lexical import LexicalDocument, LexicalIndex
from rag.ingest.split import split_article
from rag.language.sentences import sentence_spans
from rag.language.words import content_terms, terms

PARAGRAPHS = 12_000
"""The maximum number of paragraphs; a larger corpus is reduced."""
NEAREST = 1  # articles kept for each question besides the gold ones
WORDS = 250
DEPTH = 20
MEASURES = (f"within {WORDS} words", "Success@1", "Success@5", "RR@10", "nDCG@10", "article RR@10")
Front = Callable[["Part"], str]
Whole = tuple[rag.Article, tuple["Part", ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A document, and its position in the article that it is part of."""

    document: Document
    lead: str
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Articles with their parts in order, and questions with the positions of their gold."""

    articles: Mapping[str, tuple[rag.Article, tuple[Part, ...]]]
    questions: tuple[Question, ...]
    units: Mapping[str, tuple[Unit, ...]]
    linked: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to make passages: ``target`` and ``limit`` in tokens, ``overlap`` in sentences."""

    name: str
    target: int = 128
    limit: int = 1_000
    overlap: int = 0
    front: str = "title"
    boosts: tuple[float, ...] = (1.0,)


class Remembering:
    """An embedder that caches the vector of each text."""

    def __init__(self, embedder: rag.Embedder) -> None:
        self.name, self.fingerprint = embedder.name, embedder.fingerprint
        self.dims, self.max_tokens = embedder.dims, embedder.max_tokens
        self.count_tokens, self.embed_tokens = embedder.count_tokens, embedder.embed_tokens
        self._of = embedder
        self._known: dict[tuple[bool, str], Vectors] = {}

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Returns the embedder's vectors of documents."""
        return self._get(texts, self._of.embed_documents, question=False)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Returns the embedder's vectors of questions."""
        return self._get(texts, self._of.embed_questions, question=True)

    def _get(
        self, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors], *, question: bool
    ) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (question, text) not in self._known]
        if new:
            keys = [(question, text) for text in new]
            self._known |= dict(zip(keys, embed(new), strict=True))
        return np.stack([self._known[question, text] for text in texts])


def titled(part: Part) -> str:
    """Returns the title without the section name."""
    return part.document.title.split(" > ")[0]


def dated(part: Part) -> str:
    """Returns title, outlet and date."""
    day = part.document.published
    return ". ".join(filter(None, [outleted(part), f"{day:%d %B %Y}" if day else ""]))


def outleted(part: Part) -> str:
    """Returns title and outlet."""
    return ". ".join(filter(None, [part.document.title, part.document.outlet or ""]))


FRONTS: Mapping[str, Front] = {
    "nothing": lambda _: "",
    "title without section": titled,
    "title": lambda part: part.document.title,
    "title, outlet": outleted,
    "title, outlet, date": dated,
    "title, lead sentence": lambda part: f"{part.document.title}. {part.lead}",
}
BOOSTS = (0.0, 0.25, 0.5, 1.0)
WAYS = (
    Way(name="shipped: joined up to 128", boosts=BOOSTS),
    Way(name="a paragraph each", target=0),
    Way(name="joined up to 64", target=64),
    Way(name="joined up to 200", target=200),
    Way(name="joined up to 64, longer ones cut", target=64, limit=64),
    Way(name="joined up to 128, longer ones cut", limit=128),
    Way(name="128, cut, a sentence of overlap", limit=128, overlap=1),
    Way(name="128, a sentence of overlap", overlap=1),
    *(Way(name=name, front=name, boosts=(0.0, 1.0)) for name in FRONTS if name != "title"),
)


def lead(document: Document) -> str:
    """Returns the first sentence of a document."""
    start, end = document.paragraphs[0]
    first = sentence_spans(document.text, start, end, language="en")[0]
    return document.text[slice(*first)]


def joined(dataset: Dataset) -> dict[str, tuple[Part, ...]]:
    """Returns each article's parts: one-paragraph documents with one title, or one document."""
    page = {part.id: part.title.split(" > ")[0] for part in dataset.documents}
    leads: dict[str, str] = {}
    for document in dataset.documents:
        leads.setdefault(page[document.id] or document.id, lead(document))
    found: dict[str, list[Part]] = {}
    for document in dataset.documents:
        first = leads[page[document.id] or document.id]
        single = len(document.paragraphs) == 1 and document.title
        parts = found.setdefault(f"={document.title}" if single else document.id, [])
        start = parts[-1].start + len(parts[-1].document.text) + 2 if parts else 0
        parts.append(Part(document=document, lead=first if single else lead(document), start=start))
    return {name: tuple(parts) for name, parts in found.items()}


def task(dataset: Dataset, *, limit: int) -> Task:
    """Returns the questions with gold, at most ``limit`` at random, and their articles."""
    parts = joined(dataset)
    places = {one.document.id: (name, one.start) for name, all_ in parts.items() for one in all_}
    gold = dataset.gold
    linked = any(one.gold_human for one in gold.values())
    asked = [q for q in dataset.questions if q.answerable and (q.gold_human or not linked)]
    asked = [q for q in asked if gold[q.id].units or gold[q.id].gold_human]
    if len(asked) > limit:
        asked = random.Random(0).sample(asked, limit)  # noqa: S311
    articles = {
        name: (
            rag.make_article(
                id=name,
                title=all_[0].document.title,
                text="\n\n".join(part.document.text for part in all_),
            ),
            all_,
        )
        for name, all_ in parts.items()
    }
    names = {q.id: right(gold[q.id], places) for q in asked}
    kept = fewer(articles, asked, names)
    units = {q.id: tuple(placed(gold[q.id], places, kept)) for q in asked}
    return Task(articles=kept, questions=tuple(asked), units=units, linked=names)


def right(gold: Gold, places: Mapping[str, tuple[str, int]]) -> frozenset[str]:
    """Returns the relevant articles: those linked by people, else all with gold."""
    return frozenset(places[name][0] for name in gold.gold_human or gold.articles)


def placed(
    gold: Gold, places: Mapping[str, tuple[str, int]], kept: Mapping[str, object]
) -> Iterator[Unit]:
    """Yields the gold units at their positions in the joined articles, except whole articles."""
    for unit in gold.units:
        name, start = places[unit.article_id]
        if name in kept and not (gold.whole and name == unit.article_id):
            yield Unit(article_id=name, start=unit.start + start, end=unit.end + start)


def fewer(
    articles: Mapping[str, Whole], asked: Sequence[Question], names: Mapping[str, frozenset[str]]
) -> dict[str, Whole]:
    """Returns all articles or, if there are many, the gold ones and those sharing most words."""
    total = sum(len(p.document.paragraphs) for _, parts in articles.values() for p in parts)
    if total <= PARAGRAPHS:
        return dict(articles)
    index = LexicalIndex(Path("memory"), analysis="", on_disk=False)
    rows = list(articles)
    documents = (
        LexicalDocument(row=row, article_row=row, title=terms(one.title), body=terms(one.text))
        for row, (one, _) in enumerate(articles.values())
    )
    index.apply(generation=1, stamp="", born=documents, died=[])
    kept = set().union(*names.values())
    for question in asked:
        words = content_terms(question.question)
        hits = index.searcher().search(words, k=NEAREST, boosts={"body": 1.0, "title": 1.0})
        kept |= {rows[row] for row, _ in hits}
    return {name: one for name, one in articles.items() if name in kept}


def pieces(work: Task, way: Way, embedder: rag.Embedder) -> Iterator[tuple[rag.Article, Unit]]:
    """Yields each passage as a document, with its position in the article."""
    for name, (article, parts) in work.articles.items():
        fronts = [FRONTS[way.front](part) for part in parts]
        longest = max(embedder.count_tokens(fronts))
        room = embedder.max_tokens - min(longest, embedder.max_tokens // 4)
        limit = min(way.limit, room)
        passages = split_article(
            article, count_tokens=embedder.count_tokens, target=way.target, limit=limit
        )
        sentences = [span for passage in passages for span in passage.sentences]
        for number, passage in enumerate(passages):
            first = sentences.index(passage.sentences[0])
            start = sentences[max(0, first - way.overlap)][0]
            at = max(n for n, part in enumerate(parts) if part.start <= passage.start)
            document = rag.make_article(
                id=f"{name}#{number}",
                title=fronts[at],
                text=article.text[start : passage.end],
                published=parts[at].document.published,
            )
            yield document, Unit(article_id=name, start=start, end=passage.end)


def touches(hit: Unit, unit: Unit) -> bool:
    """Whether the two overlap by at least half of the shorter one."""
    shared = min(hit.end, unit.end) - max(hit.start, unit.start)
    shorter = min(hit.end - hit.start, unit.end - unit.start)
    return hit.article_id == unit.article_id and 2 * shared >= shorter


def judged(hits: Sequence[Unit], units: Sequence[Unit]) -> Judged:
    """Marks the hits that contain new gold, and counts the gold units that no hit contains."""
    free, marks = list(units), []
    for hit in hits:
        left = [unit for unit in free if not touches(hit, unit)]
        marks.append(len(left) < len(free))
        free = left
    return Judged(marks=tuple(marks), missed=len(free))


def ranked(hits: Sequence[Unit], right: frozenset[str]) -> Judged:
    """Marks the relevant articles among those found, and counts the missed ones."""
    names = dict.fromkeys(hit.article_id for hit in hits)
    missed = len(right.difference(names))
    return Judged(marks=tuple(name in right for name in names), missed=missed)


def near(work: Task, hits: Sequence[Unit], one: Judged) -> bool:
    """Whether the first hit with gold ends within the first ``WORDS`` words."""
    read = hits[: one.first] if one.first else ()
    texts = (work.articles[hit.article_id][0].text[hit.start : hit.end] for hit in read)
    return bool(read) and sum(len(text.split()) for text in texts) <= WORDS


def figures(work: Task, found: Mapping[str, Sequence[Unit]]) -> Iterator[str]:
    """Yields the mean of each measure; passage measures need questions with known paragraphs."""
    passages = {name: judged(hits, work.units[name]) for name, hits in found.items()}
    articles = {name: ranked(hits, work.linked[name]) for name, hits in found.items()}
    known = {name: one for name, one in passages.items() if one.has_gold}
    yield mean([near(work, found[name], one) for name, one in known.items()])
    by_passage, by_article = rank_values(known), rank_values(articles)
    for measure in MEASURES[1:-1]:
        yield mean(by_passage[measure].values())
    yield mean(by_article["RR@10"].values())


def mean(values: Iterable[float]) -> str:
    """Formats the mean with three decimal places."""
    return f"{fmean(values):.3f}"


def measured(
    work: Task, way: Way, embedder: rag.Embedder, *, read: bool
) -> Iterator[tuple[str, ...]]:
    """Yields a row for each weight of the title in BM25."""
    documents = list(pieces(work, way, embedder))
    places = {document.id: unit for document, unit in documents}
    weight = rag.Config().reader_weight if read else 0.0
    settings = rag.Config(passage_tokens=100_000, copies=False, reader_weight=weight)
    with tempfile.TemporaryDirectory() as folder:
        with rag.Byline(folder, config=settings, embedder=embedder) as news:
            news.add(document for document, _ in documents)
        for boost in way.boosts:
            config = replace(settings, title_boost=boost)
            with rag.Byline(folder, config=config, embedder=embedder) as news:
                found = {one.id: hits(news, one, places) for one in work.questions}
            yield way.name, f"{boost:g}", f"{len(documents):,}", *figures(work, found)


def hits(news: rag.Byline, question: Question, places: Mapping[str, Unit]) -> list[Unit]:
    """Returns the passages found for a question, best first, as positions in their articles."""
    found = news.search(
        question.question, k=DEPTH, history=question.history, asked_on=question.date
    )
    return [within(places[hit.passage.article_id], hit.passage) for hit in found]


def within(place: Unit, passage: rag.Passage) -> Unit:
    """Returns the position in its article of a passage of the document at ``place``."""
    start = place.start + passage.start
    return Unit(article_id=place.article_id, start=start, end=place.start + passage.end)


def options() -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", help="a data set in BYLINE_BENCH, or its folder")
    parser.add_argument("--way", action="append", default=[], help="a table row; repeatable")
    parser.add_argument("--limit", type=int, default=600, help="maximum number of questions [600]")
    parser.add_argument("--read", action="store_true", help="also use the shipped reader; slow")
    return parser.parse_args()


def main() -> None:
    """Prints one table, row by row."""
    given = options()
    folder = Path(given.name)
    folder = folder if folder.is_dir() else Path(os.environ.get("BYLINE_BENCH", ""), given.name)
    with tempfile.TemporaryDirectory() as scratch, rag.Byline(scratch) as news:
        embedder = Remembering(news.embedder)
    work = task(read_dataset(folder), limit=given.limit)
    print(f"{folder.name}: {len(work.articles):,} articles, {len(work.questions)} questions\n")
    head = ("passages", "title in BM25", "number", *MEASURES)
    print(f"| {' | '.join(head)} |\n|{' --- |' * len(head)}", flush=True)
    for way in WAYS:
        if given.way and way.name not in given.way:
            continue
        for row in measured(work, way, embedder, read=given.read):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
