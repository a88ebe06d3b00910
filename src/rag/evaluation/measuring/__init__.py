"""Measuring: from predictions and gold to figures, curves and a row for each question."""
