"""Comparing: two runs question by question, a run against a baseline, settings in a sweep."""
