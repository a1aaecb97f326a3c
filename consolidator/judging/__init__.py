"""What was read is checked, compared with the past, settled and merged. Nothing is read or written here; candidates gather
their problems and their status on the way."""
