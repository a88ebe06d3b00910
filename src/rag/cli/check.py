"""``byline trace`` and ``byline check``: find quoted words, and check a draft."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.text import Text

import rag
from rag.cli.output import counted, in_marks, say, show, show_json, write_lines, write_text
from rag.cli.shared import PATH, Settings, open_index, with_settings

Row = Mapping[str, Any]

_IN = click.option("--jsonl", "source", type=PATH, metavar="IN", help="Read JSON Lines instead.")
_OUT = click.option("--out", type=PATH, help="The JSON Lines file to write.")
_VERDICTS = ("altered", "elsewhere", "contradicted", "partly", "not found")
_STYLES = {"verbatim": "green", "supported": "green", "altered": "red", "contradicted": "red"}

TRACE = """Find the quoted words WORDS in the articles.

\b
verbatim   in this article, word for word
altered    in this article, with the differences listed
elsewhere  in another article than --article or --outlet, or not near the name of --speaker
not found  in no article

Quotation marks, dashes, spaces, hyphens at line ends and the case of a first letter do not count
as differences. An ellipsis may leave words out, and [brackets] may add or replace some. With
--jsonl, each line has id and text, and may have article, outlet and speaker.
"""
CHECK = """Check each sentence of DRAFT, such as a .txt, .md or .docx file, against the articles.

\b
supported     an article says so
partly        a number, date, name, quotation or negation in it is not in the articles
contradicted  the article has a different figure, or the outlet withdrew this one
not found     no article says anything similar

Each quotation is traced as by byline trace, and is verbatim, altered, elsewhere or not found. With
--jsonl no index is needed: each line has id, claim and sources, a list of texts, and may have
published, their day or days.
"""


@click.command(help=TRACE, epilog='Example: byline trace "the best neighbours" --outlet IRNA')
@click.argument("words", required=False)
@with_settings()
@click.option("--article", help="The id of the claimed article.")
@click.option("--outlet", help="The claimed outlet.")
@click.option("--speaker", help="The claimed speaker of the words.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@_IN
@_OUT
def trace(
    words: str | None,
    *,
    settings: Settings,
    article: str | None,
    outlet: str | None,
    speaker: str | None,
    as_json: bool,
    source: Path | None,
    out: Path | None,
) -> None:
    """Find quoted words in the articles."""
    _check_usage(words, source, out, "WORDS")
    with open_index(settings.config) as news:
        if source and out:
            _each(source, out, ("text",), lambda row: _flat(_traced(news, row)))
            return
        claimed = {"text": words, "article": article, "outlet": outlet, "speaker": speaker}
        found = _traced(news, claimed)
        if as_json:
            show_json(_flat(found))
        else:
            show(_told(news, found))


def _traced(news: rag.Byline, row: Row) -> rag.Trace:
    articles, outlets = (
        (str(row[name]),) if row.get(name) else () for name in ("article", "outlet")
    )
    claimed = rag.Filter(articles=articles, outlets=outlets)
    return news.trace(row["text"], filter=claimed, speaker=row.get("speaker"))


def _flat(found: rag.Trace) -> Row:
    citation = asdict(found.citation) if found.citation else {}
    return {
        "verdict": found.verdict,
        **{key: citation.get(key) for key in ("article_id", "revision", "start", "end", "quote")},
        "differences": [asdict(each) for each in found.differences],
        "others": list(found.others),
        "nearest": found.nearest,
    }


def _told(news: rag.Byline, found: rag.Trace) -> Text:
    text = Text()
    text.append(found.verdict, _STYLES.get(found.verdict, "yellow"))
    if found.citation is None:
        near = found.nearest and f"; the nearest article is {found.nearest}"
        return text.append(near or "")
    article = news.article(found.citation.article_id, found.citation.revision)
    text.append(f": {rag.source_line(article)} ({article.id})\n  {in_marks(found.citation.quote)}")
    for each in found.differences:
        text.append(f"\n  {each.kind}: {each.said or '–'} → {each.source or '–'}")
    if found.others:
        text.append(f"\nalso in {', '.join(found.others)}", "dim")
    return text


@click.command(help=CHECK, epilog="Example: byline check draft.md --fail-on altered,contradicted")
@click.argument("draft", type=PATH, required=False)
@with_settings()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--report", type=PATH, metavar="FILE", help="Also write the result as a web page.")
@click.option("--fail-on", metavar="VERDICTS", help="Exit with 1 if one of these is found.")
@_IN
@_OUT
def check(
    draft: Path | None,
    *,
    settings: Settings,
    as_json: bool,
    report: Path | None,
    fail_on: str | None,
    source: Path | None,
    out: Path | None,
) -> None:
    """Check each sentence of a draft against the articles."""
    _check_usage(draft, source, out, "DRAFT")
    if report and draft is None:
        raise rag.UsageError("--report shows a draft; give DRAFT, not --jsonl")
    wanted = {verdict.strip() for verdict in (fail_on or "").split(",")} - {""}
    if unknown := wanted.difference(_VERDICTS):
        known = ", ".join(_VERDICTS)
        raise rag.UsageError(f"--fail-on names {min(unknown)!r}; the verdicts are: {known}")
    if source and out:
        _each(source, out, ("claim", "sources"), _judged)
        return
    assert draft is not None  # noqa: S101 - for the type checker: _check_usage made sure
    if not draft.exists():
        raise rag.UsageError(f"{draft} does not exist; name the file of the draft")
    articles, skipped = rag.read_articles([draft], config=settings.config)
    if not articles:
        raise rag.UsageError(f"{draft} could not be read: {skipped[0][1] if skipped else 'empty'}")
    with open_index(settings.config) as news:
        each_of = [(article.text, news.check(article.text)) for article in articles]
        found = [each for _, sentences in each_of for each in sentences]
        if report:
            _write_report(report, news, draft.name, each_of)
        if as_json:
            show_json([_sentence(each) for each in found])
        else:
            for each in found:
                show(_line(news, each))
    failed = [each for each in found if wanted.intersection(each.verdicts)]
    if failed:
        say(f"{counted(len(failed), 'sentence')} of {len(found)}: {', '.join(sorted(wanted))}")
        raise click.exceptions.Exit(1)


def _write_report(
    file: Path, news: rag.Byline, name: str, checked: list[tuple[str, list[rag.DraftSentence]]]
) -> None:
    from rag.cli.check_report import Checked, check_report

    given = [Checked(text=text, sentences=sentences) for text, sentences in checked]
    write_text(file, check_report(news, name, given))
    say(f"The report is in {file}")


def _judged(row: Row) -> Row:
    sources = row["sources"]
    if not isinstance(sources, list) or not all(isinstance(text, str) for text in sources):
        raise rag.UsageError(f"id {row.get('id')!r}: sources must be a list of texts")
    found = rag.check_claim(row["claim"], sources, published=_days(row))
    return {
        "supported": found.supported,
        "score": found.score,
        "reasons": [str(reason) for reason in found.reasons],
        "verdict": found.verdict,
    }


def _days(row: Row) -> list[date | None]:
    """The days of ``published``: one of the claim's sources each, or one day for all."""
    given = row.get("published")
    days = given if isinstance(given, list) else [given] * len(row["sources"])
    try:
        return [date.fromisoformat(day) if day else None for day in days]
    except (TypeError, ValueError) as error:
        raise rag.UsageError(
            f"id {row.get('id')!r}: published must be a day such as 2025-03-12: {given!r}"
        ) from error


def _sentence(each: rag.DraftSentence) -> Row:
    return {
        "start": each.start,
        "end": each.end,
        "text": each.text,
        "verdict": each.support.verdict,
        "score": each.support.score,
        "reasons": [asdict(reason) for reason in each.support.reasons],
        "citation": asdict(each.citation) if each.citation else None,
        "correction": asdict(each.correction) if each.correction else None,
        "quotations": [_flat(found) for found in each.quotations],
    }


def _line(news: rag.Byline, each: rag.DraftSentence) -> Text:
    text = Text()
    verdict = each.support.verdict
    text.append(f"{verdict}: ", _STYLES.get(verdict, "yellow")).append(" ".join(each.text.split()))
    for reason in each.support.reasons if verdict != "not found" else ():
        text.append(f"\n  {reason}")
    if each.citation:
        article = news.article(each.citation.article_id, each.citation.revision)
        text.append(f"\n  {in_marks(each.citation.quote)} {rag.source_line(article)}", "dim")
    for found in each.quotations:
        text.append("\n  quotation ").append_text(_told(news, found))
    return text


# ---- many lines


def _check_usage(given: object, source: Path | None, out: Path | None, name: str) -> None:
    if (given is None) == (source is None) or (source is None) != (out is None):
        raise rag.UsageError(f"give either {name} or both --jsonl IN and --out OUT")


def _each(source: Path, out: Path, needed: Iterable[str], judge: Callable[[Row], Row]) -> None:
    """Writes the result of ``judge`` for each line of ``source``, with the line's id."""
    from rag.evaluation.lines import Faults, dump_line

    faults = Faults()
    rows = list(_rows(source, tuple(needed), faults))
    faults.raise_any(source)
    lines = [dump_line({"id": row.get("id"), **judge(row)}) for row in rows]
    write_lines(out, lines, noun="line")


def _rows(source: Path, needed: tuple[str, ...], faults: Any) -> Iterator[Row]:
    from rag.evaluation.lines import read_rows

    for number, row in read_rows(source, faults):
        missing = [name for name in needed if not row.get(name) and row.get(name) != []]
        if missing or not isinstance(row[needed[0]], str):
            name = (missing or needed)[0]
            what = f"has no text in {name!r}; each line needs id, {', '.join(needed)}"
            faults.add(source, number, what, kind="unusable")
        else:
            yield row
