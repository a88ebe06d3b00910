"""Floor 1: sentences, words, names, numbers, dates and kinds of question, each defined once."""
