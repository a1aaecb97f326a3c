"""Whose form it is, and of which day."""
