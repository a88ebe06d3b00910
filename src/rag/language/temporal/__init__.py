"""Dates and periods: resolves time expressions, and scores how well an article matches them."""
