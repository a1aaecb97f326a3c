"""Pure functions: what was read is checked, compared with the past, settled and merged."""
