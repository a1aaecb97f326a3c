"""Grids → the cells of each item, found by label."""
