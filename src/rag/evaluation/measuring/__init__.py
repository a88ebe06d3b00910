"""Computes figures, curves and one row per question from predictions and gold."""
