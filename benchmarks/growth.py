"""How an index grows: building, opening, memory and questions at 10,000 to 1,000,000 passages.

Run as ``python benchmarks/growth.py [PASSAGES ...]``, by default with 10,000 and 100,000. A million
takes about an hour and 10 GB of disk. ``--folder FOLDER`` keeps the indexes there and uses those
that exist.

Texts are recombined sentences of real articles, of rtqa22 if ``BYLINE_BENCH`` is set, else of
``corpus/``. Vectors are real ones, perturbed and renormalised; embedding is excluded. Each index is
opened in a new process. All times are processor time, with one thread. The recall of the dense
search is its share of the 100 best passages that an exact search of the stored vectors finds.
``--vectors`` measures the dense index alone, which takes a minute for a million. ``--plot FILE``
also draws the times as a picture.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

import rag
from rag.embed.base import TokenVectors
from rag.index.database import chunks
from rag.index.dense import DenseIndex
from rag.index.vectors import Vectors
from rag.language.sentences import sentence_spans
from rag.models import Models
from rag.retrieve.search import gather

SIZES = (10_000, 100_000)
SEEDS = 4_000  # real vectors
PASSAGES = 10  # of an article
ADDED = 1_000  # articles
QUESTIONS = 60
EXACT = 20  # questions whose recall is measured
OUTLETS = [f"Outlet {number}" for number in range(20)]
CONFIG = rag.Config()


class Perturbed:
    """An embedder that returns real vectors, perturbed by an amount that depends on the text."""

    name = fingerprint = "perturbed"
    max_tokens = 256

    def __init__(self, seeds: Vectors) -> None:
        self._seeds = seeds
        self.dims = seeds.shape[1]
        self.seconds = 0.0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of words of each text."""
        return [text.count(" ") + 1 for text in texts]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """A perturbed real vector of each text, (texts, dims)."""
        began = time.process_time()
        found = np.empty((len(texts), self.dims), dtype=np.float32)
        for row, text in enumerate(texts):
            number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
            chance = np.random.Generator(np.random.SFC64(number))
            noise = chance.standard_normal(self.dims, dtype=np.float32) / self.dims**0.5
            found[row] = self._seeds[number % len(self._seeds)] + chance.uniform(0.3, 0.9) * noise
        norms: Vectors = np.linalg.norm(found, axis=1, keepdims=True)
        self.seconds += time.process_time() - began
        return found / norms

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """The same vectors as for documents."""
        return self.embed_documents(texts)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Not used: the trained reader reads sentences without it."""
        raise NotImplementedError


def real_texts() -> list[str]:
    """The texts of real articles."""
    folder = os.environ.get("BYLINE_BENCH")
    if not folder:
        paths = sorted((Path(__file__).parents[1] / "corpus").rglob("*.txt"))
        return [path.read_text(encoding="utf-8") for path in paths]
    with gzip.open(Path(folder) / "rtqa22" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [paragraph for line in lines for paragraph in json.loads(line)["paragraphs"]]


def real_sentences() -> list[str]:
    """Sentences of real articles, without repetitions."""
    found: dict[str, None] = {}
    for text in real_texts():
        found |= dict.fromkeys(" ".join(text[start:end].split())
                               for start, end in sentence_spans(text, 0, len(text)))  # fmt: skip
    return [sentence for sentence in found if 40 < len(sentence) < 400]


def seeds(folder: Path, sentences: Sequence[str]) -> Vectors:
    """Vectors of three sentences each by the bundled model, kept in ``folder``."""
    path = folder / "seeds.npy"
    if not path.exists():
        chance = random.Random(5)  # noqa: S311 - not for cryptography
        texts = [" ".join(chance.sample(sentences, 3)) for _ in range(SEEDS)]
        np.save(path, Models(rag.Config()).embedder.embed_documents(texts))
    found: Vectors = np.load(path)
    return found


def articles(sentences: Sequence[str], numbers: range) -> Iterator[rag.Article]:
    """Articles of recombined sentences; a paragraph of about 128 words becomes a passage."""
    for number in numbers:
        chance = random.Random(number)  # noqa: S311 - not for cryptography
        paragraphs = []
        for _ in range(PASSAGES):
            paragraph: list[str] = []
            while sum(each.count(" ") + 1 for each in paragraph) < 100:
                paragraph.append(chance.choice(sentences))
            paragraphs.append(" ".join(paragraph))
        yield rag.make_article(
            id=f"{number:07}",
            title=" ".join(chance.choice(sentences).split()[:8]),
            outlet=chance.choice(OUTLETS),
            published=date(2000, 1, 1) + timedelta(days=number % 9_000),
            text="\n\n".join(paragraphs),
        )


def build(folder: Path, size: int, sentences: Sequence[str], embedder: Perturbed) -> float:
    """Builds an index of about ``size`` passages; the seconds that it took, without embedding."""
    made = list(articles(sentences, range(size // PASSAGES)))
    began, embedder.seconds = time.process_time(), 0.0

    def told(step: rag.Progress) -> None:
        if step.done % 5_000 == 0:
            seconds = time.process_time() - began
            print(f"{size}: {step.done} articles, {seconds:.0f} s", file=sys.stderr, flush=True)

    with rag.Byline(folder, config=CONFIG, embedder=embedder) as news:
        news.add(made, progress=told)
    return time.process_time() - began - embedder.seconds


def resident() -> dict[str, float]:
    """The resident memory of this process in MB: all of it, and without mapped files."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    sizes = {line.split()[0]: line.split()[1] for line in lines if line.endswith("kB")}
    return {name: int(sizes[key]) / 1e3 for name, key in
            (("resident", "VmRSS:"), ("anonymous", "RssAnon:"), ("peak", "VmHWM:"))}  # fmt: skip


def median_ms(work: Callable[[str], object], questions: Sequence[str]) -> float:
    """The median processor time of ``work`` over the questions, in milliseconds."""
    times = []
    for question in questions:
        began = time.process_time()
        work(question)
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


def measured(folder: Path) -> dict[str, float]:
    """Opens an index, asks questions, and adds articles. Run in a process of its own."""
    sentences = real_sentences()
    embedder = Perturbed(seeds(folder.parent, sentences))
    chance = random.Random(3)  # noqa: S311 - not for cryptography
    questions = [" ".join(chance.choice(sentences).split()[:9]) for _ in range(QUESTIONS)]
    before, began = resident()["anonymous"], time.process_time()
    news = rag.Byline(folder, config=CONFIG, embedder=embedder, create=False)
    news.search(questions[0])
    found = {"open": time.process_time() - began}
    narrow, snapshot = rag.Filter(outlets=(OUTLETS[0],)), news.view()

    def retrieve(question: str, filter: rag.Filter = rag.Filter()) -> object:  # noqa: B008
        return gather(
            snapshot,
            question=question,
            standalone_question=question,
            embedder=embedder,
            config=CONFIG,
            filter=filter,
            k=10,
            asked_on=date(2025, 1, 1),
        )

    found["retrieval"] = median_ms(retrieve, questions)
    found["filtered"] = median_ms(lambda question: retrieve(question, narrow), questions)
    found["question"] = median_ms(news.ask, questions)
    found["dense"] = median_ms(
        lambda question: snapshot.dense_search(embedder.embed_questions([question])[0], k=100),
        questions,
    )
    found |= resident()
    found["anonymous"] -= before
    found |= recalls(news, embedder, questions[:EXACT], narrow)
    number = len(news.view()) // PASSAGES + 1_000_000 + random.SystemRandom().randrange(10**6)
    new = list(articles(sentences, range(number, number + ADDED)))
    began, embedder.seconds = time.process_time(), 0.0
    news.add(new)
    news.search(questions[1])
    found["adding"] = time.process_time() - began - embedder.seconds
    news.close()
    found["disk"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    return found


def recalls(
    news: rag.Byline, embedder: Perturbed, questions: Sequence[str], narrow: rag.Filter
) -> dict[str, float]:
    """The recall of the dense search, with and without a filter, against all stored vectors."""
    (snapshot,) = news.view().parts
    library = snapshot.library
    allowed = snapshot.rows(narrow)
    assert allowed is not None  # noqa: S101 - the filter is not empty
    among = set(library.passages.of_articles(allowed, generation=snapshot.generation))
    rows = library.passages.changes(0, snapshot.generation)[0]
    queries = embedder.embed_questions(questions)  # (questions, dims)
    parts = [queries @ library.vectors.get(embedder.fingerprint,
                                       [key for _, key in library.passages.keys(chunk)]).T
             for chunk in chunks(rows, 20_000)]  # fmt: skip
    scores = np.concatenate(parts, axis=1)  # (questions, passages)
    shares: dict[str, list[float]] = {"recall": [], "recall filtered": []}
    inside = np.array([row in among for row in rows])
    for query, exact in zip(queries, scores, strict=True):
        for name, filter, kept in (("recall", None, exact),
                                   ("recall filtered", allowed,
                                    np.where(inside, exact, -2))):  # fmt: skip
            best = np.sort(kept)[-100]
            hits = snapshot.dense_search(query, k=100, allowed=filter)
            shares[name].append(sum(score >= best - 1e-3 for _, score in hits) / 100)
    return {name: statistics.mean(each) for name, each in shares.items()}


# ---- the dense index alone


def vectors_of(seeds: Vectors, rows: Sequence[int]) -> Vectors:
    """The vectors of rows as the library gives them, from float16: perturbed real vectors."""
    chance = np.random.Generator(np.random.SFC64([1, rows[0], len(rows)]))
    wanted = chance.integers(len(seeds), size=len(rows))
    noise = chance.standard_normal((len(rows), seeds.shape[1]), dtype=np.float32)
    scale = chance.uniform(0.3, 0.9, size=(len(rows), 1)) / seeds.shape[1] ** 0.5
    found = seeds[wanted] + scale.astype(np.float32) * noise
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    found = found.astype(np.float16).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)  # type: ignore[no-any-return]


def build_dense(folder: Path, size: int, given: Vectors) -> float:
    """Builds and saves a dense index; the seconds that it took."""
    array = np.concatenate([vectors_of(given, rows) for rows in chunks(range(size), 20_000)])
    np.save(folder / "vectors.npy", array)
    began = time.process_time()
    index = DenseIndex.empty(model="m", dims=array.shape[1]).caught_up(
        generation=1, born=range(size), died=(), vectors=lambda rows: array[np.asarray(rows)]
    )
    index.save(folder, stamp="s")
    return time.process_time() - began


def measured_dense(folder: Path) -> dict[str, float]:
    """Opens a dense index in this process, and searches it."""
    array = np.load(folder / "vectors.npy", mmap_mode="r")
    size, dims = array.shape
    before, began = resident()["anonymous"], time.process_time()
    index = DenseIndex.load(folder, model="m", dims=dims, stamp=lambda _: "s")
    questions = vectors_of(seeds(folder.parent, ()), range(10**9, 10**9 + QUESTIONS))
    index.search(questions[0], k=100)
    found = {"open": time.process_time() - began}
    chance = np.random.Generator(np.random.PCG64(4))
    shares = {"": 1.0, " filtered": 0.05, " 1%": 0.01, " 50%": 0.5}
    kept = {name: np.sort(chance.choice(size, int(share * size), replace=False))
            for name, share in shares.items()}  # fmt: skip
    hits: dict[str, list[list[tuple[int, float]]]] = {}
    for name, rows in kept.items():
        allowed = None if not name else rows.tolist()
        times, hits[name] = [], []
        for query in questions:
            began = time.process_time()
            hits[name].append(index.search(query, k=100, allowed=allowed))
            times.append(1000 * (time.process_time() - began))
        found["dense" + name] = statistics.median(times)
    began = time.process_time()
    index.scores(questions[0], range(100))
    index.scores(questions[1], range(100, 200))
    found |= resident()
    found["anonymous"] -= before
    scores = np.concatenate([questions @ array[rows[0] : rows[-1] + 1].T
                             for rows in chunks(range(size), 50_000)], axis=1)  # fmt: skip
    for name, rows in kept.items():
        best = np.sort(scores[:, rows], axis=1)[:, -100]
        found["recall" + name] = statistics.mean(
            sum(score >= least - 1e-6 for _, score in each) / 100
            for each, least in zip(hits[name], best, strict=True)
        )
    new = vectors_of(np.asarray(array[:SEEDS]), range(size, size + ADDED * PASSAGES))
    began = time.process_time()
    later = index.caught_up(
        generation=2, born=range(size, size + len(new)), died=(), vectors=lambda _: new
    )
    later.search(questions[0], k=100)
    found["adding"] = time.process_time() - began
    found["disk"] = (folder / "dense.faiss").stat().st_size / 1e6
    return found


ROWS = {
    "build": "building without embedding, s",
    "disk": "disk, MB",
    "open": "opening and first question, s",
    "resident": "resident memory, MB",
    "anonymous": "of which not mapped files, and by the index, MB",
    "retrieval": "retrieval p50, ms",
    "filtered": "retrieval with a filter p50, ms",
    "question": "question with its answer p50, ms",
    "dense": "dense search alone p50, ms",
    "dense filtered": "the same, filter that 5% pass",
    "dense 1%": "the same, filter that 1% pass",
    "dense 50%": "the same, filter that 50% pass",
    "recall": "Recall@100 of the dense search",
    "recall filtered": "the same, filter that 5% pass",
    "recall 1%": "the same, filter that 1% pass",
    "recall 50%": "the same, filter that 50% pass",
    "adding": "adding 1,000 articles without embedding, s",
}


def draw(sizes: Sequence[int], columns: Sequence[dict[str, float]], path: Path) -> None:
    """Draws the times of questions over the number of passages, with their exponents."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(xscale="log", yscale="log", xlabel="passages", ylabel="ms")
    for key in ("question", "retrieval", "filtered", "dense", "dense filtered"):
        times = [each[key] for each in columns if key in each]
        if len(times) == len(sizes):
            label = f"{ROWS[key].removesuffix(', ms')}, exponent {growth(sizes, times):.2f}"
            axes.plot(sizes, times, marker="o", label=label)
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=110)


def growth(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Returns the exponent by which the times grow with the sizes, from the first to the last."""
    return float(np.log(times[-1] / times[0]) / np.log(sizes[-1] / sizes[0]))


def main() -> None:
    """Builds and measures each size, and prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.open:
        print(json.dumps((measured_dense if given.vectors else measured)(given.open)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        place = given.folder or Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        sentences = real_sentences()
        embedder = Perturbed(seeds(place, sentences))
        columns: list[dict[str, float]] = []
        for size in given.sizes:
            folder = place / (f"{size}-vectors" if given.vectors else str(size))
            found = dict[str, float]()
            if not folder.exists() and given.vectors:
                folder.mkdir()
                found["build"] = build_dense(folder, size, seeds(place, sentences))
            elif not folder.exists():
                found["build"] = build(folder, size, sentences, embedder)
            command = [sys.executable, __file__, "--open", str(folder)]
            command += ["--vectors"] if given.vectors else []
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            columns.append(found | json.loads(told.splitlines()[-1]))
            print(size, columns[-1], file=sys.stderr, flush=True)
        table = Table("", *(f"{size:,}" for size in given.sizes), title="Growth")
        for key, name in ROWS.items():
            table.add_row(name, *(f"{each[key]:.4g}" if key in each else "–" for each in columns))
        Console().print(table)
        key = "dense" if given.vectors else "retrieval"
        if len(columns) > 1:
            exponent = growth(given.sizes, [each[key] for each in columns])
            print(f"exponent of {ROWS[key]}: {exponent:.2f}")
            if given.plot:
                draw(given.sizes, columns, given.plot)


if __name__ == "__main__":
    main()
