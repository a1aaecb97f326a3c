"""A hazard's state as a fold over its rows: what one accepted row makes of it, and what the clerk's decisions do."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from consolidator.ledger.unit_ledger import UnitLedger
from consolidator.model.ledger import Hazard
from consolidator.model.ledger_sheet import RowProblem, Value
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import LEDGER_CODES

ORDER = {"open": 0, "under_way": 1, "rectified": 2, "closed": 3}
KEPT = ("credit_code", "own_id", "place", "basis", "level", "measures", "plan", "remarks")
KEPT_OR_OF_THE_END = (*KEPT, "completed", "reviewed", "review_result")
OPEN = frozenset(("open", "under_way"))
LISTED = ("listed", "listed_level", "listed_number", "listed_by", "listed_until")
Row = Mapping[str, Value]
Words = list[tuple[str, str, dict[str, str]]]  # (code, column, words)


def state_error(hazard: Hazard, row: Row, ledger: Ledger, to_void: Collection[str]) -> tuple[str, dict[str, str]] | None:
    """Why the row cannot be taken: its state contradicts itself or what was decided; None where it can. ``to_void`` are the ids of
    hazards that the clerk voids in the same week."""
    state = row.get("state")
    if state == "void":
        if hazard.state == "void" or hazard.id in to_void:
            return None
        written = {"heading": ledger.heading("state"), "written": str(row.get("state_text") or "")}
        return ("void-asked", {**written, "id": hazard.id}) if hazard.id else ("void-new", written)
    if hazard.state == "void":
        return "voided-before", {"id": hazard.id, "reason": hazard.void_reason}
    if hazard.state == "closed" and state in ("open", "under_way", "failed"):
        return "closed-before", {"id": hazard.id, "week": hazard.seen, "state": ledger.state_name(state)}
    return None


def are_contradictory(state: Value, completed: Value) -> bool:
    """Whether a row has a day of completion beside a state that is not rectified."""
    return bool(completed) and state in OPEN


def status_contradicts(row: Row, ledger: Ledger) -> tuple[str, dict[str, str]] | None:
    """Why a row with both cannot be taken; None where it can."""
    if are_contradictory(row.get("state"), row.get("completed")):
        return "status-contradicts", {"state": ledger.state_name(str(row["state"])), "day": str(row["completed"])}
    return None


def fold_row(hazard: Hazard, row: Row, one: UnitLedger) -> Words:
    """Apply an accepted row of ``one`` to ``hazard``; what is to be reported of it. A blank cell leaves what was known: absence is no
    fact."""
    ledger, get = one.ledger, row.get
    words: Words = []
    hazard.firm = str(get("firm") or hazard.firm)
    hazard.description = str(get("description") or hazard.description)
    hazard.found = str(get("found") or hazard.found)
    stale = bool(hazard.reopened) and is_stale(hazard, row, one.day)
    for name in KEPT if stale else KEPT_OR_OF_THE_END:
        value = get(name)
        if value:
            setattr(hazard, name, value)
    money = get("money")
    if isinstance(money, (int, float)):
        hazard.money = money
    _fold_deadline(hazard, row)
    if stale:
        words.append(("still-open", "state", {"id": hazard.id, "state": ledger.state_name(str(row["state"])), "day": hazard.reopened}))
    else:
        words += fold_state(hazard, row, ledger, one.day)
    words += fold_listed(hazard, row, one.day)
    if get("suspended") is not None:
        hazard.suspended = bool(get("suspended"))
    people = one.same_people({role: str(get(role)) for role in ledger.people_columns if get(role)})
    if people != hazard.people:
        hazard.people = {**hazard.people, **people} if hazard.people else people
    hazard.five = sum([_filled(hazard, role) for role in ledger.five])
    hazard.seen = one.week
    return words


def is_stale(hazard: Hazard, row: Row, day: str) -> bool:
    """Whether a row says of a hazard that the clerk has reopened only what was so before: it was rectified or closed by that day.

    ``day`` is the ledger's, which stands for a day that the row does not give.
    """
    if not hazard.reopened or row.get("state") not in ("rectified", "on_the_spot", "closed"):
        return False
    own = row.get("reviewed") or row.get("completed") if row["state"] == "closed" else row.get("completed")
    return str(own or day) <= hazard.reopened


def _filled(hazard: Hazard, role: str) -> bool:
    value = hazard.people.get(role) if role in hazard.people else getattr(hazard, role, None)
    return value is not None and value != ""


def _fold_deadline(hazard: Hazard, row: Row) -> None:
    """The latest deadline counts for what is due, the first for 按期整改率."""
    due, first = row.get("due"), row.get("first_due")
    if due:
        hazard.first_due = hazard.first_due or str(first or due)
        hazard.due = str(due)


def fold_state(hazard: Hazard, row: Row, ledger: Ledger, day: str) -> Words:
    """What a row's state makes of the hazard's, and what is to be reported of that. ``day`` is the ledger's."""
    new = state_of(row)
    if new is None:
        return []
    words: Words = []
    if row["state"] == "on_the_spot":
        hazard.completed = hazard.completed or hazard.found
        hazard.on_the_spot = True
    if hazard.state == "rectified" and ORDER[new] < ORDER["rectified"]:
        words.append(("reopened", "state", {"state": ledger.state_name(str(row["state"]))}))
        hazard.completed = ""
    if hazard.state == "closed" and new == "rectified":
        return words  # rectified is what a closed one is, too
    if ORDER[new] >= ORDER["rectified"]:
        hazard.reopened = ""
    if new == "closed" and hazard.state != "closed":
        hazard.closed = hazard.reviewed or day
        if is_listed(hazard):
            hazard.listed = {**hazard.listed, "ended": hazard.closed}
    hazard.state = new
    return words


def fold_listed(hazard: Hazard, row: Row, day: str) -> Words:
    """挂牌督办 stays until 摘牌 or 验收. ``day`` is the ledger's, which stands for that of a 摘牌 without one."""
    value = row.get("listed")
    if value == "off":
        if is_listed(hazard):
            hazard.listed = {**hazard.listed, "ended": str(row.get("reviewed") or hazard.reviewed or day)}
        return []
    given = {"number": row.get("listed_number"), "by": row.get("listed_by"), "until": row.get("listed_until")}
    if not value and not any(given.values()) and not row.get("listed_level"):
        return []
    level = str(row.get("listed_level") or ("" if value == "是" else value or "") or hazard.listed.get("level", ""))
    hazard.listed = {**hazard.listed, "level": level, **{key: str(text) for key, text in given.items() if text}}
    return [] if level else [("listed-level", "listed", {})]


def is_listed(hazard: Hazard) -> bool:
    """Whether it is under 挂牌督办 now."""
    return bool(hazard.listed) and "ended" not in hazard.listed


def state_of(row: Row) -> str | None:
    """The state that a row makes a hazard's; None where it makes none."""
    state = {"failed": "open", "on_the_spot": "rectified"}.get(str(row.get("state")), row.get("state"))
    return state if isinstance(state, str) and state in ORDER else None


def is_of_state(problem: RowProblem, ledger: Ledger) -> bool:
    """Whether it holds a row for its state: what else would be reported of that state is not what was written."""
    column = ledger.columns.get(problem.column)
    return column is not None and column.type in ("state", "tick") and LEDGER_CODES[problem.code].severity == "error"
