"""Writes a template for a question set: passages sampled from articles, with blanks to fill in."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
import yaml
from yaml.reader import Reader

import rag

QUARTERS = 4
FEWEST_WORDS = 20
WIDTH = 92
Item = TypeVar("Item")
Passages = Mapping[str, Sequence[rag.Passage]]

HEAD = """\
# Questions about your own articles. Fill in the blanks, then create a data set:
#
#     byline dataset new {name} --out DIR
#
# Entries without a question are skipped. You can delete entries and add your own.
#
#   question   what a reader would ask, preferably not in the words of the passage
#   answer     the words that answer it, exactly as in the article; several: ["one", "two"].
#              If left empty, the wording of answers is not measured.
#   quote      the sentence that answers it, exactly as in the article. Can be left empty if only
#              one sentence of the passage contains the answer.
#
# If both are empty, only whether the passage is found is measured.
#
# Put text in double quotes, and write \\" for a quotation mark inside. Differences in white space
# are ignored; all other characters must match.
"""
UNANSWERABLE = """
# Questions that none of the articles answers, preferably on similar topics.
unanswerable:
"""
FOLLOWUPS = """
# Follow-up questions: `after` is the id of the question that comes before, an entry above. If
# `answer` and `quote` are both empty, none of the articles answers the question. The answer is
# looked up in the article of the question before; add a line `article: "…"` to name another.
followups:
"""
BLANK = '  - id: "{id}"\n    question: ""\n'
BLANK_FOLLOWUP = '  - id: "{id}"\n    after: ""\n    question: ""\n    answer: ""\n    quote: ""\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The numbers of passages and articles drawn, and the refused files with the reason."""

    passages: int
    articles: int
    refused: tuple[tuple[str, str], ...]


def write_template(
    articles: Path, *, out: Path, n: int = 30, seed: int = 0, config: rag.Config | None = None
) -> Drawn:
    """Samples ``n`` passages from the article files below ``articles`` and writes the file ``out``.

    Raises:
        UsageError: ``out`` already exists, ``n`` is below 1, or there are no article files.
        IngestError: none of the files can be read as an article.
    """
    if out.exists():
        raise rag.UsageError(f"{out} already exists: choose a new file, or remove it first")
    if n < 1:
        raise rag.UsageError(f"-n is {n}; draw at least 1 passage")
    settings = config or rag.Config()
    found, refused = rag.read_articles([articles], config=settings)
    if not found:
        raise rag.IngestError(f"no file below {articles} is a readable article: {refused[0][1]}")
    order = spread(found, seed=seed)[:n]
    drawn = draw(order, passages_of(order, config=settings), n=n, seed=seed)
    by_id = {article.id: article for article in order}
    text = "".join(_lines(drawn, by_id, folder=articles, out=out))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    used = {passage.article_id for passage in drawn}
    return Drawn(passages=len(drawn), articles=len(used), refused=refused)


# ---- drawing


def spread(articles: Sequence[rag.Article], *, seed: int) -> list[rag.Article]:
    """Orders the articles so that outlets alternate, and so do dates within an outlet.

    The dated articles of an outlet are split by date into four quarters, which alternate. Articles
    without an outlet count as one more outlet, articles without a date as one more quarter.
    """
    random = np.random.default_rng(seed)
    outlets: dict[str, list[rag.Article]] = {}
    for article in sorted(articles, key=lambda article: article.id):
        outlets.setdefault((article.outlet or "").casefold(), []).append(article)
    own = [_spread_over_dates(outlets[name], random) for name in sorted(outlets)]
    return _in_turn(_shuffled(own, random))


def draw(
    articles: Sequence[rag.Article], passages: Passages, *, n: int, seed: int
) -> list[rag.Passage]:
    """Returns up to ``n`` passages: one from each article in order, then a second from each, etc.

    Passages of fewer than 20 words are left out if the article has longer ones.
    """
    random = np.random.default_rng(seed)
    own = [_shuffled(_long_enough(article, passages[article.id]), random) for article in articles]
    return _in_turn(own)[:n]


def passages_of(
    articles: Sequence[rag.Article], *, config: rag.Config
) -> dict[str, tuple[rag.Passage, ...]]:
    """Returns the passages of each article by its id, in order, as indexing splits it."""
    if not articles:
        return {}
    # A search within one article, with the maximum number of hits, lists all of its passages.
    settings = replace(config, candidates=10_000, reader_weight=0.0)
    with (
        TemporaryDirectory() as index,
        rag.Byline(index, config=settings, embedder=rag.HashEmbedder()) as news,
    ):
        news.add(articles)
        found = {
            article.id: news.search(
                "passages", k=settings.candidates, filter=rag.Filter(articles=(article.id,))
            )
            for article in articles
        }
    return {
        name: tuple(sorted((hit.passage for hit in hits), key=lambda passage: passage.start))
        for name, hits in found.items()
    }


def _spread_over_dates(
    articles: Sequence[rag.Article], random: np.random.Generator
) -> list[rag.Article]:
    dated = sorted(
        (article for article in articles if article.published),
        key=lambda article: (article.published, article.id),
    )
    cuts = [len(dated) * quarter // QUARTERS for quarter in range(QUARTERS + 1)]
    quarters = [dated[start:end] for start, end in pairwise(cuts)]
    undated = [article for article in articles if not article.published]
    groups = [_shuffled(group, random) for group in (*quarters, undated)]
    return _in_turn(_shuffled(groups, random))


def _long_enough(article: rag.Article, passages: Sequence[rag.Passage]) -> Sequence[rag.Passage]:
    words = (len(article.text[one.start : one.end].split()) for one in passages)
    longer = [one for one, count in zip(passages, words, strict=True) if count >= FEWEST_WORDS]
    return longer or passages


def _shuffled(items: Sequence[Item], random: np.random.Generator) -> list[Item]:
    return [items[place] for place in random.permutation(len(items))]


def _in_turn(groups: Sequence[Sequence[Item]]) -> list[Item]:
    """Returns the first item of each group, then the second of each, and so on."""
    wrapped = ([(item,) for item in group] for group in groups)
    return [item for (item,) in filter(None, chain.from_iterable(zip_longest(*wrapped)))]


# ---- writing


def _lines(
    drawn: Sequence[rag.Passage], articles: Mapping[str, rag.Article], *, folder: Path, out: Path
) -> Iterator[str]:
    yield HEAD.format(name=out.name)
    yield f"articles: {_quoted(relative_place(folder, out.parent))}\n\npassages:\n"
    for number, passage in enumerate(drawn, start=1):
        yield from _entry(f"q{number:02}", articles[passage.article_id], passage)
    blanks = max(1, len(drawn) // 6)
    yield UNANSWERABLE
    yield from (BLANK.format(id=f"u{number:02}") for number in range(1, blanks + 1))
    yield FOLLOWUPS
    yield from (BLANK_FOLLOWUP.format(id=f"f{number:02}") for number in range(1, blanks + 1))


def _entry(name: str, article: rag.Article, passage: rag.Passage) -> Iterator[str]:
    about = {
        "article": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "date": article.published.isoformat() if article.published else None,
    }
    yield f'  - id: "{name}"\n'
    yield from (f"    {key}: {_quoted(value)}\n" for key, value in about.items() if value)
    yield f"    passage: |\n{_block(article.text[passage.start : passage.end])}"
    yield '    question: ""\n    answer: ""\n    quote: ""\n\n'


def _block(text: str) -> str:
    """Wraps and indents the text as a YAML block; drops the characters that YAML forbids."""
    allowed = Reader.NON_PRINTABLE.sub("", text)
    paragraphs = (line.split() for line in allowed.splitlines())
    lines = (
        line
        for words in paragraphs
        for line in textwrap.wrap(
            " ".join(words), WIDTH, break_long_words=False, break_on_hyphens=False
        )
    )
    return "".join(f"      {line}\n" for line in lines)


def _quoted(text: str) -> str:
    """Returns ``text`` as a double-quoted YAML string on one line."""
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9)
    return written.rstrip("\n")


def relative_place(folder: Path, base: Path) -> str:
    """Returns the path to ``folder`` for a file in ``base``: relative if below it."""
    whole, start = folder.resolve(), base.resolve()
    return (whole.relative_to(start) if whole.is_relative_to(start) else whole).as_posix()
