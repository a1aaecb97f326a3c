"""衔接: what the rows of ledgers say that a figure should be, against what the unit signed.

For a unit, a week and a figure: what is expected is last week's figure and the rows that came and went; what remains is
unexplained. A ledger is a second witness: nothing here changes a figure. The definition's ``bridge`` names the figures.

    expected = last + 新增 + 补录 + 转入 − 转出 − 撤销 − 退回
    unexplained = figure − expected;   difference = figure − rows that count = last week's difference + unexplained
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consolidator.ledger.visits import Visit
from consolidator.model.ledger import BridgeLine, Hazard
from consolidator.model.result import REPORTED, Figures
from schemas.form import Form
from schemas.ledger_definition import BridgePair, Ledger

ADDED, LATE, IN, OUT, VOIDED, BACK = "新增", "补录", "转入", "转出", "撤销", "退回"
GAINS, LOSSES = (ADDED, LATE, IN), (OUT, VOIDED, BACK)
MOVES = (*GAINS, *LOSSES)
PENALTY = "penalty"  # the column of a register of checks without which its penalties are not known
PUT_RIGHT = frozenset(("rectified", "closed"))


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a hazard matters for counting."""

    units: tuple[str, ...]
    side: str
    level: str
    state: str
    found: str
    completed: str = ""
    suspended: bool = False
    firm: str = ""


@dataclass(slots=True)
class UnitWeek:
    """A unit's figures of a week and of the last, each with the ISO day of its form ("" where there is none).

    ``source`` is that of the figures; ``ledger_day`` the day of its latest ledger by definition, ``new`` whether one came this
    week, ``first`` whether none was there before.
    """

    unit: str
    kinds: tuple[str, ...]
    source: str
    figures: Figures
    day: str
    last: Figures | None
    last_day: str
    ledger_day: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    first: set[str] = field(default_factory=set)


def snapshot(hazards: Iterable[Hazard]) -> dict[str, Counted]:
    """What counting needs of all hazards, as they are now; the same after they change."""
    return {one.id: Counted(tuple(one.units), one.side, one.level, one.state, one.found, one.completed,
                            one.suspended, one.credit_code or one.firm) for one in hazards}


def counts(one: Counted, unit: str, pair: BridgePair, since: str, day: str) -> bool:
    """Whether a hazard is one of those that a unit's figure counts on ``day``."""
    return (unit in one.units and pair.side in (None, one.side) and (not pair.level or one.level == pair.level)
            and since <= one.found <= day and one.state != "void" and (pair.count != "suspended" or one.suspended)
            and (pair.count != "rectified" or one.state in PUT_RIGHT))


def bridge_unit(unit: UnitWeek, ledger: Ledger, form: Form, before: Mapping[str, Counted], after: Mapping[str, Counted],
                visits: Sequence[Visit], earlier: Sequence[Visit], covered: frozenset[str] = frozenset()) -> list[BridgeLine]:
    """A line for each figure of the unit that ``ledger`` proves.

    ``before`` and ``after`` are all hazards as of the last week and of this one, ``visits`` and ``earlier`` all visits likewise,
    ``covered`` the columns of the unit's latest ledger. A figure of which it keeps no rows is left alone.
    """
    lines = []
    for pair in ledger.bridge:
        asked = form.figures[pair.figure].filled_by
        value = unit.figures.get(pair.figure)
        if (asked and not set(asked) & set(unit.kinds)) or not isinstance(value, int | float):
            continue
        began = _kept(unit, pair, ledger, before, covered)
        if not began and not _kept(unit, pair, ledger, after, covered):
            continue
        if pair.count == "suspended":
            moves, rows = _firm_moves(unit, pair, ledger, before, after)
        elif ledger.is_hazards:
            moves, rows = _moves(unit, pair, ledger, before, after)
        else:
            moves, rows = _visit_moves(unit, pair, visits, earlier)
        lines.append(_line(unit, pair, ledger, value, moves, rows, form, visits, began))
    return lines


def _kept(unit: UnitWeek, pair: BridgePair, ledger: Ledger, hazards: Mapping[str, Counted], covered: frozenset[str]) -> bool:
    """Whether the unit keeps rows that could prove the figure: hazards of that side, or a column for the fault."""
    if ledger.is_hazards:
        return any(unit.unit in one.units and pair.side in (None, one.side) for one in hazards.values())
    return pair.count == "firms" or (PENALTY if pair.count == "penalised" else pair.figure) in covered


def _moves(unit: UnitWeek, pair: BridgePair, ledger: Ledger, before: Mapping[str, Counted],
           after: Mapping[str, Counted]) -> tuple[dict[str, list[str]], int]:
    """The hazards that came into the count and went out of it, by why; and how many it counts now."""
    since = ledger.since.isoformat()
    were = {key for key, one in before.items() if counts(one, unit.unit, pair, since, unit.last_day)} if unit.last_day else set()
    are = {key for key, one in after.items() if counts(one, unit.unit, pair, since, unit.day)}
    moves: dict[str, list[str]] = {name: [] for name in MOVES}
    for key in sorted(are - were):
        old, new = before.get(key), after[key]
        happened = (new.completed or new.found) if pair.count == "rectified" else new.found
        if old is not None and unit.unit not in old.units:
            moves[IN].append(key)
        else:
            moves[ADDED if not unit.last_day or happened > unit.last_day else LATE].append(key)
    for key in sorted(were - are):
        now = after.get(key)
        if now is not None and unit.unit not in now.units:
            moves[OUT].append(key)
        elif pair.count == "rectified" and now is not None and now.state not in PUT_RIGHT and now.state != "void":
            moves[BACK].append(key)
        else:
            moves[VOIDED].append(key)
    return moves, len(are)


def _firm_moves(unit: UnitWeek, pair: BridgePair, ledger: Ledger, before: Mapping[str, Counted],
                after: Mapping[str, Counted]) -> tuple[dict[str, list[str]], int]:
    """The same for firms with a hazard for which they were suspended: each counts once."""
    since = ledger.since.isoformat()
    were = {one.firm: one for one in before.values() if unit.last_day and counts(one, unit.unit, pair, since, unit.last_day)}
    are = {one.firm: one for one in after.values() if counts(one, unit.unit, pair, since, unit.day)}
    moves: dict[str, list[str]] = {name: [] for name in MOVES}
    for key in sorted(are.keys() - were.keys()):
        moves[ADDED if not unit.last_day or are[key].found > unit.last_day else LATE].append(key)
    moves[VOIDED] = sorted(were.keys() - are.keys())
    return moves, len(are)


def _visit_moves(unit: UnitWeek, pair: BridgePair, visits: Sequence[Visit],
                 earlier: Sequence[Visit]) -> tuple[dict[str, list[str]], int]:
    """The same for firms: each counts once, from its first visit (with the fault) on."""
    were = _firms(earlier, unit.unit, pair, unit.last_day) if unit.last_day else {}
    are = _firms(visits, unit.unit, pair, unit.day)
    moves: dict[str, list[str]] = {name: [] for name in MOVES}
    for key in sorted(are.keys() - were.keys()):
        moves[ADDED if not unit.last_day or are[key].day > unit.last_day else LATE].append(are[key].firm)
    moves[VOIDED] = [were[key].firm for key in sorted(were.keys() - are.keys())]
    return moves, len(are)


def _firms(visits: Iterable[Visit], unit: str, pair: BridgePair, day: str) -> dict[str, Visit]:
    """The firms that a figure counts, each with the first visit for which it does; of penalties every visit with one."""
    found: dict[str, Visit] = {}
    for one in sorted(visits, key=lambda one: one.day):
        if one.unit != unit or one.day > day:
            continue
        if pair.count == "penalised":
            if one.penalty:
                found[f"{one.firm_key} {one.day}"] = one
        elif pair.count == "firms" or pair.figure in one.faults:
            found.setdefault(one.credit_code or one.firm_key, one)
    return found


def _line(unit: UnitWeek, pair: BridgePair, ledger: Ledger, value: float, moves: dict[str, list[str]], rows: int, form: Form,
          visits: Sequence[Visit], began: bool) -> BridgeLine:
    last = unit.last.get(pair.figure) if unit.last is not None else None
    numbers = {name: len(found) for name, found in moves.items()}
    line = BridgeLine(unit.unit, pair.figure, last if isinstance(last, int | float) else None, None, value, None, value - rows, rows,
                      numbers, {name: found for name, found in moves.items() if found})
    label = form.figures[pair.figure].short
    if ledger.name in unit.first or line.last is None or not began:
        line.opening = True
        line.severity = "note" if line.difference else ""
        line.message = f"{label}：首次报台账，调度表 {value:g}，台账 {rows}，期初差额 {line.difference:+g}" if line.difference else ""
        return line
    line.expected = line.last + sum(numbers[name] for name in GAINS) - sum(numbers[name] for name in LOSSES)
    line.unexplained = value - line.expected
    if not line.unexplained:
        return line
    if ledger.name not in unit.new or unit.source != REPORTED:
        line.severity, line.message = "note", f"{label}：本期没有新的台账，台账截至 {unit.ledger_day.get(ledger.name, '')}"
        return line
    line.severity = "warning"
    line.message = _sentence(line, label, form.figures[pair.figure].unit, unit, pair, visits)
    return line


def _sentence(line: BridgeLine, label: str, measure: str, unit: UnitWeek, pair: BridgePair, visits: Sequence[Visit]) -> str:
    """What does not meet, and what to do."""
    own = [one for one in visits if one.unit == unit.unit and one.day <= unit.day]
    if pair.count == "firms" and line.reported == len(own) != line.rows:
        return f"{label}：按家次填了（{len(own)} 次检查，{line.rows} 家）：请按家数填写"
    unexplained = line.unexplained or 0
    more = "多" if unexplained > 0 else "少"
    word = "条" if pair.count in ("found", "rectified") else measure
    text = f"{label}：调度表比台账{more} {abs(unexplained):g} {word}（按台账应为 {line.expected:g}）：请补登台账或更正调度表"
    back = line.behind.get(BACK)
    if back:
        text += f"；其中复查退回 {'、'.join(back[:5])}，确要减少的：accept {unit.unit} {pair.figure}={line.expected:g} --reason 复查退回"
    return text


def street_mixed_in(unit: UnitWeek, ledger: Ledger, form: Form, after: Mapping[str, Counted]) -> list[BridgeLine]:
    """A street's own inspections have no figure: a warning where the figure of 自查 equals both together."""
    lines = []
    since = ledger.since.isoformat()
    for pair in ledger.bridge:
        if pair.side != "self" or pair.count != "found":
            continue
        value = unit.figures.get(pair.figure)
        own = sum(counts(one, unit.unit, pair, since, unit.day) for one in after.values())
        street = sum(counts(one, unit.unit, pair.model_copy(update={"side": "street"}), since, unit.day) for one in after.values())
        if street and value == own + street:
            label = form.figures[pair.figure].short
            lines.append(BridgeLine(unit.unit, pair.figure, None, None, value, None, value - own, own, {name: 0 for name in MOVES}, {},
                                    "warning", f"{label} {value:g} 等于自查 {own} 加街道检查 {street}：街道检查的不在这一项，请核对",
                                    street=True))
    return lines


def district_lines(lines: Sequence[BridgeLine], ledgers: Sequence[Ledger], after: Mapping[str, Counted], day: str) -> list[dict]:
    """The district by figure: sum of figures and of claims, distinct hazards, double claims. Reported, nothing subtracted."""
    found = []
    for ledger in ledgers:
        for pair in ledger.bridge if ledger.is_hazards else ():
            own = [line for line in lines if line.figure == pair.figure and not line.street]
            if not own:
                continue
            since = ledger.since.isoformat()
            units = {line.unit for line in own}
            claims = [(key, unit) for key, one in after.items() for unit in one.units
                      if unit in units and counts(one, unit, pair, since, day)]
            hazards = len({key for key, _ in claims})
            found.append({"figure": pair.figure, "figures": sum(line.reported for line in own), "claims": len(claims),
                          "hazards": hazards, "double": len(claims) - hazards})
    return found
