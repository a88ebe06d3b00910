"""Tests that feedback becomes a question set, with only the gold that readers stated."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import rag
from rag import evaluation
from rag.cli.main import run

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ASKED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HARBOUR = rag.make_article(
    id="harbour.txt",
    title="Harbour to close",
    outlet="Coast Courier",
    published=date(2024, 3, 4),
    text="The harbour of Vessby will close next week.\n\nThe port authority said that the work on"
    " the northern pier will take “eleven weeks.” Ferries will sail from Lunda until then.",
)
ORCHARD = rag.make_article(
    id="orchard.txt",
    title="Frost damages orchards",
    text="A late frost damaged orchards across the valley on Friday. Growers expect to lose a third"
    " of the apple harvest.",
)
CONFIG = rag.Config(threshold=0.0)  # it never abstains
Make = Callable[..., rag.Feedback]


@pytest.fixture
def news(tmp_path: Path) -> Any:
    embedder = rag.HashEmbedder(dims=64)
    with rag.Byline(tmp_path / "index", config=CONFIG, embedder=embedder) as opened:
        opened.add([HARBOUR, ORCHARD])
        yield opened


def said(name: str, verdict: str, note: str = "", **answer: Any) -> rag.Feedback:
    whole: dict[str, Any] = {
        "question": "How long will the work take?",
        "standalone_question": "How long will the work take?",
        "exchange": name,
        **answer,
    }
    return rag.Feedback(id=name, at=NOW, asked=ASKED, verdict=verdict, note=note, **whole)


def cited(article: rag.Article, quote: str) -> tuple[rag.Statement, ...]:
    start = article.text.index(quote)
    citation = rag.Citation(
        article_id=article.id,
        revision=article.revision,
        start=start,
        end=start + len(quote),
        quote=quote,
    )
    return (rag.Statement(text=quote, citations=(citation,)),)


def export(
    tmp_path: Path, *feedback: rag.Feedback
) -> tuple[evaluation.Exported, list[dict[str, Any]]]:
    out = tmp_path / "set"
    made = evaluation.export_feedback(feedback, [HARBOUR, ORCHARD], out=out, config=CONFIG)
    lines = (out / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return made, [json.loads(line) for line in lines]


FROST = "A late frost damaged orchards across the valley on Friday."
WEEKS = "The port authority said that the work on the northern pier will take “eleven weeks.”"


def test_what_was_right_becomes_gold(tmp_path: Path) -> None:
    made, (row,) = export(tmp_path, said("q", "right", statements=cited(ORCHARD, FROST)))
    assert row["gold_spans"] == [{"article": "orchard.txt", "quote": FROST}]
    assert (row["gold"], row["answerable"], row["kind"]) == (["orchard.txt"], True, "right")
    assert row["date"] == "2026-11-20"
    assert made == evaluation.Exported(questions=1, judged=1, open=())


def test_an_abstention_that_was_right_has_no_answer(tmp_path: Path) -> None:
    made, (row,) = export(tmp_path, said("q", "right"))
    assert (row["answerable"], row["gold_spans"]) == (False, [])
    assert made.open == ()


def test_of_a_narrowed_abstention_nothing_is_known(tmp_path: Path) -> None:
    narrowed = rag.Filter(outlets=("Coast Courier",))
    made, (row,) = export(tmp_path, said("q", "right", filter=narrowed))
    assert row["answerable"] is None
    assert made.open[0].endswith("was asked of selected articles only; here it is asked of all")


@pytest.mark.parametrize("verdict", ["wrong", "wrong source", "not in the text"])
def test_of_a_wrong_answer_no_gold_is_claimed(tmp_path: Path, verdict: str) -> None:
    wrong = said("q", verdict, "Not so.", statements=cited(ORCHARD, FROST))
    made, (row,) = export(tmp_path, wrong)
    assert (row["gold"], row["gold_spans"], row["answerable"]) == ([], [], None)
    assert row["note"] == "Not so."
    assert row["shown"] == [{"article": "orchard.txt", "quote": FROST}]
    assert made.judged == 0
    assert made.open == (
        f"How long will the work take? ({verdict}: Not so.): the right answer is not known",
    )


def test_an_abstention_that_was_wrong_can_be_answered(tmp_path: Path) -> None:
    _, (row,) = export(tmp_path, said("q", "wrong"))
    assert (row["answerable"], row["gold"]) == (True, [])


@pytest.mark.parametrize(
    "note",
    [
        WEEKS,
        f"  “{WEEKS}”  ",
        WEEKS.replace(" pier", "\n pier"),
        WEEKS.removesuffix("”"),
    ],
)
def test_a_sentence_that_should_have_been_found_becomes_gold(tmp_path: Path, note: str) -> None:
    given = said("q", "should have found", note, statements=cited(ORCHARD, FROST))
    made, (row,) = export(tmp_path, given)
    assert row["gold_spans"] == [{"article": "harbour.txt", "quote": WEEKS}]
    assert row["answerable"] is True
    assert made.open == ()


@pytest.mark.parametrize("note", ["eleven weeks", "It took twelve weeks.", "“…”", FROST[:-8]])
def test_other_notes_stay_open(tmp_path: Path, note: str) -> None:
    made, (row,) = export(tmp_path, said("q", "should have found", note))
    assert (row["gold_spans"], row["answerable"]) == ([], None)
    assert made.open[0].endswith("the note is not a sentence of an article")


def test_a_citation_that_is_gone_is_no_gold(tmp_path: Path) -> None:
    gone = rag.make_article(id="gone.txt", title="Gone", text=FROST)
    edited = rag.make_article(id="orchard.txt", title="Before", text="Nothing grew. Nothing.")
    both = cited(gone, FROST) + cited(edited, "Nothing grew.") + cited(ORCHARD, FROST)
    made, (row,) = export(tmp_path, said("q", "right", statements=both))
    assert row["gold_spans"] == [{"article": "orchard.txt", "quote": FROST}]
    assert made.open[0].endswith("a cited sentence is no longer in the articles")


def test_the_last_verdict_on_an_answer_counts(tmp_path: Path) -> None:
    first = said("a", "wrong", exchange="e")
    _, rows = export(tmp_path, first, said("b", "right", exchange="e"), said("c", "wrong"))
    assert [(row["id"], row["kind"]) for row in rows] == [("b", "right"), ("c", "wrong")]


def test_what_cannot_be_asked_is_left_out(tmp_path: Path) -> None:
    made, rows = export(tmp_path, said("q", "wrong", question="x" * 3000), said("r", "wrong"))
    assert [row["id"] for row in rows] == ["r"]
    assert made.open[0].endswith("the question can no longer be asked; left out")


def test_what_is_exported_has_no_fault(tmp_path: Path) -> None:
    history = (rag.Turn(role="user", text="And?"), rag.Turn(role="agent", text=""))
    export(
        tmp_path,
        said("a", "right", statements=cited(ORCHARD, FROST), history=history),
        said("b", "should have found", WEEKS),
        said("c", "wrong source", statements=cited(ORCHARD, FROST)),
    )
    checked = evaluation.check_dataset(tmp_path / "set")
    assert (checked.faults, checked.questions, checked.followups) == ((), 3, 1)
    assert checked.documents == 2


def test_a_file_holds_questions_alone_and_nothing_is_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "more.jsonl"
    for name in (out, tmp_path / "set"):
        evaluation.export_feedback([said("q", "wrong")], [HARBOUR], out=name)
        with pytest.raises(rag.UsageError, match="already exists"):
            evaluation.export_feedback([said("q", "wrong")], [HARBOUR], out=name)
    assert [path.name for path in tmp_path.glob("more*")] == ["more.jsonl"]


def test_the_evaluation_replays_what_readers_said(tmp_path: Path, news: rag.Byline) -> None:
    feedback_store = rag.FeedbackStore(tmp_path / "index")
    for number, question in enumerate(
        ["When will the harbour of Vessby close?", "What did a late frost damage?"]
    ):
        answer = news.ask(question)
        given = said(str(number), "right", question=question, statements=answer.statements[:1])
        feedback_store.keep(given)
    out = tmp_path / "set"
    evaluation.export_feedback(feedback_store.all(), news.articles(), out=out, config=CONFIG)
    metrics = evaluation.evaluate(
        out,
        out=tmp_path / "results",
        index_cache=tmp_path / "cache",
        config=CONFIG,
        embedder=rag.HashEmbedder(dims=64),
    )
    assert metrics.scores.retrieval["passage"]["Success@1"].value == 1
    assert metrics.scores.citations["span_precision"].value == 1
    assert metrics.lost["right"] == 2


# ---- in the terminal


@pytest.fixture
def byline(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Runs ``byline`` in a separate folder; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> tuple[int, str, str]:
        code = run([*map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


Command = Callable[..., tuple[int, str, str]]


def test_the_terminal_lists_what_readers_said(byline: Command, tmp_path: Path) -> None:
    assert byline("feedback", "list", "--index", tmp_path)[1].startswith("no feedback yet")
    rag.FeedbackStore(tmp_path).keep(
        said("q", "wrong", "Not\n so.\x1b[31m", statements=cited(ORCHARD, FROST))
    )
    code, out, _ = byline("feedback", "list", "--index", tmp_path)
    assert code == 0
    assert "How long will the work take?" in out
    assert "Not so.[31m" in out
    _, out, _ = byline("feedback", "list", "--index", tmp_path, "--json")
    (row,) = json.loads(out)
    assert (row["verdict"], row["statements"][0]["text"]) == ("wrong", FROST)


def test_without_feedback_there_is_nothing_to_export(byline: Command, tmp_path: Path) -> None:
    code, _, err = byline("feedback", "export", "--index", tmp_path, "--out", "set")
    assert code == 2
    assert "there is no feedback yet" in err


@pytest.mark.slow
@pytest.mark.usefixtures("news")
def test_the_terminal_exports_and_evaluates(byline: Command, tmp_path: Path) -> None:
    feedback_store = rag.FeedbackStore(tmp_path / "index")
    question = "What did a late frost damage across the valley?"
    feedback_store.keep(said("a", "right", question=question, statements=cited(ORCHARD, FROST)))
    feedback_store.keep(said("b", "should have found", "Elsewhere."))
    code, out, err = byline("feedback", "export", "--index", tmp_path / "index", "--out", "set")
    assert (code, out) == (0, "2 questions written to set, 1 judged\n")
    line = "without gold: How long will the work take? (should have found: Elsewhere.): the note is"
    assert line in err
    assert byline("eval", "set", "--out", "results")[0] == 0
    measured = evaluation.measure_again(tmp_path / "results")
    assert measured.scores.retrieval["passage"]["Success@1"].value == 1
    assert measured.lost["right"] == 1


@pytest.mark.parametrize("name", ["list", "export"])
def test_help_of_each_command_has_an_example(byline: Command, name: str) -> None:
    code, out, _ = byline("feedback", name, "--help")
    assert code == 0
    assert f"Example: byline feedback {name} " in out
