"""Takes the pictures of the page that the README shows: light, dark and on a phone.

Run as ``python scripts/screenshot.py [FOLDER]``; the pictures go to docs/ unless told otherwise.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import rag
from rag.web import serve

ROOT = Path(__file__).parents[1]
EXAMPLES = (
    "How many Iranian diplomats did Baku expel?",
    "Who is the spokesman of Iran's Foreign Ministry?",
    "What is the population of Baku?",
)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PICTURES: Mapping[str, Mapping[str, object]] = {
    "page.png": {"viewport": DESKTOP, "color_scheme": "light"},
    "page-dark.png": {"viewport": DESKTOP, "color_scheme": "dark"},
    "page-phone.png": {"viewport": PHONE, "color_scheme": "light", "has_touch": True},
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> int:
    """Asks the first example on a page over corpus/ and takes each picture."""
    chromium = os.environ.get("BYLINE_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("No Chromium: install one, or name one in BYLINE_CHROMIUM.", file=sys.stderr)
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index, rag.open(ROOT / "corpus", index=index) as news:
        page = serve(news, port=0, examples=EXAMPLES, prevent_thread_lock=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for name, options in PICTURES.items():
                take(browser, str(page.local_url), folder / name, options)
                print(folder / name)
            browser.close()
        page.close()
    return 0


def take(browser: Browser, url: str, path: Path, options: Mapping[str, object]) -> None:
    """Opens the page, asks, and saves what is then seen; on a phone with the sources unfolded."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    question = page.get_by_label("Question")
    question.fill(EXAMPLES[0])
    question.press("Enter")
    page.locator(".reply").wait_for()
    folded = page.locator(".reply summary")
    if folded.is_visible():
        folded.click()
    page.wait_for_timeout(600)  # what fades or scrolls has come to rest
    page.locator("#turns .bubble-wrap").evaluate("chat => chat.scrollTo(0, 0)")
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
