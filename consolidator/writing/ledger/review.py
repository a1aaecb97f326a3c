"""台账核对.xlsx, the clerk's own review of the ledgers: the bridge, rows to be corrected, doubts, what is missing, firms, their duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from consolidator.ledger.likeness import can_be_one_firm, likeness
from consolidator.ledger.moves import MOVES
from consolidator.model.display import day_text
from consolidator.model.ledger import Hazard, LedgerResult
from consolidator.writing.ledger.cells import set_heights, write_cells
from consolidator.writing.ledger.duty_sheets import write_duties
from consolidator.writing.xlsx.sheets import A3, Book, write_text
from schemas.firms import COLUMNS, FirmNames, load_firms
from schemas.form import Form
from schemas.ledger_problems import LEDGER_CODES
from schemas.problems import ORDER, SEVERITY_WORDS
from schemas.settings import Settings

MOST_ROWS = 20_000  # of rows with something to say; the unit's own 发还 has all of its own
MOST_FIRMS = 400  # names that are compared with each other for proposals


def write_review(result: LedgerResult, form: Form, settings: Settings, path: Path) -> None:
    """Writes the workbook to ``path``; the same result gives the same bytes."""
    week = dt.date.fromisoformat(result.week)
    with Book(path, week, f"台账核对（{day_text(week)}）", settings.office.name, purpose="台账核对") as book:
        _write_bridge(book, result, form, week)
        _write_rows(book, result, week)
        _write_doubts(book, result, week, "疑似重复", ("two-units",),
                      hint="两个单位可能报了同一条隐患；是同一条的，在工作台的“台账”页点开一条合并，或用所写的命令；各单位的数不变。")
        _write_doubts(book, result, week, "未再出现", ("row-gone",),
                      hint="全量台账里没有再出现、又没有写明整改完的隐患；程序不会因此销号。")
        _write_firms(book, result, form, settings, week)
        if result.duties:
            write_duties(book, result, form, week)


def _table(book: Book, name: str, hint: str, week: dt.date, columns: Sequence[tuple[str, int]], *, rows: Sequence[Sequence],
           looks: Callable[[Sequence], Mapping[int, str]] | None = None) -> None:
    """A sheet with a heading and a table; ``looks`` gives a row's style by column."""
    sheet = book.sheet(name, A3)
    for column, (_, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    book.heading(sheet, f"{name}（{day_text(week)}）", hint, [width for _, width in columns])
    for column, (head, _) in enumerate(columns):
        write_text(sheet, 2, column, head, book.look("head"))
    for row, values in enumerate(rows, 3):
        look: Mapping[int, str] = looks(values) if looks else {}
        set_heights(sheet, row, values, [width for _, width in columns])
        write_cells(book, sheet, row, 0, values, looks=[look.get(column, "text") for column in range(len(values))] if look else ())
    if rows:
        sheet.autofilter(2, 0, 2 + len(rows), len(columns) - 1)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def _write_bridge(book: Book, result: LedgerResult, form: Form, week: dt.date) -> None:
    """衔接: a row for each unit and figure, those that do not meet first."""
    lines = sorted(result.bridge, key=lambda one: (ORDER.get(one.severity, 3), one.unit))
    rows = [[one.unit, form.figures[one.figure].short, _number(one.last), *(_number(one.moves.get(name)) for name in MOVES),
             _number(one.expected), _number(one.reported), _number(one.unexplained), _number(one.rows), _number(one.difference),
             SEVERITY_WORDS.get(one.severity, "相符"), one.message,
             "；".join(f"{name} {'、'.join(found[:20])}" for name, found in one.behind.items())] for one in lines]
    for one in result.district:
        rows.append(["全区", form.figures[one["figure"]].short, None, *[None] * len(MOVES), None, _number(one["figures"]), None,
                     _number(one["claims"]), _number(one["figures"] - one["claims"]), "",
                     f"不重复的隐患 {one['hazards']} 条，两个单位都报的 {one['double']} 条；只列出，不扣减", ""])
    columns = [("单位", 18), ("指标", 18), ("上期", 8), *((name, 8) for name in MOVES), ("应为", 8), ("调度表", 8), ("未说明", 8),
               ("台账", 8),
               ("差额", 8), ("结论", 8), ("说明", 60), ("隐患（企业）", 50)]
    at = [head for head, _ in columns].index("结论")
    words = {text: key for key, text in SEVERITY_WORDS.items()} | {"相符": "good"}
    _table(book, "衔接", "应为 = 上期 + 新增 + 补录 + 转入 − 转出 − 撤销 − 退回；未说明 = 调度表 − 应为；差额 = 调度表 − 台账。"
           "台账不改任何数字。", week, columns, rows=rows,
           looks=lambda values: {at: {"error": "error", "warning": "warning", "note": "note", "good": "good"}.get(words.get(values[at],
                                                                                                                      ""), "text")})


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _write_rows(book: Book, result: LedgerResult, week: dt.date) -> None:
    """待更正: whole ledgers that were refused, then every row with something to say, errors first."""
    rows: list[list] = [[one.unit or "（不明）", one.file, one.sheet, "", "整个台账", "错误", "退回", one.refused, "", ""]
                        for one in result.files if one.refused]
    for one in sorted(result.held, key=lambda one: (one.settled, ORDER[one.severity], one.unit, one.file, one.sheet, one.row))[:MOST_ROWS]:
        rows.append([one.unit, one.file, one.sheet, float(one.row), one.cell, "已更正" if one.settled else SEVERITY_WORDS[one.severity],
                     LEDGER_CODES[one.code].title, one.message, one.hazard, one.row_words])
    held = sum(one.held for one in result.files)
    merged, passed = sum(one.merged for one in result.files), sum(one.passed for one in result.files)
    words = {text: key for key, text in SEVERITY_WORDS.items()} | {"已更正": "good"}
    mended = result.count_settled().total()
    settled = f"其中 {mended} 行后来的台账已经改好；" if mended else ""
    _table(book, "待更正", f"本期台账共 {merged + held + passed} 行：采用 {merged} 行，待更正 {held} 行（错误），{settled}"
           f"按规则略过 {passed} 行（表头、合计、空行等）。",
           week, [("单位", 18), ("文件", 28), ("工作表", 14), ("行", 6), ("单元格", 10), ("程度", 8), ("问题", 14), ("说明", 70),
                 ("编号", 14), ("哪一行", 40)],
           rows=rows, looks=lambda values: {5: words.get(values[5], "text")})


def _write_doubts(book: Book, result: LedgerResult, week: dt.date, name: str, codes: Sequence[str], *, hint: str) -> None:
    by_id = {one.id: one for one in result.hazards}
    rows = []
    for one in result.doubts:
        if one.code in codes:
            hazard = by_id.get(one.id)
            rows.append([one.id, "、".join(hazard.units) if hazard else "", hazard.firm if hazard else "", hazard.description
                         if hazard else "",
                         one.other, one.message])
    _table(book, name, hint, week, [("编号", 14), ("单位", 18), ("企业", 26), ("隐患描述", 40), ("另一条", 14), ("说明", 60)], rows=rows)


def _write_firms(book: Book, result: LedgerResult, form: Form, settings: Settings, week: dt.date) -> None:
    """企业: every firm with its hazards, and lines that are proposed for firms.csv where two names may be one."""
    names = FirmNames(load_firms(settings.paths.firms, checked=True), form.region)
    groups: dict[str, list[Hazard]] = {}
    for one in result.hazards:
        if one.state != "void":
            groups.setdefault(names.key(one.firm), []).append(one)
    proposals = _proposals(groups)
    rows = []
    for key in sorted(groups, key=lambda key: (-len(groups[key]), key)):
        own = groups[key]
        written = list(dict.fromkeys(one.firm for one in own))
        known = names.firm(written[0], own[0].credit_code)
        same = _repeated(own)
        rows.append([written[0], "；".join(written[1:]), next((one.credit_code for one in own if one.credit_code), ""),
                     known.street if known else "", known.trade if known else "", "是" if known and known.risky else "", float(len(own)),
                     float(sum(one.is_open for one in own)), float(sum(one.overdue(result.week)
                                                                       for one in own)), same, proposals.get(key, "")])
    _table(book, "企业", "“建议”一列是可能为同一家的另一种写法：核实后写进 schemas/firms.csv 的别名，程序才按同一家算。", week,
           [("企业名称", 28), ("其他写法", 28), ("信用代码", 22), ("街道", 12), ("行业", 12), ("高危", 6), ("隐患", 8), ("未整改",
                                                                                                     8), ("逾期", 8),
            ("同一问题再次出现", 30), ("建议", 40)], rows=rows)


def _repeated(own: Sequence[Hazard]) -> str:
    """Firms in which the same is found again: by the mark of a repetition, or the same words of another day."""
    again = [one for one in own if one.repeat_of]
    return "；".join(f"{one.id} 与 {one.repeat_of}" for one in again[:3])


def _proposals(groups: dict[str, list[Hazard]]) -> dict[str, str]:
    """Key → the line that is proposed: short and full names that may be one firm, or names with a slip of the hand."""
    keys = sorted(groups, key=lambda key: (-len(groups[key]), key))[:MOST_FIRMS]
    signs = {key: frozenset(key) for key in keys}
    found: dict[str, str] = {}
    for one, other in combinations(keys, 2):
        short, long = sorted((one, other), key=len)
        if not (signs[short] <= signs[long] and can_be_one_firm(one, other)) and not (
                len(one) > 5 and len(long) - len(short) < len(long) / 5 and likeness(one, other, 0.9)):
            continue
        codes = {hazard.credit_code for hazard in (*groups[one], *groups[other]) if hazard.credit_code}
        if len(codes) < 2 and _alike_but_digits(one, other):
            line = {COLUMNS[0]: groups[long][0].firm, COLUMNS[1]: groups[short][0].firm}
            found.setdefault(short, f"{line[COLUMNS[0]]},{line[COLUMNS[1]]},,,,")
    return found


def _alike_but_digits(one: str, other: str) -> bool:
    """一店 and 二店 are alike, and two."""
    return not any((sign in one) != (sign in other) for sign in "一二三四五六七八九十0123456789")
