"""pandera, imported without what its users do not need."""

from __future__ import annotations

import sys
from types import ModuleType


def pandera() -> ModuleType:
    """``pandera.pandas``, ready to validate.

    With its first validation pandera imports hypothesis where a developer has it, to make up data: a twelfth of a small
    run. It is kept from that, unless hypothesis is in use already.
    """
    unused = "hypothesis" not in sys.modules
    if unused:
        sys.modules["hypothesis"] = None  # type: ignore[assignment]  # an import of it now fails
    try:
        import pandera.pandas
        import pandera.strategies.pandas_strategies
    finally:
        if unused:
            del sys.modules["hypothesis"]
    return pandera.pandas
