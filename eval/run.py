"""Evaluates Byline on the shipped question set, and compares the result with the baseline."""

import sys
from pathlib import Path

from rag.cli.main import run

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"


def evaluate(name: str, options: list[str]) -> int:
    """Runs the data set ``name`` of this folder; returns 0 if no measure is significantly worse."""
    out = str(RESULTS / name)
    failed = run(["eval", str(HERE / name), "--out", out, "--replace", *options])
    return failed or run(["gate", out, "--against", str(HERE / "baseline" / name)])


if __name__ == "__main__":
    sys.exit(evaluate("articles", sys.argv[1:]))
