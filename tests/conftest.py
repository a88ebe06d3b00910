"""A real Chromium for the browser tests."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

# The address bar's windows: Chromium loads them for every context, a quarter of each test's time.
# Then the features that Playwright disables: Chromium uses only the last of several lists.
UNWANTED = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,MediaRouter,"
    "NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,"
    "ThirdPartyStoragePartitioning"
)
ARGUMENTS = [
    f"--disable-features={UNWANTED}",
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
    """Starts Chromium with additional arguments."""
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
