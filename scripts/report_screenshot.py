"""Takes screenshots of a report, light, dark and on a phone, and saves it as a PDF.

Run as ``python scripts/report_screenshot.py REPORT.html FOLDER``. ``report-top.png`` shows the top
of the page; docs/images/report.png is this picture for the report on the shipped questions.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DESKTOP = {"width": 1280, "height": 800}
TOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
PICTURES: Mapping[str, Mapping[str, object]] = {
    "report.png": {"viewport": DESKTOP},
    "report-dark.png": {"viewport": DESKTOP, "color_scheme": "dark"},
    "report-phone.png": {"viewport": PHONE, "has_touch": True},
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> int:
    """Takes each screenshot, then saves the page as a PDF."""
    chromium = os.environ.get("BYLINE_CHROMIUM") or shutil.which("chromium")
    if chromium is None or len(sys.argv) != 3:
        print(__doc__, "Needs Chromium, or its path in BYLINE_CHROMIUM.", file=sys.stderr)
        return 1
    report, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, options in PICTURES.items():
            page = opened(browser, report, options)
            page.screenshot(path=folder / name, full_page=True)
            print(folder / name)
        page = opened(browser, report, {"viewport": TOP})
        page.screenshot(path=folder / "report-top.png")
        print(folder / "report-top.png")
        page = opened(browser, report, {"viewport": DESKTOP})
        page.pdf(path=folder / "report.pdf", prefer_css_page_size=True)
        print(folder / "report.pdf")
        browser.close()
    return 0


def opened(browser: Browser, report: Path, options: Mapping[str, object]) -> Page:
    """Opens the report with the first question, ordered by rank, expanded."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.goto(report.as_uri())
    page.get_by_label("Order").select_option("rank")
    page.locator(".question summary").first.click()
    page.evaluate("scrollTo(0, 0)")
    return page


if __name__ == "__main__":
    sys.exit(main())
