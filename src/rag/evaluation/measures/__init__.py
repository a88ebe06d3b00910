"""The measures: one formula a function, each with its source; they read predictions and gold only.

A measure gives a number a question wherever it has one, so that means, intervals and comparisons
are made of the same numbers. A question that does not count for a measure gets none.
"""
