"""Tests the contrast of text, light and dark: https://www.w3.org/TR/WCAG22/#contrast-minimum."""

import re

import pytest

from rag.web.templates import stylesheet

TEXT = 4.5
GRAPHIC = 3.0


def colours(selector: str) -> dict[str, str]:
    """The colour variables that the rule for ``selector`` sets."""
    form = rf"^{re.escape(selector)} \{{(.*?)^\}}"
    rule = re.search(form, stylesheet(), re.DOTALL | re.MULTILINE)
    assert rule is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", rule[1]))


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx((1 + 0.05) / 0.05)


@pytest.mark.parametrize("theme", [":root", ".dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", TEXT),
        ("ink", "paper-raised", TEXT),
        ("ink", "paper-sunk", TEXT),
        ("ink-soft", "paper", TEXT),
        ("ink-soft", "paper-raised", TEXT),
        ("accent", "paper", TEXT),
        ("accent", "paper-raised", TEXT),
        ("on-accent", "accent", TEXT),
        ("on-accent", "accent-strong", TEXT),
        ("mark-ink", "mark", TEXT),
        ("mark-line", "mark", GRAPHIC),
        ("rule-strong", "paper", GRAPHIC),
    ],
)
def test_colours_stand_apart(theme: str, front: str, back: str, least: float) -> None:
    palette = colours(theme)
    assert contrast(palette[front], palette[back]) >= least
