"""Duties of firms: which periods there are, what state a duty is in, how sheets of firms are read and shown."""

import datetime as dt
from itertools import pairwise

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidator.ledger.duties import duties_of, periods, state_of
from consolidator.model.ledger_json import ledger_from, ledger_to
from consolidator.writing.ledger.duty_sheets import duty_lines, write_blank_duties
from consolidator.writing.ledger.review import write_review
from schemas.errors import DefinitionError
from schemas.firms import Firm
from schemas.ledger_loading import load_ledgers
from schemas.settings import PROGRAM, Settings
from tests.ledger.factory import FORM, W1, W2, Story, told, workbook
from tests.ledger.test_bridge import checks

LEDGER = next(one for one in FORM.ledger_definitions if one.kind == "duties")
SINCE, UNTIL = dt.date(2023, 5, 25), dt.date(2023, 12, 25)
HEADS = ["序号", "企业名称", "是否高危", "主要负责人", "主要负责人带队检查", "动火岗位排查", "外包外租排查", "应急演练"]


def firms(body, unit="月牙河街道", day=W1, heads=HEADS):
    return workbook([("企业履职", [["企业履职情况表"], [f"填报单位：{unit}  填报日期：{day.isoformat()}"], heads, *body])])


def states(taken):
    return {one.firm: [state.state for state in one.duties.values()] for one in taken.result.duties}


@pytest.mark.parametrize(("every", "first", "count"), [
    ("month", (SINCE, dt.date(2023, 6, 30)), 7), ("quarter", (SINCE, dt.date(2023, 6, 30)), 3), ("once", (SINCE, UNTIL), 1)])
def test_a_few_days_of_the_first_month_are_no_period_of_their_own(every, first, count):
    found = periods(every, SINCE, UNTIL)
    assert found[0] == first and len(found) == count and found[-1][1] == UNTIL


@given(st.sampled_from(["once", "month", "quarter"]), st.dates(dt.date(2023, 1, 1), dt.date(2024, 12, 31)), st.integers(0, 800))
def test_periods_cover_the_campaign_without_a_gap(every, since, length):
    until = since + dt.timedelta(days=length)
    found = periods(every, since, until)
    assert (found[0][0], found[-1][1]) == (since, until) and all(first <= last for first, last in found)
    assert all(later[0] - earlier[1] == dt.timedelta(days=1) for earlier, later in pairwise(found))


@pytest.mark.parametrize(("days", "day", "state"), [
    (None, "2023-09-04", "none"), (set(), "2023-06-12", "due"), (set(), "2023-07-03", "overdue"), ({"2023-06-03"}, "2023-06-12", "done"),
    ({"2023-06-03"}, "2023-07-10", "due"), ({"2023-06-03"}, "2023-08-07", "overdue"), ({"2023-06-03", "2023-08-01"}, "2023-08-07", "done"),
    ({"2023-11-30"}, "2024-01-08", "overdue"), ({"2023-12-20"}, "2024-01-08", "done")])
def test_the_state_of_a_monthly_duty(days, day, state):
    assert state_of(days, periods("month", SINCE, UNTIL), dt.date.fromisoformat(day)) == state


@given(st.sets(st.dates(SINCE, UNTIL).map(dt.date.isoformat)), st.dates(SINCE, UNTIL), st.sampled_from(["once", "month", "quarter"]))
def test_a_duty_once_done_is_not_overdue_in_the_period_after(days, day, every):
    own = periods(every, SINCE, UNTIL)
    state = state_of(days, own, day)
    now = next(n for n, (first, last) in enumerate(own) if first <= day <= last)
    kept = [any(first.isoformat() <= one <= last.isoformat() for one in days) for first, last in own]
    assert state == ("done" if kept[now] else "overdue" if now and not kept[now - 1] else "due")


def test_firms_are_read_each_with_its_duties():
    story = Story([Firm("登记企业", risky=True)])
    story.send(firms([[1, "甲超市", "", "欧阳明", "2023-06-02、6月3日", "未开展", "不涉及", ""],
                      [2, "乙油库", "是", "司马光", dt.date(2023, 6, 1), "2023-05-28", "", "计划6月20日"],
                      ["合计", "", "", "", "", "", "", ""]]))
    taken = story.run(W1)
    file, = taken.result.files
    assert (file.kind, file.rows, file.merged, file.held, file.passed) == ("duties", 6, 2, 0, 4)
    assert states(taken) == {"甲超市": ["done", "due", "exempt", "due"], "乙油库": ["done", "done", "due", "due"],
                             "登记企业": ["none"] * 4}
    assert {one.firm for one in taken.result.duties if one.risky} == {"乙油库", "登记企业"}
    one = next(one for one in taken.result.duties if one.firm == "甲超市").duties["led_inspection"]
    assert (one.last, one.until) == ("2023-06-03", "2023-06-30")
    assert "欧阳明" not in str(ledger_to(taken.result)) and "司马光" not in str(ledger_to(taken.result))
    assert ledger_from(ledger_to(taken.result)).duties == taken.result.duties


def test_what_is_blank_later_does_not_undo_and_a_risky_firm_is_asked_more_often():
    story = Story()
    story.send(firms([[1, "甲超市", "", "", "2023-06-02", "2023-06-02", "", ""], [2, "乙油库", "是", "", "2023-06-02", "", "", ""]]))
    story.run(W1)
    august = dt.date(2023, 8, 7)
    story.send(firms([[1, "甲超市", "", "", "", "", "", ""]], day=august), "八月.xlsx")
    taken = story.run(august)
    # the quarter before was kept by both; of the months since June the risky one missed July
    assert states(taken) == {"甲超市": ["due", "overdue", "due", "due"], "乙油库": ["overdue", "overdue", "due", "overdue"]}


def test_a_row_that_cannot_be_read_is_held_with_its_cell():
    story = Story()
    story.send(firms([[1, "", "", "", "2023-06-02", "", "", ""], [2, "甲", "", "", "上周", "", "", ""],
                      [3, "乙", "", "", "2023-06-20", "", "", ""],
                      [4, "丙", "", "", "", "1998-05-01", "", ""]]))
    taken = story.run(W1)
    assert [(one.row, one.code, one.cell) for one in taken.result.held] == [
        (4, "cell-blank", "B4"), (5, "day-unread", "E5"), (6, "day-late", "E6"), (7, "day-year", "F7")]
    assert not taken.result.duties and told(taken)


def test_a_check_that_finds_it_wanting_is_named_and_judges_nothing():
    story = Story()
    story.send(firms([[1, "甲超市", "", "", "2023-05-30", "", "", ""]]))
    story.send(checks([[1, "甲超市", "2023-06-01", "", "√", "", "", "", ""]]), "抽查.xlsx")
    one, = story.run(W1).result.duties
    assert one.duties["led_inspection"].state == "done" and one.duties["led_inspection"].found_wanting == "2023-06-01"
    assert not one.duties["drill"].found_wanting


def test_firms_are_one_by_code_and_never_by_likeness():
    code = "91120105MA05K1AB1Y"
    from schemas.firms import is_credit_code

    code = next(code[:17] + sign for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY" if is_credit_code(code[:17] + sign))
    heads = ["企业名称", "信用代码", "带队检查", "应急演练"]
    story = Story()
    story.send(firms([["好又多", "", "2023-06-01", ""], ["好又多", code, "", ""], ["好又多一店", "", "", ""]], heads=heads))
    story.send(firms([["好又多商贸", code, "", "2023-06-02"]], unit="区商务局", heads=heads), "商务.xlsx")
    taken = story.run(W1)
    both = next(one for one in taken.result.duties if len(one.units) == 2)
    assert len(taken.result.duties) == 2 and both.units == ["区商务局", "月牙河街道"]
    assert (both.duties["led_inspection"].state, both.duties["drill"].state) == ("done", "done")


def test_the_sheet_and_the_unit_are_reported(tmp_path):
    story = Story()
    story.send(firms([[1, "=甲超市", "", "", "2023-06-02", "2023-06-02", "不涉及", ""]]))
    story.run(W1)
    result = story.run(dt.date(2023, 8, 7)).result
    write_review(result, FORM, Settings(), tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["企业履职"]
    assert [cell.value for cell in sheet[3]][3:7] == [duty.name for duty in duties_of(FORM.ledger_definitions).values()]
    assert [cell.value for cell in sheet[4]][:7] == ["=甲超市", "月牙河街道", None, "应做（2023-09-30 前）", "逾期（2023-06-02）", "不涉及",
                                                     "应做（2023-12-25 前）"] and sheet["A4"].data_type == "s"
    lines = duty_lines("月牙河街道", result, FORM, 10)
    assert "企业履职逾期的 1 项：" in lines and any("动火岗位排查（上次 2023-06-02）" in line for line in lines)
    write_blank_duties(LEDGER, "月牙河街道", result.duties, "2023-08-07", tmp_path / "b.xlsx", settings=Settings())
    again = Story()
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    book["企业履职"]["A2"].value = "填报单位：月牙河街道 填报日期：2023-08-07"
    book.save(tmp_path / "c.xlsx")
    again.send((tmp_path / "c.xlsx").read_bytes())
    back = again.run(dt.date(2023, 8, 7)).result
    assert [one.duties for one in back.duties] == [one.duties for one in result.duties] and not back.held


def test_a_hazard_ledger_is_no_sheet_of_firms_and_two_columns_are_needed():
    story = Story()
    story.send(firms([["甲", "王五", "2023-06-02"]], heads=["企业名称", "负责人", "应急演练"]))
    assert not story.run(W2).result.files


def test_a_definition_with_a_duty_that_is_not_there_is_refused(tmp_path):
    text = (PROGRAM / "schemas" / "ledgers" / "firm_duties_2023.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text.replace("duty: drill}", "duty: dril}"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="dril"):
        load_ledgers(("a.yaml",), tmp_path / "form.yaml")
    (tmp_path / "a.yaml").write_text(text.replace("type: days, duty: drill}", "type: day, duty: drill}"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="days"):
        load_ledgers(("a.yaml",), tmp_path / "form.yaml")
