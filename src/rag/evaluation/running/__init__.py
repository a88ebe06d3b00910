"""Running: every question asked, of Byline and of other systems, and all of it written down."""
