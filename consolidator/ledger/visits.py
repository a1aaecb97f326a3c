"""Spot checks: a row is one visit of a unit to a firm on a day, with the faults that were ticked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.likeness import words_key
from consolidator.model.ledger_sheet import Value
from schemas.ledger_definition import Ledger

Key = tuple[str, str, str]  # unit, firm's key, day


@dataclass(slots=True)
class Visit:
    """A spot check. ``faults`` are figures of the form; ``since`` is the week that first had it."""

    unit: str
    firm: str
    firm_key: str
    day: str
    since: str
    _: KW_ONLY
    faults: list[str] = field(default_factory=list)
    credit_code: str = ""
    problems: str = ""
    penalty: float | None = None
    led: str = ""


def faults_of(row: Mapping[str, Value], ledger: Ledger) -> list[str]:
    """The faults that are ticked in a row, in the form's order."""
    return [name for name in ledger.faults if row.get(name) is True]


def only_in_words(row: Mapping[str, Value], ledger: Ledger) -> bool:
    """Whether a row reports problems and ticks none, where there are columns to tick."""
    text = words_key(str(row.get("problems") or ""))
    return bool(text) and text not in ledger.no_problem and not faults_of(row, ledger)


def visit_of(row: Mapping[str, Value], ledger: Ledger, unit: str, firm_key: str, week: str) -> Visit:
    """A row as a visit."""
    penalty = row.get("penalty")
    return Visit(unit, str(row.get("firm") or ""), firm_key, str(row.get("day") or ""), week, faults=faults_of(row, ledger),
                 credit_code=str(row.get("credit_code") or ""), problems=str(row.get("problems") or ""),
                 penalty=penalty if isinstance(penalty, float) else None)
