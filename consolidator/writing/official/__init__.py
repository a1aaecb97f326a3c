"""The official sheet, and blank forms made of it."""
