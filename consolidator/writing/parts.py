"""A week's result on its way to the workers that write its papers: in a file, some submissions and their units, or some hazards, at
a time.

In one piece, 100,000 submissions would take as much memory again in the process that sends them, and once more in each pipe.
"""

from __future__ import annotations

import gc
import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from consolidator.model.result import UnitResult, WeekResult
from schemas.form import Form
from schemas.settings import Settings

_EACH, _HAZARDS = 1000, 5000  # submissions, hazards of one part


@dataclass(frozen=True, slots=True)
class Put:
    """A result that was put into ``path``; ``token`` differs each time."""

    path: Path
    token: int


def put(result: WeekResult, form: Form, settings: Settings, path: Path) -> Put:
    """Write the result for workers; each unit in the part of its file, so that figures they share stay shared."""
    part_of = {one.file: number // _EACH for number, one in enumerate(result.submissions)}
    parts = range(0, max(len(result.submissions), 1), _EACH)
    units: list[list[tuple[int, UnitResult]]] = [[] for _ in parts]
    for number, unit in enumerate(result.units):
        part = part_of.get(unit.file, number // _EACH % len(parts)) if unit.file else number // _EACH % len(parts)
        units[part].append((number, unit))
    with path.open("wb") as file:
        pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
        hazards = result.ledger.hazards
        of_hazards = range(0, len(hazards), _HAZARDS)
        most = replace(result, submissions=[], units=[], ledger=replace(result.ledger, hazards=[]))
        pickler.dump((most, form, settings, len(parts), len(of_hazards)))
        for at, own in zip(parts, units, strict=True):
            pickler.clear_memo()
            pickler.dump((result.submissions[at:at + _EACH], own))
        for at in of_hazards:
            pickler.clear_memo()
            pickler.dump(hazards[at:at + _HAZARDS])
    return Put(path, time.monotonic_ns())


@lru_cache(maxsize=1)
def taken(given: Put) -> tuple[WeekResult, Form, Settings]:
    """What was :func:`put`, in a worker that writes several papers of it."""
    with given.path.open("rb") as file:
        result, form, settings, parts, of_hazards = pickle.load(file)
        placed: dict[int, UnitResult] = {}
        for _ in range(parts):
            submissions, units = pickle.load(file)
            result.submissions += submissions
            placed.update(units)
        for _ in range(of_hazards):
            result.ledger.hazards += pickle.load(file)
    result.units += [placed[number] for number in range(len(placed))]
    return result, form, settings


@contextmanager
def without_gc() -> Iterator[None]:
    """Thousands of units make a million objects and hardly a cycle: to look for one again and again doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
