"""Tests indexing: processes only changes, loses no stored data, states reasons for rejection."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import rag
from rag.embed.base import Vectors
from rag.errors import BylineError, DamagedIndexError, IngestError, UsageError


class Watched(rag.HashEmbedder):
    """The fake embedder, which records the documents it embeds."""

    def __init__(self, dims: int = 64, *, max_tokens: int = 256) -> None:
        super().__init__(dims, max_tokens=max_tokens)
        self.seen: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Returns the same vectors; records the texts."""
        self.seen += texts
        return super().embed_documents(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Returns the same vectors; does not record questions."""
        return rag.HashEmbedder(self.dims).embed_questions(texts)

    def taken(self) -> list[str]:
        """Returns the texts recorded since the last call."""
        taken, self.seen = self.seen, []
        return taken


class Killed(Exception):  # noqa: N818 - it is no error of ours
    """Simulates the end of the process."""


@pytest.fixture
def embedder() -> Watched:
    """A fake embedder that records texts."""
    return Watched()


@pytest.fixture
def made(tmp_path: Path, embedder: Watched) -> Iterator[rag.Byline]:
    """An empty index that commits after every second article."""
    config = rag.Config(batch_articles=2, max_file_mb=1)
    with rag.Byline(tmp_path / "index", config=config, embedder=embedder) as news:
        yield news


def counts(report: rag.IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


def ids(news: rag.Byline) -> list[str]:
    return [article.id for article in news.articles()]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def found(
    news: rag.Byline, question: str = "pier work harbour bridge frost"
) -> list[tuple[rag.Passage, float]]:
    return [(h.passage, round(h.score, 6)) for h in news.search(question, k=50)]


def stop_at(step: int) -> Callable[[rag.Progress], None]:
    def progress(reached: rag.Progress) -> None:
        if reached.done == step:
            raise Killed

    return progress


# ---- only changes are processed


def test_first_run_adds_everything(made: rag.Byline, embedder: Watched, folder: Path) -> None:
    report = made.index([folder])
    assert counts(report) == (3, 0, 0, 0)
    assert report.skipped == ()
    assert report.generation == 2  # three articles in batches of two
    assert report.passages == made.status()["passages"] == 3
    assert report.seconds > 0
    assert ids(made) == ["bridge.txt", "harbour.txt", "orchard.txt"]
    assert len(embedder.seen) == 3  # passages


def test_second_run_does_nothing(made: rag.Byline, embedder: Watched, folder: Path) -> None:
    first = made.index([folder])
    embedder.taken()
    again = made.index([folder])
    assert counts(again) == (0, 0, 3, 0)
    assert (again.generation, again.passages) == (first.generation, first.passages)
    assert embedder.taken() == []


def test_touched_file_is_unchanged(made: rag.Byline, embedder: Watched, folder: Path) -> None:
    made.index([folder])
    embedder.taken()
    (folder / "harbour.txt").touch()
    assert counts(made.index([folder])) == (0, 0, 3, 0)
    assert embedder.taken() == []


def test_edited_sentence_embeds_its_passage(
    made: rag.Byline, embedder: Watched, folder: Path
) -> None:
    made.index([folder])
    embedder.taken()
    path = folder / "orchard.txt"
    before = made.article("orchard.txt")
    write(path, path.read_text(encoding="utf-8").replace("on Friday", "on Sunday"))
    assert counts(made.index([folder])) == (0, 1, 2, 0)
    edited = made.article("orchard.txt")
    assert "on Sunday" in edited.text
    assert embedder.taken() == [f"Frost damages orchards\n{edited.text}"]
    assert made.article("orchard.txt", before.revision) == before
    assert made.search("Friday frost")[0].passage.revision == edited.revision


def test_edited_and_changed_back_embeds_nothing_more(
    made: rag.Byline, embedder: Watched, folder: Path
) -> None:
    made.index([folder])
    before = found(made)
    path = folder / "harbour.txt"
    text = path.read_text(encoding="utf-8")
    write(path, text.replace("eleven", "twelve"))
    made.index([folder])
    embedder.taken()
    write(path, text)
    assert counts(made.index([folder])) == (0, 1, 2, 0)
    assert embedder.taken() == []
    assert found(made) == before


def test_new_title_embeds_passages_and_no_sentence(
    made: rag.Byline, embedder: Watched, folder: Path
) -> None:
    made.index([folder])
    embedder.taken()
    path = folder / "bridge.txt"
    write(path, path.read_text(encoding="utf-8").replace("Bridge reopens", "Old bridge is back"))
    assert counts(made.index([folder])) == (0, 1, 2, 0)
    article = made.article("bridge.txt")
    assert article.title == "Old bridge is back"
    assert embedder.taken() == [f"Old bridge is back\n{article.text}"]


def test_new_date_embeds_nothing(made: rag.Byline, embedder: Watched, folder: Path) -> None:
    made.index([folder])
    embedder.taken()
    path = folder / "harbour.txt"
    write(path, path.read_text(encoding="utf-8").replace("2024-03-04", "2024-03-05"))
    assert counts(made.index([folder])) == (0, 1, 2, 0)
    assert str(made.article("harbour.txt").published) == "2024-03-05"
    assert embedder.taken() == []


def test_renamed_file_embeds_nothing(made: rag.Byline, embedder: Watched, folder: Path) -> None:
    made.index([folder])
    embedder.taken()
    (folder / "harbour.txt").rename(folder / "pier.txt")
    assert counts(made.index([folder])) == (1, 0, 2, 1)
    assert ids(made) == ["bridge.txt", "orchard.txt", "pier.txt"]
    assert embedder.taken() == []


def test_renamed_file_with_its_own_id_is_the_same_article(
    made: rag.Byline, embedder: Watched, tmp_path: Path
) -> None:
    path = write(tmp_path / "in" / "a.txt", "---\nid: own\n---\nThey met.")
    made.index([tmp_path / "in"])
    embedder.taken()
    path.rename(tmp_path / "in" / "b.md")
    report = made.index([tmp_path / "in"])
    assert (report.added, report.removed) == (0, 0)
    assert made.article("own").origin.endswith("b.md")


def test_removed_file_is_not_found_any_more(made: rag.Byline, folder: Path) -> None:
    made.index([folder])
    (folder / "harbour.txt").unlink()
    assert counts(made.index([folder])) == (0, 0, 2, 1)
    assert ids(made) == ["bridge.txt", "orchard.txt"]
    assert all(h.passage.article_id != "harbour.txt" for h in made.search("harbour pier"))


def test_moved_folder_embeds_nothing(
    made: rag.Byline, embedder: Watched, folder: Path, tmp_path: Path
) -> None:
    made.index([folder])
    before = found(made)
    embedder.taken()
    folder.rename(tmp_path / "moved")
    report = made.index([tmp_path / "moved"])
    assert (report.added, report.removed) == (0, 0)
    assert embedder.taken() == []
    assert found(made) == before


def test_file_given_an_id_is_not_kept_under_its_path_too(made: rag.Byline, tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a.txt", "They met in Baku.")
    made.index([tmp_path / "in"])
    write(path, "---\nid: own\n---\nThey met in Baku.")
    made.index([tmp_path / "in"])
    assert ids(made) == ["own"]


def test_text_shared_by_two_outlets_is_two_articles_and_embedded_once(
    made: rag.Byline, embedder: Watched, tmp_path: Path
) -> None:
    for outlet in ("Post", "Courier"):
        write(
            tmp_path / "in" / f"{outlet}.txt",
            f"---\ntitle: Same\noutlet: {outlet}\n---\nThey met.\n",
        )
    made.index([tmp_path / "in"])
    assert [article.outlet for article in made.articles()] == ["Courier", "Post"]
    assert embedder.taken() == ["Same\nThey met."]


def test_other_passage_size_is_indexed_again_without_losing_sentences(
    made: rag.Byline, embedder: Watched, corpus: Path, tmp_path: Path
) -> None:
    first = made.index([corpus])
    taken = set(embedder.taken())
    config = rag.Config(passage_tokens=16)
    with rag.Byline(tmp_path / "index", config=config, embedder=embedder) as smaller:
        report = smaller.index([corpus])
    assert counts(report) == (0, 5, 0, 0)
    assert report.passages > first.passages
    assert not taken & set(embedder.taken())


def test_without_context_passages_are_embedded_again_and_bare(
    made: rag.Byline, embedder: Watched, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "a.txt", "---\ntitle: Talks\n---\nThey met. They left.\n")
    made.index([tmp_path / "in"])
    assert embedder.taken() == ["Talks\nThey met. They left."]
    config = rag.Config(context=False)
    with rag.Byline(tmp_path / "index", config=config, embedder=embedder) as bare:
        assert counts(bare.index([tmp_path / "in"])) == (0, 1, 0, 0)
        assert embedder.taken() == ["They met. They left."]
        (hit,) = bare.search("They met")
        (vector,) = embedder.embed_questions(["They met"])
        (passage,) = rag.HashEmbedder(embedder.dims).embed_documents(["They met. They left."])
        assert hit.dense_score == pytest.approx(float(vector @ passage), abs=1e-3)


# ---- which folder an article belongs to


def test_ids_are_paths_below_the_folder(made: rag.Byline, tmp_path: Path) -> None:
    for name in ("a.txt", "sub/a.txt", "sub/deep/b.md"):
        write(tmp_path / "in" / name, f"They met in {name}.")
    write(tmp_path / "in" / "README.md", "About this folder.")
    made.index([tmp_path / "in"])
    assert ids(made) == ["a.txt", "sub/a.txt", "sub/deep/b.md"]


def test_files_of_other_folders_are_left_alone(
    made: rag.Byline, folder: Path, tmp_path: Path
) -> None:
    made.index([folder])
    write(tmp_path / "other" / "dam.txt", "The dam was opened.")
    assert counts(made.index([tmp_path / "other"])) == (1, 0, 0, 0)
    assert counts(made.index([folder / "harbour.txt"])) == (0, 0, 1, 0)
    assert len(ids(made)) == 4


def test_given_articles_are_left_alone_by_folders(made: rag.Byline, folder: Path) -> None:
    made.add([rag.make_article(id="given", text="The dam was opened.")])
    made.index([folder])
    assert len(ids(made)) == 4


def test_same_id_twice_in_one_run_keeps_the_first_and_names_both(
    made: rag.Byline, tmp_path: Path
) -> None:
    one = write(tmp_path / "in" / "a.txt", "---\nid: own\n---\nThe first.")
    other = write(tmp_path / "in" / "b.txt", "---\nid: own\n---\nThe second.")
    report = made.index([tmp_path / "in"])
    ((skipped, reason),) = report.skipped
    assert skipped == str(other)
    assert "'own'" in reason
    assert str(one) in reason
    assert made.article("own").text == "The first."
    assert report.added == 1


def test_same_path_below_two_folders_is_refused_once(made: rag.Byline, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "a.txt", f"They met in {name}.")
    report = made.index([tmp_path / "one", tmp_path / "two"])
    assert [name for name, _ in report.skipped] == [str(tmp_path / "two" / "a.txt")]
    assert made.article("a.txt").text == "They met in one."


def test_same_path_below_a_folder_indexed_later_does_not_replace(
    made: rag.Byline, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "a.txt", f"They met in {name}.")
    made.index([tmp_path / "one"])
    report = made.index([tmp_path / "two"])
    texts = {article.text for article in made.articles()}
    assert "They met in one." in texts
    assert report.skipped or "They met in two." in texts


@pytest.mark.parametrize("given", ["3/4/2024", "2024-13-45", "soon"])
def test_date_that_is_not_read_is_warned_of(made: rag.Byline, tmp_path: Path, given: str) -> None:
    write(tmp_path / "in" / "b.txt", "---\ndate: 3 April 2024\n---\nThe second.")
    path = write(tmp_path / "in" / "a.txt", f"---\ndate: {given}\n---\nThe first.")
    report = made.index([tmp_path / "in"])
    assert (report.skipped, report.added) == ((), 2)
    ((warned, reason),) = report.warned
    assert warned == str(path)
    assert given in reason
    assert "as in 2024-04-03" in reason


# ---- files that cannot become articles

BAD: dict[str, tuple[str, bytes, str]] = {
    "binary": ("bad.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "UTF-8"),
    "large": ("bad.txt", b"word " * 300_000, "max_file_mb"),
    "empty": ("bad.txt", b"", "contains no text"),
    "furniture": ("bad.txt", b"Back to top button\n", "contains no text"),
    "front matter": ("bad.md", b"---\ntitle: [\n---\nThey met.", "front matter"),
    "nested front matter": ("bad.md", b"---\na: " + b"[" * 5000 + b"\n---\nThey met.", "front"),
    "half a character": ("bad.md", b'---\ntitle: "\\ud83d"\n---\nThey met.', "UTF-8"),
    "name": (os.fsdecode(b"b\xe4d.txt"), b"They met.", "rename"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_file_is_skipped_with_the_reason_and_the_others_indexed(
    made: rag.Byline, folder: Path, kind: str
) -> None:
    name, content, remedy = BAD[kind]
    if kind == "name" and sys.platform != "linux":
        pytest.skip("this system refuses the name itself")
    write(folder / name, content)
    report = made.index([folder])
    assert counts(report) == (3, 0, 0, 0)
    ((skipped, reason),) = report.skipped
    assert skipped.startswith(str(folder))
    assert "bad" in reason or "b\\" in reason or "b\udce4d" in reason
    assert remedy in reason
    assert "\n" not in reason
    reason.encode("utf-8")  # it can be printed


def test_article_whose_file_breaks_stays_as_it_was(made: rag.Byline, folder: Path) -> None:
    made.index([folder])
    before = found(made)
    write(folder / "harbour.txt", b"\x00" * 5000)
    report = made.index([folder])
    assert counts(report) == (0, 0, 2, 0)
    assert len(report.skipped) == 1
    assert found(made) == before


def test_folder_of_bad_files_only_is_reported(made: rag.Byline, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.txt", b"\x00" * 5000)
    report = made.index([tmp_path / "in"])
    assert counts(report) == (0, 0, 0, 0)
    assert len(report.skipped) == 1
    assert ids(made) == []


def test_fifty_megabytes_are_refused_by_default(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(50_000_000)
    write(tmp_path / "small.txt", "They met.")
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
        report = news.index([tmp_path])
    ((skipped, reason),) = report.skipped
    assert skipped == str(tmp_path / "huge.txt")
    assert "50.0 MB" in reason
    assert "limit of 20 MB" in reason
    assert report.added == 1


def test_missing_path_is_refused_before_anything_is_done(made: rag.Byline, folder: Path) -> None:
    with pytest.raises(UsageError, match="does not exist") as refusal:
        made.index([folder, folder / "gone"])
    assert str(folder / "gone") in str(refusal.value)
    assert ids(made) == []


def test_empty_folder_is_refused_with_what_belongs_there(made: rag.Byline, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty" / "README.md", "Nothing yet.")
    with pytest.raises(UsageError, match=r"contains no articles.*\.txt") as refusal:
        made.index([tmp_path / "empty"])
    assert str(tmp_path / "empty") in str(refusal.value)


@pytest.mark.parametrize("paths", [[], "corpus", Path("corpus")])
def test_paths_are_a_list(made: rag.Byline, paths: Sequence[Path]) -> None:
    with pytest.raises(UsageError, match="list"):
        made.index(paths)


# ---- killed and resumed


def many(folder: Path) -> Path:
    for number in range(7):
        write(folder / f"{number}.txt", f"Report {number}\n\nThe pier of town {number} was closed.")
    return folder


@pytest.mark.parametrize("step", range(1, 8))
def test_killed_run_keeps_its_batches_and_is_resumed(
    made: rag.Byline, embedder: Watched, tmp_path: Path, step: int
) -> None:
    folder = many(tmp_path / "in")
    with pytest.raises(Killed):
        made.index([folder], progress=stop_at(step))
    committed = min(7, (step + 1) // 2 * 2)  # reported when their batch of two is stored
    assert ids(made) == [f"{number}.txt" for number in range(committed)]
    assert made.status()["generation"] == (committed + 1) // 2
    first = embedder.taken()
    report = made.index([folder])
    assert counts(report) == (7 - committed, 0, committed, 0)
    second = embedder.taken()
    assert not set(first) & set(second)
    assert len(first + second) == 7  # one passage per article
    with rag.Byline(tmp_path / "fresh", embedder=rag.HashEmbedder()) as fresh:
        fresh.index([folder])
        assert [passage for passage, _ in found(made)] == [passage for passage, _ in found(fresh)]


def test_killed_run_answers_from_what_was_committed(made: rag.Byline, tmp_path: Path) -> None:
    folder = many(tmp_path / "in")
    with pytest.raises(Killed):
        made.index([folder], progress=stop_at(5))
    assert {hit.passage.article_id for hit in made.search("pier", k=50)} == {
        f"{number}.txt" for number in range(6)
    }


def test_killed_run_removes_nothing(made: rag.Byline, tmp_path: Path) -> None:
    folder = many(tmp_path / "in")
    made.index([folder])
    (folder / "0.txt").unlink()
    with pytest.raises(Killed):
        made.index([folder], progress=stop_at(3))
    assert len(ids(made)) == 7
    assert made.index([folder]).removed == 1


def test_progress_counts_every_file_to_the_end(made: rag.Byline, tmp_path: Path) -> None:
    steps: list[rag.Progress] = []
    made.index([many(tmp_path / "in")], progress=steps.append)
    assert [step.done for step in steps] == list(range(1, 8))
    assert {(step.stage, step.total) for step in steps} == {("indexing", 7)}


# ---- embedded texts fit the model


def test_every_embedded_text_fits_the_embedder(tmp_path: Path, corpus: Path) -> None:
    embedder = Watched(max_tokens=40)
    with rag.Byline(tmp_path / "index", embedder=embedder) as news:
        news.index([corpus])
    assert max(embedder.count_tokens(embedder.seen)) <= 40


def test_passage_under_a_long_title_fits_the_embedder(tmp_path: Path) -> None:
    embedder = Watched(max_tokens=40)
    title = " ".join(f"title{number}" for number in range(30))
    text = " ".join(f"Word{number} is the next." for number in range(40))
    with rag.Byline(tmp_path / "index", embedder=embedder) as news:
        news.add([rag.make_article(id="a", title=title, text=text)])
    assert max(embedder.count_tokens(embedder.seen)) <= 40


# ---- another model


def test_other_model_indexes_everything_again(
    made: rag.Byline, folder: Path, tmp_path: Path
) -> None:
    made.index([folder])
    other = Watched(dims=32)
    with rag.Byline(tmp_path / "index", embedder=other) as news:
        assert counts(news.index([folder])) == (0, 3, 0, 0)
        assert len(other.taken()) == 3
        assert news.status()["dimensions"] == 32
        assert news.search("pier")[0].passage.article_id == "harbour.txt"


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7])
def test_killed_while_changing_the_model_is_resumed(
    made: rag.Byline, tmp_path: Path, step: int
) -> None:
    folder = many(tmp_path / "in")
    made.index([folder])
    config = rag.Config(batch_articles=2)
    with rag.Byline(tmp_path / "index", config=config, embedder=Watched(dims=32)) as news:
        with pytest.raises(Killed):
            news.index([folder], progress=stop_at(step))
        assert len(ids(news)) == 7
        news.index([folder])
        assert len(news.search("pier", k=50)) == 7


def test_killed_while_changing_the_model_is_no_damage(made: rag.Byline, tmp_path: Path) -> None:
    folder = many(tmp_path / "in")
    made.index([folder])
    config = rag.Config(batch_articles=2)
    with rag.Byline(tmp_path / "index", config=config, embedder=Watched(dims=32)) as news:
        with pytest.raises(Killed):
            news.index([folder], progress=stop_at(5))
        try:
            news.search("pier")
        except DamagedIndexError as error:
            pytest.fail(f"nothing is damaged: {error}")
        except BylineError as error:
            assert "index" in str(error)  # noqa: PT017 - either may be


def test_other_model_for_a_part_is_no_damage(
    made: rag.Byline, folder: Path, tmp_path: Path
) -> None:
    made.index([folder])
    with rag.Byline(tmp_path / "index", embedder=Watched(dims=32)) as news:
        try:
            news.index([folder / "harbour.txt"])
        except DamagedIndexError as error:
            pytest.fail(f"nothing is damaged: {error}")
        except BylineError as error:
            assert "model" in str(error)  # noqa: PT017 - either may be
        assert len(ids(news)) == 3
    assert made.article("orchard.txt").title == "Frost damages orchards"


# ---- given articles


def test_given_articles_are_kept_verbatim(made: rag.Byline) -> None:
    text = "They met. \n\n\nBack to top button\n"
    article = rag.make_article(id="a", title="T", text=text, outlet="Post")
    assert counts(made.add([article])) == (1, 0, 0, 0)
    assert made.article("a") == article
    assert counts(made.add([article])) == (0, 0, 1, 0)


def test_only_lets_all_others_go(made: rag.Byline) -> None:
    articles = [rag.make_article(id=id, text=f"They met in {id}.") for id in "abc"]
    made.add(articles)
    assert counts(made.add(articles[:1], only=True)) == (0, 0, 1, 2)
    assert ids(made) == ["a"]
    assert len(made.search("met", k=50)) == 1


def test_same_given_id_twice_keeps_the_first(made: rag.Byline) -> None:
    report = made.add([rag.make_article(id="a", text=text) for text in ("First.", "Second.")])
    ((skipped, reason),) = report.skipped
    assert skipped == "a"
    assert "'a'" in reason
    assert "  " not in reason  # a missing name
    assert made.article("a").text == "First."


def test_no_articles_are_refused(made: rag.Byline) -> None:
    with pytest.raises(UsageError, match="at least one"):
        made.add([])


@pytest.mark.parametrize(
    "text", ["—", "…\n\nThey met.", "\u200d", "👍🏽", "x" * 30_000, "a\x00b", "\ufeff They met."]
)
def test_odd_texts_are_indexed(made: rag.Byline, text: str) -> None:
    made.add([rag.make_article(id="odd", text=text), rag.make_article(id="b", text="They met.")])
    assert made.article("odd").text == text
    for hit in made.search("met", k=50):
        passage = hit.passage
        assert made.article(passage.article_id).text[passage.start : passage.end].strip()


def test_article_with_half_a_character_in_its_title_is_refused() -> None:
    with pytest.raises(IngestError):
        rag.make_article(id="a", title="\ud83d", text="They met.")


# ---- in slices


def test_a_long_article_is_embedded_in_slices_and_can_be_stopped(tmp_path: Path) -> None:
    class Slices(rag.HashEmbedder):
        def __init__(self) -> None:
            super().__init__()
            self.sizes: list[int] = []

        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            self.sizes.append(len(texts))
            return super().embed_documents(texts)

    text = "\n\n".join(f"Pier {number} was closed on Monday. " * 20 for number in range(300))
    article = rag.make_article(id="a", title="Piers", text=text)
    slices = Slices()
    with rag.Byline(tmp_path / "index", embedder=slices) as news:
        with pytest.raises(Killed):
            news.add([article], progress=stop_at(0))
        assert slices.sizes == [64]
        assert news.articles() == []
        news.add([article])
        assert sum(slices.sizes[1:]) == news.status()["passages"]
        assert max(slices.sizes) == 64
