"""Tests embedders: the fake's vectors, computed by hand, and models in a folder."""

import math
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info

import rag
from rag.embed import network
from rag.embed.onnx_embedder import OnnxEmbedder
from rag.embed.sentence_transformer import SentenceTransformerEmbedder
from rag.errors import ModelError

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "query",
    "text",
    ":",
    "baku",
    "tehran",
    "border",
    "dam",
]


def keeps_the_protocol(embedder: rag.Embedder) -> bool:
    """Whether document and question vectors are float32 unit rows of the right shape."""
    for embed in (embedder.embed_documents, embedder.embed_questions):
        vectors = embed(["Baku and Tehran", "the border", ""])
        assert vectors.shape == (3, embedder.dims)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
        assert embed([]).shape == (0, embedder.dims)
    assert embedder.count_tokens([]) == []
    text = "Tehran (and Baku) agreed."
    first, other, nothing = embedder.embed_tokens([text, "the border " * 3, ""])
    assert (nothing.spans, nothing.vectors.shape[0]) == ((), 0)
    for read, words in ((first, text), (other, "the border " * 3)):
        assert read.vectors.shape == (len(read.spans), embedder.dims)
        assert np.linalg.norm(read.vectors, axis=1) == pytest.approx(1, abs=1e-5)
        assert list(read.spans) == sorted(read.spans)
        assert all(words[start:end].strip() for start, end in read.spans)
    assert "Tehran" in {text[start:end] for start, end in first.spans}
    return bool(embedder.name and embedder.fingerprint and embedder.max_tokens > 0)


# ---- the fake


def test_fake_keeps_the_protocol() -> None:
    assert keeps_the_protocol(rag.HashEmbedder())


def test_fakes_likeness_is_the_share_of_common_words() -> None:
    embedder = rag.HashEmbedder(dims=4096)
    one, other = "harbour ferry pier", "ferry pier storm council"
    buckets = {embedder.bucket(term) for term in ["harbour", "ferri", "pier", "storm", "council"]}
    assert len(buckets) == 5  # no two of the stems share a dimension
    first, second = embedder.embed_documents([one, other])
    assert first @ second == pytest.approx(2 / math.sqrt(3 * 4))
    assert first[embedder.bucket("pier")] == pytest.approx(1 / math.sqrt(3))


def test_fakes_text_without_words_lies_along_the_first_axis() -> None:
    (vector,) = rag.HashEmbedder(dims=8).embed_documents(["—"])
    assert vector.tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


def test_fakes_words_are_alike_exactly_when_their_stems_are() -> None:
    embedder = rag.HashEmbedder(dims=4096)
    (read,) = embedder.embed_tokens(["ferry ferries pier"])
    assert (read.vectors @ read.vectors.T).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert read.spans == ((0, 5), (6, 13), (14, 18))


def test_fake_counts_words() -> None:
    assert rag.HashEmbedder().count_tokens(["Baku expelled four.", "", "3.5"]) == [3, 0, 1]


def test_fakes_of_other_sizes_have_other_fingerprints() -> None:
    embedders = [rag.HashEmbedder(), rag.HashEmbedder(32), rag.HashEmbedder(max_tokens=9)]
    assert len({embedder.fingerprint for embedder in embedders}) == 3
    assert rag.HashEmbedder().fingerprint == rag.HashEmbedder(dims=64).fingerprint


# ---- the default


@pytest.mark.slow
def test_default_model_keeps_the_protocol(news: rag.Byline) -> None:
    assert keeps_the_protocol(news.embedder)
    assert news.embedder.name == "all-MiniLM-L6-v2"
    assert (
        news.embedder.dims == 384
    )  # https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
    assert news.embedder.max_tokens == 256 - 2  # [CLS] and [SEP] enclose a text


@pytest.mark.slow
def test_default_model_counts_tokens_beyond_what_it_reads(news: rag.Byline) -> None:
    assert news.embedder.count_tokens(["border " * 1000, "border"]) == [1000, 1]


@pytest.mark.slow
def test_default_model_gives_a_text_one_vector_in_any_company(news: rag.Byline) -> None:
    texts = ["Baku expelled four Iranian diplomats.", "A dam.", "border " * 20]
    together = news.embedder.embed_documents(texts)
    for text, vector in zip(texts, together, strict=True):
        (alone,) = news.embedder.embed_documents([text])
        assert np.array_equal(alone, vector)


@pytest.mark.slow
def test_default_model_reads_a_questions_words_as_it_reads_any_text(news: rag.Byline) -> None:
    asked = "Which lock is shut?"
    (read,) = news.embedder.embed_tokens([asked])
    question, _ = news.embedder.embed_questions([asked, "Who?"])
    (kept,) = news.embedder.embed_tokens([asked])
    (alike,) = news.embedder.embed_documents([asked])
    assert kept.spans == read.spans
    assert (kept.vectors * read.vectors).sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert question @ alike > 0.995


@pytest.mark.slow
def test_default_model_gives_the_vectors_of_sentence_transformers(news: rag.Byline) -> None:
    reference = SentenceTransformerEmbedder()
    texts = ["Which lock is shut?", "Zürich – naïve (“quoted”)", "a " * 400, "Łódź [SEP] 北京", ""]
    same = (news.embedder.embed_questions(texts) * reference.embed_questions(texts)).sum(axis=1)
    assert same.min() > 0.9999
    for found, expected in zip(
        news.embedder.embed_tokens(texts), reference.embed_tokens(texts), strict=True
    ):
        assert found.spans == expected.spans
        assert (found.vectors * expected.vectors).sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert news.embedder.count_tokens(texts) == reference.count_tokens(texts)
    assert news.embedder.fingerprint == reference.fingerprint
    assert news.embedder.max_tokens == reference.max_tokens


@pytest.mark.slow
def test_documents_get_nearly_the_vectors_of_sentence_transformers(news: rag.Byline) -> None:
    texts = [article.text[:1000] for article in news.articles()] + ["A dam.", "2.5 per cent", ""]
    reference = SentenceTransformerEmbedder().embed_documents(texts)
    assert (news.embedder.embed_documents(texts) * reference).sum(axis=1).min() > 0.99


@pytest.mark.slow
def test_inexact_8_bit_products_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Four diplomats were expelled.", "A late frost harmed the orchards."]
    exact = OnnxEmbedder().embed_questions(texts)
    whole = network._in_eight_bits

    def inexact(*given: Any) -> dict[str, Any]:
        found = whole(*given)
        scale = "encoder.layer.3.output.dense.weight_scale"
        return found | {scale: found[scale] * np.float32(1.5)}

    monkeypatch.setattr(network, "_in_eight_bits", inexact)
    assert np.array_equal(OnnxEmbedder().embed_documents(texts), exact)


@pytest.mark.slow
def test_indexing_and_asking_import_no_torch(tmp_path: Path) -> None:
    (tmp_path / "dam.txt").write_text("The dam at Orrin was closed on Friday.", encoding="utf-8")
    code = (
        "import sys, rag\n"
        f"news = rag.open({str(tmp_path / 'dam.txt')!r}, index={str(tmp_path / 'index')!r})\n"
        "answer = news.ask('What was closed?')\n"
        "print(len(answer.hits) > 0, sorted({'torch', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"


@pytest.mark.parametrize("name", ["embedder.onnx", "embedder8.onnx", "smoothing.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"changed"])
def test_a_damaged_file_is_named(
    name: str, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in ("embedder.onnx", "embedder8.onnx", "smoothing.safetensors"):
        shutil.copy(Path(network.__file__).parent / file, tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(network, "__file__", str(tmp_path / "network.py"))
    with pytest.raises(ModelError, match=rf"{name} (is altered|cannot be read).*reinstall"):
        OnnxEmbedder().embed_documents(["A dam."])


@pytest.mark.slow
def test_numpy_leaves_the_processor_to_the_model(news: rag.Byline) -> None:
    assert news.embedder.name == "all-MiniLM-L6-v2"
    blas = [each for each in threadpool_info() if each["user_api"] == "blas"]
    numpys = [each["num_threads"] for each in blas if "numpy" in each["filepath"]]
    assert set(numpys) == {1} if sys.platform == "linux" else set(numpys) <= {1}


@pytest.mark.slow
def test_default_model_reads_a_word_in_its_context(news: rag.Byline) -> None:
    text = "The river bank. A bank account."
    (read,) = news.embedder.embed_tokens([text])
    words = [text[start:end] for start, end in read.spans]
    assert words == ["The", "river", "bank", ".", "A", "bank", "account", "."]
    assert 0.3 < read.vectors[2] @ read.vectors[5] < 0.999
    (cut,) = news.embedder.embed_tokens(["bank " * 400])
    assert len(cut.spans) == news.embedder.max_tokens


@pytest.mark.slow
def test_default_model_puts_what_means_the_same_closest(news: rag.Byline) -> None:
    (question,) = news.embedder.embed_questions(["How many envoys were sent home?"])
    near, far = news.embedder.embed_documents(["Four diplomats were expelled.", "A late frost."])
    assert question @ near > question @ far


# ---- models in a folder


def make_model(folder: Path, *, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """A BERT with two small layers and random weights, saved like a sentence-transformers model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(str(folder / "bert"))
    bert = modules.Transformer(str(folder / "bert"), max_seq_length=32)
    model = SentenceTransformer(modules=[bert, modules.Pooling(16)], prompts=prompts, device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.mark.slow
def test_model_in_a_folder_is_used_with_its_prompts(tmp_path: Path) -> None:
    path = make_model(tmp_path / "a", prompts={"query": "query: ", "document": "text: "})
    embedder = SentenceTransformerEmbedder(str(path))
    assert keeps_the_protocol(embedder)
    assert (embedder.dims, embedder.max_tokens) == (16, 32 - 2)
    plain = SentenceTransformerEmbedder(str(make_model(tmp_path / "b")))
    asked, written = embedder.embed_questions(["baku"]), embedder.embed_documents(["baku"])
    assert asked == pytest.approx(plain.embed_documents(["query: baku"]), abs=1e-3)
    assert written == pytest.approx(plain.embed_documents(["text: baku"]), abs=1e-3)
    assert asked != pytest.approx(written, abs=1e-2)


@pytest.mark.slow
def test_fingerprint_follows_weights_and_prompts(tmp_path: Path) -> None:
    paths = [
        make_model(tmp_path / "a"),
        make_model(tmp_path / "b", seed=1),
        make_model(tmp_path / "c", prompts={"query": "query: ", "document": ""}),
    ]
    prints = [SentenceTransformerEmbedder(str(path)).fingerprint for path in [*paths, paths[0]]]
    assert prints[0] == prints[3]
    assert all(one != other for one, other in pairwise(prints[:3]))


@pytest.mark.slow
def test_model_without_a_transformer_is_used_too(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))  # noqa: S106 - a word's token
    tokenizer.pre_tokenizer = Whitespace()
    static = StaticEmbedding(tokenizer, embedding_dim=8)
    SentenceTransformer(modules=[static], device="cpu").save(str(tmp_path / "model"))
    embedder = SentenceTransformerEmbedder(str(tmp_path / "model"))
    assert embedder.dims == 8
    assert embedder.count_tokens(["baku and tehran"]) == [3]
    assert embedder.embed_documents(["baku", "dam"]).shape == (2, 8)
    (words,) = embedder.embed_tokens(["baku and"])
    assert words.spans == ((0, 4), (5, 8))
    assert words.vectors.shape == (2, 8)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["empty", "missing"])
def test_folder_without_a_model_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    path = str(tmp_path / name)
    with pytest.raises(ModelError, match="does not load") as refusal:
        SentenceTransformerEmbedder(path)
    assert path in str(refusal.value)
    assert "all-MiniLM-L6-v2" in str(refusal.value)
    assert "\n" not in str(refusal.value)
