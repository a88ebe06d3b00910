"""Tests that every writer must pass, and how the facade uses a writer."""

from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.answer.writers import QuotingWriter

EMBEDDER = rag.HashEmbedder()
QUESTION = "When was the pier closed?"


def statement(article: rag.Article, words: str) -> rag.Statement:
    start = article.text.index(words)
    cited = rag.Citation(
        article_id=article.id,
        revision=article.revision,
        start=start,
        end=start + len(words),
        quote=words,
    )
    return rag.Statement(text=words, citations=(cited,))


@pytest.fixture
def news(folder: Path) -> rag.Byline:
    return rag.open(folder, embedder=EMBEDDER)


def drafts(news: rag.Byline) -> list[rag.Answer]:
    """A draft with one statement, then one with two."""
    harbour, bridge = (news.article(f"{name}.txt") for name in ("harbour", "bridge"))
    one, two = (statement(each, each.text.split(".")[0] + ".") for each in (harbour, bridge))
    return [
        rag.Answer(question="", standalone_question="", statements=statements)
        for statements in ((one,), (one, two))
    ]


@pytest.mark.parametrize("name", ["quotes", "scripted"])
def test_a_writer_drafts_answers_that_cite_the_articles(news: rag.Byline, name: str) -> None:
    writer: rag.Writer = (
        QuotingWriter(max_statements=3, threshold=0.0)
        if name == "quotes"
        else rag.ScriptedWriter(drafts(news))
    )
    evidence = news.evidence(QUESTION)
    written = list(writer.write(evidence))
    assert writer.name == name
    assert written
    for draft in written:
        assert draft.question == draft.standalone_question == QUESTION
        assert (draft.hits, draft.generation) == (evidence.hits, evidence.generation)
        assert draft.statements
        for cited in draft.citations:
            article = news.article(cited.article_id, cited.revision)
            assert article.text[cited.start : cited.end] == cited.quote


def test_quoting_abstains_below_its_threshold(news: rag.Byline) -> None:
    (draft,) = QuotingWriter(max_statements=3, threshold=1.0).write(news.evidence(QUESTION))
    assert draft.abstained
    assert draft.withheld


def test_answers_arrive_in_drafts_and_the_last_is_the_answer(
    news: rag.Byline, folder: Path
) -> None:
    given = drafts(news)
    with rag.open(folder, embedder=EMBEDDER, writer=rag.ScriptedWriter(given)) as other:
        streamed = list(other.stream(QUESTION))
        assert [draft.statements for draft in streamed] == [draft.statements for draft in given]
        assert other.ask(QUESTION).statements == given[-1].statements
        assert set(streamed[-1].seconds) >= {"retrieve", "answer", "check", "total"}


def test_what_a_writer_misquotes_is_never_shown(news: rag.Byline, folder: Path) -> None:
    right = drafts(news)[0]
    cited = right.citations[0]
    wrong = replace(
        right.statements[0],
        text="The pier never closed.",
        citations=(replace(cited, quote="The pier never closed."),),
    )
    drafted = replace(right, statements=(wrong, *right.statements))
    with rag.open(folder, embedder=EMBEDDER, writer=rag.ScriptedWriter([drafted])) as other:
        (draft,) = other.stream(QUESTION)
    assert draft.statements == right.statements
    assert draft.rejected == (wrong,)


@pytest.mark.parametrize(
    ("words", "stands"),
    [("The harbour of Vessby will close.", True), ("The pier never closed.", False)],
)
def test_what_a_writer_calls_written_must_be_borne_out(
    *, news: rag.Byline, folder: Path, words: str, stands: bool
) -> None:
    right = drafts(news)[0]
    written = replace(right.statements[0], text=words, is_written=True)
    drafted = replace(right, statements=(written,))
    with rag.open(folder, embedder=EMBEDDER, writer=rag.ScriptedWriter([drafted])) as other:
        (draft,) = other.stream(QUESTION)
    assert draft.statements == ((written,) if stands else ())
    assert draft.rejected == (() if stands else (written,))


def test_without_a_writer_sentences_are_quoted(news: rag.Byline) -> None:
    assert news.writer.name == "quotes"
    (draft,) = news.stream(QUESTION)
    asked = news.ask(QUESTION)
    assert (draft.statements, draft.withheld) == (asked.statements, asked.withheld)
