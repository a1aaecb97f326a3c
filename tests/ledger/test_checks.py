"""The validation of all rows, a column at a time, finds what each row by itself shows."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.ledger.checks import ORDER_RULES, check_rows
from consolidator.ledger.repeated import Repeated
from consolidator.model.ledger_sheet import LedgerSheet, RowProblem
from tests.ledger.factory import FORM, LEDGER, W1, Story, workbook

CHECKS = next(one for one in FORM.ledger_definitions if one.kind == "checks")
DAY = W1.isoformat()
DAYS = [(W1 + dt.timedelta(days=n)).isoformat() for n in (-30, -3, 0, 4)]
CELLS = {"day": DAYS, "deadline": DAYS, "money": [0.0, 1.5], "text": ["阀", "某企业", "安全出口堵塞", "某企业"], "choice": ["重大", "一般"]}
STATES = ["", "open", "under_way", "rectified", "on_the_spot", "closed"]


def row_by_row(sheet, ledger, day):
    """(row, code, column) of what is wrong with each row: the rules, one after the other."""
    reported = {(one.row, one.column) for one in sheet.problems}
    for row in range(len(sheet.rows)):
        cells = {role: values[row] for role, values in sheet.columns.items()}
        days = {"day": day, **{role: cells.get(role) for role in ("found", "due", "completed", "reviewed")
                               if role in ledger.columns and ledger.columns[role].type != "text"}}
        if not ledger.is_hazards:
            days["found"] = cells.get("day")
        for code, (later, earlier) in ORDER_RULES.items():
            if days.get(later) and days.get(earlier) and days[later] < days[earlier]:
                yield (row, code) if ledger.is_hazards else (row, "check-late")
        state, put_right = cells.get("state"), cells.get("state") in ("rectified", "closed")
        asked = {"always": True, "rectified": put_right, "closed": state == "closed",
                 "major": cells.get("level") == "重大" and state != "on_the_spot"} if ledger.is_hazards else {"always": True}
        blank = [role for role, column in ledger.columns.items() if asked.get(column.need) and (row, role) not in reported
                 and (cells.get(role) is None if column.type == "money" else not cells.get(role))]
        yield from ((row, "cell-blank-warning" if ledger.columns[role].need != "always" else "cell-blank" if role in sheet.at
                     else "column-missing")
                    for role in blank if role not in ledger.five)
        if set(blank) & set(ledger.five):
            yield row, "five-blank"
        if ledger.is_hazards and cells.get("description") and len(cells["description"]) < ledger.columns["description"].shortest:
            yield row, "too-short"


@st.composite
def sheets(draw, ledger):
    """A sheet with some of the ledger's columns, cells blank here and there, and problems of its reading."""
    size = draw(st.integers(1, 6))
    roles = [role for role, column in ledger.columns.items() if column.type in CELLS and draw(st.booleans())]
    columns = {role: draw(st.lists(st.sampled_from([None, "", *CELLS[ledger.columns[role].type]]), min_size=size, max_size=size))
               for role in roles}
    if ledger.is_hazards and draw(st.booleans()):
        columns["state"] = draw(st.lists(st.sampled_from(STATES), min_size=size, max_size=size))
    problems = [RowProblem(draw(st.integers(0, size - 1)), "day-unread", role) for role in roles if draw(st.integers(0, 5)) == 0]
    return LedgerSheet(ledger.name, "台账", size, list(range(2, size + 2)), columns, dict.fromkeys(roles, 0), problems)


@pytest.mark.parametrize("ledger", [LEDGER, CHECKS], ids=["hazards", "checks"])
def test_columns_find_what_rows_show(ledger):
    @given(st.lists(sheets(ledger), min_size=1, max_size=3))
    @settings(deadline=None, max_examples=25)
    def holds(some):
        found = check_rows([(one, ledger, DAY) for one in some])
        assert [sorted((one.row, one.code) for one in problems) for problems in found] \
            == [sorted(row_by_row(sheet, ledger, DAY)) for sheet in some]
    holds()


def test_both_days_are_named_as_they_are_in_the_sheet():
    sheet = LedgerSheet(LEDGER.name, "台账", 1, [5], {"found": ["2023-06-02"], "due": ["2023-06-01"], "completed": ["2023-06-09"]})
    order = [one for one in check_rows([(sheet, LEDGER, DAY)])[0] if one.words.get("first")]
    assert order == [RowProblem(0, "due-before-found", "due", {"first": "2023-06-02", "second": "2023-06-01"}),
                     RowProblem(0, "completed-late", "completed", {"first": "2023-06-09", "second": DAY})]


def test_a_second_look_in_words_is_no_day():
    """复查 of a spot check is text: 已复查合格 ended the run."""
    heads = ["序号", "企业名称", "检查日期", "企业主要负责人未带队检查（家）", "企业未制定分管负责人职责清单（家）",
             "未按规定开展应急演练、员工不熟悉逃生出口（家）", "复查"]
    story = Story()
    story.send(workbook([("抽查", [["抽查检查登记表"], [f"填报单位：月牙河街道  填报日期：{DAY}"], heads,
                                 [1, "甲超市", "2023-06-01", "√", "", "", "已复查合格"]])]))
    taken = story.run(W1)
    assert [one["firm"] for one in taken.result.checks] == ["甲超市"] and not taken.result.held


@given(st.lists(st.sampled_from(["", None, "甲", "乙", "2023-06-05"])))
def test_repeated_values_are_asked_once(values):
    asked = []
    column = Repeated(values)
    assert column.where(lambda value: asked.append(value) or bool(value)).tolist() == [bool(value) for value in values]
    assert asked == list(dict.fromkeys(values))
    odd = np.arange(1, len(values), 2)
    assert column.each(str, "object", odd).tolist() == [str(value) for value in values[1::2]]
