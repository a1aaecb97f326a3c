"""Worker processes with time limits, and what runs in one."""
