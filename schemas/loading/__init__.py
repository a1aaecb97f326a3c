"""YAML and CSV with the line of a mistake."""
