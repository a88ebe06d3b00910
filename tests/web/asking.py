"""Asks a question in a browser."""

from playwright.sync_api import Locator, Page, expect

__all__ = ["ask"]


def ask(page: Page, question: str) -> Locator:
    """Asks a question, and returns the reply once it appears."""
    replies = page.locator(".reply")
    before = replies.count()
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(replies).to_have_count(before + 1)
    return replies.last
