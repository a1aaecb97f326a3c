"""A blank official form becomes a definition: its cells, what they mean, the YAML, and the proof that it reads back."""
