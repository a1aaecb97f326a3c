"""The library: from an inbox of submissions to a week's result and its papers. Never prints, never exits."""
