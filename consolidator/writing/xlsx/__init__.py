"""The workbooks: the merged table and the internal ledger (底册)."""
