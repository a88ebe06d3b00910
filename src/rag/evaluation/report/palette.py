"""Colours and line widths of the charts; the colours match the page in light and dark mode."""

from collections.abc import Mapping
from typing import Any

Palette = Mapping[str, str]
LIGHT = {
    "paper": "#fffdf9",
    "ink": "#1f1b14",
    "soft": "#665e4f",
    "rule": "#ded5c2",
    "accent": "#1c5a4a",
    "fill": "#f1ebdd",
}
DARK = {
    "paper": "#1f1c16",
    "ink": "#ece5d6",
    "soft": "#a99f8b",
    "rule": "#3a3428",
    "accent": "#86c9b0",
    "fill": "#29251c",
}


def style(palette: Palette) -> Any:
    """The matplotlib settings of the charts; text in an SVG stays text."""
    return {
        "font.family": "DejaVu Sans",
        "font.size": 8.5,
        "figure.facecolor": palette["paper"],
        "savefig.facecolor": palette["paper"],
        "axes.facecolor": palette["paper"],
        "axes.edgecolor": palette["soft"],
        "axes.labelcolor": palette["soft"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.color": palette["rule"],
        "grid.linewidth": 0.6,
        "hatch.color": palette["ink"],
        "hatch.linewidth": 0.6,
        "lines.linewidth": 1.4,
        "lines.markersize": 4,
        "text.color": palette["ink"],
        "xtick.color": palette["soft"],
        "ytick.color": palette["soft"],
        "svg.fonttype": "none",
        "svg.hashsalt": "byline",
    }
