"""What chance can do: intervals, tests of two systems on the same questions, and many at once."""
