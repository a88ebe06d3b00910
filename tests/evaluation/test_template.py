"""Tests question sets for one's own articles: sampling, filling in, conversion, and evaluation."""

from collections import Counter
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.evaluation import evaluate
from rag.evaluation.datasets.from_template import make_dataset
from rag.evaluation.datasets.models import Question, Quotation
from rag.evaluation.datasets.reading import check_dataset, load_dataset
from rag.evaluation.datasets.template import (
    draw,
    passages_of,
    relative_place,
    spread,
    write_template,
)

CORPUS = Path(__file__).parents[2] / "corpus"
NEWS = {
    "harbour.txt": """---
title: Harbour "to close"
outlet: Coast Courier
published: 2024-03-04
---
The harbour of Vessby will close next week. The port authority said that “the work” on its
northern pier will take eleven weeks. Ferries will sail from Lunda until then, it said on Monday.

The mayor called the harbour the heart of the town. He expects that fewer people will come.
""",
    "orchard.txt": """---
title: Frost damages orchards
outlet: Valley Post
published: 2024-05-11
---
A late frost damaged orchards across the valley on Friday. Growers expect to lose a third of the
apple harvest. The regional council has promised to compensate them before the end of the year.
""",
}


def article(number: int, outlet: str | None, published: date | None) -> rag.Article:
    return rag.make_article(
        id=f"a{number:03}", text=f"Text {number}.", outlet=outlet, published=published
    )


@st.composite
def articles(draw: st.DrawFn) -> list[rag.Article]:
    outlets = st.none() | st.sampled_from(["Post", "post", "Courier"])
    days = st.none() | st.dates(date(2020, 1, 1), date(2020, 2, 1))
    made = draw(st.lists(st.tuples(outlets, days), max_size=40))
    return [article(number, *about) for number, about in enumerate(made)]


def outlet_of(one: rag.Article) -> str:
    return (one.outlet or "").casefold()


@given(articles(), st.integers(0, 99))
def test_every_article_is_drawn_once_whatever_the_order(
    found: list[rag.Article], seed: int
) -> None:
    drawn = spread(found, seed=seed)
    assert sorted(one.id for one in drawn) == sorted(one.id for one in found)
    assert spread(found[::-1], seed=seed) == drawn


@given(articles(), st.integers(0, 99), st.integers(1, 40))
def test_outlets_take_turns(found: list[rag.Article], seed: int, n: int) -> None:
    held = Counter(map(outlet_of, found))
    drawn = Counter(map(outlet_of, spread(found, seed=seed)[:n]))
    unspent = [drawn[name] for name in held if drawn[name] < held[name]]
    assert max(drawn.values(), default=0) <= min(unspent, default=n) + 1


@given(articles(), st.integers(0, 99))
def test_in_each_outlet_the_quarters_of_its_dates_take_turns(
    found: list[rag.Article], seed: int
) -> None:
    drawn = sorted(spread(found, seed=seed), key=outlet_of)  # stable: in sampling order
    for _, group in groupby(drawn, key=outlet_of):
        own = list(group)
        dated = sorted((one for one in own if one.published), key=lambda o: (o.published, o.id))
        quarter = {
            one.id: next(q for q in range(4) if place < len(dated) * (q + 1) // 4)
            for place, one in enumerate(dated)
        }
        groups = {quarter.get(one.id, "undated") for one in own}
        first = [quarter.get(one.id, "undated") for one in own[: len(groups)]]
        assert set(first) == groups


def test_another_seed_draws_otherwise() -> None:
    found = [article(number, "Post", date(2020, 1, 1 + number % 28)) for number in range(60)]
    assert spread(found, seed=0) == spread(found, seed=0)
    assert spread(found, seed=0) != spread(found, seed=1)


@settings(deadline=None)
@given(counts=st.lists(st.integers(1, 4), min_size=1, max_size=6), n=st.integers(1, 30))
def test_no_second_passage_of_an_article_before_each_has_one(counts: list[int], n: int) -> None:
    text = "word " * 400
    found = [rag.make_article(id=str(number), text=text) for number, _ in enumerate(counts)]
    passages = {
        one.id: [
            rag.Passage(
                article_id=one.id, revision="", start=s * 200, end=s * 200 + 150, sentences=()
            )
            for s in range(count)
        ]
        for one, count in zip(found, counts, strict=True)
    }
    drawn = draw(found, passages, n=n, seed=3)
    assert len(drawn) == min(n, sum(counts))
    assert len(set(drawn)) == len(drawn)
    times = Counter(passage.article_id for passage in drawn)
    for one, count in zip(found, counts, strict=True):
        assert times[one.id] >= min(count, max(times.values()) - 1)


def test_passages_of_a_few_words_are_left_out_where_there_are_longer_ones() -> None:
    long, short = "word " * 20, "A heading."
    both = rag.make_article(id="both", text=long + short)
    only = rag.make_article(id="only", text=short)
    ends = len(long), len(long) + len(short)

    def passage(name: str, start: int, end: int) -> rag.Passage:
        return rag.Passage(article_id=name, revision="", start=start, end=end, sentences=())

    passages = {
        "both": [passage("both", 0, ends[0]), passage("both", *ends)],
        "only": [passage("only", 0, len(short))],
    }
    drawn = draw([both, only], passages, n=9, seed=0)
    assert drawn == [passage("both", 0, ends[0]), passage("only", 0, len(short))]


def test_all_passages_of_an_article_are_found_as_indexing_splits_it() -> None:
    found, _ = rag.read_articles([CORPUS])
    for one in found:
        passages = passages_of([one], config=rag.Config())[one.id]
        sentences = [span for passage in passages for span in passage.sentences]
        assert sentences == sorted(set(sentences))
        left = list(one.text)
        for start, end in sentences:
            left[start:end] = " " * (end - start)
        assert not "".join(left).strip()


def test_a_folder_is_written_relative_where_it_lies_below(tmp_path: Path) -> None:
    assert relative_place(tmp_path / "set" / "news", tmp_path / "set") == "news"
    assert relative_place(tmp_path / "set", tmp_path / "set") == "."
    beside = relative_place(tmp_path / "news", tmp_path / "set")
    assert beside == (tmp_path / "news").resolve().as_posix()


# ---- the file to fill in


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Two articles in a folder."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name, text in NEWS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def sheet(news: Path, tmp_path: Path) -> Path:
    """The unmodified file to fill in."""
    write_template(news, out=tmp_path / "questions.yaml", n=9)
    return tmp_path / "questions.yaml"


def test_the_file_shows_passages_with_their_source_and_blanks(sheet: Path, news: Path) -> None:
    content = yaml.safe_load(sheet.read_text(encoding="utf-8"))
    assert (sheet.parent / content["articles"]).resolve() == news.resolve()
    by_article = {entry["article"]: entry for entry in content["passages"]}
    harbour, orchard = by_article["harbour.txt"], by_article["orchard.txt"]
    assert (harbour["title"], harbour["outlet"]) == ('Harbour "to close"', "Coast Courier")
    assert (orchard["outlet"], orchard["date"]) == ("Valley Post", "2024-05-11")
    for entry in content["passages"]:
        assert (entry["question"], entry["answer"], entry["quote"]) == ("", "", "")
        text = rag.read_articles([news / entry["article"]])[0][0].text
        assert " ".join(entry["passage"].split()) in " ".join(text.split())
    assert content["unanswerable"] == [{"id": "u01", "question": ""}]
    assert content["followups"][0]["after"] == ""
    assert max(map(len, sheet.read_text(encoding="utf-8").splitlines())) <= 100


def test_the_same_seed_writes_the_same_file(tmp_path: Path) -> None:
    write_template(CORPUS, out=tmp_path / "one.yaml", n=8, seed=5)
    write_template(CORPUS, out=tmp_path / "one" / "one.yaml", n=8, seed=5)
    write_template(CORPUS, out=tmp_path / "other.yaml", n=8, seed=6)
    one = (tmp_path / "one.yaml").read_text()
    assert (tmp_path / "one" / "one.yaml").read_text() == one
    assert (tmp_path / "other.yaml").read_text().replace("other", "one") != one
    entries = yaml.safe_load(one)["passages"]
    assert len(entries) == 8
    assert len({entry["article"] for entry in entries[:5]}) == 5


def test_what_cannot_be_drawn_is_said(news: Path, sheet: Path, tmp_path: Path) -> None:
    with pytest.raises(rag.UsageError, match="already exists: choose a new file"):
        write_template(news, out=sheet)
    with pytest.raises(rag.UsageError, match="-n is 0; draw at least 1"):
        write_template(news, out=tmp_path / "new.yaml", n=0)
    with pytest.raises(rag.UsageError, match="does not exist"):
        write_template(tmp_path / "nowhere", out=tmp_path / "new.yaml")
    (news / "empty.txt").touch()
    drawn = write_template(news, out=tmp_path / "new.yaml")
    assert [Path(path).name for path, _ in drawn.refused] == ["empty.txt"]
    for name in NEWS:
        (news / name).unlink()
    with pytest.raises(rag.IngestError, match=r"no file below .* is a readable article"):
        write_template(news, out=tmp_path / "newer.yaml")


# ---- filled in

FILLED = """\
articles: news
passages:
  - id: q1
    article: harbour.txt
    passage: |
      The port authority said that “the work” on its northern
      pier will take eleven weeks.
    question: "How long will the pier be repaired?"
    answer: "eleven
      weeks"
    quote: ""
  - id: q2
    article: harbour.txt
    question: What is the heart of the town?
    answer: ["the harbour", "harbour"]
    quote: The mayor called the harbour the heart of the town.
  - {id: q3, article: orchard.txt, question: "", answer: "", quote: ""}
  - id: q4
    article: orchard.txt
    question: What do growers fear?
unanswerable:
  - id: u1
    question: Who is the mayor of Lunda?
  - id: u2
    question: ""
followups:
  - {id: f1, after: q1, question: "From where do ferries sail until then?", answer: Lunda}
  - {id: f2, after: f1, question: "And what do they cost?", answer: "", quote: ""}
  - {id: f3, after: u1, article: orchard.txt, question: "And of the frost?", answer: Friday}
  - {id: f4, after: "", question: ""}
"""
WEEKS = "The port authority said that “the work” on its northern pier will take eleven weeks."


@pytest.fixture
def filled(news: Path) -> Path:
    path = news.parent / "questions.yaml"
    path.write_text(FILLED, encoding="utf-8")
    return path


def test_a_filled_file_becomes_a_data_set(filled: Path, tmp_path: Path) -> None:
    made = make_dataset(filled, out=tmp_path / "set")
    assert (made.questions, made.answerable, made.followups, made.blanks) == (7, 5, 3, 3)
    dataset = load_dataset(tmp_path / "set")
    asked = {question.id: question for question in dataset.questions}
    assert list(asked) == ["q1", "q2", "q4", "u1", "f1", "f2", "f3"]
    q1, q2, q4, u1 = (asked[name] for name in ("q1", "q2", "q4", "u1"))
    assert q1.answers == ("eleven weeks",)
    assert q1.gold_spans == (Quotation(article="harbour.txt", quote=WEEKS),)
    assert q2.answers == ("the harbour", "harbour")
    assert [span.quote for span in q2.gold_spans] == [
        "The mayor called the harbour the heart of the town."
    ]
    assert (q4.answers, q4.gold, q4.gold_spans) == ((), ("orchard.txt",), ())
    assert (q1.answerable, q4.answerable, u1.answerable) == (True, True, False)
    assert (u1.gold, u1.kind) == ((), "unanswerable")


def test_a_follow_up_has_what_was_said_before(filled: Path, tmp_path: Path) -> None:
    make_dataset(filled, out=tmp_path / "set")
    asked = {question.id: question for question in load_dataset(tmp_path / "set").questions}
    first, second, third = (asked[name] for name in ("f1", "f2", "f3"))
    turns = [("user", "How long will the pier be repaired?"), ("agent", WEEKS)]
    assert [(turn.role, turn.text) for turn in first.history] == turns
    assert first.gold == ("harbour.txt",)
    ferries = "Ferries will sail from Lunda until then, it said on Monday."
    assert [span.quote for span in first.gold_spans] == [ferries]
    more = [*turns, ("user", "From where do ferries sail until then?"), ("agent", ferries)]
    assert [(turn.role, turn.text) for turn in second.history] == more
    assert second.answerable is False  # neither answer nor quote
    assert [turn.text for turn in third.history] == [
        "Who is the mayor of Lunda?",
        "The articles do not say.",
    ]
    assert third.gold == ("orchard.txt",)


def test_the_data_set_names_its_articles(filled: Path, news: Path, tmp_path: Path) -> None:
    make_dataset(filled, out=tmp_path / "set")
    described = yaml.safe_load((tmp_path / "set" / "dataset.yaml").read_text())
    assert described == {"name": "set", "articles": news.resolve().as_posix()}
    make_dataset(filled, out=tmp_path)  # the articles are below it
    assert yaml.safe_load((tmp_path / "dataset.yaml").read_text())["articles"] == "news"
    assert check_dataset(tmp_path).questions == 7


@pytest.mark.parametrize("name", ["questions.jsonl", "dataset.yaml", "corpus.jsonl.gz"])
def test_no_data_set_is_written_over(filled: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(rag.UsageError, match=f"{name} already exists: choose another folder"):
        make_dataset(filled, out=tmp_path)
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("eleven\n      weeks", "twelve weeks", "twelve", "entry 'q1': answer 'twelve weeks' is"),
        ("called the harbour", "calls it", "calls it", "entry 'q2': quote 'The mayor calls it the"),
        ('"harbour"]', '"Harbor"]', "Harbor", "entry 'q2': answer 'Harbor' is not in 'harb"),
        ("answer: Lunda", "answer: Rome", "Rome", "entry 'f1': answer 'Rome' is not in 'harbour"),
        ("article: harbour.txt\n    question", "question", "id: q2", "entry 'q2': article '' is"),
        ("after: f1", "after: f4", "id: f2", "entry 'f2': `after` is 'f4': name an entry above"),
        ("id: u2", "id: u1 ", "id: u1 ", "id 'u1' is already used on line 22"),
        ("id: u1\n", "id: q1 \n", "id: q1 \n", "id 'q1' is already used on line 3"),
        ("id: u1\n    ", "", "question: Who is", "an entry has no id"),
        ("answer: [", "anwser: [", "anwser", "'anwser' is not a field of passages; use id,"),
        ("unanswerable:", "impossible:", "impossible", "'impossible' is not a section; write"),
        ("Who is the mayor of Lunda?", "'?!'", "'?!'", "entry 'u1': the question '?!' contains"),
        ("unanswerable:", "passages:", "passages:\n  - id: u1", "'passages' is already used on"),
        ("  - id: u2\n    ", "  - only words\n  - ", "only words", "is not an entry of"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_line(
    filled: Path, *, before: str, after: str, place: str, said: str
) -> None:
    assert FILLED.count(before) == 1
    changed = FILLED.replace(before, after)
    filled.write_text(changed, encoding="utf-8")
    with pytest.raises(rag.DatasetError) as raised:
        make_dataset(filled, out=filled.parent / "set")
    line = changed[: changed.index(place)].count("\n") + 1
    faults = [fault.strip() for fault in str(raised.value).splitlines()]
    assert any(fault.startswith(f"questions.yaml:{line}: {said}") for fault in faults), faults
    assert not (filled.parent / "set").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('articles: news\npassages:\n  - id: "q\n', r"questions\.yaml:\d+: is not YAML"),
        ('articles: news\npassages:\n  - quote: "He said "no"."\n', r"yaml:3: .*double quotes"),
        ("passages: []\n", "names no articles"),
        ("", "names no articles"),
        ("articles: gone\n", "no folder 'gone'"),
        ("articles: news\npassages:\n  - {id: q1, question: ''}\n", "contains no question"),
        ("articles: news\npassages: some\n", r"yaml:2: passages has no entries"),
    ],
)
def test_a_file_of_another_form_is_refused(
    filled: Path, tmp_path: Path, content: str, said: str
) -> None:
    filled.write_text(content, encoding="utf-8")
    with pytest.raises(rag.DatasetError, match=said):
        make_dataset(filled, out=tmp_path / "set")
    filled.write_bytes(b"\xff")
    with pytest.raises(rag.DatasetError, match="cannot be read"):
        make_dataset(filled, out=tmp_path / "set")


def one_entry(filled: Path, *, passage: str = "", answer: str = "", quote: str = "") -> Question:
    """The question from a file with one entry, about the harbour."""
    fields = {"passage": passage, "answer": answer, "quote": quote}
    entry = {"id": "q", "article": "harbour.txt", "question": "When does it close?", **fields}
    filled.write_text(yaml.safe_dump({"articles": "news", "passages": [entry]}), encoding="utf-8")
    out = filled.parent / "set"
    make_dataset(filled, out=out)
    (question,) = load_dataset(out).questions
    return question


FIRST = "The harbour of Vessby will close next week."
MAYOR = "The mayor called the harbour the heart of the town."


def test_the_passage_decides_which_sentence_is_meant(filled: Path) -> None:
    question = one_entry(filled, passage=MAYOR, answer="harbour")  # it is also in the first one
    assert [span.quote for span in question.gold_spans] == [MAYOR]


def test_a_sentence_that_holds_the_answer_twice_is_one_sentence(filled: Path) -> None:
    question = one_entry(filled, passage=MAYOR, answer="the")
    assert [span.quote for span in question.gold_spans] == [MAYOR]


def test_an_answer_is_found_as_a_whole_word_alone(filled: Path) -> None:
    question = one_entry(filled, answer="it")  # "authority" also contains it
    assert [span.quote for span in question.gold_spans] == [
        "Ferries will sail from Lunda until then, it said on Monday."
    ]


@pytest.mark.parametrize(
    ("passage", "answer", "said"),
    [
        ("", "harbour", "answer 'harbour' occurs in 2 sentences; fill in quote"),
        (f"{FIRST} The port authority", "The", "answer 'The' occurs in 2 sentences; fill in quote"),
        ("", "harb", "answer 'harb' occurs in 'harbour.txt' only as part of a word; fill in quote"),
        ("", "Sunday", "answer 'Sunday' is not in 'harbour.txt' word for word; copy it"),
    ],
)
def test_an_answer_whose_sentence_is_not_clear_is_named(
    filled: Path, passage: str, answer: str, said: str
) -> None:
    with pytest.raises(rag.DatasetError, match=rf"questions\.yaml:\d+: entry 'q': {said}"):
        one_entry(filled, passage=passage, answer=answer)


@pytest.mark.parametrize("answer", ["harbour", "harb"])
def test_a_quote_makes_it_clear(filled: Path, answer: str) -> None:
    question = one_entry(filled, answer=answer, quote=MAYOR)
    assert question.answers == (answer,)
    assert [span.quote for span in question.gold_spans] == [MAYOR]


def test_without_answer_and_quote_the_passage_is_gold(filled: Path) -> None:
    question = one_entry(filled, passage=MAYOR)
    assert (question.answers, question.gold_spans) == ((), ())
    assert question.gold_paragraphs == ("harbour.txt#p1",)
    dataset = load_dataset(filled.parent / "set")
    (unit,) = dataset.gold["q"].units
    (harbour,) = [one for one in dataset.documents if one.id == "harbour.txt"]
    assert harbour.text[unit.start : unit.end].startswith(MAYOR)
    assert question.answerable is True


# ---- from articles to figures


@pytest.mark.slow
def test_from_articles_to_figures(tmp_path: Path) -> None:
    sheet = tmp_path / "questions.yaml"
    write_template(CORPUS, out=sheet, n=6, seed=1)
    content: dict[str, Any] = yaml.safe_load(sheet.read_text(encoding="utf-8"))
    for entry in content["passages"][:5]:
        words = entry["passage"].split()
        entry["question"] = f"What about {' '.join(words[:6])}?"
        entry["answer"] = " ".join(words[1:4])
    content["unanswerable"][0]["question"] = "Who won the chess tournament in Lunda?"
    sheet.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    made = make_dataset(sheet, out=tmp_path / "set")
    assert (made.questions, made.answerable, made.blanks) == (6, 5, 2)
    assert made.warnings == ()
    metrics = evaluate(
        tmp_path / "set",
        out=tmp_path / "results",
        index_cache=tmp_path / "index",
        embedder=rag.HashEmbedder(dims=256),
    )
    assert metrics.scores.n == 6
    found = metrics.scores.retrieval["passage"]["Success@10"]
    assert (found.value, found.n) == (1.0, 5)
