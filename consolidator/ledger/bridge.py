"""衔接: what the rows of ledgers say that a figure should be, against what the unit signed.

For a unit, a week and a figure: what is expected is last week's figure and the rows that came and went; what remains is
unexplained. A ledger is a second witness: nothing here changes a figure. The definition's ``bridge`` names the figures.

    expected = last + 新增 + 补录 + 转入 − 转出 − 撤销 − 退回
    unexplained = figure − expected;   difference = figure − rows that count = last week's difference + unexplained

Of money (fines) the rows are added up: a row counts with its amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field

import numpy as np

from consolidator.ledger.moves import (
    BACK,
    GAINS,
    LOSSES,
    MOVES,
    OUT,
    VOIDED,
    Days,
    Snapshot,
    exact,
    fine_moves,
    firm_moves,
    hazard_moves,
    visit_moves,
)
from consolidator.ledger.visits import Visit
from consolidator.model.display import change_text, value_text
from consolidator.model.ledger import BridgeLine
from consolidator.model.result import REPORTED, Figures
from consolidator.model.text import one_line
from schemas.actions import Sentence, act
from schemas.form import Figure, Form
from schemas.ledger_definition import BridgePair, Ledger

MOST_NAMED = 5  # hazards or firms behind a line
_WHY = {OUT: "转出", VOIDED: "撤销", BACK: "复查退回"}


@dataclass(slots=True)
class UnitWeek:
    """A unit's figures of a week and of the last, each with the ISO day of its form ("" where there is none).

    ``source`` is that of the figures; ``ledger_day`` the day of its latest ledger by definition, ``new`` whether one came this
    week, ``first`` whether none was there before. ``waited``: of each figure that was not compared last week, the difference when it
    was compared last (None: it never was).
    """

    unit: str
    kinds: tuple[str, ...]
    source: str
    figures: Figures
    day: str
    _: KW_ONLY
    last: Figures | None
    last_day: str
    ledger_day: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    first: set[str] = field(default_factory=set)
    waited: dict[str, float | None] = field(default_factory=dict)


def bridge_unit(unit: UnitWeek, ledger: Ledger, form: Form, before: Snapshot, after: Snapshot,
                *, visits: Sequence[Visit], earlier: Sequence[Visit], covered: frozenset[str] = frozenset()) -> list[BridgeLine]:
    """A line for each figure of the unit that ``ledger`` proves.

    ``before`` and ``after`` are all hazards as of the last week and of this one, ``visits`` and ``earlier`` the unit's visits likewise,
    ``covered`` the columns of the unit's latest ledger. A figure of which it keeps no rows is left alone.
    """
    lines, days = [], Days(unit.day, unit.last_day)
    for pair in ledger.bridge:
        asked = form.figures[pair.figure].filled_by
        value = unit.figures.get(pair.figure)
        if (asked and not set(asked) & set(unit.kinds)) or not isinstance(value, int | float):
            continue
        began = _kept(unit, pair, ledger, before, earlier, covered=covered)
        if not began and not _kept(unit, pair, ledger, after, visits, covered=covered):
            continue
        sums: dict[str, float] | None = None
        rows: float
        if pair.count == "suspended":
            moves, rows = firm_moves(unit.unit, days, pair, ledger, before=before, after=after)
        elif ledger.is_hazards:
            moves, rows = hazard_moves(unit.unit, days, pair, ledger, before=before, after=after)
        elif pair.count == "fined":
            moves, rows, sums = fine_moves(days, visits, earlier)
        else:
            moves, rows = visit_moves(days, pair, visits, earlier)
        lines.append(_line(unit, pair, ledger, form, value, moves=moves, rows=rows, visits=visits, began=began, sums=sums))
    return lines


def _kept(unit: UnitWeek, pair: BridgePair, ledger: Ledger, hazards: Snapshot, visits: Sequence[Visit],
          *, covered: frozenset[str]) -> bool:
    """Whether the unit keeps rows that could prove the figure: hazards of that side, a column for the fault, a firm suspended or a
    penalty that it has written down."""
    if pair.count in ("penalised", "fined"):
        return any(one.penalty for one in visits)
    if ledger.is_hazards:
        return hazards.keeps(unit.unit, pair)
    return pair.count == "firms" or pair.figure in covered


def _line(unit: UnitWeek, pair: BridgePair, ledger: Ledger, form: Form, value: float, *, moves: dict[str, list[str]], rows: float,
          visits: Sequence[Visit], began: bool, sums: dict[str, float] | None) -> BridgeLine:
    last = unit.last.get(pair.figure) if unit.last is not None else None
    numbers = sums or {name: len(found) for name, found in moves.items()}
    line = BridgeLine(unit.unit, pair.figure, last if isinstance(last, int | float) else None, None, value, unexplained=None,
                      difference=exact(value - rows), rows=rows,
                      moves=numbers, behind={name: found for name, found in moves.items() if found})
    figure = form.figures[pair.figure]
    line.waiting = ledger.name not in unit.new or unit.source != REPORTED
    if ledger.name in unit.first or line.last is None or not began or unit.waited.get(pair.figure, 0) is None:
        line.opening = True
        line.severity = "note" if line.difference else ""
        line.message = (f"{figure.short}：首次报台账，调度表 {value_text(value, figure)}，台账 {value_text(rows, figure)}，"
                        f"期初差额 {change_text(line.difference, figure)}") if line.difference else ""
        return line
    line.expected = exact(line.last + sum(numbers[name] for name in GAINS) - sum(numbers[name] for name in LOSSES))
    line.unexplained = exact(value - line.expected)
    base = unit.waited.get(pair.figure)  # since then nothing was compared, and what happened counts now
    base = exact(line.difference - line.unexplained) if base is None else base
    net = exact(line.difference - base)
    if line.waiting:
        line.base = base
        if line.unexplained:
            line.severity, line.message = "note", f"{figure.short}：{_why_not(unit, ledger)}"
    elif net:
        line.severity, line.message = "warning", _sentence(line, figure, unit, pair, visits, net=net)
    elif line.unexplained:
        line.severity, line.message = "note", f"{figure.short}：连同此前没有比的各期，对得上"
    should, lost = exact(value - net), [name for name in LOSSES if name in line.behind]
    if line.message and net > 0 and lost and (should < line.last or BACK in line.behind):  # the form must not fall unless the clerk lets it
        line.to_unit, expected = line.message, value_text(should, figure)
        why = "，".join(f"{_WHY[name]} {_first(line.behind[name])}" for name in lost)
        line.message = Sentence(f"{line.to_unit}；其中{why}，确要减少的：",
                                act("accept", unit=unit.unit, figure=pair.figure, value=expected, reason=_WHY[lost[0]]))
    return line


def _why_not(unit: UnitWeek, ledger: Ledger) -> str:
    """Why nothing is compared this week."""
    if ledger.name not in unit.new:
        return f"本期没有新的台账，台账截至 {unit.ledger_day.get(ledger.name, '')}，等报来再比"
    return "本期的调度表没有采用，沿用上期的数，等采用了再比"


def _first(names: Sequence[str]) -> str:
    return "、".join(map(one_line, names[:MOST_NAMED])) + (" 等" if len(names) > MOST_NAMED else "")


def _sentence(line: BridgeLine, figure: Figure, unit: UnitWeek, pair: BridgePair, visits: Sequence[Visit], *, net: float) -> str:
    """What does not meet since it was compared last (by ``net``), and what to do."""
    own = [one for one in visits if one.day <= unit.day]
    if pair.count == "firms" and line.reported == len(own) != line.rows:
        return f"{figure.short}：按家次填了（{len(own)} 次检查，{line.rows} 家）：请按家数填写"
    more = "多" if net > 0 else "少"
    word = "条" if pair.count in ("found", "rectified") else figure.unit
    expected = value_text(exact(line.reported - net), figure)
    since = "" if net == line.unexplained else "，连同此前没有比的各期"
    return (f"{figure.short}：调度表比台账{more} {value_text(abs(net), figure)} {word}（按台账应为 {expected}{since}）："
            "请补登台账或更正调度表")


def street_mixed_in(unit: UnitWeek, ledger: Ledger, form: Form, after: Snapshot) -> list[BridgeLine]:
    """A street's own inspections have no figure: a warning where the figure of 自查 equals both together."""
    lines = []
    since = ledger.since.isoformat()
    for pair in ledger.bridge:
        if pair.side != "self" or pair.count != "found":
            continue
        value = unit.figures.get(pair.figure)
        own, street = (len(after.counted(unit.unit, one, since, unit.day))
                       for one in (pair, pair.model_copy(update={"side": "street"})))
        if street and value == own + street:
            label = form.figures[pair.figure].short
            lines.append(BridgeLine(unit.unit, pair.figure, None, None, value, unexplained=None, difference=value - own, rows=own,
                                    moves={name: 0 for name in MOVES}, behind={},
                                    severity="warning", street=True,
                                    message=f"{label} {value:g} 等于自查 {own} 加街道检查 {street}：街道检查的不在这一项，请核对"))
    return lines


def district_lines(lines: Sequence[BridgeLine], ledgers: Sequence[Ledger], after: Snapshot, day: str) -> list[dict]:
    """The district by figure: sum of figures and of claims, distinct hazards, double claims. Reported, nothing subtracted."""
    found = []
    for ledger in ledgers:
        for pair in ledger.bridge if ledger.is_hazards else ():
            own = [line for line in lines if line.figure == pair.figure and not line.street]
            if not own:
                continue
            claims = [after.counted(unit, pair, ledger.since.isoformat(), day) for unit in {line.unit for line in own}]
            number, hazards = sum(map(len, claims)), np.zeros(len(after), bool)
            for rows in claims:
                hazards[rows] = True
            found.append({"figure": pair.figure, "figures": sum(line.reported for line in own), "claims": number,
                          "hazards": int(hazards.sum()), "double": number - int(hazards.sum())})
    return found
