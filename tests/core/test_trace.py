"""Tests tracing: where quoted words occur, and which differences count."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import rag

PIER = (
    "The mayor of Vessby, Ada Lind, said on 4 March that the pier would not close. “We have"
    " well-known plans for it,” she told reporters — and 1,200 people cheered. The work costs $3.5"
    " million.\n\nNobody knows how long the northern basin of the old harbour will have to stay"
    " without ferries. The council meets again in the last week of October, when the engineers of"
    " the port authority present their report."
)
MILL = (
    "A fire destroyed the paper mill of Orby on Sunday night. The owner, Bo Ek, said that forty"
    " workers had left the building in time and that no one was hurt."
)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    """Two articles from two outlets."""
    folder = tmp_path_factory.mktemp("traced")
    with rag.Byline(folder, embedder=rag.HashEmbedder(dims=16)) as opened:
        opened.add(
            [
                rag.make_article(id="pier", title="Pier", outlet="Courier", text=PIER),
                rag.make_article(id="mill", title="Mill", outlet="Post", text=MILL),
            ]
        )
        yield opened


VERBATIM = [
    "The mayor of Vessby, Ada Lind, said on 4 March that the pier would not close.",
    "the mayor of Vessby, Ada Lind, said on 4 March",
    '"We have well-known plans for it," she told reporters - and 1,200 people cheered',
    "‘We have well–known plans for it’",
    "We have well known plans for it",
    "Nobody knows how long the north-\nern basin of the old har\u00adbour will have to stay",
    "Nobody\u00a0knows  how\nlong the northern basin",
    "1 200 people cheered",
    "The mayor of Vessby … said on 4 March that the pier would not close",
    "The mayor [...] said on 4 March that the pier would not close",
    "[T]he pier would not close",
    "[Lind] said on 4 March that the pier would not close",
    "The mayor of Vessby, [the lawyer] Ada Lind, said",
    "“We have well-known plans for [the pier],” she told reporters",
    "people cheered. The work costs $3.5 million.",
]


@pytest.mark.parametrize("words", VERBATIM)
def test_typography_and_an_editors_marks_are_no_differences(news: rag.Byline, words: str) -> None:
    found = news.trace(words)
    assert found.verdict == "verbatim"
    assert found.differences == ()
    assert found.citation is not None
    assert found.citation.article_id == "pier"
    assert PIER[found.citation.start : found.citation.end] == found.citation.quote


ALTERED = [
    ("said on 5 March that the pier would not close", "number", "5", "4"),
    ("said on 4 March that the pier would close", "negation", "", "not"),
    ("The mayor of Vessby, Eva Lind, said on 4 March", "name", "Eva", "Ada"),
    ("said on 4 March that the pier would not open", "word", "open", "close"),
    ("The work costs 3.5 million", "number", "", "$"),
    ("said on 4 march that the pier", "case", "march", "March"),
    ("Nobody knows how long the basin of the old harbour", "omitted", "", "northern"),
    ("Nobody really knows how long the northern basin", "added", "really", ""),
    ("said on 4 March that the pier would … close", "negation", "…", "not"),
    ("said on [5] March that the pier would not close", "number", "5", "4"),
    ("The mayor of Vessby, [Eva Holm], said on 4 March", "name", "Eva Holm", "Ada Lind"),
    (
        "said on 4 March that the pier of the port authority present their report",
        "joined",
        "",
        "",
    ),
]


@pytest.mark.parametrize(("words", "kind", "said", "source"), ALTERED)
def test_a_changed_number_name_denial_or_word_is_altered(
    news: rag.Byline, words: str, kind: str, said: str, source: str
) -> None:
    found = news.trace(words)
    assert found.verdict == "altered"
    assert found.citation is not None
    assert found.citation.article_id == "pier"
    assert rag.Difference(kind=kind, said=said, source=source) in found.differences


@pytest.mark.parametrize("marks", ["“”", '""'])
@pytest.mark.parametrize(
    ("said", "quote", "difference"),
    [
        ("We never sell the boats", "We never sell boats", ("added", "the", "")),
        ("The we never sell boats", "We never sell boats", ("added", "The", "")),
        ("We never sell the ships", "We never sell", ("word", "the ships", "boats")),
    ],
)
def test_an_altered_quotation_ends_at_its_marks(
    tmp_path: Path, marks: str, said: str, quote: str, difference: tuple[str, str, str]
) -> None:
    text = f"The council met. {marks[0]}We never sell boats,{marks[1]} Dahl told the Post of ships."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=16)) as news:
        news.add([rag.make_article(id="sale", title="Sale", text=text)])
        found = news.trace(said)
    assert found.verdict == "altered"
    assert [(one.kind, one.said, one.source) for one in found.differences] == [difference]
    assert found.citation is not None
    assert found.citation.quote == quote


def test_words_of_another_source_than_claimed_are_elsewhere(news: rag.Byline) -> None:
    words = "forty workers had left the building"
    assert news.trace(words, filter=rag.Filter(outlets=("Post",))).verdict == "verbatim"
    assert news.trace(words, speaker="Bo Ek").verdict == "verbatim"
    for claimed in (
        news.trace(words, filter=rag.Filter(outlets=("Courier",))),
        news.trace(words, filter=rag.Filter(articles=("unknown",))),
        news.trace(words, speaker="Ada Lind"),
    ):
        assert claimed.verdict == "elsewhere"
        assert claimed.citation is not None
        assert claimed.citation.article_id == "mill"


def test_words_that_no_article_has_are_not_found(news: rag.Byline) -> None:
    found = news.trace("The opera house will sell its season tickets from Tuesday at noon")
    assert (found.verdict, found.citation, found.differences) == ("not found", None, ())


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (
            "Some forty bold bandits left a burning building with paper money, no owner knew why",
            "mill",
        ),
        (
            "The mayor of another town sings in the opera and drinks tea with millions of guests",
            None,
        ),
    ],
)
def test_only_an_article_with_several_of_the_words_is_nearest(
    news: rag.Byline, words: str, nearest: str | None
) -> None:
    found = news.trace(words)
    assert (found.verdict, found.nearest) == ("not found", nearest)


CREWS = (
    "Hovde won the boat race in the rain. “The river was faster than we were,” said the Hovde"
    " coach, Ada Lind. “Nobody slept last night.”\n\nThe Orby coach, Bo Ek, was angry about the"
    " start. “My rowers saw no flag at all,” he said.\n\nEva Holm of the rowing club told the"
    " Courier: “Both crews started too early in my opinion.”\n\nThe river was two metres above"
    " normal, according to Jon Dahl of the weather office."
)


@pytest.mark.parametrize(
    ("words", "speaker", "others"),
    [
        ("The river was faster than we were", "Ada Lind", ["Bo Ek", "Eva Holm"]),
        ("Nobody slept last night", "Lind", ["Bo Ek"]),
        ("My rowers saw no flag at all", "Bo Ek", ["Eva Holm", "Jon Dahl"]),
        ("Both crews started too early", "Eva Holm", ["Ada Lind", "Bo Ek"]),
        ("The river was two metres above normal", "Jon Dahl", ["Ada Lind", "Bo Ek"]),
    ],
)
def test_the_speaker_named_for_a_quotation_decides(
    tmp_path: Path, words: str, speaker: str, others: list[str]
) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=16)) as opened:
        opened.add([rag.make_article(id="crews", title="Race", text=CREWS)])
        assert opened.trace(words, speaker=speaker).verdict == "verbatim"
        for other in others:
            found = opened.trace(words, speaker=other)
            assert found.verdict == "elsewhere"
            (difference,) = found.differences
            assert (difference.kind, difference.said) == ("speaker", other)
            assert difference.source.endswith(speaker)


@pytest.mark.parametrize("source", [PIER, "the cat sat and of to in " * 200])
@pytest.mark.parametrize("run", ["the … of … and … to … ", "the … "])
def test_many_ellipses_take_no_longer_than_their_number(
    tmp_path: Path, source: str, run: str
) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=16)) as opened:
        opened.add([rag.make_article(id="a", title="A", text=source)])
        began = time.monotonic()
        assert opened.trace(f"{run * 40}zebra").verdict != "verbatim"
        assert time.monotonic() - began < 20


def test_excerpt_without_words_is_refused(news: rag.Byline) -> None:
    with pytest.raises(rag.UsageError, match="no words"):
        news.trace(" … ")


def test_command_traces_each_line(
    run: Callable[..., object], real_index: Path, tmp_path: Path
) -> None:
    given = tmp_path / "given.jsonl"
    rows = [
        {"id": "a", "text": "a sentence that stands in no article of the five at all"},
        {"id": 7, "text": "land borders", "outlet": "Nobody's Gazette"},
    ]
    given.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "out.jsonl"
    result = run("trace", "--jsonl", given, "--out", out, "--index", real_index)
    assert result.code == 0, result.err  # type: ignore[attr-defined]
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert (first["id"], first["verdict"], first["quote"]) == ("a", "not found", None)
    assert (second["id"], second["verdict"]) == (7, "elsewhere")
    assert set(first) >= {"article_id", "revision", "start", "end", "quote", "differences"}


def test_command_needs_words_or_a_file(run: Callable[..., object]) -> None:
    result = run("trace")
    assert result.code == 2  # type: ignore[attr-defined]
    assert "either WORDS or both --jsonl IN and --out OUT" in result.err  # type: ignore[attr-defined]
