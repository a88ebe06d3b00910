"""What people have: BEIR, SQuAD and TREC files, read into our form and written from it."""

from rag.evaluation.datasets.formats.convert import FORMATS, Converted, check_free, convert

__all__ = ["FORMATS", "Converted", "check_free", "convert"]
