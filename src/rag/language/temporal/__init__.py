"""Dates and periods: what an expression of time means, and how well an article fits it."""
