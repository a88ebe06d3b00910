"""``byline ask``, ``byline search`` and ``byline context``: questions in a terminal."""

import re
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from textwrap import shorten

import click
from rich.text import Text

import rag
from rag.cli.output import in_marks, show, show_json, waiting
from rag.cli.shared import (
    PATH,
    Settings,
    filters,
    max_error,
    open_index,
    traced,
    with_settings,
)

_RELATED = 3  # passages listed with an abstention
_PREVIEW = 300  # maximum characters of each


@click.command(epilog='Example: byline ask "Who is the spokesman of Iran\'s Foreign Ministry?"')
@click.argument("question")
@with_settings("max_error")
@max_error
@filters
@click.option(
    "--prose", is_flag=True, help="Answer in prose by the language model, each sentence checked."
)
@click.option(
    "--trace-file",
    type=PATH,
    metavar="FILE",
    help="With --prose: record prompt, passages and checks.",
)
@click.option(
    "--references",
    "style",
    type=click.Choice(list(rag.REFERENCE_STYLES)),
    help="Add references to the cited articles in this style.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
def ask(
    question: str,
    *,
    settings: Settings,
    filter: rag.Filter,
    asked_on: date | None,
    prose: bool,
    trace_file: Path | None,
    style: str | None,
    as_json: bool,
) -> None:
    """Answer QUESTION with sentences quoted from the articles, each with its source.

    With --prose, the language model set by BYLINE_LLM_BASE_URL and BYLINE_LLM_MODEL writes the
    answer. Sentences that the articles do not support are listed separately.
    """
    if trace_file and not prose:
        raise rag.UsageError("--trace-file needs --prose; quoted answers have no trace")
    with open_index(settings.config) as news, traced(trace_file) as trace:
        with waiting("Writing …") if prose else nullcontext():
            answer = news.ask(question, filter=filter, asked_on=asked_on, prose=prose, trace=trace)
        if as_json:
            show_json(_whole(news, answer, style))
            return
        if answer.notice:
            show(answer.notice)
            return
        for line in _before(answer):
            show(f"{line}\n", style="dim")
        if answer.abstained:
            if shown := _abstention(news, answer):
                show(shown)
            if settings.config.max_error >= 0:
                show(f"\n{_why(news, answer)}", style="dim")
        else:
            show(_answered(news, answer))
        if answer.tokens:
            show(_written(answer), style="dim")
        if style:
            show(_references(news, answer, style))


def _before(answer: rag.Answer) -> list[str]:
    """Returns the lines above an answer: the period, the coverage, and why it is not in prose."""
    fallback = f"Quoted, not in prose: {answer.fallback}" if answer.fallback else ""
    return [line for line in (rag.period_line(answer), answer.coverage, fallback) if line]


def _references(news: rag.Byline, answer: rag.Answer, style: str) -> str:
    """Returns the references to the cited articles after an empty line; "" if none is cited."""
    cited = answer.closest.citations if answer.closest else answer.citations
    ids = dict.fromkeys((c.article_id, c.revision) for c in cited)
    return f"\n{rag.references([news.article(*id_) for id_ in ids], style)}" if ids else ""


def _whole(news: rag.Byline, answer: rag.Answer, style: str | None) -> dict[str, object]:
    """Returns the answer with all its fields, its period, its sources, and any references."""
    cited = answer.closest.citations if answer.closest else answer.citations
    sources = {
        c.article_id: rag.source_line(
            news.article(c.article_id, c.revision),
            at=[other.start for other in cited if other.article_id == c.article_id],
        )
        for c in cited
    }
    return {
        **asdict(answer),
        "state": answer.state,
        "is_prose": answer.is_prose,
        "abstained": answer.abstained,
        "text": answer.text,
        "period_note": rag.period_line(answer),
        "sources": sources,
        **({"references": _references(news, answer, style).strip()} if style else {}),
    }


def _answered(news: rag.Byline, answer: rag.Answer) -> Text:
    text = Text()
    numbers = {citation: number for number, citation in enumerate(answer.citations, start=1)}
    if answer.differing:
        text.append("The articles differ.\n")
    for statement in answer.statements:
        marks = "".join(f"[{numbers[citation]}]" for citation in statement.citations)
        note = _note(statement)
        words = Text(f"{statement.text} ") if statement.is_written else quoted(statement)
        text.append(note, style="dim").append_text(words).append(f"{marks}\n", "bold")
    text.append("\n")
    for article_id, revision in dict.fromkeys((c.article_id, c.revision) for c in numbers):
        cited = [c for c in numbers if (c.article_id, c.revision) == (article_id, revision)]
        marks = " ".join(f"[{numbers[citation]}]" for citation in cited)
        line = rag.source_line(news.article(article_id, revision), at=[c.start for c in cited])
        text.append(f"{marks} {line} ({article_id})\n")
        if answer.is_prose:
            text.append("".join(f"    {in_marks(' '.join(c.quote.split()))}\n" for c in cited))
        hits = [next((h for h in answer.hits if h.holds(citation)), None) for citation in cited]
        lines = dict.fromkeys(rag.edition_line(hit, news.article) for hit in hits if hit)
        text.append("".join(f"    {line}\n" for line in lines if line), style="dim")
    text.rstrip()
    return text


def _written(answer: rag.Answer) -> str:
    """Further lines for prose: the sentences not shown, with the reasons, and the tokens."""
    apart = [f"  {one.text}\n    {one.note}\n" for one in answer.unverified]
    title = "\nCould not be verified:\n" if apart else ""
    used = answer.tokens or rag.Tokens(prompt=0, completion=0)
    about = "" if used.is_counted else "about "
    return (
        f"{title}{''.join(apart)}\nTokens: {about}{used.prompt + used.completion:,}"
        f" ({used.prompt:,} sent, {used.completion:,} received)"
    )


def quoted(statement: rag.Statement) -> Text:
    """Returns the sentence in quotation marks, with the short answer in bold."""
    text = Text(f"{in_marks(statement.text)} ")
    if statement.short:
        start, end = statement.short
        text.stylize("bold", start + 1, end + 1)  # after the opening mark
    return text


def _note(statement: rag.Statement) -> str:
    """The note in brackets; "" if it is a speaker whose label begins the sentence: "Lind: Yes."."""
    label, _, said = statement.text.partition(":")
    is_label = said and f" {statement.note}".endswith((f" {label}", f" {label.title()}"))
    return f"[{statement.note}] " if statement.note and not is_label else ""


def _append_editions(text: Text, news: rag.Byline, hit: rag.Hit, *, indent: int) -> None:
    if line := rag.edition_line(hit, news.article):
        text.append(f"{' ' * indent}{line}\n", style="dim")


def _abstention(news: rag.Byline, answer: rag.Answer) -> Text:
    line = rag.abstention_line(answer)
    text = Text(f"{line}\n" if line else "")
    cited = answer.closest.citations if answer.closest else ()
    if answer.closest:
        text.append(_note(answer.closest), style="dim")
        text.append(f"{in_marks(answer.closest.text)}\n")
    for citation in cited:
        article = news.article(citation.article_id, citation.revision)
        source = rag.source_line(article, at=[citation.start])
        text.append(f"    {source} ({citation.article_id})\n")
    others = [hit for hit in answer.hits if not any(map(hit.holds, cited))]
    if answer.coverage and not answer.closest:
        others = []  # the line about all articles says that none matches
    if others:
        text.append("\nRelated, but not used as an answer:\n", style="dim")
    for hit in others[:_RELATED]:
        text.append(f"  {_passage_line(news, hit)}\n", style="dim")
        _append_editions(text, news, hit, indent=4)
        text.append(f"    {_nearest(news, hit)}\n", style="dim")
    text.rstrip()
    return text


def _why(news: rag.Byline, answer: rag.Answer) -> str:
    """Explains how far the best sentence stayed below the threshold for ``max_error``."""
    return (
        f"max_error {news.config.max_error:g} requires an answerability of {news.threshold:.2f};"
        f" this question reached {answer.answerability:.2f}."
    )


def _passage_line(news: rag.Byline, hit: rag.Hit) -> str:
    passage = hit.passage
    article = news.article(passage.article_id, passage.revision)
    return f"{rag.source_line(article, at=[passage.start])} ({passage.article_id})"


def _nearest(news: rag.Byline, hit: rag.Hit) -> str:
    """Returns the sentence of a passage with the most matched terms, shortened if it is long."""
    passage = hit.passage
    text = news.article(passage.article_id, passage.revision).text
    sentences = [" ".join(text[start:end].split()) for start, end in passage.sentences]
    wanted = {word.casefold() for word in hit.matched_terms}
    held = [wanted & set(re.findall(r"\w+", sentence.casefold())) for sentence in sentences]
    best = max(range(len(sentences)), key=lambda place: len(held[place]))  # the first on a tie
    return shorten(sentences[best], _PREVIEW, placeholder=" …")


@click.command(epilog='Example: byline search "land borders" --explain')
@click.argument("question")
@with_settings()
@filters
@click.option("-k", "--top", default=10, show_default=True, help="Number of passages.")
@click.option("--explain", is_flag=True, help="Show why each passage has its rank.")
@click.option("--json", "as_json", is_flag=True, help="Print the passages as JSON.")
def search(
    question: str,
    *,
    settings: Settings,
    filter: rag.Filter,
    asked_on: date | None,
    top: int,
    explain: bool,
    as_json: bool,
) -> None:
    """List the passages found for QUESTION, best first."""
    with open_index(settings.config) as news:
        hits = news.search(question, k=top, filter=filter, asked_on=asked_on)
        if as_json:
            rows = [{**asdict(hit), "text": _words(news, hit)} for hit in hits]
            show_json(rows)
            return
        for hit in hits:
            show(_described(news, hit, explain=explain))


def _words(news: rag.Byline, hit: rag.Hit) -> str:
    passage = hit.passage
    return news.article(passage.article_id, passage.revision).text[passage.start : passage.end]


def _described(news: rag.Byline, hit: rag.Hit, *, explain: bool) -> Text:
    words = _words(news, hit)
    text = Text()
    text.append(f"{hit.rank}. ", "bold").append(f"{_passage_line(news, hit)}\n")
    _append_editions(text, news, hit, indent=3)
    if explain:
        tokens = rag.count_tokens(words)
        text.append(
            f"   fused {hit.score:.3f} · {_side('dense', hit.dense_rank, hit.dense_score)}"
            f" · {_side('lexical', hit.lexical_rank, hit.lexical_score)} · {tokens} tokens\n"
            f"   matched: {', '.join(hit.matched_terms) or 'no word'}\n",
            style="dim",
        )
    text.append(f"   {' '.join(words.split())}\n")
    return text


def _side(name: str, rank: int | None, score: float | None) -> str:
    place = f"rank {rank}" if rank is not None else "not listed"
    return f"{name} {place}" + (f", score {score:.3f}" if score is not None else "")


@click.command(epilog='Example: byline context "land borders" --tokens 2000')
@click.argument("question")
@with_settings()
@filters
@click.option("--tokens", default=2000, show_default=True, help="The budget, in o200k_base tokens.")
def context(
    question: str, *, settings: Settings, filter: rag.Filter, asked_on: date | None, tokens: int
) -> None:
    """Print the best passages for QUESTION with citations, within a token budget."""
    with open_index(settings.config) as news:
        show(news.context(question, tokens=tokens, filter=filter, asked_on=asked_on))
