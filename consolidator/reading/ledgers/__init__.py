"""Ledgers read: which sheet is one, what each of its columns and rows says. Runs in the workers."""
