"""Measures the shipped question set: ``byline eval eval/articles --out results/articles``."""

import sys
from pathlib import Path

from rag.cli import main

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    out = HERE.parent / "results" / "articles"
    main(["eval", str(HERE / "articles"), "--out", str(out), *sys.argv[1:]])
