"""Renders the report as one HTML page with embedded styles, script, charts and data."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from rag.evaluation.measuring.catalog import DESCRIPTIONS, MEASURES
from rag.evaluation.measuring.figures import Metrics
from rag.evaluation.measuring.rows import QuestionRow
from rag.evaluation.records import Source
from rag.evaluation.report import facts, tables, words
from rag.evaluation.report.captions import duration, stage_times
from rag.evaluation.report.compact import question_data
from rag.evaluation.report.pictures import Picture


def render(
    metrics: Metrics,
    rows: Sequence[QuestionRow],
    articles: Mapping[str, Source],
    *,
    pictures: Sequence[Picture],
) -> str:
    """Renders the page; text from questions and articles is always escaped."""
    groups = words.groups(metrics)
    widths = "".join(f".lost-bar .s{one.number}{{flex-grow:{one.count}}}" for one in groups)
    style, script = theme() + asset("report.css") + widths, asset("report.js")
    data, detail = question_data(rows, articles, threshold=facts.threshold(metrics.run))
    return (
        _environment()
        .from_string(asset("report.html.j2"))
        .render(
            policy=policy(style=style, script=script),
            style=Markup(style),  # noqa: S704 - our own file and integers
            script=Markup(script),  # noqa: S704 - our own file
            data=Markup(data),  # noqa: S704 - JSON without <, > and &
            whole=detail.is_whole,
            dataset=metrics.dataset,
            library=metrics.run.get("library"),
            lead=words.lead(metrics, rows),
            verdict=list(words.verdict(metrics)),
            facts=list(facts.facts(metrics)),
            notices=list(facts.notices(metrics)),
            groups=groups,
            sections=list(tables.sections(metrics)),
            times=stage_times(metrics.scores.latency),
            glossary=_glossary(),
            terms=words.TERMS,
            follow_ups=tables.follow_ups(metrics),
            systems=tables.systems(metrics, DESCRIPTIONS),
            slices=list(tables.slices(metrics)),
            pictures=pictures,
        )
    )


def asset(name: str) -> str:
    """Reads a text file of this package."""
    file = resources.files("rag.evaluation.report") / name
    return file.read_text(encoding="utf-8")


def theme() -> str:
    """The type, spacing and colours of the web page; dark where the browser prefers it."""
    light, dark = (resources.files("rag") / "theme.css").read_text(encoding="utf-8").split(".dark")
    return f"{light}@media screen and (prefers-color-scheme: dark) {{ :root{dark} }}\n"


def _glossary() -> list[tuple[str, str]]:
    """The label and explanation of each measure in the glossary."""
    labels = {measure.name: measure.label for measure in reversed(MEASURES)}
    return [(labels[name], told) for name, told in words.GLOSSARY.items() if name in labels]


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["small"] = tables.is_small
    environment.filters |= {
        "number": words.number,
        "interval": words.interval,
        "duration": duration,
        "data_url": _data_url,
    }
    return environment


def _data_url(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def policy(*, style: str, script: str) -> str:
    """A content security policy that allows only the embedded styles, script and images."""
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)};"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    """A CSP hash source: https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
