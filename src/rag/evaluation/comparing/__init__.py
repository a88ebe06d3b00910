"""Compares two runs, gate a run against a baseline, and sweep settings."""
