"""Data sets: questions and what they are asked of, read, checked, converted and started anew."""
