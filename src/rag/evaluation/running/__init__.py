"""Asks Byline and other systems each question of a data set, and writes their predictions."""
