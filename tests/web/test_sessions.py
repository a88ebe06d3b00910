"""Tests readers' uploads: private, limited, and completely deleted."""

import json
import os
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.web.intake import Added, Adding, Upload, safe_name
from rag.web.sessions import Session, Sessions

SHARED = rag.make_article(
    id="bridge.txt",
    title="The bridge",
    outlet="Coast Courier",
    url="https://courier.example/bridge",
    text="The old bridge over the river was closed on Monday.",
)
MINE = "The lighthouse keeper counted nine seals on Monday.\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """A fake request."""

    secret: str = ""
    session_hash: str = "page"
    cookies: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cookies", {"byline-session": self.secret})


ANNA, BERT = Asked("a" * 32), Asked("b" * 32)


class Clock:
    """A manually set clock."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def news(small_news: Callable[..., rag.Byline]) -> rag.Byline:
    return small_news(SHARED)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(news: rag.Byline, tmp_path: Path, clock: Clock) -> Iterator[Sessions]:
    root = tmp_path / "private"
    root.mkdir()
    made = Sessions(
        news, folder=root, max_upload_mb=0.01, max_files=3, most=2, idle_minutes=10, clock=clock
    )
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Upload]:
    """Creates an uploaded file with the name given by its sender."""
    made = iter(range(1000))

    def write(content: str | bytes = MINE, name: str = "notes.txt") -> Upload:
        path = tmp_path / f"incoming-{next(made)}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Upload(name=name, path=path)

    return write


def add(session: Session, *uploads: Upload, keep: bool = False) -> Added:
    steps = list(session.add(uploads, keep=keep))
    assert [(s.done, s.total) for s in steps if isinstance(s, Adding)] == [
        (done, len(uploads)) for done in range(len(uploads) + 1)
    ]
    last = steps[-1]
    assert isinstance(last, Added)
    return last


def ids(news: rag.Byline, question: str = "lighthouse seals") -> list[str]:
    return [hit.passage.article_id for hit in news.search(question)]


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


# ---- private uploads


def test_what_is_brought_answers_at_once_beside_what_is_shared(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    session = sessions.of(ANNA)
    assert session.news is sessions.news
    assert add(session, file()).added == ("uploads/notes.txt",)
    answer = session.news.ask("What did the lighthouse keeper count?")
    assert answer.citations[0].article_id == "uploads/notes.txt"
    assert answer.citations[0].quote in MINE
    assert {article.id for article in session.news.articles()} == {
        "bridge.txt",
        "uploads/notes.txt",
    }
    assert [article.id for article in session.articles()] == ["uploads/notes.txt"]
    assert "bridge.txt" in ids(session.news, "the old bridge")


def test_another_cookie_reaches_nothing_of_it(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    add(sessions.of(ANNA), file())
    revision = sessions.of(ANNA).articles()[0].revision
    add(sessions.of(BERT), file("The mayor sold two boats.", "notes.txt"))
    for other in (BERT, Asked(), Asked("c" * 32), Asked("A" * 32), None):
        session = sessions.of(other)
        assert "lighthouse" not in session.news.context("lighthouse seals")
        assert all("lighthouse" not in each.text for each in session.news.articles())
        assert not any(each.id.startswith("uploads/") for each in sessions.news.articles())
        with pytest.raises(rag.UsageError, match="no article"):
            session.news.article("uploads/notes.txt", revision)
    assert sessions.of(BERT).articles()[0].text == "The mayor sold two boats."


@pytest.mark.parametrize(
    "secret", ["", "1", "../../a", "a" * 31, "a" * 33, "g" * 32, "a" * 31 + "\n", "%61" * 11]
)
def test_what_is_no_cookie_of_ours_brings_nothing(
    sessions: Sessions, file: Callable[..., Upload], secret: str
) -> None:
    session = sessions.of(Asked(secret))
    assert not session.can_bring
    with pytest.raises(rag.UsageError, match="reload the page"):
        list(session.add([file()]))
    assert session.articles() == []


def test_a_session_is_told_by_its_cookie_alone(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    """The name of its folder does not give access."""
    session = sessions.of(ANNA)
    add(session, file())
    assert ANNA.secret not in session.name
    assert sessions.of(Asked(session.name[:32])).articles() == []


def test_one_reader_removes_only_their_own(sessions: Sessions, file: Callable[..., Upload]) -> None:
    anna, bert = sessions.of(ANNA), sessions.of(BERT)
    add(anna, file())
    add(bert, file("The mayor sold two boats.", "boats.txt"))
    assert not bert.remove("uploads/notes.txt")
    assert not bert.remove("bridge.txt")
    assert not sessions.of(None).remove("uploads/notes.txt")
    assert anna.remove("uploads/notes.txt")
    assert not anna.remove("uploads/notes.txt")
    assert anna.news is sessions.news
    assert [article.id for article in bert.articles()] == ["uploads/boats.txt"]
    assert add(anna, file()).added == ("uploads/notes.txt",)


# ---- ids


def test_no_upload_takes_over_a_shared_article(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    stated = "---\nid: bridge.txt\nurl: https://courier.example/bridge\n---\nThe bridge is sold."
    add(sessions.of(ANNA), file(stated, "bridge.txt"))
    news = sessions.of(ANNA).news
    assert news.article("bridge.txt").text == SHARED.text
    assert news.article("uploads/bridge.txt").text == "The bridge is sold."


def test_an_id_that_a_shared_article_has_gets_a_number(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    """A corpus may contain a folder named uploads."""
    theirs = rag.make_article(id="uploads/notes.txt", text="Notes of the corpus.")
    sessions.news.add([theirs])
    session = sessions.of(ANNA)
    assert add(session, file()).added == ("uploads/notes (2).txt",)
    assert session.news.article("uploads/notes.txt") == theirs
    assert add(session, file("Other words.")).replaced == ("uploads/notes (2).txt",)


def test_a_file_of_the_same_name_takes_the_place_of_the_one_before(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    session = sessions.of(ANNA)
    add(session, file())
    again = add(session, file("The lighthouse was sold."))
    assert (again.added, again.replaced) == ((), ("uploads/notes.txt",))
    assert [article.text for article in session.articles()] == ["The lighthouse was sold."]
    twice = add(session, file("One.", "x.txt"), file("Two.", "../x.txt"))
    assert twice.added == ("uploads/x.txt",)
    assert "rename one" in twice.skipped[0][1]


# ---- hostile names and contents


NAMES = [
    ("../../../etc/passwd.txt", "passwd.txt"),
    ("..\\..\\windows\\system32\\evil.md", "evil.md"),
    ("/etc/cron.d/evil.txt", "evil.txt"),
    ("C:\\evil.txt", "evil.txt"),
    ("a\x00b.txt", "ab.txt"),
    ("evil\u202etxt.exe.txt", "eviltxt.exe.txt"),
    ("line\nbreak\r.txt", "linebreak.txt"),
    ("<img src=x onerror=alert(1)>.html", "_img src=x onerror=alert(1)_.html"),
    ("CON.txt", "_CON.txt"),
    ("com1.notes.txt", "_com1.notes.txt"),
    ("a" * 1000 + ".txt", "a" * 116 + ".txt"),
    ("\U0001f40d" * 300 + "é.TXT", "_é.txt"),
    ("Zeitung März – 5.md", "Zeitung März _ 5.md"),
    ("\ud800.txt", "_.txt"),
    ("~/.ssh/id_rsa.txt", "id_rsa.txt"),
]


@pytest.mark.parametrize(("given", "name"), NAMES)
def test_a_name_is_only_a_name(
    sessions: Sessions, file: Callable[..., Upload], tmp_path: Path, given: str, name: str
) -> None:
    before = {path for path in tmp_path.rglob("*") if "private" not in path.parts}
    upload = file(f"<html><body><p>{MINE}</p></body></html>", name=given)
    report = add(sessions.of(ANNA), upload)
    assert report.added == (f"uploads/{name}",)
    after = {path for path in tmp_path.rglob("*") if "private" not in path.parts}
    assert after - before == {upload.path}


@given(st.text(max_size=400), st.sampled_from([".txt", ".HTML", ".md"]))
def test_any_name_becomes_one_that_file_systems_take(stem: str, form: str) -> None:
    name = safe_name(stem + form)
    assert len(name.encode()) <= 255
    assert Path(name).name == name
    assert name.endswith(form.lower())
    assert not name.startswith((".", "~/"))
    assert name.isprintable()
    assert safe_name(name) == name


@pytest.mark.parametrize("name", ["a.doc", "a.txt.exe", "", "txt", "a.txt\x00.exe", "a.txt/"])
def test_other_forms_are_refused_by_name(
    sessions: Sessions, file: Callable[..., Upload], name: str
) -> None:
    report = add(sessions.of(ANNA), file(name=name))
    if report.added:
        assert report.added == ("uploads/a.txt",)
        assert name == "a.txt/"
    else:
        assert "add files that end in .txt, .md" in report.skipped[0][1]


def bomb(path: Path) -> bytes:
    """An archive of 1 kB that would unpack to 1 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("article.txt", "0" * 1_000_000)
    return path.read_bytes()


def test_archives_and_other_forms_are_refused_and_not_unpacked(
    sessions: Sessions, file: Callable[..., Upload], tmp_path: Path
) -> None:
    archive = bomb(tmp_path / "bomb")
    hostile = {
        "bomb.txt": archive,
        "behind.txt": b"The harbour closed on Monday.\n" + archive,
        "picture.md": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "page.html": b"%PDF-1.4 <p>The harbour closed.</p>",
        "zeros.txt": bytes(100),
        "empty.txt": b" \n",
    }
    session = sessions.of(ANNA)
    for name, data in hostile.items():
        ((refused, reason),) = add(session, file(data, name)).skipped
        assert refused == name
        assert reason.startswith(name)
        assert str(tmp_path) not in reason
    assert session.articles() == []
    assert not any(name.endswith((".txt", ".md", ".html")) for name in files(tmp_path / "private"))


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused(
    sessions: Sessions, file: Callable[..., Upload], tmp_path: Path
) -> None:
    session = sessions.of(ANNA)
    report = add(session, file(bomb(tmp_path / "bomb"), "bomb.zip"))
    assert report.skipped[0][0] == "bomb.zip"
    assert str(tmp_path) not in report.skipped[0][1]
    assert session.articles() == []


def test_a_table_brings_each_of_its_articles(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    rows = [
        {"title": title, "text": f"{title} on Monday."} for title in ("Pier closes", "Mast falls")
    ]
    table = "".join(f"{json.dumps(row)}\n" for row in rows) + "no JSON\n"
    session = sessions.of(ANNA)
    ids = ("uploads/may.jsonl/Pier closes", "uploads/may.jsonl/Mast falls")
    report = add(session, file(table, "may.jsonl"))
    assert report.added == ids
    assert report.skipped[0][1].startswith("may.jsonl has no JSON in line 3")
    assert add(session, file(table, "may.jsonl")).replaced == ids
    assert session.remove(ids[0])
    assert [article.id for article in session.articles()] == [ids[1]]


def test_no_link_is_followed(sessions: Sessions, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is swordfish.", encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to(secret)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path, tmp_path / "gone"):
        report = add(sessions.of(ANNA), Upload(name="notes.txt", path=path))
        assert "upload it again" in report.skipped[0][1]
    assert sessions.of(ANNA).articles() == []


# ---- limits


def test_a_session_holds_so_many_megabytes(sessions: Sessions, file: Callable[..., Upload]) -> None:
    session = sessions.of(ANNA)
    words = "The keeper counted seals. " * 230  # 6 kB of the 10
    assert add(session, file(words, "one.txt")).added
    ((_, reason),) = add(session, file(words, "two.txt")).skipped
    assert "over the limit of 0.01 MB" in reason
    assert "remove some" in reason
    assert add(session, file(words, "one.txt")).replaced  # replaced files free their space
    assert session.remove("uploads/one.txt")
    assert add(session, file(words, "two.txt")).added
    ((_, reason),) = add(session, file(words * 2, "three.txt")).skipped
    assert reason == "three.txt is larger than 0.01 MB; split it"


def test_so_many_files_at_once(sessions: Sessions, file: Callable[..., Upload]) -> None:
    with pytest.raises(rag.UsageError, match="4 files are too many at once; add at most 3"):
        list(sessions.of(ANNA).add([file(name=f"{n}.txt") for n in range(4)]))


def test_so_many_sessions_at_once(
    sessions: Sessions, file: Callable[..., Upload], clock: Clock
) -> None:
    add(sessions.of(ANNA), file())
    add(sessions.of(BERT), file())
    third = sessions.of(Asked("c" * 32))
    with pytest.raises(rag.UsageError, match="try again later"):
        list(third.add([file()]))
    clock.now += 601  # the other sessions have ended
    assert add(third, file()).added
    assert sessions.of(ANNA).articles() == []


def test_no_megabytes_means_no_uploads(
    news: rag.Byline, file: Callable[..., Upload], tmp_path: Path
) -> None:
    sessions = Sessions(news, folder=tmp_path, max_upload_mb=0)
    assert not sessions.of(ANNA).can_bring
    with pytest.raises(rag.UsageError):
        list(sessions.of(ANNA).add([file()]))


def test_one_upload_of_a_session_at_a_time(sessions: Sessions, file: Callable[..., Upload]) -> None:
    first = sessions.of(ANNA).add([file(), file(name="b.txt")])
    next(first)
    with pytest.raises(rag.UsageError, match="wait until that is done"):
        list(sessions.of(ANNA).add([file(name="c.txt")]))
    first.close()  # type: ignore[attr-defined]  # its reader has gone
    assert add(sessions.of(ANNA), file(name="c.txt")).added


# ---- folders and their deletion


def test_folders_are_private_and_hold_no_upload(
    sessions: Sessions, file: Callable[..., Upload], tmp_path: Path
) -> None:
    assert files(tmp_path / "private") == []
    add(sessions.of(ANNA), file())
    (root,) = (tmp_path / "private").iterdir()
    (own,) = root.iterdir()
    for folder in (root, own):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert own.name == sessions.of(ANNA).name
    assert [path.name for path in own.iterdir()] == ["index"]
    sessions.close()
    assert files(tmp_path / "private") == []
    with pytest.raises(rag.UsageError):
        add(sessions.of(ANNA), file())


def test_a_session_ends_when_no_page_of_it_was_open_for_a_while(
    sessions: Sessions, file: Callable[..., Upload], clock: Clock, tmp_path: Path
) -> None:
    sessions.opened(Asked(ANNA.secret, "one"))
    sessions.opened(Asked(ANNA.secret, "two"))
    add(sessions.of(ANNA), file())
    sessions.closed(Asked(ANNA.secret, "one"))
    clock.now += 3600
    sessions.sweep()
    assert sessions.of(ANNA).articles()  # page two is open
    sessions.closed(Asked(ANNA.secret, "two"))
    clock.now += 599
    sessions.sweep()
    assert sessions.of(ANNA).articles()  # and that counted as a use
    clock.now += 601
    sessions.sweep()
    assert sessions.of(ANNA).articles() == []
    assert sessions.of(ANNA).news is sessions.news
    (root,) = (tmp_path / "private").iterdir()
    assert files(root) == []


def test_a_page_left_open_holds_a_session_for_a_day(
    sessions: Sessions, file: Callable[..., Upload], clock: Clock
) -> None:
    sessions.opened(ANNA)
    add(sessions.of(ANNA), file())
    clock.now += 24 * 3600 + 1
    sessions.sweep()
    assert sessions.of(ANNA).articles() == []


def test_many_readers_at_once_find_only_their_own(
    news: rag.Byline, file: Callable[..., Upload], tmp_path: Path
) -> None:
    sessions = Sessions(news, folder=tmp_path)
    readers = [Asked(f"{number:032x}") for number in range(6)]
    uploads = [file(f"Reader {number} saw seal{number}.") for number in range(6)]
    found: list[Sequence[str]] = [()] * 6

    def read(number: int) -> None:
        session = sessions.of(readers[number])
        add(session, uploads[number])
        texts = [article.text for article in session.news.articles()]
        found[number] = [text for text in texts if text.startswith("Reader")]
        assert session.news.ask(f"Who saw seal{number}?").citations

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sessions.close()
    assert found == [[f"Reader {number} saw seal{number}."] for number in range(6)]


# ---- permanent uploads, if the operator allows them


def test_what_is_kept_is_shared_and_replaces_nothing(
    news: rag.Byline, file: Callable[..., Upload], tmp_path: Path
) -> None:
    sessions = Sessions(news, folder=tmp_path / "none", keep=True)
    (tmp_path / "none").mkdir()
    assert add(sessions.of(ANNA), file(), keep=True).added == ("uploads/notes.txt",)
    assert add(sessions.of(BERT), file("Other notes."), keep=True).added == (
        "uploads/notes (2).txt",
    )
    ((_, reason),) = add(sessions.of(BERT), file(), keep=True).skipped
    assert "already among the articles" in reason
    assert news.article("uploads/notes.txt").text == MINE.strip()
    assert sessions.of(ANNA).articles() == []
    assert not sessions.of(ANNA).remove("uploads/notes.txt")
    sessions.close()
    assert len(news.articles()) == 3
    assert files(tmp_path / "none") == []


def test_nothing_is_kept_unless_the_operator_allows_it(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    with pytest.raises(rag.UsageError, match="untick"):
        list(sessions.of(ANNA).add([file()], keep=True))
    assert [article.id for article in sessions.news.articles()] == ["bridge.txt"]
    assert not rag.Config().keep_uploads


# ---- many readers


def test_an_owner_with_many_places_gives_way(
    news: rag.Byline, tmp_path: Path, clock: Clock
) -> None:
    sessions = Sessions(news, folder=tmp_path, most=3, clock=clock)
    for number in range(3):
        clock.now = number
        assert sessions.bring(f"hog{number}", "hog").owner == "hog"
    with pytest.raises(rag.UsageError, match="try again later"):
        sessions.bring("hog3", "hog")
    sessions.bring("anna", "anna")
    assert sessions.brought("hog0") is None  # the least recently used one
    assert sessions.brought("hog2") is not None
    with pytest.raises(rag.UsageError, match="try again later"):
        sessions.bring("bert", "anna")
    sessions.close()


def test_a_hidden_file_is_named_and_the_others_are_taken(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    report = add(sessions.of(ANNA), file(name=".hidden.txt"), file(name="notes.txt"))
    assert report.added == ("uploads/notes.txt",)
    ((name, reason),) = report.skipped
    assert name == ".hidden.txt"
    assert reason == ".hidden.txt is a hidden file; rename it without the dot in front"


def test_nothing_is_added_once_the_server_ends(
    sessions: Sessions, file: Callable[..., Upload]
) -> None:
    session = sessions.of(ANNA)
    adding = session.add([file(), file(name="b.txt")])
    next(adding)
    sessions.stop()
    *_, last = adding
    assert isinstance(last, Added)
    assert last.added == ()
    assert "shutting down" in last.skipped[0][1]


def test_a_hundred_readers_hold_few_descriptors(
    news: rag.Byline, file: Callable[..., Upload], tmp_path: Path
) -> None:
    sessions = Sessions(news, folder=tmp_path)
    readers = [sessions.of(Asked(f"{number:032x}")) for number in range(10)]
    for reader in readers:
        add(reader, file())

    def read(_: int) -> None:
        for reader in readers:
            assert len(reader.articles()) == 1

    before = len(list(Path("/dev/fd").iterdir()))
    threads = [threading.Thread(target=read, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (
        len(list(Path("/dev/fd").iterdir())) - before <= len(readers) * 4
    )  # one more connection each
    sessions.close()
