"""A column whose values repeat: what is asked of it is asked once of each different value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
T = TypeVar("T")


class Repeated(Generic[T]):
    """The values of a column, each as its place among the different ones."""

    def __init__(self, values: Sequence[T]):
        places: defaultdict[T, int] = defaultdict(count().__next__)
        self.places: Rows = np.fromiter(map(places.__getitem__, values), np.intp, len(values))
        self.different = list(places)

    def where(self, holds: Callable[[T], bool], rows: Rows | slice = slice(None)) -> Mask:
        """Of which of ``rows`` the value ``holds``."""
        return self.each(holds, "bool", rows)

    def each(self, work: Callable[[T], object], kind: str, rows: Rows | slice = slice(None)) -> NDArray:
        """What ``work`` makes of the values of ``rows``, as an array of ``kind``."""
        return np.array(list(map(work, self.different)), kind)[self.places[rows]]
