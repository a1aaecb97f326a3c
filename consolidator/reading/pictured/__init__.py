"""Forms of any printed layout, read along their picture."""
