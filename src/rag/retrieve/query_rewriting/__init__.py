"""Query rewriting: a follow-up question becomes one that stands alone."""
