"""Verifies the quotations of answers, traces excerpts, and checks claims against sources."""

from rag.check.claims import Support, check_claim, is_fragment
from rag.check.draft import DraftSentence, check_draft
from rag.check.quotations import checked, is_proved
from rag.check.reasons import Reason
from rag.check.sources import source_text
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
    "is_fragment",
    "is_proved",
    "source_text",
    "trace",
]
