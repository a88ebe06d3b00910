"""Data sets of questions and articles: reading, checking, converting and creating them."""
