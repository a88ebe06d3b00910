"""Tests readers: probabilities sum to 1, spans are inside sentences, and the fallback works."""

import hashlib
import json
import logging
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
from rag.embed.bundled import bundled_folder
from rag.errors import ModelError
from rag.language.sentences import sentence_spans
from rag.read import (
    LateInteractionReader,
    PassageReading,
    Readable,
    Reader,
    Reading,
    ScriptedReader,
    load_reader,
)
from rag.read.base import SentenceReading, SentenceScore, merged, normalised, raised
from rag.read.doubt import doubted
from rag.read.encoding import LONGEST_SPAN, PairEncoder
from rag.read.onnx_reader import OnnxReader
from rag.read.spans import sentence_scores

SHIPPED = Path(rag.__file__).parent / "read"
QUESTION = "How much did the new pier cost?"
HARBOUR = (
    "The ferry to Holm sails at noon. The new pier cost $4.5 million, the mayor Ole Brandt said."
)
ORCHARD = "A late frost damaged orchards on Friday. Growers lost a third of their apples."
SCRIPT = {QUESTION: "$4.5 million"}


def readable(text: str, *, title: str = "", score: float = 0.5) -> Readable:
    return Readable(
        title=title, text=text, sentences=tuple(sentence_spans(text, 0, len(text))), score=score
    )


@pytest.fixture(scope="session")
def encoder() -> PairEncoder:
    return PairEncoder(bundled_folder() / "tokenizer.json")


@pytest.fixture(scope="session", params=["shipped", "late interaction", "scripted"])
def reader(request: pytest.FixtureRequest) -> Reader:
    """Every available reader."""
    if request.param == "shipped":
        return OnnxReader()
    if request.param == "scripted":
        return ScriptedReader(SCRIPT)
    return LateInteractionReader(rag.HashEmbedder(dims=512))


# ---- invariants of every reader


def test_all_sentences_and_none_share_one_probability(reader: Reader) -> None:
    reading = reader.read(QUESTION, [readable(HARBOUR, title="Pier opens"), readable(ORCHARD)])
    shares = [one.probability for passage in reading.passages for one in passage.sentences]
    assert [len(passage.sentences) for passage in reading.passages] == [2, 2]
    assert sum(shares) + reading.none == pytest.approx(1)
    assert all(0 <= share <= 1 for share in shares)


def test_marked_words_lie_in_their_sentence(reader: Reader) -> None:
    passage = readable(HARBOUR)
    (read,) = reader.read(QUESTION, [passage]).passages
    for (start, end), sentence in zip(passage.sentences, read.sentences, strict=True):
        assert sentence.span_probability <= sentence.probability + 1e-9
        if sentence.span is not None:
            assert start <= sentence.span[0] < sentence.span[1] <= end


def test_the_sentence_that_answers_is_likeliest(reader: Reader) -> None:
    reading = reader.read(QUESTION, [readable(ORCHARD), readable(HARBOUR)])
    best = max(
        ((place, n) for place in range(2) for n in range(2)),
        key=lambda at: reading.passages[at[0]].sentences[at[1]].probability,
    )
    assert best == (1, 1)
    assert reading.passages[1].score > reading.passages[0].score


def test_without_passages_there_is_nothing_but_none(reader: Reader) -> None:
    reading = reader.read(QUESTION, [])
    assert reading.passages == ()
    assert reading.none == 1.0


def test_the_order_of_the_passages_does_not_matter(reader: Reader) -> None:
    passages = [readable(HARBOUR), readable(ORCHARD)]
    one, other = reader.read(QUESTION, passages), reader.read(QUESTION, passages[::-1])
    assert one.none == pytest.approx(other.none, rel=1e-3)
    for read, again in zip(one.passages, other.passages[::-1], strict=True):
        assert read.score == pytest.approx(again.score, abs=1e-3)


# ---- shared normalisation


scores = st.lists(
    st.lists(st.floats(min_value=-40, max_value=40), min_size=1, max_size=4), max_size=5
)


@given(scores=scores)
def test_probabilities_are_their_formula(scores: list[list[float]]) -> None:
    reading = normalised([[SentenceScore(score=one) for one in passage] for passage in scores])
    total = 1 + sum(math.exp(one) for passage in scores for one in passage)
    assert reading.none == pytest.approx(1 / total)
    for passage, read in zip(scores, reading.passages, strict=True):
        for score, sentence in zip(passage, read.sentences, strict=True):
            assert sentence.probability == pytest.approx(math.exp(score) / total)


@given(scores=scores, more=st.floats(min_value=-40, max_value=40))
def test_a_passage_more_takes_its_share_from_all_alike(
    scores: list[list[float]], more: float
) -> None:
    made = [[SentenceScore(score=one) for one in passage] for passage in scores]
    before, after = normalised(made), normalised([*made, [SentenceScore(score=more)]])
    left = 1 - after.passages[-1].sentences[0].probability
    assert after.none == pytest.approx(before.none * left, abs=1e-9)
    for one, other in zip(before.passages, after.passages, strict=False):
        for first, second in zip(one.sentences, other.sentences, strict=True):
            assert second.probability == pytest.approx(first.probability * left, abs=1e-9)


@given(
    scores=st.lists(st.lists(st.floats(-9, 9), min_size=1, max_size=4), max_size=5),
    by=st.floats(min_value=-5, max_value=5),
)
def test_raised_odds_are_those_of_raised_scores(scores: list[list[float]], by: float) -> None:
    made = [[SentenceScore(score=one) for one in passage] for passage in scores]
    found, expected = raised(normalised(made), by), normalised(made, intercept=by)
    assert found.none == pytest.approx(expected.none)
    for one, other in zip(found.passages, expected.passages, strict=True):
        assert one.score == pytest.approx(other.score)
        assert [each.probability for each in one.sentences] == pytest.approx(
            [each.probability for each in other.sentences]
        )


@pytest.mark.parametrize(
    ("passages", "words", "similarity", "change"),
    [
        (50, 12, 0.2, 0),  # a small folder
        (50_000, 4, 0.2, 0),  # a short question
        (50_000, 12, 0.2, -1),
        (50_000, 12, 0.9, 1),
        (500, 12, 0.2, -1),
    ],
)
def test_a_long_question_in_a_large_folder_needs_a_similar_passage(
    passages: int, words: int, similarity: float, change: int
) -> None:
    reading = normalised([[SentenceScore(score=1.0)]])
    found = doubted(reading, words=words, similarity=similarity, passages=passages)
    assert np.sign(round(found.passages[0].score - 1.0, 9)) == change


@given(
    scores=scores,
    slope=st.floats(min_value=0.1, max_value=3),
    intercept=st.floats(min_value=-5, max_value=5),
)
def test_calibration_moves_none_and_keeps_the_shares(
    scores: list[list[float]], slope: float, intercept: float
) -> None:
    made = [[SentenceScore(score=one) for one in passage] for passage in scores]
    plain, moved = normalised(made), normalised(made, slope=slope, intercept=intercept)
    if not scores:
        assert moved.none == 1.0
        return
    odds = math.log(sum(math.exp(one) for passage in scores for one in passage))
    assert moved.none == pytest.approx(1 / (1 + math.exp(slope * odds + intercept)))
    found, shares = (
        [one.probability for passage in read.passages for one in passage.sentences]
        for read in (moved, plain)
    )
    assert sum(found) + moved.none == pytest.approx(1)
    if sum(shares) > 1e-9:
        assert [one / sum(found) for one in found] == pytest.approx(
            [one / sum(shares) for one in shares], abs=1e-6
        )


# ---- from logits to sentences


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(min_value=0, max_value=2**32 - 1))
def test_a_sentence_has_the_sum_of_its_spans(encoder: PairEncoder, seed: int) -> None:
    pair = encoder.encode(QUESTION, "Pier opens", HARBOUR)
    logits = np.random.default_rng(seed).normal(0, 3, (len(pair.ids), 2)).astype(np.float32)
    spans = sentence_spans(HARBOUR, 0, len(HARBOUR))
    for (start, end), found in zip(spans, sentence_scores(logits, pair, spans), strict=True):
        single = {
            (int(pair.offsets[i, 0]), int(pair.offsets[j, 1])): float(
                logits[pair.first + i, 0] + logits[pair.first + j, 1] - logits[0].sum()
            )
            for i in range(len(pair.opens))
            for j in range(i, min(i + LONGEST_SPAN, len(pair.opens)))
            if pair.opens[i]
            and pair.closes[j]
            and start <= pair.offsets[i, 0]
            and pair.offsets[j, 1] <= end
        }
        assert found.score == pytest.approx(math.log(sum(map(math.exp, single.values()))), abs=1e-4)
        assert found.span == max(single, key=single.__getitem__)
        assert found.span_score == pytest.approx(max(single.values()), abs=1e-4)


def test_words_are_marked_whole(encoder: PairEncoder) -> None:
    pair = encoder.encode("Who?", "", "Amirabdollahian met Bayramov.")
    words = ["Amirabdollahian", "met", "Bayramov", "."]
    text = "Amirabdollahian met Bayramov."
    starts = [int(pair.offsets[n, 0]) for n in range(len(pair.opens)) if pair.opens[n]]
    ends = [int(pair.offsets[n, 1]) for n in range(len(pair.opens)) if pair.closes[n]]
    assert [text[s:e] for s, e in zip(starts, ends, strict=True)] == words


def test_what_is_too_long_is_cut(encoder: PairEncoder) -> None:
    text = "The pier cost much. " * 400
    pair = encoder.encode("why " * 500, "pier " * 100, text)
    spans = sentence_spans(text, 0, len(text))
    found = sentence_scores(np.zeros((len(pair.ids), 2), dtype=np.float32), pair, spans)
    assert len(pair.ids) == len(pair.types) <= 512
    assert found[0].score > -math.inf
    assert found[-1] == SentenceScore()  # not read


def test_a_passage_without_words_is_not_read(encoder: PairEncoder) -> None:
    pair = encoder.encode("Who?", "", "")
    assert sentence_scores(np.zeros((len(pair.ids), 2), dtype=np.float32), pair, []) == []
    assert sentence_scores(np.zeros((len(pair.ids), 2), dtype=np.float32), pair, [(0, 0)]) == [
        SentenceScore()
    ]


# ---- late interaction


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Baku expelled diplomats.", "Diplomats left Baku."),
        ("Diplomats left Baku.", "How."),
        ("Many left.", "Nothing here."),
    ],
)
def test_a_sentence_of_more_of_the_words_is_likelier(better: str, worse: str) -> None:
    reader = LateInteractionReader(rag.HashEmbedder(dims=4096))
    reading = reader.read("how many diplomats Baku expel", [readable(better), readable(worse)])
    first, second = (passage.sentences[0].probability for passage in reading.passages)
    assert first > second


# ---- the shipped reader


def test_the_words_that_answer_are_marked() -> None:
    reader = OnnxReader()
    asked = {
        QUESTION: "$4.5 million",
        "When does the ferry to Holm sail?": "noon",
        "Who is the mayor?": "Ole Brandt",
    }
    for question, words in asked.items():
        (read,) = reader.read(question, [readable(HARBOUR)]).passages
        best = max(read.sentences, key=lambda sentence: sentence.probability)
        assert best.span is not None
        found = HARBOUR[slice(*best.span)]
        assert words in found
        assert len(found) <= len(words) + len("the mayor ")


@pytest.mark.parametrize("place", [0, 7])
def test_many_passages_are_read_as_few_are(place: int) -> None:
    """Passages of one batch are padded to one length, which affects rounding of 8-bit products."""
    reader = OnnxReader()
    texts = [f"{ORCHARD} " * (1 + n % 4) for n in range(11)]
    texts.insert(place, HARBOUR)
    reading = reader.read(QUESTION, [readable(text) for text in texts])
    shares = [one.probability for passage in reading.passages for one in passage.sentences]
    assert sum(shares) + reading.none == pytest.approx(1)
    assert max(range(12), key=lambda n: reading.passages[n].score) == place
    (alone,) = reader.read(QUESTION, [readable(HARBOUR)]).passages
    assert reading.passages[place].score == pytest.approx(alone.score, abs=0.8)


def test_where_the_first_passages_answer_the_last_are_not_read() -> None:
    reader = OnnxReader()
    first = replace(readable(HARBOUR), score=1.0, similarity=0.8)
    passages = [first, *(replace(readable(ORCHARD), score=(11 - n) / 12) for n in range(11))]
    reading = reader.read(QUESTION, passages)
    assert reading.passages[0].score > 0
    assert all(passage.score > -math.inf for passage in reading.passages[:4])
    assert all(passage.score == -math.inf for passage in reading.passages[4:])
    assert all(one.probability == 0 for p in reading.passages[4:] for one in p.sentences)
    equal = reader.read(QUESTION, [replace(first, score=1.0)] * 6)
    assert len({passage.score for passage in equal.passages}) == 1


def copied(tmp_path: Path) -> Path:
    for name in ("reader.onnx", "reader.json"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", ["reader.onnx", "reader.json"])
def test_a_missing_file_is_named_with_the_remedy(tmp_path: Path, name: str) -> None:
    (copied(tmp_path) / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}.*reinstall Byline, or set reader = none"):
        OnnxReader(folder=tmp_path)


def test_an_altered_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    file = copied(tmp_path) / "reader.onnx"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"reader\.onnx is altered.*reinstall Byline"):
        OnnxReader(folder=tmp_path)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reader.onnx").write_bytes(b"none")
    digest = hashlib.sha256(b"none").hexdigest()
    (tmp_path / "reader.json").write_text(
        json.dumps({"sha256": digest, "calibration": {"slope": 1, "intercept": 0}}),
        encoding="utf-8",
    )
    with pytest.raises(ModelError, match="the reader does not load"):
        OnnxReader(folder=tmp_path)


def test_without_its_file_the_fallback_reads(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fallback = ScriptedReader(SCRIPT)
    with caplog.at_level(logging.WARNING):
        assert load_reader("shipped", fallback, folder=tmp_path) is fallback
    assert "reader.json" in caplog.text
    assert load_reader("none", fallback) is fallback


# ---- through Byline


def test_the_order_of_the_hits_counts_what_was_read(tmp_path: Path) -> None:
    embedder, weight = rag.HashEmbedder(dims=256), 0.5
    config = rag.Config(reader_weight=weight)
    articles = [rag.make_article(id=id_, text=text) for id_, text in
                (("a", ORCHARD), ("b", HARBOUR), ("c", "The pier is old."))]  # fmt: skip
    plain = rag.Config(reader_weight=0.0)
    with rag.Byline(tmp_path / "a", config=plain, embedder=embedder) as news:
        news.add(articles)
        before = {hit.passage.article_id: hit.score for hit in news.search(QUESTION)}
    script = ScriptedReader(SCRIPT)
    with rag.Byline(tmp_path / "b", config=config, embedder=embedder, reader=script) as news:
        news.add(articles)
        hits = news.search(QUESTION)
    assert hits[0].passage.article_id == "b"
    expected = {
        id_: (score + weight * (id_ == "b")) / (1 + weight) for id_, score in before.items()
    }
    assert {hit.passage.article_id: hit.score for hit in hits} == pytest.approx(expected)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_an_answer_marks_the_words_and_tells_what_was_read(tmp_path: Path) -> None:
    script = ScriptedReader(SCRIPT, odds=9.0)
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256), reader=script) as news:
        news.add([rag.make_article(id="a", text=HARBOUR)])
        answer = news.ask(QUESTION)
        nothing = news.ask("Who is the mayor?")
    assert answer.short_answer == "$4.5 million"
    assert answer.answerability == pytest.approx(9 / 10)
    read = answer.confidence
    assert read
    assert (read.reader, read.span) == ("scripted", "$4.5 million")
    assert read.none == pytest.approx(1 / 10)
    assert read.sentence == read.span_probability == pytest.approx(9 / 10)
    assert nothing.abstained
    assert nothing.answerability == 0.0


class Careless(ScriptedReader):
    """Marks words outside the sentences."""

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        reading = super().read(question, passages)
        return Reading(
            none=reading.none,
            passages=tuple(
                PassageReading(
                    score=passage.score,
                    sentences=tuple(replace(one, span=(0, 500)) for one in passage.sentences),
                )
                for passage in reading.passages
            ),
        )


def test_words_outside_of_their_sentence_are_not_marked(tmp_path: Path) -> None:
    careless = Careless(SCRIPT)
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256), reader=careless) as news:
        news.add([rag.make_article(id="a", text=HARBOUR)])
        answer = news.ask(QUESTION)
    assert answer.statements
    assert answer.short_answer is None


@pytest.mark.parametrize(
    ("sentence", "marked", "short"),
    [
        ("The pier cost at least $4 million in all.", "$4 million", "at least $4 million"),
        ("More than twelve people came.", "twelve", "More than twelve"),
        ("It rose to about 30 metres.", "30", "30"),
        ("It was built under 1974 rules.", "1974", "1974"),
        ("The mayor is Ole Brandt.", "Ole Brandt", "Ole Brandt"),
        ("Ole Brandt.", "Ole Brandt.", None),
    ],
)
def test_the_bound_of_a_number_is_part_of_the_answer(
    tmp_path: Path, sentence: str, marked: str, short: str | None
) -> None:
    script = ScriptedReader({"Which is it?": marked})
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256), reader=script) as news:
        news.add([rag.make_article(id="a", text=sentence)])
        assert news.ask("Which is it?").short_answer == short


def test_a_reader_may_be_certain() -> None:
    sentences = (SentenceReading(probability=1.0, span=(0, 4), span_probability=1.0),)
    certain = Reading(none=0.0, passages=(PassageReading(score=9.0, sentences=sentences),))
    both = merged(certain, certain, [0])
    assert both.none == pytest.approx(0, abs=1e-6)
    assert both.passages[0].sentences[0].probability == pytest.approx(1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_runs_networks_too() -> None:
    code = (
        "import os, signal, time, warnings\n"
        "from rag.runtime import on_all_cores\n"
        "warnings.simplefilter('ignore')\n"
        "on_all_cores(time.sleep, [0.01] * 200)\n"
        "if not os.fork():\n"
        "    signal.alarm(20)\n"
        "    os._exit(0 if on_all_cores(abs, [-3, -4]) == [3, 4] else 1)\n"
        "print(os.wait()[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_the_number_of_passages_searched_is_known(tmp_path: Path) -> None:
    with rag.Byline(
        tmp_path, embedder=rag.HashEmbedder(), config=rag.Config(reader="none")
    ) as news:
        news.add(
            rag.make_article(
                id=f"{n}", outlet="Post" if n % 4 else "Echo", text=f"Pier {n} opened."
            )
            for n in range(20)
        )
        one = rag.Filter(outlets=("Echo",))
        assert news.evidence("Which pier opened?").searched == 20
        assert news.evidence("Which pier opened?", filter=one).searched == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How many people died?", "12 people"),
        ("How many people died in 2003?", "31 people"),
        ("Where did 31 people die?", "in a hotel"),
    ],
)
def test_an_earlier_event_answers_only_if_it_is_asked_about(
    tmp_path: Path, question: str, short: str
) -> None:
    text = (
        "A fire at the Askvik mill killed 12 people on Sunday, the police said. It was the worst"
        " fire in the county since 2003, when 31 people died in a hotel."
    )
    with rag.Byline(tmp_path) as news:
        news.add([rag.make_article(id="a", published=date(2026, 5, 3), text=text)])
        assert news.ask(question).short_answer == short


@pytest.mark.slow
def test_a_question_in_the_article_is_not_its_own_answer(tmp_path: Path) -> None:
    text = "Can glass go in the brown bin?\n\nNo, glass goes to the bank at the harbour."
    with rag.Byline(tmp_path) as news:
        news.add([rag.make_article(id="a", title="New bins in Lerhaven", text=text)])
        shown = news.ask("Can glass go in the brown bin?").statements
        assert [statement.text for statement in shown] == [
            "No, glass goes to the bank at the harbour."
        ]


def test_another_language_is_read_by_the_fallback(tmp_path: Path) -> None:
    text = "Die neue Brücke kostete vier Millionen Kronen. Im Hafen lag ein Schiff."
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=256)) as news:
        news.add([rag.make_article(id="a", text=text, language="de")])
        german = news.ask("Was kostete die neue Brücke?")
        news.add([rag.make_article(id="a", text=HARBOUR)])
        english = news.ask(QUESTION)
    assert german.confidence
    assert german.confidence.reader == "late interaction"
    assert (german.statements or german.withheld)[0].text.startswith("Die neue Brücke")
    assert german.short_answer is None
    assert english.confidence
    assert english.confidence.reader == "byline-reader"


def test_the_engine_reports_nothing_to_its_maker(tmp_path: Path) -> None:
    program = """
import rag
from rag.embed.bundled import bundled_folder
from rag.read.onnx_reader import OnnxReader
readable = rag.Readable(title="", text="The pier is closed.", sentences=((0, 19),))
OnnxReader().read("Is the pier closed?", [readable])
"""
    environment = {name: v for name, v in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert list(tmp_path.rglob("*")) == []  # where it would store its session and its identifier
