"""One module a command: the steps of a run, of a decision, of a handout."""
