#!/usr/bin/env python3
"""`python consolidate.py …`, with any Python: where this one lacks the libraries, the one in `.venv` takes over."""

import sys
from pathlib import Path

from consolidator.cli.bootstrap import hand_over

if __name__ == "__main__":
    hand_over(Path(__file__).resolve())  # before the first import of a library
    from consolidator.cli.main import command

    sys.exit(command())
