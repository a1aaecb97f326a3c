#!/usr/bin/env python3
"""`python consolidate.py …`, with any Python: where this one lacks the libraries, the one in `.venv` takes over."""

import gc
import sys
from pathlib import Path

from consolidator.cli.bootstrap import hand_over

if __name__ == "__main__":
    hand_over(Path(__file__).resolve())  # before the first import that may not be there
    from consolidator.cli.main import main

    gc.disable()  # a command ends soon; looking for cycles takes a sixth of its imports and of 20,000 forms
    sys.exit(main())
