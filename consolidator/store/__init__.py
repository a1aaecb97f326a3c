"""What is kept between runs: the outbox, the originals, the journal and its SQLite index."""
