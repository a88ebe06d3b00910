"""Language analysis: sentences, words, names, numbers, dates and question types."""
