"""The workbooks: the merged table and the internal checkbook (核验底册)."""
