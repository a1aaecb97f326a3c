"""What runs in a worker: a file becomes a Submission. Imports nothing heavier than the readers."""
