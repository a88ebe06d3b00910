"""Takes the screenshots of the page in docs/images/; the README shows four of them.

Run as ``python scripts/screenshot.py [FOLDER] [NAME …]``. FOLDER defaults to docs/images/. Takes
all screenshots unless some are named, as in ``docs/images page-dark page-phone``.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import rag
from rag.web import serve

ROOT = Path(__file__).parents[1]
ANSWERED = "Which dam did Raisi and Aliyev inaugurate?"
DECLINED = "What is the population of Baku?"
EXAMPLES = (ANSWERED, "Who is the spokesman of Iran's Foreign Ministry?", DECLINED)
DIFFERED = "How many people were injured in the ferry accident off Sundholm?"
# Invented outlets, so that no real outlet is shown to be wrong.
FERRY = {
    "coast-courier.txt": "---\ntitle: The Alma runs aground\noutlet: The Coast Courier\n"
    "published: 2026-03-02\n---\nAt least 12 people were injured in the ferry accident off "
    "Sundholm, the coast guard said. The captain said that the radar had failed minutes before.\n",
    "northern-wire.txt": "---\ntitle: Forty nurses called in\noutlet: Northern Wire\n"
    "published: 2026-03-03\n---\nAt least 20 people were injured in the ferry accident off "
    "Sundholm, the hospital in Vessby said. It called in forty nurses during the night.\n",
}
SCREENS: Mapping[str, Mapping[str, object]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
COLOURS = 256
PATIENCE = 120_000  # milliseconds; the first answer waits until the models are loaded
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A screenshot: the question, an action after the answer, the screen and the colour scheme."""

    question: str = ANSWERED
    then: Callable[[Page], None] = lambda _page: None
    screen: str = "desktop"
    scheme: str = "light"


def read(page: Page) -> None:
    """Opens the article of the first citation."""
    page.locator(".reply .cite").first.click()
    page.locator(".reader mark.current").wait_for()


def unfold(page: Page) -> None:
    """Unfolds the sources under the answer, as on a phone."""
    page.locator(".reply .folded > summary").click()
    page.locator("#turns .bubble-wrap").evaluate("chat => chat.scrollTo(0, 0)")


def beside(name: str) -> Callable[[Page], None]:
    """Returns an action that presses the button ``name`` in the masthead."""
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


PICTURES: Mapping[str, Picture] = {
    "page": Picture(),
    "page-dark": Picture(scheme="dark"),
    "page-reader": Picture(then=read),
    "page-abstention": Picture(question=DECLINED),
    "page-differing": Picture(question=DIFFERED),
    "page-articles": Picture(then=beside("Articles")),
    "page-narrow": Picture(then=beside("Narrow")),
    "page-phone": Picture(then=unfold, screen="phone"),
    "page-phone-reader": Picture(then=read, screen="phone"),
}


def main() -> int:
    """Takes the named screenshots, or all, and prints the path and size of each."""
    chromium = os.environ.get("BYLINE_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print(
            "No Chromium found: install one, or set BYLINE_CHROMIUM to its path.", file=sys.stderr
        )
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with served() as urls, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name in sys.argv[2:] or PICTURES:
            picture, path = PICTURES[name], folder / f"{name}.png"
            take(browser, urls[picture.question == DIFFERED], path, picture)
            print(f"{path}: {path.stat().st_size // 1000} kB")
        browser.close()
    return 0


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """Serves two pages, over corpus/ and over the two articles that differ; yields their URLs."""
    with tempfile.TemporaryDirectory() as made:
        ferry = Path(made) / "ferry"
        ferry.mkdir()
        for name, text in FERRY.items():
            (ferry / name).write_text(text, encoding="utf-8")
        with (
            rag.open(ROOT / "corpus", index=Path(made) / "shipped") as shipped,
            rag.open(ferry, index=Path(made) / "differing") as differing,
        ):
            start = partial(
                serve,
                port=0,
                feedback_store=rag.FeedbackStore(made),
                max_upload_mb=20,
                prevent_thread_lock=True,
            )
            pages = [start(shipped, examples=EXAMPLES), start(differing)]
            yield str(pages[0].local_url), str(pages[1].local_url)
            for page in pages:
                page.close()


def take(browser: Browser, url: str, path: Path, picture: Picture) -> None:
    """Opens the page, asks the question, performs the action, and saves a screenshot."""
    options = {**SCREENS[picture.screen], "color_scheme": picture.scheme}
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.locator(".facts:not(:empty)").wait_for()
    question = page.get_by_label("Question")
    question.fill(picture.question)
    question.press("Enter")
    page.locator(".reply").wait_for()
    page.locator(".reply .cite, .reply .named-open").first.wait_for()
    page.wait_for_timeout(1500)  # suggested questions appear a little later
    picture.then(page)
    page.wait_for_timeout(800)  # wait for animations to finish
    page.screenshot(path=path)
    context.close()
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
