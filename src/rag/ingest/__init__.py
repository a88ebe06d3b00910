"""Reads files as articles and splits articles into passages."""
