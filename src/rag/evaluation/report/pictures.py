"""Draws the report's charts with matplotlib in the page's colours, light and dark.

Charts are narrow, so that their text stays readable on a phone. Series differ by dashes, markers,
hatching or labels, never by colour alone. The same figures produce the same bytes.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from rag.evaluation.measuring.figures import Metrics
from rag.evaluation.report.captions import Caption, captions, duration, rank_counts, stage_times
from rag.evaluation.report.facts import threshold
from rag.evaluation.report.palette import DARK, LIGHT, Palette, style

INCHES = (4.4, 3.1)
DPI = 200
SMALL = 7.5
DASHES = ("-", "--", ":", "-.", (0, (6, 1.5, 1, 1.5, 1, 1.5)), (0, (1, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P")
DRAWN_FONT = "'DejaVu Sans'"
SHOWN_FONTS = (
    "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans',"
    " sans-serif"
)
Axes = Any
Draw = Callable[[Metrics, Axes, Palette], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart with its text; the three files are empty if there is no data."""

    caption: Caption
    svg: bytes = b""
    dark_svg: bytes = b""
    png: bytes = b""


def pictures(metrics: Metrics) -> Iterator[Picture]:
    """Yields every chart of the report, in page order."""
    for caption in captions(metrics):
        if caption.missing:
            yield Picture(caption=caption)
            continue
        draw = partial(DRAWN[caption.name], metrics)
        yield Picture(
            caption=caption,
            svg=_drawn(draw, LIGHT, form="svg"),
            dark_svg=_drawn(draw, DARK, form="svg"),
            png=_drawn(draw, LIGHT, form="png"),
        )


def risk_of_runs(runs: Mapping[str, Metrics], *, form: str) -> bytes:
    """Draws the risk-coverage curves of several runs in one chart; ``form`` is "png" or "svg".

    A diamond marks the point of the run's own threshold.
    """

    def draw(axes: Axes, palette: Palette) -> None:
        for place, (name, metrics) in enumerate(runs.items()):
            curve, shipped = metrics.curves.risk, metrics.curves.shipped
            color = palette["accent" if place == len(runs) - 1 else "ink"]
            axes.plot(
                [point.coverage for point in curve],
                [point.risk for point in curve],
                color=color,
                linestyle=DASHES[(len(runs) - 1 - place) % len(DASHES)],
                drawstyle="steps-post",
                label=name,
            )
            if shipped:
                axes.plot(shipped.coverage, shipped.risk, "D", color=color, markersize=6)
        _risk_axes(axes, top=max(p.risk for m in runs.values() for p in m.curves.risk))

    return _drawn(draw, LIGHT, form=form)


def _drawn(draw: Callable[[Axes, Palette], None], palette: Palette, *, form: str) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with mpl.rc_context(style(palette)):
        figure = Figure(figsize=INCHES, layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))
        draw(figure.subplots(), palette)
        file = io.BytesIO()
        # Omit the date and matplotlib's version, so that equal charts are equal files.
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(file, format=form, dpi=DPI, metadata=metadata)
    drawn = file.getvalue()
    return drawn.replace(DRAWN_FONT.encode(), SHOWN_FONTS.encode()) if form == "svg" else drawn


def _ranks(metrics: Metrics, axes: Axes, palette: Palette) -> None:
    counts = rank_counts(metrics.curves)
    bars = axes.bar(list(counts), list(counts.values()), color=palette["accent"], width=0.72)
    bars[-2].set(facecolor=palette["fill"], edgecolor=palette["ink"], hatch="////", linewidth=0.8)
    bars[-1].set(facecolor=palette["paper"], edgecolor=palette["ink"], hatch="xxxx", linewidth=0.8)
    axes.bar_label(bars, labels=[f"{n:,}" for n in counts.values()], fontsize=SMALL, padding=2)
    axes.set(xlabel=f"rank of the first gold {metrics.curves.view}", ylabel="questions")
    axes.tick_params(axis="x", length=0)
    axes.margins(x=0.02, y=0.1)


def _success(metrics: Metrics, axes: Axes, palette: Palette) -> None:
    shares = {name: share for name, share in metrics.curves.success.items() if share}
    for place, (name, share) in enumerate(shares.items()):
        axes.plot(
            range(1, len(share) + 1),
            share,
            color=palette["accent" if place == 0 else "ink"],
            linewidth=2 if place == 0 else 1.1,
            linestyle=DASHES[place % len(DASHES)],
            marker=MARKERS[place % len(MARKERS)],
            markevery=[k - 1 for k in (1, 3, 5, 10, 15, 20) if k <= len(share)],
            label=name,
        )
    lowest = min(min(share) for share in shares.values())
    axes.set(
        xlabel=f"k: number of {metrics.curves.view}s",
        ylabel="share of questions with gold",
        ylim=(0.5, 1.01) if lowest > 0.55 else (-0.03, 1.03),
    )
    axes.set_xticks([1, 3, 5, 10, 15, 20])
    axes.grid(axis="y")
    longest = max(len(share) for share in shares.values())
    names = _apart({name: share[-1] for name, share in shares.items()}, axes.get_ylim())
    for place, (name, height) in enumerate(names.items()):
        axes.annotate(
            name,
            (longest, shares[name][-1]),
            xytext=(longest + 0.7, height),
            color=palette["accent" if place == 0 else "ink"],
            fontsize=SMALL,
            va="center",
            annotation_clip=False,
        )


def _apart(heights: Mapping[str, float], limits: tuple[float, float]) -> dict[str, float]:
    """Heights for labels beside their lines, spaced so that they do not overlap."""
    gap = 0.06 * (limits[1] - limits[0])
    moved: dict[str, float] = {}
    above = limits[1] + gap
    for name, height in sorted(heights.items(), key=lambda item: -item[1]):
        above = min(height, above - gap)
        moved[name] = above
    return {name: moved[name] for name in heights}


def _risk(metrics: Metrics, axes: Axes, palette: Palette) -> None:
    curve, shipped = metrics.curves.risk, metrics.curves.shipped
    coverage, risk = [point.coverage for point in curve], [point.risk for point in curve]
    axes.plot(coverage, risk, color=palette["accent"], drawstyle="steps-post")
    axes.axhline(0.05, color=palette["soft"], linestyle=":", linewidth=1, label="5% error")
    if shipped:
        least = threshold(metrics.run)
        start = "threshold used" if least is None else f"threshold {least:.2f}"
        told = f"{start}: answers {shipped.coverage:.0%}, {shipped.risk:.0%} of them wrongly"
        place = (shipped.coverage, shipped.risk)
        axes.plot(*place, "D", color=palette["ink"], markersize=6, label=told)
    _risk_axes(axes, top=max(*risk, shipped.risk if shipped else 0))


def _risk_axes(axes: Axes, *, top: float) -> None:
    axes.set(
        xlabel="coverage: share of questions answered",
        ylabel="risk: share of those answered wrongly",
        xlim=(0, 1.03),
        ylim=(0, max(0.1, top) * 1.06),
    )
    axes.grid(axis="y")
    # Place the legend above the axes, where no curve crosses it.
    axes.legend(
        frameon=False, fontsize=SMALL, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2
    )


def _reliability(metrics: Metrics, axes: Axes, palette: Palette) -> None:
    axes.plot([0, 1], [0, 1], color=palette["soft"], linestyle="--", linewidth=1)
    for one in metrics.curves.reliability:
        figure = one.answerable
        if figure.value is None:
            continue
        if figure.low is not None and figure.high is not None:
            axes.vlines(one.mean, figure.low, figure.high, color=palette["ink"], linewidth=1.2)
        axes.plot(one.mean, figure.value, "o", color=palette["accent"], markersize=5)
        axes.annotate(
            f"{figure.n:,}",
            (one.mean, figure.value),
            xytext=(5, -3),
            textcoords="offset points",
            fontsize=SMALL,
        )
    axes.set(
        xlabel="predicted answerability (labels: number of questions)",
        ylabel="share of answerable questions",
        xlim=(0, 1.04),
        ylim=(-0.02, 1.04),
    )
    axes.grid()


def _latency(metrics: Metrics, axes: Axes, palette: Palette) -> None:
    timed = stage_times(metrics.scores.latency)
    longest = max(max(times) for times in timed.values())
    unit, name_of_unit = (1, "seconds") if longest >= 1 else (0.001, "milliseconds")
    for place, name in enumerate(("half take less (p50)", "95% take less (p95)")):
        bars = axes.barh(
            [row + 0.4 * place for row in range(len(timed))],
            [times[place] / unit for times in timed.values()],
            height=0.36,
            color=palette["fill" if place else "accent"],
            edgecolor=palette["ink"],
            hatch="////" if place else None,
            linewidth=0.6,
            label=name,
        )
        labels = [duration(times[place]) for times in timed.values()]
        axes.bar_label(bars, labels=labels, fontsize=SMALL, padding=3)
    axes.set_yticks([row + 0.2 for row in range(len(timed))], list(timed))
    axes.invert_yaxis()
    axes.set(xlabel=name_of_unit)
    axes.margins(x=0.16)
    axes.legend(frameon=False, fontsize=SMALL, loc="lower right")


DRAWN: Mapping[str, Draw] = {
    "ranks": _ranks,
    "success": _success,
    "risk-coverage": _risk,
    "reliability": _reliability,
    "latency": _latency,
}
