"""Plain-text papers and the words they share."""
