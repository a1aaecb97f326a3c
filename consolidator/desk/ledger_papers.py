"""What goes to the units of their ledgers: the text to paste, the workbook with 编号 and what to correct, the letter on what is overdue."""

from __future__ import annotations

from dataclasses import dataclass

from consolidator.desk.downloads import Offers
from consolidator.mail.letters import files_of_units
from consolidator.workflows.overview import Overview
from consolidator.writing.paper_names import GIVEN_BACK, SUPERVISION

MOST_UNITS = 200


@dataclass(frozen=True, slots=True)
class UnitPapers:
    """A unit's papers of the last run: the text, and (name, id) of each file to send with it."""

    unit: str
    text: str
    files: list[tuple[str, str]]


def ledger_papers(view: Overview, offers: Offers, unit: str = "") -> list[UnitPapers]:
    """Those of the week, of ``unit`` alone where one is given; none of a week that was never run."""
    names = [one.unit for one in view.result.units]
    back = files_of_units(view.done.folder / GIVEN_BACK, names)
    letters = files_of_units(view.done.folder / SUPERVISION, names)
    found = []
    for name in names:
        paths = back.get(name, [])
        files = [path for path in paths if path.suffix != ".txt"] + letters.get(name, [])
        if not files or unit not in ("", name):
            continue
        text = "\n\n".join(path.read_text(encoding="utf-8-sig", errors="replace").strip() for path in paths if path.suffix == ".txt")
        found.append(UnitPapers(name, text, [(shown, offers.offer(path, shown)) for path in files
                                             for shown in [path.name if path.parent.name == GIVEN_BACK else f"督办函_{path.name}"]]))
    return found[:MOST_UNITS]
