"""An office that starts in mid-campaign: its past is taken from a table of units and figures, of any shape, or refused whole."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from consolidator.workflows import handouts, verify
from consolidator.workflows.opening import opening
from schemas.errors import ClosedWeekError, UsageError
from tests.district import W1, W2, W3, District, codes, file, unit

UNITS = ("甲局", "乙局", "丙街道")


@pytest.fixture
def beginner(tmp_path, district):
    """An office without a past, beside one that has had a week."""
    (tmp_path / "b").mkdir()
    return District(tmp_path / "b", UNITS)


def _table(path, rows) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def _simple(district, path, day="截至2023年6月5日", **changes) -> None:
    """A row a unit, a column a figure, under short names; ``changes``: unit → figures."""
    heads = [figure.short for figure in district.form.figures.values()]
    rows = [["各单位累计", *[None] * 3, day], ["序号", "单位", *heads]]
    for n, name in enumerate(UNITS, 1):
        figures = {**district.figures(name), **changes.get(name, {})}
        rows.append([n, name, *("否是"[value] if isinstance(value, bool) else value for value in figures.values())])
    _table(path, rows)


def test_our_own_workbook_is_the_past_of_another_office(district, beginner, tmp_path):
    district.send_all(W1, base=14)
    result = district.run(W1)
    merged = next(path for path in district.week(W1).glob("*（汇总）*.xlsx") if "台账" not in path.name)
    done = opening(beginner.settings, merged, None)
    assert (done.week, done.units, done.lines) == (W1, 3, [])
    beginner.send("甲局", W2, base=15)
    beginner.send("乙局", W2, base=13)
    now = beginner.run(W2)
    assert unit(now, "丙街道").source == "carried" and unit(now, "丙街道").figures == unit(result, "丙街道").figures
    assert "falls" in codes(file(now, "乙局0605.xlsx")) and file(now, "甲局0605.xlsx").status == "accepted"
    assert now.previous_week == W1 and now.increments["self_found"] == now.totals["self_found"] - result.totals["self_found"]
    assert verify.verify(beginner.settings).lines == [f"历史记录 {len(list(_events(beginner)))} 条，前后相接；索引一致；原件齐全、未被改动"]


def _events(district):
    return (district.folder / "outbox" / "journal.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("turned", [False, True])
def test_any_table_of_units_and_figures_is_taken_the_right_way_round(district, tmp_path, turned):
    path = tmp_path / "上期.xlsx"
    _simple(district, path)
    if turned:
        rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active]
        _table(path, [["截至2023年6月5日"], *zip(*rows[1:], strict=True)])
    assert opening(district.settings, path, None).week == W2
    district.send_all(W3, base=11)
    result = district.run(W3)
    assert {one.unit: one.previous for one in result.units} == {one: district.figures(one) for one in UNITS}


def test_blanks_know_the_opening_figures_and_a_rebuilt_index_has_them(district, tmp_path):
    path = tmp_path / "上期.xlsx"
    _simple(district, path, 甲局={"self_found": 77})
    opening(district.settings, path, None)
    for _ in range(2):
        folder, _ = handouts.blanks(district.settings, ["甲局"], W3)
        (made,) = folder.iterdir()
        assert "上期 77" in [cell.value for row in openpyxl.load_workbook(made).active for cell in row]
        verify.rebuild(district.settings)


def test_the_opening_week_is_no_week_that_was_run(district, tmp_path):
    path = tmp_path / "上期.xlsx"
    _simple(district, path)
    opening(district.settings, path, None)
    with pytest.raises(ClosedWeekError, match="期初数"):
        district.run(W2)
    with pytest.raises(UsageError, match="先运行 run"):
        handouts.report(district.settings, None, "stage", None, None)
    opening(district.settings, path, W1)  # another week instead
    district.send_all(W2)
    assert district.run(W2).previous_week == W1
    with pytest.raises(UsageError, match="已经汇总过"):
        opening(district.settings, path, W1)


def test_the_latest_week_to_look_at_is_not_the_opening_one(district, tmp_path):
    from consolidator.workflows import weekly

    path = tmp_path / "上期.xlsx"
    _simple(district, path)
    opening(district.settings, path, None)
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 6, 8, 9)})
    done = weekly.status(district.settings)
    assert done.result.week == W3 and {one.source for one in done.result.units} == {"carried"}


@pytest.mark.parametrize(("changes", "shown"), [
    ({"甲局": {"self_found": "约20"}}, r"甲局（C3）自查发现隐患填的是“约20”"), ({"乙局": {"fines": -3}}, "负数"),
    ({"丙街道": {"self_found": 2.5}}, "整数")])
def test_where_a_value_is_none_nothing_is_taken(district, tmp_path, changes, shown):
    path = tmp_path / "上期.xlsx"
    _simple(district, path, **changes)
    with pytest.raises(UsageError, match=shown):
        opening(district.settings, path, None)
    assert not (district.folder / "outbox" / "journal.jsonl").exists()


def test_what_is_left_out_or_does_not_fit_is_said(district, tmp_path):
    path = tmp_path / "上期.xlsx"
    _simple(district, path, 甲局={"self_rectified": 11})
    book = openpyxl.load_workbook(path)
    book.active.delete_rows(4)
    book.active.append([4, "丁局", 5, 5, 5, 5])
    book.active.append([None, "合计", 21])
    book.active["D2"] = "自查发现隐患"  # a second column of it: neither is believed
    book.save(path)
    shown = "\n".join(opening(district.settings, path, None).lines)
    assert "自查发现隐患、自查隐患已整改" in shown and "表里没有这些单位，期初为空：乙局" in shown and "没有录入：丁局" in shown
    _simple(district, path, 甲局={"self_rectified": 11})
    book = openpyxl.load_workbook(path)
    book.active.append([None, "合计", 21])
    book.save(path)
    shown = "\n".join(opening(district.settings, path, None).lines)
    assert "自查发现隐患：表里的合计是 21，各单位之和是 30，请核对" in shown
    assert "甲局：企业自查发现重大事故隐患中已完成整改的（个）（11）大于" in shown


@pytest.mark.parametrize(("day", "week", "shown"), [("", None, "--week"), ("截至2022年1月3日", None, "专项行动期内"),
                                                    ("", dt.date(2023, 12, 25), "还没有到")])
def test_its_week_must_be_known_and_past(district, tmp_path, day, week, shown):
    path = tmp_path / "上期.xlsx"
    _simple(district, path, day)
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 6, 8, 9)})
    with pytest.raises(UsageError, match=shown):
        opening(district.settings, path, week)


def test_a_file_without_such_a_table_is_refused(district, tmp_path):
    path = tmp_path / "x.xlsx"
    _table(path, [["单位", "电话"], ["甲局", 1]])
    with pytest.raises(UsageError, match="没有认出"):
        opening(district.settings, path, W1)
    path.write_bytes(b"")
    with pytest.raises(UsageError, match="0 字节"):
        opening(district.settings, path, W1)


def test_first_figures_of_an_office_without_a_past_are_a_base_without_jumps(beginner):
    for name in UNITS:
        beginner.send(name, W3, base=5000)
    result = beginner.run(W3)
    assert not {code for one in result.submissions for code in codes(one)} & {"jump", "falls"}
    assert set(result.increments.values()) == {None}
