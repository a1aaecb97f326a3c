"""Bytes of one format → grids of cells."""
