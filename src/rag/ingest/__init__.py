"""Floor 2: from a file to an Article, and from an Article to its Passages."""
