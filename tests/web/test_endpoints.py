"""Tests the endpoints for other programs: typed results, and one-line errors."""

import json
from collections.abc import Iterator
from typing import Any, Protocol

import gradio as gr
import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

import rag
from rag.web.cookie import COOKIE
from rag.web.endpoints import add_endpoints
from rag.web.readiness import Readiness
from rag.web.work_queue import WorkQueue

QUESTION = "When was the bridge over the river closed?"
SENTENCE = "The bridge over the river was closed on Monday."


class Guarded(Protocol):
    """The type of the fixture in conftest."""

    url: str
    headers: dict[str, str]


@pytest.fixture(scope="module")
def client(guarded: Guarded) -> Client:
    return Client(guarded.url, headers=guarded.headers, verbose=False, analytics_enabled=False)


def test_a_client_without_the_password_stays_outside(guarded: Guarded) -> None:
    with pytest.raises(ValueError, match="credentials were not provided"):
        Client(guarded.url, verbose=False, analytics_enabled=False)


def test_there_are_four_endpoints_and_no_other(client: Client) -> None:
    told = client.view_api(return_format="dict", print_info=False)
    assert set(told["named_endpoints"]) == {"/ask", "/search", "/trace", "/check"}
    assert not told["unnamed_endpoints"]
    parameters = told["named_endpoints"]["/ask"]["parameters"]
    assert [p["parameter_name"] for p in parameters if not p["parameter_has_default"]] == [
        "question"
    ]
    assert {p["parameter_name"] for p in parameters} == {
        "question", "history", "outlets", "authors", "since", "until", "articles", "undated",
    }  # fmt: skip


def test_an_answer_comes_with_its_citations(client: Client) -> None:
    answer = client.predict(question=QUESTION, api_name="/ask")
    assert answer["question"] == QUESTION
    assert not answer["abstained"]
    said = answer["statements"][0]
    assert said["text"] == SENTENCE
    cited = answer["citations"][said["numbers"][0] - 1]
    article = "The bridge over the river was closed on Monday. Ferries sail until it is mended."
    assert cited == {
        "number": 1,
        "article_id": "bridge",
        "revision": cited["revision"],
        "start": 0,
        "end": len(SENTENCE),
        "quote": article[: len(SENTENCE)],
        "title": "The bridge is closed",
        "outlet": "The Daily Example",
        "author": None,
        "date": "2024-05-19",
        "url": None,
    }
    assert len(cited["revision"]) == 64


def test_a_follow_up_is_understood_from_its_history(client: Client) -> None:
    history = [
        {"role": "user", "text": "How long do the works in Vessby take?"},
        {"role": "agent", "text": "The work takes eleven weeks."},
    ]
    answer = client.predict(question="And who did it?", history=history, api_name="/ask")
    assert answer["question"] == "And who did it?"
    assert "Vessby" in answer["standalone_question"]


def test_the_articles_are_narrowed(client: Client) -> None:
    def cited(**narrowed: Any) -> set[str]:
        found = client.predict(question="The work of spring", api_name="/search", **narrowed)
        return {hit["article_id"] for hit in found}

    assert cited() == {"bridge", "harbour"}
    assert cited(outlets=["coast courier"]) == {"harbour"}
    assert cited(articles=["bridge"]) == {"bridge"}
    assert cited(since="2024-01-01", undated=False) == {"bridge"}
    assert cited(until="2023-12-31") == {"harbour"}


def test_passages_come_in_order_with_their_words(client: Client) -> None:
    found = client.predict(question=QUESTION, k=2, api_name="/search")
    assert [hit["rank"] for hit in found] == [1, 2]
    assert found[0]["score"] >= found[1]["score"]
    assert found[0]["quote"].startswith(SENTENCE)
    assert "bridg" in " ".join(found[0]["matched_terms"])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"question": ""}, "empty"),
        ({"question": 5}, "question is 5; give a string"),
        (
            {"question": "a", "since": "yesterday"},
            "since is 'yesterday'; give a date as YYYY-MM-DD",
        ),
        ({"question": "a", "outlets": "Tasnim"}, "outlets is 'Tasnim'; give a list"),
        ({"question": "a", "outlets": ["Nobody"]}, "Nobody"),
        ({"question": "a", "undated": "no"}, "undated is 'no'; give true or false"),
        ({"question": "a", "history": [{"role": "system", "text": "x"}]}, "history is"),
        ({"question": "a", "history": "before"}, 'at most 100 turns of the form {"role"'),
    ],
)
def test_a_wrong_argument_is_named_with_a_remedy(
    client: Client, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(AppError) as refused:
        client.predict(**given, api_name="/ask")
    assert told in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_quoted_words_are_traced_to_their_article(client: Client) -> None:
    found = client.predict(text="The bridge over the river was closed", api_name="/trace")
    assert (found["verdict"], found["differences"]) == ("verbatim", [])
    assert found["source"]["article_id"] == "bridge"
    assert found["source"]["quote"] == "The bridge over the river was closed"
    changed = "The bridge over the river was closed on Tuesday"
    found = client.predict(text=changed, api_name="/trace")
    assert found["verdict"] == "altered"
    assert [(each["said"], each["source"]) for each in found["differences"]] == [
        ("Tuesday", "Monday")
    ]
    found = client.predict(text=SENTENCE, articles=["harbour"], api_name="/trace")
    assert found["verdict"] == "elsewhere"


def test_a_draft_is_checked_sentence_by_sentence(client: Client) -> None:
    draft = f"{SENTENCE} Seventy whales sang in the opera house."
    right, wrong = client.predict(draft=draft, api_name="/check")
    assert (right["verdict"], wrong["verdict"]) == ("supported", "not found")
    assert draft[right["start"] : right["end"]] == SENTENCE
    assert right["source"]["quote"] == SENTENCE
    assert wrong["source"] is None


def test_a_draft_that_is_too_long_is_refused(client: Client) -> None:
    with pytest.raises(AppError, match=r"has 20,001 characters, but only 20,000"):
        client.predict(draft="a" * 20_001, api_name="/check")


@pytest.mark.parametrize(("name", "argument"), [("/trace", "text"), ("/check", "draft")])
def test_half_a_character_is_named(guarded: Guarded, name: str, argument: str) -> None:
    given = [f"a \ud800 {argument}", *([None, None, ""] if name == "/trace" else [])]
    url = f"{guarded.url}gradio_api/run{name}"
    body = json.dumps({"data": given})
    headers = {**guarded.headers, "Content-Type": "application/json"}
    told = httpx.post(url, content=body, headers=headers)
    assert "half a character at position 3" in told.text


@pytest.mark.parametrize("k", [0, 101, "many", True, 1.5])
def test_a_wrong_number_of_passages_is_refused(client: Client, k: object) -> None:
    with pytest.raises(AppError, match="give a whole number from 1 to 100"):
        client.predict(question="bridge", k=k, api_name="/search")


def test_a_broken_call_tells_nothing_of_the_inside(guarded: Guarded) -> None:
    url = f"{guarded.url}gradio_api/run/ask"
    wrong: list[dict[str, list[Any]]] = [
        {"data": []},
        {"data": [{}] * 8},
        {"data": [QUESTION] * 20},
    ]
    for data in wrong:
        response = httpx.post(url, json=data, headers=guarded.headers)
        assert "gradio" not in response.text
        assert "Traceback" not in response.text


def test_other_functions_of_the_page_have_no_name_outside(client: Client) -> None:
    with pytest.raises(ValueError, match="Cannot find a function"):
        client.predict(api_name="/respond")


# ---- private articles


@pytest.fixture(scope="module")
def two_readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page where each session has private articles."""
    opened: dict[str, rag.Byline] = {}
    for name in ("a" * 32, "b" * 32, ""):
        config = rag.Config(threshold=0.0)
        folder = tmp_path_factory.mktemp("index")
        opened[name] = rag.Byline(folder, config=config, embedder=rag.HashEmbedder(dims=64))
        text = f"The bridge of {name[:4] or 'all'} is closed."
        opened[name].add([rag.make_article(id=name or "shared", text=text)])
    readiness = Readiness()
    readiness.ready()
    with gr.Blocks() as page:
        add_endpoints(
            lambda request: opened[request.cookies.get(COOKIE, "") if request else ""],
            readiness=readiness,
            work_queue=WorkQueue(),
        )
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield url
    page.close()
    for news in opened.values():
        news.close()


def test_each_session_is_answered_from_its_own_articles(two_readers: str) -> None:
    for name in ("a" * 32, "b" * 32):
        client = Client(two_readers, headers={"Cookie": f"{COOKIE}={name}"}, verbose=False)
        answer = client.predict(question="Which bridge is closed?", api_name="/ask")
        assert [cited["article_id"] for cited in answer["citations"]] == [name]
    client = Client(two_readers, verbose=False)
    found = client.predict(question="Which bridge is closed?", api_name="/search")
    assert [hit["article_id"] for hit in found] == ["shared"]
