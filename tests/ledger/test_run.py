"""Ledgers through a whole run: files, statuses, journal, rebuild, papers."""

import datetime as dt
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


def test_what_is_given_back_can_be_filled_in_and_sent_again(district):
    body = [Row(found="2023-05-28"), Row(description="配电箱没有接地", found="2023-05-27", state="说不好")]
    put(district, "月牙河街道台账.xlsx", ledger(body, day=FIRST))
    district.run(FIRST)
    back = folder(district) / "发还" / "月牙河街道台账.xlsx"
    book = openpyxl.load_workbook(back)
    sheet = book["台账"]
    heads = [cell.value for cell in sheet[3]]
    state, done = heads.index("整改情况"), heads.index("完成日期")
    assert [sheet.cell(row, heads.index("编号") + 1).value for row in (4, 5)] == ["YH2023-0001", None]
    assert sheet.cell(5, state + 1).value == "说不好" and "看不出" in sheet.cell(5, heads.index("核对意见") + 1).value
    assert "欧阳明" in [cell.value for cell in sheet[4]]  # it goes to those whose people they are
    sheet.cell(4, state + 1).value, sheet.cell(4, done + 1).value = "已整改", "2023-06-01"
    sheet.cell(5, state + 1).value = "整改中"
    second = dt.date(2023, 6, 5)
    (district.folder / "inbox" / "月牙河街道台账.xlsx").unlink()
    book.save(district.folder / "inbox" / "月牙河街道台账.xlsx")
    district.run(second)
    data = result_of(district, second)["ledger"]
    assert [(one["id"], one["state"]) for one in data["hazards"]] == [("YH2023-0001", "已整改"), ("YH2023-0002", "整改中")]
    assert not [one for one in data["held"] if one["severity"] == "error"]


def test_no_name_and_no_telephone_stands_where_it_must_not(district):
    people = ["欧阳明", "司马光", "令狐冲", "13912345678", "022-26351234"]
    rows = [Row(found="2023-05-28", phone="022-26351234", description="二层消防栓前堆放杂物，欧阳明负责清理，电话13912345678"),
            Row(description="配电箱没有接地线", found="2023-05-27", state="欧阳明说正在联系 13912345678 办", reviewer="司马光"),
            Row(description="气瓶间没有通风设施", found="2023-05-27", due="问欧阳明", person="欧阳明、令狐冲")]
    put(district, "月牙河街道台账.xlsx", ledger(rows, day=FIRST))
    district.run(FIRST)
    place = folder(district)
    texts = {path.name: path.read_text(encoding="utf-8") for path in (place / "result.json", district.folder / "outbox" / "journal.jsonl",
                                                                     place / "report.html")}
    summary = next(place.glob("*台账（汇总）*.xlsx"))
    texts[summary.name] = " ".join(str(cell.value) for sheet in openpyxl.load_workbook(summary).worksheets for row in sheet.iter_rows()
                                   for cell in row)
    texts["发还.txt"] = (place / "发还" / "月牙河街道台账.txt").read_text(encoding="utf-8-sig")
    for name, text in texts.items():
        assert not [one for one in people if one in text], name
    assert "欧*" in texts[summary.name] and "139****5678" in texts[summary.name]


def test_the_review_lists_every_word(district):
    put(district, "月牙河街道台账.xlsx", ledger([Row(found="2023-05-28", state="说不好")], day=FIRST))
    district.run(FIRST)
    book = openpyxl.load_workbook(next(folder(district).glob("台账核对*.xlsx")))
    assert book.sheetnames == ["衔接", "待更正", "疑似重复", "未再出现", "企业"]
    assert [cell.value for cell in book["待更正"][4]][4:7] == ["O4", "错误", "状态不明"]
