"""Reads the hits for a question: finds the sentences and words that answer, if any do."""

from rag.read.base import PassageReading, Readable, Reader, Reading, SentenceReading
from rag.read.evidence import read_evidence
from rag.read.late_interaction import LateInteractionReader
from rag.read.loading import load_reader
from rag.read.scripted import ScriptedReader

__all__ = [
    "LateInteractionReader",
    "PassageReading",
    "Readable",
    "Reader",
    "Reading",
    "ScriptedReader",
    "SentenceReading",
    "load_reader",
    "read_evidence",
]
