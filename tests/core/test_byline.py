"""Tests the facade: open, index, search, ask and forget, and one-line errors."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.errors import ConfigError, DamagedIndexError, NotIndexedError, UsageError
from rag.index.articles import ArticleTables

QUESTION = "How many Iranian diplomats did Baku expel?"
EMBEDDER = rag.HashEmbedder()


# ---- opening


def test_open_indexes_a_folder_beside_it(folder: Path) -> None:
    with rag.open(folder, embedder=EMBEDDER) as news:
        assert [article.id for article in news.articles()] == [
            "bridge.txt",
            "harbour.txt",
            "orchard.txt",
        ]
        assert news.search("pier")[0].passage.article_id == "harbour.txt"
    assert (folder.parent / ".byline" / "articles" / "library.db").is_file()
    assert sorted(path.name for path in folder.iterdir()) == [
        "bridge.txt",
        "harbour.txt",
        "orchard.txt",
    ]


def test_open_takes_another_index_folder_and_reports_progress(folder: Path, tmp_path: Path) -> None:
    steps: list[rag.Progress] = []
    with rag.open(
        str(folder), index=tmp_path / "mine", embedder=EMBEDDER, progress=steps.append
    ) as news:
        assert news.status()["index"] == str(tmp_path / "mine")
    assert steps[-1].done == steps[-1].total == 3
    assert not (folder.parent / ".byline").exists()


def test_opened_again_only_what_changed_is_done(folder: Path) -> None:
    with rag.open(folder, embedder=EMBEDDER) as news:
        first = news.status()["generation"]
    with rag.open(folder, embedder=EMBEDDER) as news:
        assert news.status()["generation"] == first
    (folder / "dam.txt").write_text("The dam was opened.", encoding="utf-8")
    with rag.open(folder, embedder=EMBEDDER) as news:
        assert len(news.articles()) == 4


def test_missing_folder_is_refused_and_nothing_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        rag.open(tmp_path / "gone", embedder=EMBEDDER)
    assert list(tmp_path.iterdir()) == []


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="contains no articles"):
        rag.open(tmp_path / "empty", embedder=EMBEDDER)


def test_missing_index_is_refused_where_none_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(NotIndexedError, match="byline index"):
        rag.Byline(tmp_path / "gone", create=False)
    assert list(tmp_path.iterdir()) == []


def test_damaged_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database at all " * 500)
    with pytest.raises(DamagedIndexError, match=r"library\.db"):
        rag.Byline(tmp_path)


def test_unknown_stemmer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="klingon"):
        rag.Byline(tmp_path / "index", config=rag.Config(stemmer="klingon"))


def test_index_is_kept_after_closing(folder: Path, tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        news.index([folder])
        before = news.search("pier harbour")
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER, create=False) as news:
        assert news.search("pier harbour") == before


# ---- invalid questions

BAD_QUESTIONS = {
    "empty": ("", "empty"),
    "spaces": (" \t\n\u00a0 ", "empty"),
    "control characters": ("\x00\x07\x1b\x7f", "empty"),
    "invisible": ("\u200b\u202e\ufeff", "empty"),
    "half a character": ("\ud83d", "empty"),
    "emoji": ("👍🏽 🎉", "no word"),
    "punctuation": ("?!… —", "no word"),
    "long": ("word " * 2_000, "10,000 characters"),
}


@pytest.mark.parametrize("kind", BAD_QUESTIONS)
def test_question_that_cannot_be_asked_is_refused_in_one_line(
    hashed: rag.Byline, kind: str
) -> None:
    question, said = BAD_QUESTIONS[kind]
    asking = (hashed.ask,) if said != "no word" else ()  # small talk
    for ask in (*asking, hashed.search, hashed.context):
        with pytest.raises(UsageError, match=said) as refusal:
            ask(question)
        assert "\n" not in str(refusal.value)
        assert "ask" in str(refusal.value)
        assert len(str(refusal.value)) < 200
        assert str(refusal.value).isprintable()


def test_question_may_be_as_long_as_the_limit(hashed: rag.Byline) -> None:
    question = ("diplomats " * 200).ljust(2_000, "?")
    assert hashed.search(question)
    with pytest.raises(UsageError, match="2,000"):
        hashed.search(question + "?")


@pytest.mark.parametrize(
    "question",
    [
        f"  {QUESTION}\n",
        QUESTION.replace(" ", "\x07 "),
        QUESTION.replace(" ", "\n"),
        f"👍 {QUESTION} 👍",
    ],
)
def test_stray_characters_in_a_question_do_no_harm(hashed: rag.Byline, question: str) -> None:
    answer = hashed.ask(question)
    assert "four Iranian diplomats" in answer.text
    assert answer.question.isprintable()


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_any_question_is_answered_or_refused(hashed: rag.Byline, question: str) -> None:
    try:
        answer = hashed.ask(question)
    except UsageError as refusal:
        assert str(refusal).isprintable()  # noqa: PT017 - either may be
    else:
        assert (answer.abstained or answer.notice != "") is (answer.text == "")


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_passage_are_refused(hashed: rag.Byline, k: int) -> None:
    with pytest.raises(UsageError, match=f"k is {k}"):
        hashed.search(QUESTION, k=k)


def test_question_to_an_index_without_articles_is_refused(tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        for ask in (news.ask, news.search, news.context):
            with pytest.raises(NotIndexedError, match="nothing is indexed"):
                ask(QUESTION)


def test_question_after_the_last_article_went_is_refused(tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        news.add([rag.make_article(id="a", text="They met.")])
        news.forget("a")
        with pytest.raises(NotIndexedError, match="nothing is indexed"):
            news.ask("Who met?")


# ---- answers


def test_answer_carries_what_it_was_made_from(hashed: rag.Byline) -> None:
    answer = hashed.ask(QUESTION)
    assert answer.question == answer.standalone_question == QUESTION
    assert answer.hits == tuple(hashed.search(QUESTION, k=20))
    assert len(answer.hits) == 20
    assert answer.generation == hashed.status()["generation"]
    assert 0 < answer.answerability <= 1
    assert answer.confidence
    assert answer.confidence.none == pytest.approx(1 - answer.answerability)
    stages = dict(answer.seconds)
    total = stages.pop("total")
    assert total == pytest.approx(sum(stages.values()))
    assert all(seconds >= 0 for seconds in stages.values())


def test_answer_quotes_its_articles(hashed: rag.Byline) -> None:
    answer = hashed.ask(QUESTION)
    assert answer.citations
    for citation in answer.citations:
        article = hashed.article(citation.article_id, citation.revision)
        assert article.text[citation.start : citation.end] == citation.quote
    assert "four Iranian diplomats" in answer.citations[0].quote


def test_settings_of_the_answer_are_kept(corpus: Path, tmp_path: Path) -> None:
    for config in (
        rag.Config(threshold=0.0, max_statements=1),
        rag.Config(threshold=0.0, max_statements=2),
        rag.Config(threshold=1.0),
    ):
        with rag.Byline(tmp_path / "index", config=config, embedder=EMBEDDER) as news:
            news.index([corpus])
            answer = news.ask("Iran Azerbaijan relations")
            assert len(answer.statements) <= config.max_statements
            assert answer.abstained is (config.threshold == 1.0)


def test_answer_to_an_older_revision_still_quotes_it(tmp_path: Path) -> None:
    old = rag.make_article(id="a", text="Baku expelled four Iranian diplomats.")
    config = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path, config=config, embedder=EMBEDDER) as news:
        news.add([old])
        (citation,) = news.ask(QUESTION).citations
        news.add([rag.make_article(id="a", text="Baku expelled nobody at all.")])
        kept = news.article("a", citation.revision)
        assert kept.text[citation.start : citation.end] == citation.quote
        (newer,) = news.ask(QUESTION).citations
        assert newer.quote == "Baku expelled nobody at all."


def test_many_threads_get_the_answers_of_one(hashed: rag.Byline) -> None:
    questions = [QUESTION, "Who is Nasser Kanaani?", "What did Raisi inaugurate?", "land borders"]
    alone = [(hashed.ask(question).statements, hashed.search(question)) for question in questions]

    def ask(number: int) -> object:
        question = questions[number % 4]
        return hashed.ask(question).statements, hashed.search(question)

    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(ask, range(40)))
    assert together == [alone[number % 4] for number in range(40)]


def test_threads_keep_asking_while_articles_come_and_go(corpus: Path, tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        news.index([corpus])

        def ask(_: int) -> bool:
            return "four Iranian diplomats" in news.ask(QUESTION).citations[0].quote

        with ThreadPoolExecutor(max_workers=4) as pool:
            asked = [pool.submit(ask, number) for number in range(60)]
            for number in range(8):
                news.add([rag.make_article(id=f"new {number}", text=f"Report {number} came.")])
                news.forget(f"new {number - 2}")
            assert all(each.result() for each in asked)
        ids = {article.id for article in news.articles()}
        assert {"new 6", "new 7"} <= ids
        assert len(news.articles()) == 5 + 2


# ---- context


@settings(deadline=None, max_examples=40)
@given(
    tokens=st.integers(min_value=100, max_value=4_000),
    question=st.sampled_from([QUESTION, "land borders", "Karabakh"]),
)
def test_context_never_exceeds_its_budget(hashed: rag.Byline, tokens: int, question: str) -> None:
    assert rag.count_tokens(hashed.context(question, tokens=tokens)) <= tokens


def test_context_holds_whole_passages_under_their_sources(hashed: rag.Byline) -> None:
    context = hashed.context(QUESTION, tokens=600)
    blocks = re.split(r"\n\n(?=\[\d+\] )", context)
    hits = hashed.search(QUESTION, k=len(blocks))
    assert 2 <= len(blocks) < 20
    for number, (block, hit) in enumerate(zip(blocks, hits, strict=True), start=1):
        article = hashed.article(hit.passage.article_id)
        head, words = block.split("\n", 1)
        assert head == f"[{number}] {rag.source_line(article)}"
        assert words == article.text[hit.passage.start : hit.passage.end]


def test_larger_budget_only_adds(hashed: rag.Byline) -> None:
    small, large = (hashed.context(QUESTION, tokens=tokens) for tokens in (500, 1_500))
    assert large.startswith(small)
    assert rag.count_tokens(large) > rag.count_tokens(small)


def test_small_budget_holds_the_first_sentences_of_the_best_passage(hashed: rag.Byline) -> None:
    best = hashed.search(QUESTION)[0].passage
    article = hashed.article(best.article_id)
    for _, end in best.sentences[:2]:
        wanted = f"[1] {rag.source_line(article)}\n{article.text[best.start : end]}"
        assert hashed.context(QUESTION, tokens=rag.count_tokens(wanted)) == wanted


def test_budget_below_one_sentence_is_refused(hashed: rag.Byline) -> None:
    with pytest.raises(UsageError, match="tokens is 20, too few for one sentence") as caught:
        hashed.context(QUESTION, tokens=20)
    least = int(str(caught.value).rsplit(" ", 1)[1])
    assert rag.count_tokens(hashed.context(QUESTION, tokens=least)) == least
    with pytest.raises(UsageError, match=f"give at least {least}"):
        hashed.context(QUESTION, tokens=least - 1)


def test_context_honours_the_filter(hashed: rag.Byline) -> None:
    context = hashed.context("Iran", filter=rag.Filter(outlets=("irna",)))
    heads = re.findall(r"^\[\d+\] (.*)$", context, re.MULTILINE)
    assert heads
    assert all(head.startswith("IRNA, 2024-05-19: ") for head in heads)


@pytest.mark.parametrize("tokens", [0, -5])
def test_budget_below_one_is_refused(hashed: rag.Byline, tokens: int) -> None:
    with pytest.raises(UsageError, match=f"tokens is {tokens}"):
        hashed.context(QUESTION, tokens=tokens)


# ---- articles


def test_unknown_article_is_refused(hashed: rag.Byline) -> None:
    with pytest.raises(UsageError, match=r"'gone\.txt'"):
        hashed.article("gone.txt")
    known = hashed.articles()[0]
    with pytest.raises(UsageError, match="revision 000000000000"):
        hashed.article(known.id, "0" * 64)
    assert hashed.article(known.id, known.revision) == known


def test_forgotten_article_answers_no_more(tmp_path: Path, folder: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        news.index([folder])
        assert news.forget("harbour.txt")
        assert not news.forget("harbour.txt")
        assert all(
            hit.passage.article_id != "harbour.txt" for hit in news.search("harbour pier", k=50)
        )
        with pytest.raises(UsageError):
            news.article("harbour.txt")
        assert news.index([folder]).added == 1
        assert news.search("harbour pier")[0].passage.article_id == "harbour.txt"


@pytest.mark.parametrize(
    ("outlet", "published", "title", "line"),
    [
        ("Post", date(2024, 5, 19), "They met", "Post, 2024-05-19: They met"),
        (None, None, "They met", "outlet not stated, undated: They met"),
        ("Post", None, "", "Post, undated"),
    ],
)
def test_source_line_says_what_is_not_stated(
    outlet: str | None, published: date | None, title: str, line: str
) -> None:
    article = rag.make_article(id="a", text="t", title=title)
    assert rag.source_line(replace(article, outlet=outlet, published=published)) == line


# ---- checks of questions, and dry runs


@pytest.mark.parametrize(
    ("question", "said"),
    [("", "empty"), (" \x07\n", "empty"), ("why " * 501, "2,004")],
)
def test_what_cannot_be_asked_is_told_before_asking(
    hashed: rag.Byline, question: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as told:
        rag.check_question(question)
    with pytest.raises(UsageError) as raised:
        hashed.ask(question)
    assert str(told.value) == str(raised.value)
    with pytest.raises(UsageError, match="no words"):
        rag.check_question("👍 ?!")


def test_a_question_is_asked_in_one_line() -> None:
    assert rag.check_question(" Who\n\tmet\x00 them? ") == "Who met them?"
    assert rag.check_question("Why?", config=rag.Config(max_question=4)) == "Why?"
    with pytest.raises(UsageError, match="the limit is 3"):
        rag.check_question("Why?", config=rag.Config(max_question=3))


def test_articles_are_read_as_indexing_reads_them(tmp_path: Path, folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"\x00\xff" * 100)
    (folder / "twin.txt").write_text("---\nid: harbour.txt\n---\nAnother harbour.\n")
    before = sorted(tmp_path.rglob("*"))
    articles, skipped = rag.read_articles([folder])
    assert sorted(tmp_path.rglob("*")) == before
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        report = news.index([folder])
        assert sorted(articles, key=lambda article: article.id) == news.articles()
    assert skipped == report.skipped
    assert [Path(name).name for name, _ in skipped] == ["bad.txt", "twin.txt"]


def test_articles_are_read_by_the_settings(folder: Path) -> None:
    ((bridge,), _) = rag.read_articles([folder / "bridge.txt"], config=rag.Config(language="de"))
    assert bridge.language == "de"
    (folder / "long.txt").write_text("They met. " * 200)
    _, ((name, reason),) = rag.read_articles([folder], config=rag.Config(max_file_mb=0.001))
    assert Path(name).name == "long.txt"
    assert "max_file_mb" in reason
    with pytest.raises(UsageError, match="does not exist"):
        rag.read_articles([folder / "none"])


# ---- status


def test_status_counts_what_is_there(hashed: rag.Byline) -> None:
    status = hashed.status()
    assert (status["articles"], status["passages"], status["generation"]) == (5, 23, 1)
    assert (status["model"], status["dimensions"]) == ("hash-256", 256)
    assert status["engine"] == "unknown"  # of an embedder that a program brings
    assert isinstance(status["megabytes"], float)
    assert status["settings"] == {
        name: getattr(hashed.config, name) for name in rag.Config.__dataclass_fields__
    }


def test_status_tells_the_threshold_in_force(tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        assert 0 < news.threshold < 1
        assert news.status()["threshold"] == news.threshold
    given = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER, config=given) as news:
        assert news.status()["threshold"] == 0


def test_status_says_that_the_default_is_english(hashed: rag.Byline) -> None:
    assert "English" in str(hashed.status()["language"])


def test_status_of_a_new_index_is_empty(tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "index", embedder=EMBEDDER) as news:
        status = news.status()
    assert (status["articles"], status["passages"], status["generation"]) == (0, 0, 0)


@pytest.mark.slow
def test_warming_loads_what_a_question_needs(real_index: Path) -> None:
    with rag.Byline(real_index, create=False) as news:
        news.warm()
        assert news.ask(QUESTION).seconds["load"] < 0.1


def test_a_max_error_that_cannot_be_kept_is_refused_when_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"max_error is 0\.0"):
        rag.Byline(tmp_path, config=rag.Config(max_error=0.0), embedder=rag.HashEmbedder())


def test_accepting_fewer_errors_answers_less(tmp_path: Path, corpus: Path) -> None:
    questions = ["How many diplomats did Baku expel?", "Who met?", "What is a unicorn?", "Why?"]
    answered = []
    for share in (0.3, 1.0):
        config = rag.Config(max_error=share)
        with rag.Byline(tmp_path / "i", config=config, embedder=rag.HashEmbedder()) as news:
            news.index([corpus])
            answered.append({q for q in questions if not news.ask(q).abstained})
            assert news.status()["threshold"] == news.threshold
    assert answered[0] < answered[1] == set(questions)


def test_what_is_of_another_time_is_said_to_be(tmp_path: Path) -> None:
    said = "The harbour of Lund was opened by the mayor"
    article = rag.make_article(id="a", text=f"{said}.", published=date(2022, 7, 14))
    config = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path, config=config, embedder=rag.HashEmbedder()) as news:
        news.add([article])
        lines = {
            year: rag.period_line(news.ask(f"Who opened the harbour of Lund in {year}?"))
            for year in (1995, 2022)
        }
        assert rag.period_line(news.ask("Who opened the harbour?")) == ""
    assert lines[2022] == "Time asked about: 1 January 2022 to 31 December 2022."
    assert lines[1995] == (
        "Time asked about: 1 January 1995 to 31 December 1995."
        " No article of that time was found to answer; what follows is from 14 July 2022."
    )


def test_a_copy_that_is_gone_is_left_out_of_the_line(tmp_path: Path) -> None:
    text = " ".join(f"Sentence {n} on the new harbour of Lund and its {n} piers." for n in range(9))
    articles = [
        rag.make_article(id=name, text=text, outlet=name.title()) for name in ("post", "courier")
    ]
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder()) as news:
        news.add(articles)
        hit = news.search("harbour of Lund")[0]
        assert rag.edition_line(hit, news.article).startswith("also in ")
        news.forget(hit.copies[0])
        assert rag.edition_line(hit, news.article) == ""


def test_nothing_is_marked_in_the_answer_to_a_question_joined_to_another(tmp_path: Path) -> None:
    text = "In the storm 14 people died on the Estrella and 31 people were rescued from it."
    asked = "How many people died on the Estrella?"
    config = rag.Config(threshold=0.0)
    with rag.Byline(tmp_path, config=config, embedder=rag.HashEmbedder()) as news:
        news.add([rag.make_article(id="a", text=text)])
        history = [rag.Turn(role="user", text=asked), rag.Turn(role="agent", text=text)]
        joined = news.ask("And why?", history=history)
        assert joined.standalone_question == "How many people died on the Estrella, and why?"
        assert joined.statements
        assert joined.short_answer is None


def test_status_reads_no_article(hashed: rag.Byline, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an article was read")

    monkeypatch.setattr(ArticleTables, "_article", refuse)
    assert hashed.status()["articles"] == 5
