"""Dates and periods: what time expressions mean, and how well an article matches them."""
