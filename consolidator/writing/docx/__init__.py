"""The report, as text and as Word."""
