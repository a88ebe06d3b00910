"""Verifies words: quotations of answers, excerpts to be traced, and claims against sources."""

from rag.check.claims import Reason, Support, check_claim
from rag.check.draft import DraftSentence, check_draft
from rag.check.quotations import checked
from rag.check.trace import Difference, Trace, trace

__all__ = [
    "Difference",
    "DraftSentence",
    "Reason",
    "Support",
    "Trace",
    "check_claim",
    "check_draft",
    "checked",
    "trace",
]
