"""The weekly bridge: figures against the rows that prove them."""

import datetime as dt
import json
import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.ledger.bridge import UnitWeek, bridge_unit
from consolidator.ledger.moves import GAINS, LOSSES, Snapshot, snapshot
from consolidator.ledger.week import add_bridge
from consolidator.model.ledger import Hazard
from consolidator.model.ledger_json import ledger_from, ledger_to
from consolidator.writing.ledger.given_back import given_back_text
from schemas.settings import Settings
from tests.district import W1 as FIRST
from tests.district import W2 as SECOND
from tests.district import W3 as THIRD
from tests.district import District
from tests.ledger.factory import FORM, HEADS, LEDGER, W1, W2, Row, Story, counts, ledger, told, workbook

FOUND = next(pair for pair in LEDGER.bridge if pair.figure == "self_found")


def unit_week(figures, last=None, day=W1, last_day=None):
    return UnitWeek("月牙河街道", ("街道",), "reported", figures, day.isoformat(), last=last,
                    last_day=last_day.isoformat() if last_day else "")


def rows(numbers, **changes):
    return [Row(description=f"第{n}处防火门损坏无法关闭", found="2023-06-01", **changes) for n in numbers]


def test_the_example_of_the_specification():
    story = Story()
    first = rows(range(5))
    for n in range(3):
        first[n] = Row(description=f"第{n}处防火门损坏无法关闭", found="2023-06-01", state="已整改", completed="2023-06-04")
    story.send(ledger(first))
    taken = story.run(W1)
    add_bridge(taken, [unit_week({"self_found": 5, "self_rectified": 3})], W1, FORM)
    lines = [(line.figure, line.difference, line.opening) for line in taken.result.bridge]
    assert lines == [("self_found", 0, True), ("self_rectified", 0, True)]
    second = [*first, *(Row(description=f"第{n}处配电箱没有接地", found=f"2023-06-{n:02}") for n in (6, 8, 10)),
              Row(description="疏散指示标志损坏不亮", found="2023-06-02")]
    second[0] = Row(description="第0处防火门损坏无法关闭", found="2023-06-01", state="复查不合格")
    for n in (3, 5, 6, 8):
        second[n].state, second[n].completed = "已整改", "2023-06-11"
    story.send(ledger(second, day=W2), "二.xlsx")
    story.decide("void", W2, "YH2023-0005", reason="误报")
    taken = story.run(W2)
    last = {"self_found": 5, "self_rectified": 3}
    add_bridge(taken, [unit_week({"self_found": 9, "self_rectified": 7}, last, W2, W1)], W2, FORM)
    found, rectified = taken.result.bridge
    assert (found.last, found.expected, found.reported, found.unexplained, found.difference) == (5, 8, 9, 1, 1)
    assert found.moves == {"新增": 3, "补录": 1, "转入": 0, "转出": 0, "撤销": 1, "退回": 0}
    assert "调度表比台账多 1 条" in found.message and "请补登台账或更正调度表" in found.message
    assert (rectified.expected, rectified.unexplained, rectified.moves["退回"]) == (6, 1, 1)
    assert "YH2023-0001" in rectified.message and "accept 月牙河街道 self_rectified=6" in rectified.message
    read_back = replace(ledger_from(json.loads(json.dumps(ledger_to(taken.result)))), week=W2.isoformat())
    letter = given_back_text("月牙河街道", [], [], read_back, Settings())
    asked = [line for line in letter.splitlines() if "调度表比台账" in line]
    assert len(asked) == 2 and asked[1].endswith("（按台账应为 6）：请补登台账或更正调度表") and "accept" not in letter


@st.composite
def stories(draw):
    """Hazards week by week: appearing, rectified, returned, moved, voided; and whatever figures the unit signs."""
    chance = random.Random(draw(st.integers(0, 10 ** 9)))
    hazards, weeks = {}, []
    for week in range(draw(st.integers(2, 6))):
        day = W1 + dt.timedelta(days=7 * week)
        for _ in range(chance.randint(0, 4)):
            found = day - dt.timedelta(days=chance.randint(-2, 20))
            hazards[f"H{len(hazards)}"] = {
                "units": ["月牙河街道"] if chance.random() < 0.7 else ["区商务局"], "side": chance.choice(["self", "self", "dept"]),
                "level": chance.choice(["重大", "重大", "一般"]), "state": "open", "found": found.isoformat()}
        for one in hazards.values():
            if chance.random() < 0.5:
                one["state"] = chance.choice(["open", "under_way", "rectified", "rectified", "closed", "void"])
                one["completed"] = chance.choice(["", (day - dt.timedelta(days=chance.randint(-2, 9))).isoformat()])
            if chance.random() < 0.15:
                one["units"] = [chance.choice(["月牙河街道", "区商务局"])]
            if chance.random() < 0.05:
                one["level"] = chance.choice(["重大", "一般"])
        weeks.append(({key: dict(one, units=list(one["units"])) for key, one in hazards.items()},
                      {"self_found": chance.randint(0, 20), "self_rectified": chance.randint(0, 20)}, day))
    return weeks


def moves_one_by_one(pair, were, are, last, day):
    """Why → ids of what came and went between two weeks: the rule, hazard by hazard."""
    unit, found = "月牙河街道", {}
    before, after = ({one.id: one for one in hazards} for hazards in (were, are))
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        counted = tuple(bool(one and counts(one, unit, pair, "2023-05-25", until)) for one, until in ((old, last), (new, day)))
        if counted == (False, True):
            happened = new.completed or new.found if pair.count == "rectified" else new.found
            why = "转入" if old and unit not in old.units else "新增" if not last or happened > last else "补录"
        elif counted == (True, False):
            back = pair.count == "rectified" and new and new.state in ("open", "under_way")
            why = "转出" if new and unit not in new.units else "退回" if back else "撤销"
        else:
            continue
        found.setdefault(why, []).append(key)
    return {why: sorted(keys) for why, keys in found.items()}


@given(stories())
@settings(deadline=None)
def test_the_identity_holds_in_any_story(weeks):
    def state(data):
        return [Hazard(key, LEDGER.name, firm="", description="", since="", seen="", **one) for key, one in data.items()]

    before, last, last_day, differences, known = Snapshot(), None, None, {}, []
    for data, figures, day in weeks:
        hazards = state(data)
        after = snapshot(hazards)
        unit = unit_week(figures, last, day, last_day)
        unit.new = {LEDGER.name}
        if last is None:
            unit.first = {LEDGER.name}
        earlier, differences = differences, {}
        for line in bridge_unit(unit, LEDGER, FORM, before, after, visits=(), earlier=()):
            pair = next(pair for pair in LEDGER.bridge if pair.figure == line.figure)
            counted = sum(counts(one, "月牙河街道", pair, "2023-05-25", day.isoformat()) for one in hazards)
            assert line.difference == line.reported - counted
            assert line.behind == moves_one_by_one(pair, known, hazards, last_day.isoformat() if last_day else "", day.isoformat())
            if not line.opening:
                assert line.expected == line.last + sum(line.moves[name] for name in GAINS) - sum(line.moves[name] for name in LOSSES)
                assert line.difference == earlier[line.figure] + line.unexplained
                assert bool(line.message) == bool(line.unexplained)
            differences[line.figure] = line.difference
        before, last, last_day, known = after, figures, day, hazards


def test_without_a_new_ledger_nothing_is_warned_of():
    story = Story()
    story.send(ledger(rows(range(3))))
    story.run(W1)
    taken = story.run(W2)
    add_bridge(taken, [unit_week({"self_found": 5, "self_rectified": 0}, {"self_found": 3, "self_rectified": 0}, W2, W1)], W2, FORM)
    line = taken.result.bridge[0]
    assert line.unexplained == 2 and line.severity == "note" and "台账截至 2023-06-05" in line.message


def test_a_streets_inspections_are_no_self_check():
    story = Story()
    story.send(ledger([*rows(range(2)), *rows(range(5, 8), source="街道")]))
    taken = story.run(W1)
    add_bridge(taken, [unit_week({"self_found": 5, "self_rectified": 0})], W1, FORM)
    assert [line.message for line in taken.result.bridge if line.street and "街道检查 3" in line.message]
    assert {one.side for one in taken.result.hazards} == {"self", "street"}


CHECK_HEADS = ["序号", "企业名称", "检查日期", "检查人", "企业主要负责人未带队检查（家）", "企业未制定分管负责人职责清单（家）",
               "未按规定开展应急演练、员工不熟悉逃生出口（家）", "存在问题", "处罚金额（万元）"]


def checks(body, unit="月牙河街道", day=W1):
    return workbook([("抽查", [["抽查检查登记表"], [f"填报单位：{unit}  填报日期：{day.isoformat()}"], CHECK_HEADS, *body])])


def test_a_firm_counts_once_and_its_faults_by_ticks():
    story = Story()
    story.send(checks([[1, "甲超市", "2023-06-01", "令狐冲", "√", "", "", "", ""],
                       [2, "甲超市", "2023-06-03", "令狐冲", "", "", "√", "", ""],
                       [3, "乙饭店", "2023-06-03", "令狐冲", "×", "否", "", "没有演练记录", 1], ["合计", "", "", "", 1, 0, 1, "", 1]]))
    taken = story.run(W1)
    assert [(one["firm"], one["date"], one["faults"]) for one in taken.result.checks] == [
        ("甲超市", "2023-06-01", ["no_led_inspection"]), ("乙饭店", "2023-06-03", []), ("甲超市", "2023-06-03", ["no_drill"])]
    assert [(one.row, one.code) for one in taken.result.held] == [(6, "faults-in-words")]
    figures = {"checked": 3, "no_led_inspection": 1, "no_duty_list": 0, "no_drill": 1}
    add_bridge(taken, [unit_week(figures)], W1, FORM)
    lines = {line.figure: line for line in taken.result.bridge}
    assert lines["checked"].rows == 2 and lines["checked"].difference == 1 and lines["no_drill"].difference == 0
    assert "令狐冲" not in str(taken.result.checks)


def test_a_row_of_a_check_is_held_with_its_cell():
    story = Story()
    story.send(checks([[1, "", "2023-06-01", "", "√", "", "", "", ""], [2, "甲", "随便", "", "", "", "", "", ""],
                       [3, "乙", "2023-06-20", "", "", "", "", "", ""]]))
    taken = story.run(W1)
    assert [(one.row, one.code, one.cell) for one in taken.result.held] == [
        (4, "cell-blank", "B4"), (5, "day-unread", "C5"), (6, "check-late", "C6")]
    file, = taken.result.files
    assert (file.kind, file.merged, file.held) == ("checks", 0, 3)


def test_visits_filled_in_as_firms_are_said_so():
    story = Story()
    story.send(checks([[1, "甲", "2023-05-29", "", "", "", "", "", ""]], day=dt.date(2023, 5, 29)), "一.xlsx")
    story.run(dt.date(2023, 5, 29))
    story.send(checks([[1, "甲", "2023-05-29", "", "", "", "", "", ""], [2, "甲", "2023-06-02", "", "", "", "", "", ""]]), "二.xlsx")
    taken = story.run(W1)
    add_bridge(taken, [unit_week({"checked": 2}, {"checked": 1}, W1, dt.date(2023, 5, 29))], W1, FORM)
    line, = taken.result.bridge
    assert "按家次填了" in line.message


def test_the_bridge_stands_in_the_result_and_changes_nothing(tmp_path):
    district = District(tmp_path, ["区商务局", "月牙河街道"])
    first = dt.date(2023, 5, 29)
    for day, base, count in ((first, 10, 4), (W1, 12, 6)):
        district.send_all(day, base=base)
        body = [Row(description=f"第{n}处防火门损坏无法关闭", found=(first if n < 4 else W1).isoformat()) for n in range(count)]
        (tmp_path / "inbox" / f"月牙河街道台账{day:%m%d}.xlsx").write_bytes(ledger(body, day=day))
        result = district.run(day)
    data = district.result_json(W1)
    line = next(one for one in data["ledger"]["bridge"] if one["figure"] == "self_found")
    assert (line["last"], line["expected"], line["reported"], line["unexplained"], line["difference"]) == (10, 12, 12, 0, 6)
    assert line["moves"]["新增"] == 2 and data["totals"]["self_found"] == 24
    assert data["ledger"]["district"][0]["hazards"] == 6 and not result.ledger.refused
    district.send_all(W2, base=20)
    (tmp_path / "inbox" / "月牙河街道台账0612.xlsx").write_bytes(ledger(
        [*body, Row(description="配电箱没有接地线", found="2023-06-08")], day=W2))
    district.run(W2)
    page = (tmp_path / "outbox" / W2.isoformat() / "report.html").read_text(encoding="utf-8")
    assert '<a href="#YH2023-0007">YH2023-0007</a>' in page and '<tr id="YH2023-0007">' in page  # one click from figure to row
    assert not any(problem["code"].startswith("ledger") for one in data["submissions"] for problem in one["problems"])


def test_snapshot_is_taken_apart_from_the_hazards():
    story = Story()
    story.send(ledger(rows(range(1))))
    hazard, = story.run(W1).result.hazards
    kept = snapshot([hazard])
    hazard.state, hazard.units = "void", ["区商务局"]
    assert kept.state_of(0) == "under_way" and len(kept.counted("月牙河街道", FOUND, "2023-05-25", "2023-06-05")) == 1


def test_suspended_firms_penalties_and_fines_are_bridged_once_rows_of_them_are_kept():
    story, kinds = Story(), ("行业主管部门", "执法部门")
    heads = [*HEADS, "停产停业"]
    story.send(ledger([Row(more={"停产停业": "是"}), Row(description="配电箱没有接地线", more={"停产停业": "是"}),
                       Row(description="消防水泵不能启动", firm="乙饭店", more={"停产停业": "否"})], unit="区商务局", heads=heads))
    body = [[1, "甲", "2023-06-01", "", "", "", "", "", 1], [2, "甲", "2023-06-03", "", "", "", "", "", 0.1],
            [3, "乙", "2023-06-03", "", "", "", "", "", ""]]
    story.send(checks(body, unit="区商务局"), "抽查.xlsx")
    taken = story.run(W1)
    figures = {"suspended": 1, "penalties": 3, "fines": 1.1}
    add_bridge(taken, [UnitWeek("区商务局", kinds, "reported", figures, W1.isoformat(), last=None, last_day="")], W1, FORM)
    assert [(line.figure, line.rows, line.difference) for line in taken.result.bridge] == [
        ("suspended", 1, 0), ("penalties", 2, 1), ("fines", 1.1, 0)]
    body = [*body[:1], [2, "甲", "2023-06-03", "", "", "", "", "", 0.3], [3, "丙", "2023-06-09", "", "", "", "", "", "2000元"]]
    story.send(checks(body, unit="区商务局", day=W2), "抽查2.xlsx")
    taken = story.run(W2)
    later = UnitWeek("区商务局", kinds, "reported", {**figures, "fines": 1.7}, W2.isoformat(), last=figures, last_day=W1.isoformat())
    add_bridge(taken, [later], W2, FORM)
    line = next(line for line in taken.result.bridge if line.figure == "fines")
    assert (line.moves["新增"], line.moves["补录"], line.expected, line.unexplained) == (0.2, 0.2, 1.5, 0.2)
    assert line.behind == {"新增": ["丙"], "补录": ["甲"]} and line.difference == 0.2
    assert "调度表比台账多 0.2 万元（按台账应为 1.5）" in line.message


def test_a_unit_that_writes_down_no_penalty_is_not_asked_for_any():
    story = Story()
    story.send(checks([[1, "甲", "2023-06-01", "", "", "", "", "", ""]], unit="区商务局"))
    story.send(ledger([Row(more={"停产停业": "否"})], unit="区商务局", heads=[*HEADS, "停产停业"]), "台账.xlsx")
    taken = story.run(W1)
    add_bridge(taken, [UnitWeek("区商务局", ("执法部门",), "reported", {"suspended": 1, "penalties": 3, "fines": 2.5}, W1.isoformat(),
                                last=None, last_day="")], W1, FORM)
    assert taken.result.bridge == []


def test_a_fault_that_some_standards_name_is_a_note_with_where_to_look():
    story = Story()
    heads = [*CHECK_HEADS[:4], "电焊等特种作业岗位人员无证上岗作业（家）", *CHECK_HEADS[4:]]
    story.send(workbook([("抽查", [["抽查检查登记表"], ["填报单位：月牙河街道  填报日期：2023-06-05"], heads,
                                 [1, "甲", "2023-06-01", "", "√", "", "", "", "", ""]])]))
    one, = story.run(W1).result.held
    assert (one.code, one.severity, one.cell) == ("fault-clause", "note", "E4") and "判定标准" in one.message


def test_hidden_sheets_and_rows_are_read_with_a_note():
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(ledger(rows(range(3)))))
    book.worksheets[0].row_dimensions[5].hidden = True
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("空")
    out = io.BytesIO()
    book.save(out)
    story = Story()
    story.send(out.getvalue())
    taken = story.run(W1)
    assert len(taken.result.hazards) == 3
    assert sorted((one.code, one.row) for one in taken.result.held) == [("row-hidden", 5), ("sheet-hidden", 1)]


def test_faults_may_be_headed_by_their_labels_cut_short():
    heads = ["序号", "受检单位", "检查时间", "检查人员", "未带队检查", "未制定清单", "未开展演练", "安全管理人员", "存在问题"]
    story = Story()
    story.send(workbook([("抽查", [["抽查检查登记表"], ["填报单位：月牙河街道  填报日期：2023-06-05"], heads,
                                 [1, "甲超市", "2023-06-01", "令狐冲", "√", "", "√", "上官云", ""]])]))
    taken = story.run(W1)
    assert taken.result.checks == [{"unit": "月牙河街道", "firm": "甲超市", "date": "2023-06-01",
                                    "faults": ["no_led_inspection", "no_drill"]}]
    assert told(taken) == []


def test_each_unit_counts_a_shared_hazard_on_its_own_side():
    story = Story()
    story.send(ledger([Row()]), "街.xlsx")
    bureau = [Row(description="安全出口被货物堵塞，未清理", source="部门"), Row(firm="乙店", source="部门")]
    story.send(ledger(bureau, unit="区商务局"), "局.xlsx")
    taken = story.run(W1)
    shared = sorted(one.id for one in taken.result.hazards if "堵塞" in one.description and one.firm != "乙店")
    story.decide("link", W1, *shared)
    for _ in range(2):
        taken = story.run(W1)
        units = [unit_week({"self_found": 1, "self_rectified": 0}),
                 UnitWeek("区商务局", ("行业主管部门", "执法部门"), "reported", {"self_found": 0, "dept_found": 2}, W1.isoformat(),
                          last=None, last_day="")]
        add_bridge(taken, units, W1, FORM)
        assert {(line.unit, line.figure): line.rows for line in taken.result.bridge} == {
            ("月牙河街道", "self_found"): 1, ("月牙河街道", "self_rectified"): 0, ("区商务局", "dept_found"): 2}
    story.decide("move", W1, shared[0], unit="区城管委")
    story.decide("split", W1, *shared)
    assert not any(one.sides for one in story.run(W1).result.hazards)


def test_a_figure_that_has_to_fall_is_the_clerks_to_accept():
    story = Story()
    story.send(ledger(rows(range(8))), "一.xlsx")
    story.run(W1)
    story.send(ledger([*rows(range(6)), *rows((6, 7), state="移交区城管委")], day=W2), "二.xlsx")
    story.decide("void", W2, "YH2023-0001")
    taken = story.run(W2)
    last = {"self_found": 8, "self_rectified": 0}
    for reported, source, severity in ((8, "reported", "warning"), (8, "carried", "note")):
        taken.result.bridge.clear()
        unit = replace(unit_week({"self_found": reported, "self_rectified": 0}, last, W2, W1), source=source)
        add_bridge(taken, [unit], W2, FORM)
        line = next(line for line in taken.result.bridge if line.figure == "self_found")
        assert (line.expected, line.severity) == (5, severity)
        assert "转出 YH2023-0007、YH2023-0008，撤销 YH2023-0001" in line.message
        assert line.message.endswith("accept 月牙河街道 self_found=5 --reason 转出") and "accept" not in line.to_unit


def _bridge(district, week, figure="self_found"):
    return next(line for line in district.run(week).ledger.bridge if line.figure == figure)


def _week(district, unit, week, number, more=(), **figures):
    """The ledger of a week: ``number`` hazards of the campaign's first days and ``more``; the form, where figures are given."""
    own = [Row(description=f"第{n}处防火门损坏无法关闭", found="2023-05-27") for n in range(number)] + list(more)
    (district.folder / "inbox" / f"台账{week:%m%d}.xlsx").write_bytes(ledger(own, unit=unit, day=week))
    if figures:
        district.send(unit, week, **figures)


def test_what_happened_while_nothing_was_compared_counts_when_it_is(tmp_path):
    """The form of the second week is wrong; the third week's has both weeks' hazards: nothing is to be corrected."""
    district = District(tmp_path, ["月牙河街道"])
    later = [Row(description="疏散指示标志损坏不亮", found="2023-06-03"), Row(description="消防水泵不能启动", found="2023-06-09")]
    _week(district, "月牙河街道", FIRST, 3, self_found=10, self_rectified=2)
    assert _bridge(district, FIRST).opening
    _week(district, "月牙河街道", SECOND, 3, later[:1], self_found="约11", self_rectified=2)
    line = _bridge(district, SECOND)
    assert (line.unexplained, line.severity, line.waiting, line.base) == (-1, "note", True, 7)
    _week(district, "月牙河街道", THIRD, 3, later, self_found=12, self_rectified=2)
    line = _bridge(district, THIRD)
    assert (line.last, line.unexplained, line.difference, line.severity) == (10, 1, 7, "note") and "对得上" in line.message
    again = _bridge(district, THIRD)
    assert (again.unexplained, again.message) == (line.unexplained, line.message)


def test_what_was_missed_then_is_reported_now(tmp_path):
    district = District(tmp_path, ["月牙河街道"])
    _week(district, "月牙河街道", FIRST, 3, self_found=10, self_rectified=2)
    district.run(FIRST)
    _week(district, "月牙河街道", SECOND, 4)  # no form came
    district.run(SECOND)
    _week(district, "月牙河街道", THIRD, 4, self_found=10, self_rectified=2)
    line = _bridge(district, THIRD)
    assert (line.unexplained, line.severity) == (0, "warning")
    assert "调度表比台账少 1 条（按台账应为 11，连同此前没有比的各期）" in line.message


def test_weeks_without_a_ledger_are_compared_when_one_comes(tmp_path):
    district = District(tmp_path, ["月牙河街道"])
    _week(district, "月牙河街道", FIRST, 3, self_found=3, self_rectified=2)
    district.run(FIRST)
    district.send("月牙河街道", SECOND, self_found=5, self_rectified=2)
    line = _bridge(district, SECOND)
    assert line.waiting and line.severity == "note" and "本期没有新的台账" in line.message
    more = [Row(description=text, found="2023-06-02") for text in ("疏散指示标志损坏不亮", "消防水泵不能启动")]
    _week(district, "月牙河街道", THIRD, 3, more, self_found=5, self_rectified=2)
    line = _bridge(district, THIRD)
    assert (line.unexplained, line.difference, line.severity) == (-2, 0, "note")


def test_a_first_ledger_beside_no_form_is_still_the_first(tmp_path):
    district = District(tmp_path, ["月牙河街道"])
    district.send("月牙河街道", FIRST, self_found=10, self_rectified=2)
    district.run(FIRST)
    _week(district, "月牙河街道", SECOND, 3)
    assert _bridge(district, SECOND).opening
    _week(district, "月牙河街道", THIRD, 3, self_found=13, self_rectified=2)
    line = _bridge(district, THIRD)
    assert line.opening and line.severity == "note" and "期初差额 +10" in line.message
