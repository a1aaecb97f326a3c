"""The papers of ledgers as people read them: rows as tall as their texts, marks and counts that are true."""

import openpyxl
import pytest

from consolidator.cli.console import next_step
from consolidator.workflows import hazards
from schemas.errors import UsageError
from tests.district import W1, W2, District
from tests.ledger.factory import HEADS, Row, ledger

LONG = Row(firm="天津市海河百货商贸股份有限公司第一分公司", found="2023-05-28",
           description="二层安全出口被货物堵塞，疏散指示标志损坏不亮，无法通行")
WRONG = Row(found="2023-05-28", state="说不好")


@pytest.fixture
def district(tmp_path):
    """Two units with the same hazard, one whose row is held."""
    one = District(tmp_path, ["区商务局", "月牙河街道", "区城管委"])
    for unit, rows in (("区商务局", [LONG]), ("月牙河街道", [LONG]), ("区城管委", [WRONG])):
        put(one, f"{unit}台账.xlsx", ledger(rows, unit=unit, day=W1))
    return one


def put(district, name, data):
    (district.folder / "inbox" / name).write_bytes(data)


def folder(district):
    return district.folder / "outbox" / W1.isoformat()


def letter(district, unit):
    return (folder(district) / "发还" / f"{unit}台账.txt").read_text(encoding="utf-8-sig")


def test_a_row_is_as_tall_as_a_sentence_that_names_an_action(district):
    district.run(W1)
    sheet = openpyxl.load_workbook(next(folder(district).glob("台账核对*.xlsx")))["疑似重复"]
    assert sheet["F4"].value.endswith("运行 hazard link YH2023-0001 YH2023-0002 --reason 同一条")
    assert sheet.row_dimensions[4].height > 40  # three lines at its width


def test_sheets_are_marked_as_what_they_are(district):
    district.run(W1)
    for name, mark in (("台账核对*", "台账核对"), ("*台账（汇总）*", "台账（汇总）")):
        book = openpyxl.load_workbook(next(folder(district).glob(f"{name}.xlsx")))
        marks = {cell.value for sheet in book.worksheets for cell in sheet[1] if str(cell.value).startswith("调度表汇总程序")}
        assert marks == {f"调度表汇总程序·{mark}"}


def test_the_page_shows_what_a_held_row_is_about(district):
    district.run(W1)
    page = (folder(district) / "report.html").read_text(encoding="utf-8")
    assert '<span class="soft">鑫达商贸有限公司：安全出口被货物堵塞</span>' in page
    put(district, "区城管委台账.xlsx", ledger([Row(found="2023-05-28", state="说不好", description="货物由欧阳明负责清理 13912345678")],
                                         unit="区城管委", day=W1))
    district.run(W1)
    page = (folder(district) / "report.html").read_text(encoding="utf-8")
    assert "欧*负责清理" in page and "欧阳明" not in page and "13912345678" not in page


def test_a_letter_counts_the_rows_that_a_later_ledger_has_right(district):
    district.run(W1)
    text = letter(district, "区城管委")
    assert "没有采用 1 行，略过" in text and "已填好编号" in text
    back = openpyxl.load_workbook(folder(district) / "发还" / "区城管委台账.xlsx")
    back["台账"].cell(4, [cell.value for cell in back["台账"][3]].index("整改情况") + 1).value = "整改中"
    back.save(district.folder / "inbox" / "区城管委改.xlsx")
    district.run(W1)
    assert "没有采用 1 行（其中 1 行在后来的台账里已改好），略过" in letter(district, "区城管委")
    assert "待更正 0 行" in (folder(district) / "report.html").read_text(encoding="utf-8")


def test_the_next_step_names_the_folder_in_which_the_notice_lies(district):
    heads = [head if head != "隐患描述" else "说法" for head in HEADS]
    put(district, "月牙河街道台账.xlsx", ledger([LONG], unit="月牙河街道", day=W1, heads=heads))
    put(district, "某公司台账.xlsx", ledger([LONG], unit="某公司", day=W1))
    district.send("区商务局", W1, lectures="约3")
    done = district.run_whole(W1)
    assert "把“退回”里的通知发给区商务局，把“发还”里的通知发给月牙河街道，问清“某公司台账.xlsx”是哪个单位的台账" in next_step(done)
    assert (folder(district) / "退回").is_dir() and "说法" in letter(district, "月牙河街道")
    assert "是空白的" in letter(district, "月牙河街道") and "已填好编号" not in letter(district, "月牙河街道")
    refused = {one.file: one.refused for one in done.result.ledger.files if one.refused}
    assert refused["某公司台账.xlsx"].startswith("台账上写的单位是“某公司”，不在名册中：")


def test_a_ledger_of_another_week_is_counted_as_one(district):
    district.run(W1)
    later = district.run(W2)
    assert later.count_statuses() == {"other-week": 3}
    assert not later.ledger.files


def test_what_is_listed_has_a_level_that_there_is_and_days_in_their_order(district):
    district.run(W1)
    for words in ({"level": "县级"}, {"level": ""}, {"level": "区级", "from": "2023-06-09", "until": "2023-06-01"}):
        with pytest.raises(UsageError):
            hazards.list_up(district.settings, "1", "挂牌", W1, words=words)
    hazards.list_up(district.settings, "1", "挂牌", W1, words={"level": "区级"})
    hazards.list_up(district.settings, "1", "验收", W1, off=True)
    assert not hazards.find(district.settings, W1, state="listed").hazards
