"""Tests training: the formula of the loss, gold spans, and near misses with one change."""

import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from training.data import Example, even_titles, without
from training.groups import Group, Negatives, batches, encoded
from training.near_misses import Lexicon, NearMisses
from training.network import Batch, group_loss, span_scores

from rag.embed import HashEmbedder
from rag.embed.bundled import bundled_folder
from rag.read.base import SentenceScore, normalised
from rag.read.encoding import PairEncoder

PASSAGE = "The ferry to Holm sails at noon. The new pier cost $4.5 million, said Ole Brandt, 2021."
QUESTION = "How much did the new pier in Holm cost in 2021?"


@pytest.fixture(scope="module")
def encoder() -> PairEncoder:
    return PairEncoder(bundled_folder() / "tokenizer.json")


def example(words: str = "$4.5 million", question: str = QUESTION) -> Example:
    start = PASSAGE.index(words)
    return Example(question=question, passage=PASSAGE, spans=((start, start + len(words)),))


# ---- the loss


@pytest.mark.parametrize("seed", range(5))
def test_loss_is_minus_the_log_of_what_is_right(encoder: PairEncoder, seed: int) -> None:
    torch.manual_seed(seed)
    pairs = [encoder.encode(QUESTION, "", PASSAGE), encoder.encode(QUESTION, "Holm", "It rained.")]
    batch = Batch([*pairs, pairs[1]])
    scores = span_scores(torch.randn(3, batch.ids.shape[1], 2), batch)
    gold = torch.zeros(scores.shape, dtype=torch.bool)
    (_, spans) = encoded(example(), encoder)
    for first, last in spans:
        gold[0, first, last - first] = True
    # Two questions: the first reads two passages, of which one answers; the second has no answer.
    found = group_loss(scores, gold, torch.tensor([False] * 3), torch.tensor([0, 0, 1]))
    weights = scores.double().exp()
    first_question = math.log(1 + weights[:2].sum()) - math.log(weights[0][gold[0]].sum())
    second_question = math.log(1 + weights[2].sum())
    assert found.item() == pytest.approx((first_question + second_question) / 2, rel=1e-4)


def test_the_likeliest_right_span_is_taken_where_only_the_sentence_is_known() -> None:
    scores = torch.tensor([[[1.0, -1e4], [3.0, -1e4]]])
    gold = torch.tensor([[[True, False], [True, False]]])
    groups = torch.tensor([0])
    total = math.log(1 + math.exp(1) + math.exp(3))
    hard = group_loss(scores, gold, torch.tensor([True]), groups).item()
    soft = group_loss(scores, gold, torch.tensor([False]), groups).item()
    assert hard == pytest.approx(total - 3)
    assert soft == pytest.approx(total - math.log(math.exp(1) + math.exp(3)))


def test_what_is_trained_is_what_is_read(encoder: PairEncoder) -> None:
    """The network's training scores, normalised, are the reader's probabilities."""
    from rag.read.spans import sentence_scores

    torch.manual_seed(0)
    pair = encoder.encode(QUESTION, "", PASSAGE)
    logits = torch.randn(1, len(pair.ids), 2)
    trained = span_scores(logits, Batch([pair])).double()
    whole = [(0, len(PASSAGE))]
    (read,) = sentence_scores(logits[0].numpy(), pair, whole)
    assert read.score == pytest.approx(trained.flatten().logsumexp(0).item(), abs=1e-4)
    none = normalised([[SentenceScore(score=read.score)]]).none
    assert none == pytest.approx(1 / (1 + trained.exp().sum().item()), rel=1e-3)


# ---- the data


@pytest.mark.parametrize("words", ["$4.5 million", "Ole Brandt", "noon", "2021"])
def test_gold_tokens_stand_where_the_answer_does(encoder: PairEncoder, words: str) -> None:
    pair, spans = encoded(example(words), encoder)
    ((first, last),) = spans
    start = pair.offsets[first - pair.first, 0]
    end = pair.offsets[last - pair.first, 1]
    assert PASSAGE[start:end] == words


def test_of_a_sentence_every_span_is_gold(encoder: PairEncoder) -> None:
    within = Example(question=QUESTION, passage="It rained. Holm won.", within=(11, 20))
    pair, spans = encoded(within, encoder)
    texts = {
        within.passage[pair.offsets[a - pair.first, 0] : pair.offsets[b - pair.first, 1]]
        for a, b in spans
    }
    assert texts == {"Holm", "Holm won", "Holm won.", "won", "won.", "."}


def test_without_its_sentence_a_passage_does_not_answer() -> None:
    cut = without(example(), (33, len(PASSAGE)))
    assert cut.passage == "The ferry to Holm sails at noon."
    assert not cut.is_answered


def test_every_second_title_is_trained_on() -> None:
    assert even_titles(["Rhine", "Geology", "Normans"]) == {"Geology", "Rhine"}


def test_batches_hold_every_group_once_and_no_more_than_fits(encoder: PairEncoder) -> None:
    pair = encoder.encode(QUESTION, "", PASSAGE)
    groups = [Group(pairs=(pair,) * (1 + n % 3), gold=((),) * 3, sentence=False) for n in range(20)]
    made = batches(groups, tokens=5 * len(pair.ids), rng=random.Random(0))
    assert sorted(id(g) for batch in made for g in batch) == sorted(map(id, groups))
    assert max(sum(len(g.pairs) for g in batch) for batch in made) <= 5


# ---- near misses


def rows(folder: Path, **files: str) -> Path:
    """WordNet's files, empty except for the given contents."""
    for part in ("noun", "verb", "adj", "adv"):
        for name in (f"index.{part}", f"data.{part}", f"{part}.exc"):
            (folder / name).write_text(files.get(name.replace(".", "_"), ""), encoding="utf-8")
    return folder


def test_a_word_is_exchanged_for_one_near_it_of_another_sense(tmp_path: Path) -> None:
    index = "\n".join(
        [
            "boat n 1 0 1 0 00000001",
            "ship n 1 0 1 0 00000001",
            "train n 1 0 1 0 00000002",
            "vehicle n 1 0 1 0 00000003",
        ]
    )
    data = "\n".join(
        [
            "00000001 06 n 02 boat 0 ship 0 001 @ 00000003 n 0000 | it floats",
            "00000002 06 n 01 train 0 000 | it runs on rails",
            "00000003 06 n 01 vehicle 0 000 | it moves",
        ]
    )
    wordnet = rows(tmp_path, index_noun=index, data_noun=data)
    tokenizer = bundled_folder() / "tokenizer.json"
    vocabulary = PairEncoder(tokenizer)._tokenizer.get_vocab()
    vectors = np.random.default_rng(0).normal(size=(len(vocabulary), 8)).astype(np.float32)
    for word in ("boat", "ship", "train", "vehicle"):
        vectors[vocabulary[word]] = vectors[vocabulary["boat"]] + 0.01 * vectors[vocabulary[word]]
    assert Lexicon(tokenizer, vectors, wordnet).others("boat") == ["train"]


class Words:
    """A lexicon with one word."""

    def others(self, word: str) -> list[str]:
        return ["bridge"] if word == "pier" else []


@pytest.mark.parametrize("seed", range(20))
def test_a_near_miss_changes_one_thing_and_has_no_answer(seed: int) -> None:
    made = NearMisses(Words(), ["Baku", "Lunda"], random.Random(seed)).of(example())
    assert made is not None
    assert not made.is_answered
    assert made.passage == PASSAGE
    before, after = QUESTION.rstrip("?").split(), made.question.rstrip("?").split()
    assert len(set(before) - set(after)) == 1


def test_where_nothing_can_be_exchanged_there_is_no_near_miss() -> None:
    plain = example(question="Why so?")
    assert NearMisses(Words(), ["Baku"], random.Random(0)).of(plain) is None


def about(subject: str, n: int) -> Example:
    passage = f"The {subject} sank in {1900 + n}. Its crew of {n} was saved."
    start = passage.index(str(1900 + n))
    return Example(
        question=f"When did the {subject} sink?",
        passage=passage,
        spans=((start, start + 4),),
        source="ships",
    )


def test_what_stands_beside_a_passage_is_found_by_search_and_does_not_answer() -> None:
    names = ("ferry Alba", "ferry Bora", "ferry Cora", "tug Dora", "tug Elsa", "barge Fama")
    examples = [about(name, n) for n, name in enumerate(names, start=10)]
    again = Example(  # the same year in another passage, which would also answer
        question="When did the ferry Alba leave?",
        passage="The ferry Alba was built in 1910.",
        spans=((28, 32),),
        source="ships",
    )
    negatives = Negatives([*examples, again], HashEmbedder())
    drawn = negatives.draw(examples[0], 9, random.Random(1))
    assert {one.question for one in drawn} == {examples[0].question}
    assert not any(one.is_answered or "1910" in one.passage for one in drawn)
    assert {one.passage for one in drawn} == {one.passage for one in examples[1:]}


def test_a_question_that_does_not_find_its_own_passage_has_none_beside_it() -> None:
    examples = [about(f"ship{n}", n) for n in range(10, 40)]
    vague = Example(
        question="What did I buy?", passage="A red kettle.", spans=((0, 12),), source="ships"
    )
    assert not Negatives([*examples, vague], HashEmbedder()).draw(vague, 3, random.Random(1))


def test_the_shipped_network_is_trained_further_from_what_it_is(encoder: PairEncoder) -> None:
    pytest.importorskip("onnx", reason="the extra training is not installed")
    from training.export import OUT, network_of

    text = "Wagner fined the yard $4.5 million on 3 May. Divers found no oil."
    pair = encoder.encode("How much was the yard fined?", "A fine", text)
    batch = Batch([pair])
    logits = network_of(OUT).eval()(batch.ids, batch.mask, batch.types).detach()
    scores = span_scores(logits, batch)[0]
    start, more = divmod(int(scores.flatten().argmax()), scores.shape[1])
    tokens = pair.offsets[start - pair.first : start - pair.first + more + 1]
    assert text[tokens[0][0] : tokens[-1][1]] == "$4.5 million"
