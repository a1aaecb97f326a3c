"""The rows of one ledger as they are taken: how many were merged and held, which row is which hazard, what was reported of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from consolidator.ledger.follow import Following, Matched
from consolidator.ledger.unit_ledger import Rows, UnitLedger
from consolidator.model.ledger import Hazard, Held, LedgerFile
from consolidator.model.ledger_sheet import RowProblem, Value
from consolidator.model.people import mask_firm, mask_people, names_in
from consolidator.model.text import one_line
from schemas.actions import each_text
from schemas.ledger_definition import Ledger
from schemas.ledger_problems import LEDGER_CODES, ledger_message
from schemas.problems import shorten

LONGEST = 60  # characters of what a row is about
Word = tuple[str, str, dict]  # code, column, words of the sentence


@dataclass(slots=True)
class Taking:
    """The rows of one ledger as they are taken. ``problems`` are those of reading and checks by place, ``merged`` and ``held`` count rows
    by sheet; ``ids`` are for the journal: sheet → row → hazard."""

    following: Following
    one: UnitLedger
    rows: Rows
    problems: Mapping[int, Sequence[RowProblem]]
    _: KW_ONLY
    merged: dict[int, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    minted: list[str] = field(default_factory=list)

    def words_of(self, place: int) -> list[Word]:
        """What reading and checks have to say of a row."""
        return [(problem.code, problem.column, problem.words) for problem in self.problems.get(place, ())]

    def count(self, place: int, held: bool, rows: int = 1) -> None:
        """Count ``rows`` of the sheet that holds ``place`` as held or merged."""
        s, counted = self.rows.where(place)[0], self.held if held else self.merged
        counted[s] = counted.get(s, 0) + rows

    def where(self, place: int) -> str:
        """A row for a sentence."""
        s, n = self.rows.where(place)
        sheet = self.one.sheets[s]
        row = f"第{sheet.rows[n]}行"
        return row if len(self.one.sheets) == 1 else f"“{sheet.sheet}”{row}"

    def report(self, place: int, words: Sequence[Word], hazard: str = "") -> None:
        """Report ``words`` of a row, with its people masked; ``hazard`` is the one that it is of."""
        if not self.one.shown or not words:
            return
        s, n = self.rows.where(place)
        sheet = self.one.sheets[s]
        row = self.rows[place]
        names = people_of(row, self.one.ledger)
        firm = about = ""
        if any(LEDGER_CODES[code].severity != "note" for code, _, _ in words):  # notes are shown with no row
            firm, about = shorten(mask_firm(one_line(str(row.get("firm") or "")), names)), shorten(mask_people(_about(row), names), LONGEST)
        for code, column, flagged in words:
            message = each_text(ledger_message(code, flagged), lambda text: mask_people(text, names))
            self.following.held.append(Held(self.one.unit, self.one.file, sheet.sheet, sheet.rows[n],
                                            sheet.address(sheet.rows[n], column), code=code, severity=LEDGER_CODES[code].severity,
                                            message=message, hazard=hazard, firm=firm, about=about))

    def finish(self, coverage: str) -> None:
        """What the journal and the result are to hold of the ledger."""
        one = self.one
        self.following.matched.append(Matched(one.sha256, one.unit, one.ledger.name, one.week, self.ids, minted=self.minted))
        if not one.shown:
            return
        lines: dict[str, LedgerFile] = {}
        for s, sheet in enumerate(one.sheets):
            of_sheet = (("sheet-hidden", not sheet.visible, sheet.words), ("no-state", bool(sheet.words and sheet.rows), sheet.words),
                        ("ledger-date", bool(one.misdated) and not s, {"written": one.misdated, "week": one.week}))
            self.following.held += [Held(one.unit, one.file, sheet.sheet, 1, "", code=code, severity=LEDGER_CODES[code].severity,
                                         message=ledger_message(code, words)) for code, holds, words in of_sheet if holds]
            line = LedgerFile(one.file, sheet.sheet, one.ledger.kind, one.unit, coverage, rows=sheet.total, merged=self.merged.get(s, 0),
                              held=self.held.get(s, 0), passed=sum(sheet.passed.values()), date=one.day, sha256=one.sha256, refused="",
                              rules=dict(sheet.passed))
            if sheet.sheet in lines:  # tables one below another in a sheet
                lines[sheet.sheet].add(line)
            else:
                lines[sheet.sheet] = line
        self.following.files += lines.values()


def people_of(row: Mapping[str, Value], ledger: Ledger) -> list[str]:
    """The names that a row holds."""
    return [name for role in ledger.personal if row.get(role) for name in names_in(str(row[role]))]


def _about(row: Mapping[str, Value]) -> str:
    """By what people know a row of a firm again: its description; of one without it, where or when it is."""
    return next((one_line(str(row[role])) for role in ("description", "place", "day", "found") if row.get(role)), "")


def shown_text(hazard: Hazard, text: str | None = None) -> str:
    """A hazard's description, or another text of it, with its people masked."""
    return mask_people(hazard.description if text is None else text, hazard.names)
