"""Evaluation measures: one formula per function, each with its source.

Measures read predictions and gold only. Where possible, a measure returns one value per question,
so that means, intervals and comparisons use the same values. A question has no value for a measure
that does not apply to it.
"""
