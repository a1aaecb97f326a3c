"""Blank forms for the units and reports on demand: for whom, of which week, and that nothing of a person's is lost."""

from __future__ import annotations

import datetime as dt

import docx
import openpyxl
import pytest

from consolidator.workflows import handouts, weekly
from schemas.errors import UsageError
from tests.browser import needs_browser
from tests.district import W1, W2, W3, file
from tests.fill_page import fill_in, typed


def _blanks(district, *units: str, week=None, kind="xlsx"):
    folder, count = handouts.blanks(district.settings, units, week, kind=kind)
    files = sorted(folder.iterdir())
    assert folder == district.folder / "outbox" / "blank" and not [path for path in files if path.name.startswith(".")]
    return files, count


def _text(path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


# blank forms

def test_each_unit_of_the_roster_gets_one_with_its_name_and_week(district):
    files, count = _blanks(district, week=W2)
    assert count == 3 and [path.name for path in files] == [
        "丙街道_调度表_2023-06-05.xlsx", "乙局_调度表_2023-06-05.xlsx", "甲局_调度表_2023-06-05.xlsx"]
    for path, unit in zip(files, ("丙街道", "乙局", "甲局"), strict=True):
        values = [cell.value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row if cell.value]
        assert any(unit in str(value) for value in values) and dt.datetime(2023, 6, 5) in values


def test_units_are_named_as_the_roster_knows_them_and_no_others(district):
    district.write_roster([("甲局", "行业主管部门"), ("丙街道", "街道")])
    assert len(_blanks(district, "丙街道", "丙街道办事处")[0]) == 1
    with pytest.raises(UsageError, match="丁局"):
        _blanks(district, "丁局")
    with pytest.raises(UsageError, match="是不是甲局"):
        _blanks(district, "甲句")


def test_a_unit_that_stopped_gets_none_unless_asked_for(district):
    district.write_roster([("甲局", "行业主管部门", ""), ("乙局", "行业主管部门", "2023-06-01 停报")], changes=True)
    assert [path.name[:2] for path in _blanks(district, week=W2)[0]] == ["甲局"]
    assert [path.name[:2] for path in _blanks(district, "乙局", week=W2)[0]] == ["乙局", "甲局"]


@pytest.mark.parametrize(("now", "week"), [
    ("2023-06-06T09:00:00", "2023-06-12"), ("2023-06-05T09:00:00", "2023-06-05"), ("2023-01-01T09:00:00", "2023-05-29"),
    ("2026-01-01T09:00:00", "last"),
])
def test_without_a_week_it_is_todays_or_the_nearest_of_the_campaign(district, now, week):
    district.settings = district.settings.model_copy(update={"now": dt.datetime.fromisoformat(now)})
    last = district.form.campaign.last_week.isoformat()
    (path,), _ = _blanks(district, "甲局")
    assert path.stem.endswith(last if week == "last" else week)


def test_a_week_outside_the_campaign_is_refused_and_nothing_made(district):
    with pytest.raises(UsageError, match="2023-05-29 至"):
        handouts.blanks(district.settings, [], dt.date(2022, 1, 3))
    assert list((district.folder / "outbox").iterdir()) == []


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_an_unfilled_one_sent_back_is_no_error_and_no_figure(district, kind):
    """Its blanks are reported, nothing is read out of it, and unit and week are known silently."""
    (path,), _ = _blanks(district, "甲局", week=W1, kind=kind)
    path.rename(district.folder / "inbox" / path.name)
    one = file(district.run(W1), path.name)
    assert (one.unit, one.date) == ("甲局", W1) and set(one.figures.values()) == {None}
    assert {p.code for p in one.problems} <= {"blank", "blank-yes-no"}


def test_making_them_again_replaces_them_and_the_history_stays(district):
    district.send_all(W1)
    district.run(W1)
    first = {path.name: path.read_bytes() for path in _blanks(district, week=W2)[0]}
    assert {path.name: path.read_bytes() for path in _blanks(district, week=W2)[0]} == first
    assert district.run(W1).totals["self_found"] == 30


@pytest.mark.parametrize("kind", ["xlsx", "print", "docx"])
def test_a_blank_has_what_the_history_says_of_the_week_before_but_in_print(district, kind):
    district.send_all(W1, base=17)
    district.run(W1)
    (path,), _ = _blanks(district, "甲局", week=W2, kind=kind)
    shown = _text(path) if kind == "docx" else str([cell.value for row in openpyxl.load_workbook(path).active for cell in row])
    assert ("17" in shown and "上期" in shown) == (kind != "print")


def test_one_to_print_does_not_replace_the_other(district):
    _blanks(district, "甲局", week=W2)
    files, _ = _blanks(district, "甲局", week=W2, kind="print")
    assert [path.name for path in files] == ["甲局_调度表_2023-06-05.xlsx", "甲局_调度表_2023-06-05（打印）.xlsx"]


@needs_browser
def test_a_page_knows_last_week_and_what_it_makes_is_accepted_or_says_why_not(district):
    """The unit's reason for a figure that the page refuses arrives with its form as 单位说明."""
    district.send_all(W1)
    district.run(W1)
    for path in (district.folder / "inbox").iterdir():
        path.unlink()
    files, _ = _blanks(district, week=W2, kind="html")
    assert [path.name for path in files] == ["丙街道_调度表_2023-06-05.html", "乙局_调度表_2023-06-05.html", "甲局_调度表_2023-06-05.html"]
    for path, changes, reasons in ((files[0], {}, {}), (files[2], {"self_found": 9, "self_rectified": 9}, dict.fromkeys(
            ("self_found", "self_rectified"), "上期多报一个"))):
        shown = fill_in(path, typed(district.figures(path.name.partition("_")[0], 10, **changes)), reasons)
        (district.folder / "inbox" / f"{path.stem}.xlsx").write_bytes(shown["workbook"])
    result = district.run(W2)
    good, refused = file(result, "丙街道_调度表_2023-06-05.xlsx"), file(result, "甲局_调度表_2023-06-05.xlsx")
    assert (good.status, good.problems, good.unit, good.date) == ("accepted", [], "丙街道", W2)
    assert refused.status == "rejected" and {(one.code, one.figure) for one in refused.problems} == {
        (code, name) for code in ("falls", "unit-reply") for name in ("self_found", "self_rectified")}
    assert {one.message for one in refused.problems if one.code == "unit-reply"} == {"单位说明：上期多报一个"}


# reports on demand

def _two_weeks(district) -> None:
    for week, base in ((W1, 10), (W2, 14)):
        district.send_all(week, base=base)
        district.run(week)


def test_a_stage_report_covers_all_weeks_and_lies_in_the_weeks_folder(district):
    _two_weeks(district)
    (path,) = handouts.report(district.settings, None, "stage", None, None)
    assert path == district.week(W2) / "阶段进展报告2023-06-05.docx" and "42" in _text(path)
    (final,) = handouts.report(district.settings, W1, "final", None, None)
    assert final == district.week(W1) / "工作总结2023-05-29.docx" and "30" in _text(final)


def test_the_weekly_one_is_made_again_as_it_was(district):
    _two_weeks(district)
    path = district.week(W2) / "阶段工作情况报告.docx"
    before = path.read_bytes()
    path.unlink()
    assert handouts.report(district.settings, W2, "weekly", None, None) == [path]
    assert path.read_bytes() == before


def test_what_a_person_edited_survives(district):
    _two_weeks(district)
    (path,) = handouts.report(district.settings, W2, "stage", None, None)
    path.write_bytes(path.read_bytes() + b"edited")
    district.send("甲局", W2, "更正.xlsx", base=20)
    district.run(W2)
    (beside,) = handouts.report(district.settings, W2, "stage", None, None)
    assert beside.name == "阶段进展报告2023-06-05（新）.docx" and "48" in _text(beside)
    assert path.read_bytes().endswith(b"edited")


def test_the_next_run_leaves_what_was_asked_for(district):
    _two_weeks(district)
    made = [handouts.report(district.settings, W2, edition, None, None)[0] for edition in ("stage", "final")]
    district.send("甲局", W2, "更正.xlsx", base=20)
    district.run(W2)
    assert all(path.is_file() for path in made)


def test_a_report_needs_a_run_and_a_week_within_its_dates(district):
    with pytest.raises(UsageError, match="先运行 run"):
        handouts.report(district.settings, None, "stage", None, None)
    assert list((district.folder / "outbox").iterdir()) == []
    _two_weeks(district)
    with pytest.raises(UsageError, match="2023-06-12"):
        handouts.report(district.settings, W3, "stage", None, None)
    with pytest.raises(UsageError):
        handouts.report(district.settings, W2, "stage", dt.date(2023, 8, 1), None)
    assert not list(district.week(W2).glob(".*")) and not list(district.week(W2).glob("阶段进展报告*"))


def test_nothing_of_it_changes_the_week(district):
    _two_weeks(district)
    before = (district.week(W2) / "result.json").read_bytes(), weekly.status(district.settings, W2).result
    handouts.report(district.settings, W2, "stage", None, None)
    assert ((district.week(W2) / "result.json").read_bytes(), weekly.status(district.settings, W2).result) == before
