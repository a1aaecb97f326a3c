"""What lasts: the outbox, the journal of what happened, and its index."""
