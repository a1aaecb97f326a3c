"""What is known of ledgers to and from plain JSON: the key ``ledger`` of result.json."""

from __future__ import annotations

from collections.abc import Mapping

from consolidator.model.duties import duties_from, duties_to
from consolidator.model.ledger import BridgeLine, Doubt, Hazard, Held, LedgerFile, LedgerResult
from consolidator.model.people import mask_people
from schemas.actions import message_from, message_to


def ledger_to(one: LedgerResult) -> dict:
    """The key ``ledger`` of ``result.json``: design.md, “Ledgers”. Nobody's name or telephone is in it."""
    data = {"files": [_file_to(file) for file in one.files], "hazards": [_hazard_to(hazard) for hazard in one.hazards],
            "checks": one.checks,
            "held": [{"file": held.file, "sheet": held.sheet, "row": held.row, "cell": held.cell, "code": held.code,
                      "severity": held.severity, **message_to(held.message), "unit": held.unit,
                      **({"settled": True} if held.settled else {}), **({"id": held.hazard} if held.hazard else {}),
                      **({"firm": held.firm} if held.firm else {}), **({"about": held.about} if held.about else {})} for held in one.held],
            "bridge": [line.to_json() for line in one.bridge], "district": one.district,
            "doubts": [{"code": doubt.code, "id": doubt.id, "other": doubt.other, "message": doubt.message} for doubt in one.doubts]}
    return {**data, "duties": duties_to(one.duties)} if one.duties else data


def _file_to(one: LedgerFile) -> dict:
    data = {"file": one.file, "sheet": one.sheet, "kind": one.kind, "unit": one.unit, "coverage": one.coverage, "rows": one.rows,
            "merged": one.merged, "held": one.held, "passed": one.passed}
    if one.refused:
        data["refused"] = one.refused
    return data


def _hazard_to(one: Hazard) -> dict:
    names = one.names
    listed = {key: text for key, text in one.listed_shown().items() if text} if one.listed else None
    return {"id": one.id, "units": one.units, "side": one.side, "firm": one.firm_shown(),
            "description": mask_people(one.description, names), "level": one.level, "state": one.state_name or one.state,
            "found": one.found or None, "due": one.due or None, "first_due": one.first_due or None,
            "completed": one.completed or None, "closed": one.closed or None, "overdue": one.is_late, "listed": listed,
            "new": one.is_new, **({"repeat_of": one.repeat_of} if one.repeat_of else {}),
            **({"sides": one.sides} if one.sides else {})}


def ledger_from(data: Mapping) -> LedgerResult:
    """What :func:`ledger_to` wrote, as far as it goes: for screens, and to know that a week has ledgers. Papers are made from the
    history (:func:`consolidator.ledger.week.from_history`), which holds what must not stand in ``result.json``."""
    hazards = [Hazard(one["id"], "", one["units"], one["side"], one["firm"], description=one["description"], found=one["found"] or "",
                      since="", seen="",
                      level=one["level"], state=one["state"], state_name=one["state"], due=one["due"] or "",
                      listed=one["listed"] or {}, sides=one.get("sides", {}),
                      is_new=one["new"], is_late=one["overdue"]) for one in data.get("hazards", [])]
    files = [LedgerFile(one["file"], one["sheet"], one["kind"], one["unit"], one["coverage"], rows=one["rows"], merged=one["merged"],
                        held=one["held"],
                        passed=one["passed"], refused=one.get("refused", "")) for one in data.get("files", [])]
    held = [Held(one.get("unit", ""), one["file"], one["sheet"], one["row"], one["cell"], code=one["code"], severity=one["severity"],
                 message=message_from(one), settled=one.get("settled", False),
                 hazard=one.get("id", ""), firm=one.get("firm", ""),
                 about=one.get("about", "")) for one in data.get("held", [])]
    doubts = [Doubt(one["code"], one["id"], one["other"], one["message"]) for one in data.get("doubts", [])]
    bridge = [BridgeLine(**{key: value for key, value in line.items() if key != "parts"}
                         | {"message": message_from(line)}) for line in data.get("bridge", [])]
    return LedgerResult(files, hazards, data.get("checks", []), held, doubts, bridge=bridge, district=data.get("district", []),
                        read_back=True,
                        duties=duties_from(data.get("duties", [])))
