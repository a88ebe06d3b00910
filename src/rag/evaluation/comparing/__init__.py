"""Compares two runs, tests a run against a baseline, and sweeps settings."""
