"""Converts data sets and runs from and to BEIR, SQuAD and TREC files."""

from rag.evaluation.datasets.formats.convert import FORMATS, Converted, check_free, convert

__all__ = ["FORMATS", "Converted", "check_free", "convert"]
