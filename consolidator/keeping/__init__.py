"""What lasts: the outbox, the journal and its index, the clerk's decisions."""
