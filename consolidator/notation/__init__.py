"""Text ↔ value, both ways: how counts, money, pairs, yes/no answers and dates are written."""
