"""发还/: each unit's ledger with our 编号, held cells marked, what is due and overdue; it is filled in and sent again next time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from consolidator.ledger.statistics import SOON, is_due_soon
from consolidator.model.display import day_text
from consolidator.model.duties import DUE, OVERDUE
from consolidator.model.filenames import safe_name
from consolidator.model.ledger import Hazard, HeldRow, LedgerResult
from consolidator.model.marks import sheet_mark
from consolidator.model.people import mask_people
from consolidator.model.text import one_line
from consolidator.writing.files import write_text as write_text_file
from consolidator.writing.ledger.cells import Columns, getter_of, heading_of, set_heights, width_of, write_cells
from consolidator.writing.ledger.duty_sheets import duty_lines
from consolidator.writing.xlsx.quick_sheet import QuickSheet
from consolidator.writing.xlsx.sheets import A3, Book, write_text
from schemas.actions import for_units
from schemas.form import Form
from schemas.ledger_definition import Ledger
from schemas.settings import Settings

NEW_ROWS = 10  # blank rows below the hazards, for new ones
MOST_LINES = 40  # of each list in the text
_OPINION = "核对意见"
_STATES = ("未整改", "整改中", "已整改", "已销号")


def write_given_back(result: LedgerResult, form: Form, settings: Settings, folder: Path) -> list[Path]:
    """Write a workbook and a text for every unit with hazards, rows or checks of this week; the paths."""
    ledger = next(one for one in form.ledger_definitions if one.is_hazards)
    others = _held_elsewhere(result, form)
    units = sorted({unit for one in result.hazards if one.state != "void" for unit in one.units} | {one.unit for one in result.rows}
                   | {one.unit for one in result.files if one.unit and one.refused} | others.keys()
                   | {unit for one in result.duties if one.worst in (OVERDUE, DUE) for unit in one.units})
    by_unit: dict[str, list[Hazard]] = {}
    for one in result.hazards:
        if one.state not in ("void", "closed") or one.seen == result.week:
            for unit in one.units:
                by_unit.setdefault(unit, []).append(one)
    rows: dict[str, list[HeldRow]] = {}
    for row in result.rows:
        rows.setdefault(row.unit, []).append(row)
    asked = _asked(result)
    made = []
    for unit in units:
        name = safe_name(f"{unit}台账")
        hazards = [one for one in by_unit.get(unit, ()) if one.state != "void"]
        own = asked.get(unit, {})
        made.append(_write_workbook(hazards, rows.get(unit, []), unit, ledger, result, settings=settings, path=folder / f"{name}.xlsx",
                                    asked=own))
        path = folder / f"{name}.txt"
        flagged = [*_asked_line(hazards, rows.get(unit, []), own), *others.get(unit, ()), *duty_lines(unit, result, form, MOST_LINES)]
        write_text_file(path, given_back_text(unit, hazards, rows.get(unit, []), result, settings, flagged=flagged))
        made.append(path)
    return made


def _asked(result: LedgerResult) -> dict[str, dict[str, list[str]]]:
    """Unit → hazard → what its rows that were taken are to be checked for: warnings."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in result.open_words:
        if one.severity == "warning" and one.hazard:
            own = found.setdefault(one.unit, {}).setdefault(one.hazard, [])
            if (message := one_line(for_units(one.message))) not in own:
                own.append(message)
    return found


def _asked_line(hazards: Sequence[Hazard], held: Sequence[HeldRow], asked: Mapping[str, Sequence[str]]) -> list[str]:
    """Where to find what is to be checked of rows that were taken."""
    instead = {one.hazard for one in held}
    count = sum(one.id in asked and one.id not in instead for one in hazards)
    return ["", f"已采用、请核对的 {count} 行，写在附件的“{_OPINION}”里。"] if count else []


def _held_elsewhere(result: LedgerResult, form: Form) -> dict[str, list[str]]:
    """Unit → lines on the rows of its other sheets (checks, firms) that were not taken: they are corrected in the unit's own file."""
    kinds = {one.kind for one in form.ledger_definitions if not one.is_hazards}
    sheets = {(one.file, one.sheet) for one in result.files if one.kind in kinds}
    found: dict[str, list[str]] = {}
    for one in result.held:
        if one.severity == "error" and (one.file, one.sheet) in sheets:
            found.setdefault(one.unit, []).append(f"- 《{one_line(one.file)}》{one_line(one.sheet)} {one.cell}："
                                                  f"{one_line(for_units(one.message))}")
    return {unit: ["", f"请在原表中改正后再报的 {len(own)} 处：", *own[:MOST_LINES]] for unit, own in found.items()}


def write_blank_ledger(ledger: Ledger, unit: str, hazards: Sequence[Hazard], week: str, path: Path, *, settings: Settings) -> None:
    """A blank ledger to hand out, with the unit's open hazards in it where there are any."""
    _write_workbook(list(hazards), [], unit, ledger, LedgerResult(week=week), settings=settings, path=path)


def write_blank_checks(ledger: Ledger, form: Form, unit: str, week: str, path: Path, *, settings: Settings) -> None:
    """A blank register of spot checks to hand out: the faults headed as the form labels them."""
    day = dt.date.fromisoformat(week)
    roles = [role for role in ledger.columns if role not in ("led_by", "phone")]
    at = roles.index("problems") if "problems" in roles else len(roles)
    columns = [*((heading_of(ledger, role), width_of(ledger, role)) for role in roles[:at]),
               *((form.label(name, day), 13) for name in ledger.faults), *((heading_of(ledger, role), width_of(ledger, role))
                                                                           for role in roles[at:])]
    first = 1 + at
    with Book(path, day, f"{unit}{ledger.title}", settings.office.name) as book:
        sheet = book.sheet("抽查检查", A3)
        write_text(sheet, 0, 0, ledger.title, book.look("title"))
        write_text(sheet, 1, 0, f"填报单位：{unit}    填报日期：          ", book.look("above"))
        sheet.set_row(2, 62)
        for column, (head, width) in enumerate([("序号", 6), *columns]):
            sheet.set_column(column, column, width)
            write_text(sheet, 2, column, head, book.look("head"))
        for row in range(3, 3 + 2 * NEW_ROWS):
            for column in range(len(columns) + 1):
                sheet.write_blank(row, column, None, book.look("day" if column and roles[0]
                                                               and columns[column - 1][0] == ledger.heading("day")
                                                              else "centre" if first <= column < first + len(ledger.faults) else "text"))
        sheet.data_validation(3, first, 2 + 2 * NEW_ROWS, first + len(ledger.faults) - 1, {"validate": "list", "source": ["√"]})
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        notes = book.sheet("说明")
        notes.set_column(0, 0, 100)
        write_text(notes, 0, 0, sheet_mark("登记"), book.look("mark"))
        for row, line in enumerate(["怎样填", "1. 一行写一次检查：一家企业、一天。",
                                    "2. 八项中发现了哪项，就在哪项下选“√”；没有的空着。只写“存在问题”不打勾的，八项不计。",
                                    f"3. 填好后写上填报日期，存盘，报 {settings.office.name}。"
                                    "同一家查几次，企业数仍算一家。"], 1):
            write_text(notes, row, 0, line, book.look("hint"))


def _write_workbook(hazards: Sequence[Hazard], held: Sequence[HeldRow], unit: str, ledger: Ledger, result: LedgerResult,
                    *, settings: Settings, path: Path, asked: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Path:
    week = dt.date.fromisoformat(result.week)
    own = [one for one in held if not one.columns or "day" not in one.cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    with Book(path, week, f"{unit}{ledger.title}", settings.office.name) as book:
        _write_ledger(book, hazards, own, unit, ledger, week=result.week, asked=asked)
        sheet = book.sheet("说明")
        sheet.set_column(0, 0, 100)
        write_text(sheet, 0, 0, sheet_mark("发还"), book.look("mark"))
        for row, line in enumerate(_hints(settings), 1):
            write_text(sheet, row, 0, line, book.look("hint"))
    return path


def _hints(settings: Settings) -> list[str]:
    return ["怎样用这份台账", "1. “编号”是区级的编号：请保留，不要改动，下次报送时一并报来，程序按编号认出同一条隐患。"
            "新的隐患不写编号，写在下面的空行里。",
            "2. 黄色的行是期限将到或已过的；红色的格子是上次没有采用的，请按“核对意见”改正；“核对意见”里别的话请核对，没有错的不用改。"
            "改好的行和其他行一样报来即可。",
            f"3. 整改情况请写：{'、'.join(_STATES)} 之一；写“已整改”的请写完成日期，写“已销号”的请写复查日期和复查人。",
            "4. 不再写的行不会因此销号：整改完的，请把状态写明。",
            f"5. 填好后改填报日期，存盘，报 {settings.office.name}。"]


def _write_ledger(book: Book, hazards: Sequence[Hazard], held: Sequence[HeldRow], unit: str, ledger: Ledger, *, week: str,
                  asked: Mapping[str, Sequence[str]]) -> None:
    roles = [role for role, column in ledger.columns.items() if column.type != "tick" and role not in ("unit", "own_id", "inspector")
             and (column.type != "state" or role == "state") and (not column.aside or _is_used(role, ledger, hazards, held))]
    heads = ["序号", _OPINION, *(heading_of(ledger, role) for role in roles)]
    sheet = book.sheet("台账", A3)
    widths = [5, 34, *(14 if role == "id" else width_of(ledger, role) for role in roles)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    write_text(sheet, 0, 0, f"{ledger.title}", book.look("title"))
    write_text(sheet, 1, 0, f"填报单位：{unit}    填报日期：          ", book.look("above"))
    sheet.set_row(2, 30)
    for column, head in enumerate(heads):
        write_text(sheet, 2, column, head, book.look("head"))
    row, columns = 3, Columns(roles, ledger)
    instead = {one.hazard: one for one in held if one.hazard}  # a held row takes the place of its hazard: one row to correct, not two
    for one in sorted(hazards, key=lambda one: (not one.is_open, one.due or "9", one.id)):
        if one.id in instead:
            _write_held(book, sheet, row, instead[one.id], roles, widths=widths, now=f"（区里现在记的是“{one.state_name}”）")
        else:
            _write_hazard(book, sheet, row, one, roles, columns=columns, widths=widths, opinion=_due_words(one, week, ledger),
                          asked=asked.get(one.id, ()))
        row += 1
    shown = {one.id for one in hazards}
    for wrong in (one for one in held if one.hazard not in shown or instead[one.hazard] is not one):
        _write_held(book, sheet, row, wrong, roles, widths=widths)
        row += 1
    looks = [book.look("day" if column > 1 and ledger.columns[roles[column - 2]].type in ("day", "deadline") else "text")
             for column in range(len(heads))]
    for at in range(row, row + NEW_ROWS):
        sheet.write_run(at, 0, [None] * len(heads), looks)
    for column, role in enumerate(roles, 2):
        choices = list(_STATES) if ledger.columns[role].type == "state" else \
            [name for name, one in ledger.choices.get(role, {}).items() if not one.warning]
        if choices:
            sheet.data_validation(3, column, row + NEW_ROWS, column, {"validate": "list", "source": choices, "error_type": "warning"})
    sheet.autofilter(2, 0, row + NEW_ROWS - 1, len(heads) - 1)
    sheet.freeze_panes(3, 3)
    sheet.repeat_rows(2)


def _is_used(role: str, ledger: Ledger, hazards: Sequence[Hazard], held: Sequence[HeldRow]) -> bool:
    get = getter_of(role, ledger)
    return any(get(one) for one in hazards) or any(one.cells.get(role) for one in held)


def _due_words(one: Hazard, week: str, ledger: Ledger) -> str:
    """That a hazard is overdue, or due; "" where it is neither."""
    if one.overdue(week):
        late = (dt.date.fromisoformat(week) - dt.date.fromisoformat(one.due)).days
        return f"已过期限 {late} 天：请写明整改到哪一步，要延期的在“{ledger.heading('due')}”写“延期至某月某日”"
    soon = (dt.date.fromisoformat(week) + dt.timedelta(days=SOON)).isoformat()
    return f"期限 {one.due} 将到" if is_due_soon(one, week, soon) else ""


def _write_hazard(book: Book, sheet: QuickSheet, row: int, one: Hazard, roles: Sequence[str], *, columns: Columns,
                  widths: Sequence[float], opinion: str, asked: Sequence[str]) -> None:
    """A row that was taken; ``opinion`` is what makes it yellow, ``asked`` what else is to be checked."""
    sheet.write_number(row, 0, row - 2, book.look("centre"))
    words = "；".join(filter(None, (opinion, *asked)))
    write_text(sheet, row, 1, words, book.look("text"))
    values = columns.values(one)
    set_heights(sheet, row, [None, words, *values], widths)
    write_cells(book, sheet, row, 2, values,
                looks=["warning" if opinion and role in ("id", "due", "state") else "text" for role in roles] if opinion else ())


def _write_held(book: Book, sheet: QuickSheet, row: int, one: HeldRow, roles: Sequence[str], *, widths: Sequence[float],
                now: str = "") -> None:
    opinion = f"“{one.sheet}”第{one.row}行没有采用：" + "；".join(map(for_units, one.messages)) + now
    cells = {**one.cells, **({"id": one.hazard} if one.hazard and "id" not in one.columns else {})}
    set_heights(sheet, row, [None, opinion, *(cells.get(role, "") for role in roles)], widths)
    sheet.write_number(row, 0, row - 2, book.look("centre"))
    for column, role in enumerate(roles, 2):
        write_text(sheet, row, column, cells.get(role, ""), book.look("error" if role in one.columns else "text"))
    write_text(sheet, row, 1, opinion, book.look("text"))


def given_back_text(unit: str, hazards: Sequence[Hazard], held: Sequence[HeldRow], result: LedgerResult, settings: Settings,
                    *, flagged: Sequence[str] = ()) -> str:
    """What to paste into a chat: what was taken, what was not and why, what is overdue and due, what does not meet the form."""
    week = result.week
    soon = (dt.date.fromisoformat(week) + dt.timedelta(days=SOON)).isoformat()
    files = [one for one in result.files if one.unit == unit]
    how, settled = settings.report.redact, result.count_settled()

    def shown(one: Hazard) -> str:
        return f"{one.id} {one_line(one.firm_shown(how))}：{mask_people(one_line(one.description), one.names, how)}"

    lines = [f"{unit}：{day_text(dt.date.fromisoformat(week))}一期的台账"]
    for one in files:
        lines.append(f"《{one_line(one.file)}》{one_line(one.sheet)}：" + (one.refused if one.refused else
                     f"采用 {one.merged} 行，没有采用 {one.held} 行{_settled(settled[one.file, one.sheet])}，"
                     f"略过 {one.passed} 行（表头、合计、空行等）"))
    if held:
        lines += ["", f"没有采用的 {len(held)} 行，请改正后再报："]
        about = {(one.file, one.sheet, one.row): f"{one.hazard} {one.row_words}".strip() for one in result.held}
        lines += [f"- {one_line(one.sheet)}第{one.row}行{_known_by(about.get((one.file, one.sheet, one.row), ''))}："
                  f"{one_line('；'.join(map(for_units, one.messages)))}" for one in held[:MOST_LINES]]
    lines += flagged
    for title, chosen in (("已过期限没有整改完的", [one for one in hazards if one.overdue(week)]),
                          ("七日内到期的", [one for one in hazards if is_due_soon(one, week, soon)])):
        if chosen:
            lines += ["", f"{title} {len(chosen)} 条："]
            lines += [f"- {shown(one)}（期限 {one.due}）" for one in sorted(chosen, key=lambda one: one.due)[:MOST_LINES]]
    unlike = [one.to_unit or one.message for one in result.bridge if one.unit == unit and one.severity == "warning"]
    if unlike:
        lines += ["", "与调度表对不上的：", *(f"- {one}" for one in unlike)]
    gone = [one.id for one in result.doubts if one.code == "row-gone" and any(hazard.id == one.id for hazard in hazards)]
    if gone:
        lines += ["", f"这次没有再写的 {len(gone)} 条：{'、'.join(gone[:MOST_LINES])}；整改完的请写明状态，没有整改完的请补上。"]
    filled = "已填好编号，请在这份上接着填，下次报来。" if hazards or held else "是空白的，可以在这份上填。"
    lines += ["", f"附《{unit}台账.xlsx》，{filled}", settings.office.name]
    return "\n".join(lines)


def _known_by(words: str) -> str:
    """By what a row is known again."""
    return f"（{one_line(words)}）" if words else ""


def _settled(rows: int) -> str:
    """How many rows of a sheet that were not taken a later ledger of the week has as they should be."""
    return f"（其中 {rows} 行在后来的台账里已改好）" if rows else ""
