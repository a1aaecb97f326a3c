"""The marks that the program leaves in sheets it writes beside a form, and how they are read back.

A sheet with :data:`SHEET_MARK` anywhere in it is the program's own (明细, 退回说明): the reader passes it over. The sheet
退回说明 of an annotated copy has, in one cell, the week and unit it belongs to and the sha256 of the original, and a
table with :data:`RETURN_COLUMNS` whose last column the unit answers in. A form made on the page to fill in may have the sheet
:data:`REPLY_SHEET` with the unit's reasons, and no such cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from consolidator.model.grid import Grid
from consolidator.model.text import squeeze
from schemas.form import Form

SHEET_MARK = "调度表汇总程序"
RETURN_SHEET = "退回说明"
REPLY_SHEET = "单位说明"  # of a form made on the page to fill in: its reasons, under the same titles
RETURN_COLUMNS = ("序号", "项目", "单元格", "问题", "填报内容", "应如何填写", "单位说明")
WHOLE_FILE = "全表"  # written in 项目 for a problem of the file
PAST = "上期"  # begins each cell of a blank that shows what was reported last
_LABEL, _REPLY = RETURN_COLUMNS[1], RETURN_COLUMNS[6]


def sheet_mark(what: str) -> str:
    """The text that marks a sheet as the program's own: for any one cell of it. ``what`` is the sheet's purpose."""
    return f"{SHEET_MARK}·{what}"


def copy_mark(week: str, unit: str, sha256: str) -> str:
    """The text of the cell by which a corrected copy is known again; ``week`` as 2023-06-05."""
    return f"{SHEET_MARK}·标记 " + json.dumps({"week": week, "unit": unit, "sha256": sha256}, ensure_ascii=False)


def is_marked(grid: Grid) -> bool:
    """Whether the program itself wrote this sheet. Rows may have been put in or moved since."""
    different: set = set().union(*grid.rows)  # a ledger's ten thousands of cells have few different values
    return any(value.__class__ is str and SHEET_MARK in value and value.lstrip().startswith(SHEET_MARK) for value in different)


def is_past(value: object) -> bool:
    """Whether a cell, or a line, is a blank's reminder of what was reported last (上期 12): it says nothing of this period."""
    return isinstance(value, str) and value.lstrip().startswith(PAST)


def read_copy_mark(grids: Iterable[Grid]) -> dict[str, str]:
    """{week, unit, sha256} that a marked sheet has; {} where it has none, or somebody has spoilt the cell."""
    for grid in grids:
        for row in grid.rows:
            for value in row:
                if value.__class__ is not str or not value.lstrip().startswith(SHEET_MARK) or "{" not in value:
                    continue
                try:
                    borne = json.loads(value[value.index("{"):])
                except ValueError:
                    continue
                if isinstance(borne, dict) and {"week", "unit", "sha256"} <= borne.keys():
                    return {key: str(borne[key]) for key in ("week", "unit", "sha256")}
    return {}


def read_replies(grids: Iterable[Grid], form: Form) -> dict[str, str]:
    """What the unit wrote in 单位说明, by figure name ("" for the file); several answers to one are joined."""
    names = {squeeze(form.label(name)): name for name in form.figures}
    for name, item in reversed(form.item_of.items()):
        for label in item.labels:
            names.setdefault(squeeze(label.joined), name)
    names[squeeze(WHOLE_FILE)] = ""
    replies: dict[str, str] = {}
    for grid in grids:
        columns: dict[str, int] = {}
        for row in grid.rows:
            texts = [squeeze(value) if value.__class__ is str else "" for value in row]
            if _LABEL in texts and _REPLY in texts:
                columns = {"label": texts.index(_LABEL), "reply": texts.index(_REPLY)}
                continue
            if not columns or len(row) <= columns["reply"]:
                continue
            figure = names.get(texts[columns["label"]])
            reply = row[columns["reply"]]
            words = " ".join(str(int(reply) if isinstance(reply, float) and reply.is_integer() else reply).split())
            if figure is not None and words:
                replies[figure] = f"{replies[figure]}；{words}" if figure in replies else words
    return replies
