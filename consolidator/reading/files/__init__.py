"""What a file is, before anything in it is parsed: its kind, its package, its limits."""
