"""Tests the command line: results on stdout, one-line errors on stderr, and exit codes."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest

import rag
from rag.cli.main import byline
from rag.cli.output import in_marks
from rag.cli.questions import quoted
from rag.cli.watch import reporter

ROOT = Path(__file__).parents[2]
QUESTION = "How many Iranian diplomats did Baku expel?"
DONE, FAILED, BAD_USAGE = 0, 1, 2


class Result(Protocol):
    """The result of the fixture ``run``."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


def failed(result: Result, code: int, *parts: str) -> bool:
    """Whether a command reported its error in one line on stderr, and only there."""
    assert result.code == code, result.err
    assert result.out == ""
    assert result.err.startswith("byline: ")
    assert result.err.count("\n") == 1
    assert result.err.rstrip("\n").isprintable()
    for part in parts:
        assert part in result.err
    return True


# ---- usage


@pytest.mark.parametrize("command", ["ask", "search", "context"])
def test_unknown_outlet_is_named_with_those_there_are(
    run: Run, real_index: Path, command: str
) -> None:
    result = run(command, QUESTION, "--outlet", "Tasnin", "--index", real_index)
    assert failed(result, BAD_USAGE, "'Tasnin'", "there are: 'Tasnim', 'IRNA'")


@pytest.mark.parametrize("name", sorted(byline.commands))
def test_help_of_every_command_has_an_example(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.code == DONE
    assert f"Example: byline {name} " in " ".join(result.out.split())
    assert result.err == ""


def test_help_lists_every_command(run: Run) -> None:
    result = run("--help")
    assert result.code == DONE
    assert "Example: byline ask" in result.out
    for name in ("ask", "chat", "context", "eval", "index", "search", "status"):
        assert re.search(rf"^  {name} ", result.out, re.MULTILINE)


def test_no_command_shows_the_help_line_by_line(run: Run) -> None:
    result = run()
    assert result.code in (DONE, BAD_USAGE)
    assert re.search(r"^  ask ", result.out + result.err, re.MULTILINE)


def test_version_is_the_packages(run: Run) -> None:
    assert rag.__version__ in run("--version").out


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["frobnicate"], ["frobnicate", "--help"]),
        (["ask"], ["QUESTION"]),
        (["ask", "q", "--frobnicate"], ["--frobnicate"]),
        (["ask", "two", "questions"], ["questions"]),
        (["ask", "q", "--since", "tomorrow"], ["tomorrow"]),
        (["ask", "q", "--since", "2024-02-30"], ["2024-02-30"]),
        (["search", "q", "--asked-on", "yesterday"], ["yesterday"]),
        (["search", "q", "-k", "many"], ["many"]),
        (["context", "q", "--tokens", "1.5"], ["1.5"]),
        (["eval", "data"], ["--out"]),
        (["chat", "--port", "http"], ["http"]),
    ],
)
def test_bad_usage_is_one_line(run: Run, arguments: list[str], parts: list[str]) -> None:
    assert failed(run(*arguments), BAD_USAGE, *parts)


# ---- invalid questions


@pytest.mark.parametrize("command", ["ask", "search", "context"])
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\x07\x1b[31m\x08"[:2], "empty"),
        ("👍🎉", "no word"),
        ("word " * 2_000, "10,000"),
    ],
    ids=["empty", "spaces", "control", "emoji", "long"],
)
def test_bad_question_is_one_line(
    run: Run, real_index: Path, command: str, question: str, said: str
) -> None:
    result = run(command, question, "--index", real_index)
    if (command, said) == ("ask", "no word"):  # small talk
        assert (result.code, result.out) == (DONE, "Ask a question about the articles.\n")
    else:
        assert failed(result, BAD_USAGE, said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "borders", "-k", "0"], "k is 0"),
        (["context", "borders", "--tokens", "0"], "tokens is 0"),
        (["context", "borders", "--tokens", "-1"], "tokens is -1"),
    ],
)
def test_option_out_of_range_is_one_line(
    run: Run, real_index: Path, arguments: list[str], said: str
) -> None:
    assert failed(run(*arguments, "--index", real_index), BAD_USAGE, said)


# ---- missing and damaged indexes


@pytest.mark.parametrize("command", ["ask", "search", "context"])
def test_missing_index_is_one_line_with_the_remedy(run: Run, desk: Path, command: str) -> None:
    result = run(command, QUESTION, "--index", "nowhere")
    assert failed(result, FAILED, "nowhere", "byline index")
    assert list(desk.iterdir()) == []


def test_nothing_at_all_is_one_line_with_the_remedy(run: Run, desk: Path) -> None:
    for arguments in (["ask", QUESTION], ["status"], ["ask", QUESTION, "--corpus", "gone"]):
        assert failed(run(*arguments), FAILED, "no index", "byline index")
    assert list(desk.iterdir()) == []


def test_empty_folder_is_one_line_with_the_remedy(run: Run, desk: Path) -> None:
    (desk / "empty").mkdir()
    assert failed(run("index", "empty"), BAD_USAGE, "empty", "contains no articles", ".txt")
    result = run("ask", QUESTION, "--corpus", "empty")
    assert result.code != DONE
    assert "Traceback" not in result.err


def test_missing_folder_is_one_line(run: Run, desk: Path) -> None:
    assert failed(run("index", "gone"), BAD_USAGE, "gone", "does not exist")
    assert list(desk.iterdir()) == []


def test_damaged_index_is_one_line_with_the_remedy(run: Run, tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database at all " * 500)
    for arguments in (["ask", QUESTION], ["status"]):
        result = run(*arguments, "--index", tmp_path)
        assert failed(result, FAILED, "library.db", "index the folder again")


@pytest.mark.slow
def test_index_of_another_model_is_one_line_naming_both(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    with rag.Byline(tmp_path / "index", embedder=rag.HashEmbedder()) as news:
        news.index([folder])
    result = run("ask", QUESTION, "--index", tmp_path / "index")
    assert failed(result, FAILED, "hash-64", "64 dimensions", "384 dimensions")
    assert "all-MiniLM-L6-v2" in result.err


@pytest.mark.slow
def test_missing_model_is_one_line(run: Run, folder: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    result = run("index", folder, "--model", model)
    assert failed(result, FAILED, str(model), "does not load")


# ---- settings


def test_status_shows_every_setting_with_its_source(run: Run, desk: Path, real_index: Path) -> None:
    (desk / "byline.toml").write_text(
        'candidates = 11\nmodel = "from-file"\nport = 1001\n', encoding="utf-8"
    )
    environ = {"BYLINE_MODEL": "from-environment", "BYLINE_PORT": "1002"}
    result = run("status", "--json", "--index", real_index, "--model", "from-flag", environ=environ)
    assert (result.code, result.err) == (DONE, "")
    status = json.loads(result.out)
    found = status["settings"]
    assert set(found) == set(rag.Config.__dataclass_fields__)
    assert found["model"] == {"value": "from-flag", "source": "flag"}
    assert found["port"] == {"value": 1002, "source": "environment"}
    assert found["candidates"] == {"value": 11, "source": "byline.toml"}
    assert found["host"] == {"value": "127.0.0.1", "source": "default"}
    assert (status["articles"], status["model"]) == (5, "all-MiniLM-L6-v2")
    plain = run("status", "--index", real_index, environ=environ)
    assert plain.code == DONE
    assert re.search(r"port +1002 +environment", plain.out)
    assert re.search(r"candidates +11 +byline\.toml", plain.out)
    assert re.search(r"articles +5", plain.out)
    (desk / "byline.toml").unlink()
    assert "English" in run("status", "--index", real_index).out


@pytest.mark.parametrize(
    ("toml", "environ", "parts"),
    [
        ("prot = 1", {}, ["byline.toml", "prot"]),
        ("port = ", {}, ["byline.toml", "TOML"]),
        ("", {"BYLINE_PORT": "http"}, ["port", "http"]),
        ("", {"BYLINE_STEMMER": "klingon"}, ["klingon"]),
    ],
)
def test_bad_setting_is_one_line(
    run: Run,
    desk: Path,
    real_index: Path,
    *,
    toml: str,
    environ: dict[str, str],
    parts: list[str],
) -> None:
    (desk / "byline.toml").write_text(toml, encoding="utf-8")
    result = run("status", "--index", real_index, environ=environ)
    assert failed(result, BAD_USAGE, *parts)


# ---- indexing


@pytest.mark.slow
def test_index_tells_what_it_did_and_what_it_skipped(run: Run, folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"\x00" * 5000)
    result = run("index", folder)
    assert result.code == DONE
    assert "3 added, 0 updated, 0 unchanged, 0 removed, 1 skipped" in result.out
    assert str(folder.parent / ".byline" / "articles") in result.out
    reason = "is not text (it contains control characters); save it as UTF-8 text"
    assert result.err == f"skipped: {folder / 'bad.txt'} {reason}\n"
    (folder / "bad.txt").unlink()
    (folder / "harbour.txt").unlink()
    again = run("index", folder)
    assert "0 added, 0 updated, 2 unchanged, 1 removed, 0 skipped" in again.out
    assert again.err == ""


@pytest.mark.slow
def test_folder_of_bad_files_only_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.txt").write_bytes(b"\x00" * 5000)
    result = run("index", tmp_path / "in", "--index", tmp_path / "index")
    assert result.code == FAILED
    assert "bad.txt is not text" in result.err
    assert "no file could be indexed" in result.err.splitlines()[-1]
    assert "Traceback" not in result.err


@pytest.mark.slow
def test_emptied_folder_removes_nothing_unless_told(run: Run, folder: Path) -> None:
    assert run("index", folder).code == DONE
    for path in folder.iterdir():
        path.unlink()
    refused = run("index", folder)
    assert failed(refused, BAD_USAGE, "3 indexed articles came from it", "--allow-empty")
    folder.rmdir()
    assert failed(run("index", folder), BAD_USAGE, "does not exist any more", "--allow-empty")
    assert "3 removed" in run("index", folder, "--allow-empty").out


@pytest.mark.slow
def test_forgotten_article_is_erased_and_another_is_refused(run: Run, folder: Path) -> None:
    index = folder.parent / "index"
    assert run("index", folder, "--index", index).code == DONE
    result = run("forget", "harbour.txt", "--index", index)
    assert (result.code, result.out) == (DONE, f"harbour.txt is erased from {index}\n")
    assert b"Vessby" not in b"".join(path.read_bytes() for path in index.glob("library.db*"))
    assert failed(run("forget", "harbour.txt", "--index", index), BAD_USAGE, "'harbour.txt'")


@pytest.mark.slow
def test_verify_tells_what_is_damaged_and_repairs_what_is_derived(run: Run, folder: Path) -> None:
    index = folder.parent / "index"
    assert run("index", folder, "--index", index).code == DONE
    whole = run("verify", "--index", index)
    line = "checked: 3 articles, 3 passages, 3 vectors, 3 embedded again\n"
    assert (whole.code, whole.out, whole.err) == (DONE, line, "")
    (index / "dense.faiss").write_bytes(b"cut")
    damaged = run("verify", "--index", index)
    assert damaged.code == FAILED
    assert "damaged: dense.json fails its checksum" in damaged.out
    assert "is damaged in 1 place; see above" in damaged.err
    repaired = run("verify", "--repair", "--index", index)
    assert repaired.code == DONE
    assert "repaired: dense.json fails its checksum" in repaired.out
    with closing(sqlite3.connect(index / "library.db")) as connection, connection:
        connection.execute("UPDATE articles SET published = '2024-03-05' WHERE row = 2")
    lost = run("verify", "--repair", "--index", index)
    assert lost.code == FAILED
    assert "damaged: harbour.txt" in lost.out
    one = run("index", folder / "bridge.txt", "--index", index)
    assert one.code == FAILED
    assert "damaged: harbour.txt" in one.err
    assert "1 article" in one.err.splitlines()[-1]
    mended = run("index", folder, "--index", index)
    assert mended.code == DONE
    assert "1 updated, 2 unchanged" in mended.out
    assert "warning: harbour.txt" in mended.err
    assert run("verify", "--index", index).code == DONE


# ---- answers


@pytest.mark.slow
def test_ask_prints_the_quotation_and_its_source(run: Run, real_index: Path) -> None:
    result = run("ask", QUESTION, "--index", real_index)
    assert (result.code, result.err) == (DONE, "")
    first = result.out.splitlines()[0]
    assert "expelled four Iranian diplomats, which prompted Tehran" in first
    assert first.endswith("[1]")
    assert "[1] outlet not stated, undated: Iranian, Azeri FMs seek to resolve" in result.out


def test_what_answers_by_itself_stands_in_bold() -> None:
    shown = quoted(rag.Statement(text="It cost $4 in all.", citations=(), short=(8, 10)))
    assert shown.plain == "“It cost $4 in all.” "
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["$4"]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("“We won,” she said.", "“‘We won,’ she said.”"),
        ('"We won," she said, "at last."', "“‘We won,’ she said, ‘at last.’”"),
        ("We won.", "“We won.”"),
    ],
)
def test_a_quotation_in_a_quotation_has_single_marks(sentence: str, shown: str) -> None:
    assert in_marks(sentence) == shown
    assert len(shown) == len(sentence) + 2


def test_a_draft_that_is_missing_is_called_a_draft(run: Run, real_index: Path) -> None:
    result = run("check", "nothere.md", "--index", real_index)
    assert failed(result, BAD_USAGE, "nothere.md does not exist; name the file of the draft")


def test_a_date_in_another_form_is_an_error_with_the_form(run: Run, real_index: Path) -> None:
    result = run("ask", QUESTION, "--since", "3/4/2024", "--index", real_index)
    assert failed(result, BAD_USAGE, "'3/4/2024' is not a date; write it as 2024-04-03")


def test_watching_lists_a_skipped_file_once(capsys: pytest.CaptureFixture[str]) -> None:
    tell = reporter()
    for name in ("bad.pdf", f"{Path.cwd() / 'bad.pdf'}"):
        tell(rag.IndexReport(skipped=((name, f"{name} cannot be read"),)))
    assert capsys.readouterr().err.count("bad.pdf") == 1


@pytest.mark.slow
def test_ask_names_an_article_once(run: Run, real_index: Path) -> None:
    asked = ("What did Ghalibaf say about the terrorists?", "--max-error", "0.9")
    result = run("ask", *asked, "--json", "--index", real_index)
    cited = [s["citations"][0]["article_id"] for s in json.loads(result.out)["statements"]]
    assert len(set(cited)) < len(cited)
    shown = run("ask", *asked, "--index", real_index).out.split("\n\n", 1)[1]
    for name in set(cited):
        line = next(line for line in shown.splitlines() if line.endswith(f"({name})"))
        marks = [f"[{n}]" for n, other in enumerate(cited, start=1) if other == name]
        assert line.startswith(f"{' '.join(marks)} ")
        assert shown.count(name) == 1


@pytest.mark.slow
def test_ask_adds_references_to_the_cited_articles(run: Run, real_index: Path) -> None:
    asked = (QUESTION, "--index", real_index, "--references")
    shown = run("ask", *asked, "mla").out.splitlines()
    assert shown[-2:] == ["", "“Iranian, Azeri FMs seek to resolve misunderstandings.”"]
    told = json.loads(run("ask", *asked, "csl-json", "--json").out)
    (item,) = json.loads(told["references"])
    assert item["title"] == "Iranian, Azeri FMs seek to resolve misunderstandings"
    result = run("ask", *asked, "harvard")
    assert result.code == BAD_USAGE
    assert "'harvard'" in result.err


@pytest.mark.slow
def test_ask_says_of_which_time_it_was_asked(run: Run, real_index: Path) -> None:
    day = ("--asked-on", "2022-07-14", "--index", real_index)
    result = run("ask", "Whom did Bayramov meet last week?", *day)
    assert result.code == DONE
    assert result.out.startswith("Time asked about: 4 July 2022 to 10 July 2022.\n\n")
    listed = run("search", "Whom did Bayramov meet last week?", "-k", "1", *day)
    assert "2022-07-06" in listed.out.splitlines()[0]
    assert (
        "2022-07-06"
        in run("context", "Whom did Bayramov meet last week?", *day).out.splitlines()[0]
    )


@pytest.mark.slow
def test_ask_says_when_the_articles_do_not(run: Run, real_index: Path) -> None:
    result = run("ask", "What is the population of Baku?", "--index", real_index)
    assert result.code == DONE
    assert result.out.startswith("Found nothing that answers.\n")
    assert "Related, but not used as an answer:" in result.out
    assert "[1]" not in result.out


@pytest.mark.slow
def test_ask_says_what_max_error_declined(run: Run, real_index: Path) -> None:
    asked = ("ask", "What is the population of Baku?", "--index", real_index, "--max-error")
    declined = run(*asked, "0.3").out.splitlines()[-1]
    assert "max_error 0.3 requires an answerability of 0." in declined
    assert failed(run(*asked, "0.01"), BAD_USAGE, "max_error is 0.01", "the lowest error measured")
    assert failed(run(*asked, "-3"), BAD_USAGE, "max_error is -3.0", "between 0.0 and 1.0")


@pytest.mark.slow
def test_what_is_only_related_names_file_copies_and_nearest_sentence(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    text = (folder / "harbour.txt").read_text(encoding="utf-8")
    (folder / "taken-over.txt").write_text(text.replace("Coast Courier", "Port News"), "utf-8")
    run("index", folder, "--index", tmp_path / "index")
    asked = ("How many swimmers has the port authority?", "--outlet", "Coast Courier")
    result = run("ask", *asked, "--index", tmp_path / "index")
    assert result.out.startswith("Found nothing that answers.\n")
    lines = [line.strip() for line in result.out.splitlines()]
    place = lines.index("Coast Courier, 2024-03-04: Harbour to close for repairs (harbour.txt)")
    assert lines[place + 1 : place + 3] == [
        "also in Port News",
        "The port authority said the work on the northern pier will take eleven weeks.",
    ]


@pytest.mark.slow
def test_ask_as_json_is_whole_and_quotes_exactly(
    run: Run, real_index: Path, news: rag.Byline
) -> None:
    result = run("ask", QUESTION, "--json", "--index", real_index)
    assert (result.code, result.err) == (DONE, "")
    answer = json.loads(result.out)
    assert answer["question"] == QUESTION
    assert answer["abstained"] is False
    assert 0 < answer["answerability"] <= 1
    assert len(answer["hits"]) == 20
    citations = [c for statement in answer["statements"] for c in statement["citations"]]
    assert any("four Iranian diplomats" in citation["quote"] for citation in citations)
    for citation in citations:
        article = news.article(citation["article_id"], citation["revision"])
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]
        assert answer["sources"][citation["article_id"]] == rag.source_line(article)


@pytest.mark.slow
def test_abstention_as_json_has_no_citation(run: Run, real_index: Path) -> None:
    result = run("ask", "What is the population of Baku?", "--json", "--index", real_index)
    answer = json.loads(result.out)
    assert (answer["abstained"], answer["statements"], answer["text"]) == (True, [], "")
    assert answer["sources"] == {}


@pytest.mark.slow
def test_filters_are_kept(run: Run, real_index: Path) -> None:
    result = run("search", "Iran", "--json", "-k", "50", "--outlet", "irna", "--index", real_index)
    ids = {hit["passage"]["article_id"] for hit in json.loads(result.out)}
    assert ids == {"raisi-on-the-palestinian-cause.txt"}
    dated = ["--dated-only", "--until", "2022-12-31"]
    result = run("search", "Iran", "--json", "-k", "50", *dated, "--index", real_index)
    ids = {hit["passage"]["article_id"] for hit in json.loads(result.out)}
    assert ids == {"territories-will-not-be-used-against-iran.txt"}


@pytest.mark.slow
def test_search_explains_each_hit(run: Run, real_index: Path, news: rag.Byline) -> None:
    result = run("search", QUESTION, "--explain", "-k", "5", "--index", real_index)
    assert (result.code, result.err) == (DONE, "")
    hits = news.search(QUESTION, k=5)
    blocks = re.split(r"\n\n(?=\d+\. )", result.out.strip())
    assert len(blocks) == 5
    for block, hit in zip(blocks, hits, strict=True):
        assert block.startswith(f"{hit.rank}. ")
        assert f"fused {hit.score:.3f}" in block
        assert f"dense rank {hit.dense_rank}, score {hit.dense_score:.3f}" in block
        if hit.lexical_rank is not None:
            assert f"lexical rank {hit.lexical_rank}, score {hit.lexical_score:.3f}" in block
        assert f"matched: {', '.join(hit.matched_terms) or 'no word'}" in block
    plain = run("search", QUESTION, "-k", "5", "--index", real_index)
    assert "fused" not in plain.out


@pytest.mark.slow
@pytest.mark.parametrize("tokens", [100, 333])
def test_context_is_the_facades_and_fits(
    run: Run, real_index: Path, news: rag.Byline, tokens: int
) -> None:
    result = run("context", "land borders", "--tokens", tokens, "--index", real_index)
    assert (result.code, result.err) == (DONE, "")
    assert result.out == news.context("land borders", tokens=tokens) + "\n"
    assert rag.count_tokens(result.out.removesuffix("\n")) <= tokens


@pytest.mark.slow
def test_words_are_printed_as_they_stand(run: Run, tmp_path: Path, news: rag.Byline) -> None:
    text = "The report :cat: of [bold]May[/bold] names 12 dams and [link=x]y[/link] \\[z] :smile:."
    index = tmp_path / "index"
    with rag.Byline(index, embedder=news.embedder) as small:
        small.add([rag.make_article(id="a", title="Dams :dog:", text=text)])
    for arguments in (["context"], ["search"], ["ask"]):
        result = run(*arguments, "How many dams does the report name?", "--index", index)
        assert text in result.out, arguments
        assert "Dams :dog:" in result.out


@pytest.mark.slow
def test_first_question_to_a_folder_indexes_it(run: Run, folder: Path) -> None:
    arguments = ["ask", "How long will the work on the pier take?", "--corpus", folder]
    first = run(*arguments)
    assert first.code == DONE
    assert "eleven weeks" in first.out
    assert "indexing" in first.err
    again = run(*arguments)
    assert (again.out, again.err) == (first.out, "")


# ---- as a process


def process(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_app_is_byline_chat(run: Run) -> None:
    done = process("app.py", "--help")
    assert done.returncode == DONE
    assert done.stdout == run("chat", "--help").out


def test_process_ends_with_the_code_and_one_line(tmp_path: Path) -> None:
    done = process("-m", "rag.cli", "ask", QUESTION, "--index", tmp_path / "nowhere")
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
