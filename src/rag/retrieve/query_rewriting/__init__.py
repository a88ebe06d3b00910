"""Query rewriting: turns a follow-up question into a standalone one."""
