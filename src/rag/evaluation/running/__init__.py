"""Ask Byline and other systems each question of a data set, and write their predictions."""
