"""Tests the MCP tools with a real MCP client over streamable HTTP and the page's password."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import httpx
import pytest

pytest.importorskip("mcp", reason="the extra byline[mcp] is not installed")

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

Result = TypeVar("Result")

QUESTION = "When was the bridge over the river closed?"


class Guarded(Protocol):
    """The type of the fixture in conftest."""

    url: str
    headers: dict[str, str]


def told(guarded: Guarded, ask: Callable[[ClientSession], Awaitable[Result]]) -> Result:
    """The result of ``ask`` in a session with the tools."""

    async def visit() -> Result:
        url = f"{guarded.url}gradio_api/mcp/"
        async with (
            httpx.AsyncClient(headers=guarded.headers) as client,
            streamable_http_client(url, http_client=client) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await ask(session)

    # In a separate thread, because Playwright keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, visit()).result()


def call(guarded: Guarded, tool: str, **arguments: Any) -> Any:
    """The result of a tool."""
    return told(guarded, lambda session: session.call_tool(tool, arguments))


def test_there_are_two_tools_with_descriptions(guarded: Guarded) -> None:
    tools = {tool.name: tool for tool in told(guarded, lambda s: s.list_tools()).tools}
    assert set(tools) == {"ask", "search", "trace", "check"}
    assert "quoted word for word" in (tools["ask"].description or "")
    schema = tools["ask"].inputSchema["properties"]
    assert "YYYY-MM-DD" in schema["since"]["description"]
    assert "follow-up" in schema["history"]["description"]
    assert "request" not in schema


def test_a_tool_answers_with_citations(guarded: Guarded) -> None:
    result = call(guarded, "ask", question=QUESTION)
    assert not result.isError
    answer = json.loads(result.content[0].text)
    assert answer["statements"][0]["text"] == "The bridge over the river was closed on Monday."
    assert answer["citations"][0]["article_id"] == "bridge"


def test_a_tool_finds_passages(guarded: Guarded) -> None:
    result = call(guarded, "search", question="harbour", outlets=["Coast Courier"])
    assert "The harbour of Vessby will be dredged in spring." in result.content[0].text


def test_a_wrong_argument_comes_back_as_one_line(guarded: Guarded) -> None:
    result = call(guarded, "ask", question=QUESTION, since="yesterday")
    assert result.isError
    assert "since is 'yesterday'; give a date as YYYY-MM-DD" in result.content[0].text
    assert "Traceback" not in result.content[0].text


def test_without_the_password_there_is_no_tool(guarded: Guarded) -> None:
    url = f"{guarded.url}gradio_api/mcp/"
    for method in ("GET", "POST", "DELETE"):
        assert httpx.request(method, url).status_code == 401
