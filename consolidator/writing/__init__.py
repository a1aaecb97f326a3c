"""A WeekResult becomes files; nothing is computed here that another writer could compute differently."""
