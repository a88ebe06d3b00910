"""A real Chromium for the browser tests."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=15_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def launch(playwright: Playwright) -> Callable[..., Browser]:
    """Starts a Chromium, with further arguments."""
    chromium = os.environ.get("BYLINE_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.fail("No Chromium: install one, or name one in BYLINE_CHROMIUM (see make test)")

    def start(*arguments: str) -> Browser:
        return playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *arguments])

    return start


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    running = launch()
    yield running
    running.close()
