"""Measures the shipped question set, and holds the figures against the accepted baseline."""

import sys
from pathlib import Path

from rag.cli.main import run

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"


def evaluate(name: str, options: list[str]) -> int:
    """Run the data set of this folder called ``name``; 0 when no measure fell beyond noise."""
    out = str(RESULTS / name)
    failed = run(["eval", str(HERE / name), "--out", out, "--replace", *options])
    return failed or run(["gate", out, "--against", str(HERE / "baseline" / name)])


if __name__ == "__main__":
    sys.exit(evaluate("articles", sys.argv[1:]))
