"""Ledgers through a whole run: files, statuses, journal, rebuild, papers."""

import json

import openpyxl
import pytest

from consolidator.workflows import weekly
from tests.district import W1 as FIRST
from tests.district import District
from tests.ledger.factory import Row, ledger, workbook


@pytest.fixture
def district(tmp_path):
    return District(tmp_path, ["区商务局", "月牙河街道"])


def result_of(district, week=FIRST):
    return json.loads((district.folder / "outbox" / week.isoformat() / "result.json").read_text(encoding="utf-8"))


def folder(district, week=FIRST):
    return district.folder / "outbox" / week.isoformat()


def rejected(district):
    return weekly.status(district.settings, FIRST).rejected


def put(district, name, data):
    (district.folder / "inbox" / name).write_bytes(data)


def test_a_ledger_beside_the_forms_touches_none_of_them(district):
    district.send("区商务局", FIRST)
    put(district, "月牙河街道台账.xlsx", ledger([Row(found="2023-05-28"), Row(description="配电箱没有接地", found="")], day=FIRST))
    district.run(FIRST)
    assert not rejected(district)
    result = result_of(district)
    by_file = {one["file"]: one for one in result["submissions"]}
    assert by_file["月牙河街道台账.xlsx"]["status"] == "ledger" and by_file["月牙河街道台账.xlsx"]["unit"] == "月牙河街道"
    unit = next(one for one in result["units"] if one["unit"] == "月牙河街道")
    assert unit["source"] == "missing" and unit["awaiting"] == "report"
    assert not (folder(district) / "退回").exists()
    file, = result["ledger"]["files"]
    assert (file["merged"], file["held"], file["rows"]) == (1, 1, 5)
    assert [(one["row"], one["code"], one["cell"]) for one in result["ledger"]["held"]] == [(5, "cell-blank", "H5")]
    book = openpyxl.load_workbook(next(folder(district).glob("*台账（汇总）*.xlsx")))
    assert book.sheetnames == ["台账", "新增", "销号清单", "挂牌督办", "逾期与7日内到期", "统计"]


def test_a_refused_ledger_ends_the_run_with_one_and_returns_no_form(district):
    district.send("月牙河街道", FIRST)
    put(district, "某公司台账.xlsx", ledger([Row(found="2023-05-28")], unit="某公司", day=FIRST))
    put(district, "月牙河街道台账2.xlsx", b"not a workbook at all\x00\x01\x02")
    district.run(FIRST)
    assert rejected(district)
    result = result_of(district)
    statuses = {one["file"]: one["status"] for one in result["submissions"]}
    assert statuses["某公司台账.xlsx"] == "rejected" and statuses["月牙河街道台账2.xlsx"] == "rejected"
    unit = next(one for one in result["units"] if one["unit"] == "月牙河街道")
    assert unit["source"] == "reported" and unit["awaiting"] is None
    assert not (folder(district) / "退回").exists()


def test_a_sheet_beside_a_form_is_read_as_well(district):
    path = district.send("月牙河街道", FIRST, kind="xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("隐患台账")
    for row in openpyxl.load_workbook(__import__("io").BytesIO(ledger([Row(found="2023-05-28")], unit="", day=None))).worksheets[0].values:
        sheet.append(row)
    book.save(path)
    district.run(FIRST)
    result = result_of(district)
    assert result["submissions"][0]["status"] == "accepted"
    assert [one["units"] for one in result["ledger"]["hazards"]] == [["月牙河街道"]]


def test_the_index_made_anew_gives_the_same_result(district):
    put(district, "月牙河街道台账.xlsx", ledger(
        [Row(found="2023-05-28"), Row(description="配电箱没有接地", found="2023-05-27")], day=FIRST))
    district.run(FIRST)
    before = result_of(district)["ledger"]
    (district.folder / "inbox" / "月牙河街道台账.xlsx").unlink()
    from consolidator.workflows.verify import rebuild

    rebuild(district.settings)
    district.run(FIRST)
    after = result_of(district)["ledger"]
    assert after["hazards"] == before["hazards"] and after["files"] == before["files"]


def test_hostile_texts_reach_no_cell_as_a_formula(district):
    hostile = Row(firm="=cmd|'/c calc'!A0", description="<script>alert(1)</script>长度足够", found="2023-05-28")
    put(district, "月牙河街道台账.xlsx", ledger([hostile], day=FIRST))
    district.run(FIRST)
    book = openpyxl.load_workbook(next(folder(district).glob("*台账（汇总）*.xlsx")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=cmd|'/c calc'!A0" for cell in cells)
    assert "<script>alert" not in (folder(district) / "report.html").read_text(encoding="utf-8")


def test_a_workbook_without_rows_is_a_ledger_of_none(district):
    put(district, "月牙河街道台账.xlsx", ledger([], day=FIRST))
    district.run(FIRST)
    file, = result_of(district)["ledger"]["files"]
    assert (file["rows"], file["merged"], file["held"], file["passed"]) == (3, 0, 0, 3)
    people = [["单位名称", "负责人", "电话", "地址", "备注"], ["甲", "乙", "1", "丙", ""]]
    put(district, "区商务局名单.xlsx", workbook([("通讯录", people)]))
    district.run(FIRST)
    assert len(result_of(district)["ledger"]["files"]) == 1  # a list of names is no ledger
