"""A held row is corrected in what was given back, and sent again; numbers that a unit writes wrongly."""

import io

import openpyxl
import pytest

from consolidator.writing.ledger.given_back import write_given_back
from schemas.settings import Settings
from tests.ledger.factory import FORM, W1, W2, W3, Row, Story, errors, ledger, told

FIRST = [Row(), Row(description="配电箱没有接地线", state="未整改"), Row(description="消防水泵不能启动")]
WRONG = [Row(state="整改中"), Row(description="配电箱没有接地线", state="等一等再说"), Row(description="消防水泵不能启动")]


@pytest.fixture
def story():
    story = Story()
    story.send(ledger(FIRST), "一.xlsx")
    story.run(W1)
    story.send(ledger(WRONG, day=W2), "二.xlsx")
    return story


def given_back(taken, folder):
    """The sheet that goes back to the unit, its headings in row 3."""
    write_given_back(taken.result, FORM, Settings(), folder)
    book = openpyxl.load_workbook(folder / "月牙河街道台账.xlsx")
    sheet = book["台账"]
    heads = [cell.value for cell in sheet[3]]
    return book, sheet, {head: number for number, head in enumerate(heads, 1)}


def test_a_held_row_takes_its_hazards_place_and_is_taken_once_it_is_corrected(story, tmp_path):
    taken = story.run(W2)
    assert errors(taken) == [(5, "status-unread")] and taken.result.to_correct == 1
    book, sheet, at = given_back(taken, tmp_path)
    ids = [sheet.cell(row, at["编号"]).value for row in range(4, 8)]
    assert sorted(filter(None, ids)) == ["YH2023-0001", "YH2023-0002", "YH2023-0003"]  # a row each, no second one for the held row
    row = 4 + ids.index("YH2023-0002")
    assert sheet.cell(row, at["整改情况"]).value == "等一等再说" and "没有采用" in sheet.cell(row, at["核对意见"]).value
    sheet.cell(row, at["整改情况"]).value = "已整改"
    sheet.cell(row, at["完成日期"]).value = "2023-06-10"
    out = io.BytesIO()
    book.save(out)
    story.send(out.getvalue(), "月牙河街道台账.xlsx")
    taken = story.run(W2)
    assert [(one.id, one.state, one.is_done) for one in taken.result.hazards] == [
        ("YH2023-0001", "under_way", False), ("YH2023-0002", "rectified", True), ("YH2023-0003", "under_way", False)]
    assert taken.result.to_correct == 0 and [one.settled for one in taken.result.held if one.severity == "error"] == [True]
    assert not taken.result.rows
    for file in taken.result.files:
        assert file.rows == file.merged + file.held + file.passed


def test_what_is_to_be_checked_of_rows_that_were_taken_goes_back_too(tmp_path):
    story = Story()
    story.send(ledger([Row(due="长期"), Row(description="配电箱没有接地线", id="YH2023-0900"),
                       Row(description="欧阳明没有关水泵", state="差不多")]))
    taken = story.run(W1)
    book, sheet, at = given_back(taken, tmp_path)
    opinions = {sheet.cell(row, at["编号"]).value: sheet.cell(row, at["核对意见"]).value for row in range(4, 7)}
    assert "没有确定的日子：请写明期限" in opinions["YH2023-0001"] and "没有编号为 YH2023-0900 的隐患" in opinions["YH2023-0002"]
    letter = (tmp_path / "月牙河街道台账.txt").read_text(encoding="utf-8-sig")
    assert "已采用、请核对的 2 行，写在附件的“核对意见”里" in letter
    assert "- 台账第6行（鑫达商贸有限公司：欧*没有关水泵）：" in letter and "欧阳明" not in letter
    for row in range(4, 7):
        if sheet.cell(row, at["整改情况"]).value == "差不多":
            sheet.cell(row, at["整改情况"]).value = "未整改"
    out = io.BytesIO()
    book.save(out)
    story.send(out.getvalue(), "改.xlsx")
    taken = story.run(W1)
    assert len(taken.result.hazards) == 3 and taken.result.to_correct == 0
    assert [(one.file, one.code) for one in taken.result.open_words if one.severity == "warning"] == [("改.xlsx", "five-blank")]
    assert taken.result.count_settled() == {("月牙河街道台账.xlsx", "台账"): 1}


def test_what_was_asked_of_a_row_is_asked_until_it_is_answered():
    """A warning is gone where a later ledger of the week has the row right, is reported once where it has it so again, and stays where
    it has no such row; which hazard a row is, only its 编号 answers."""
    other = Row(description="配电箱没有接地线")
    for second, left in (([Row(due="2023-07-01"), other], []), ([Row(due="待定"), other], ["deadline-open"]), ([other], ["deadline-open"])):
        story = Story()
        story.send(ledger([Row(due="长期"), other]), "一.xlsx")
        story.run(W1)
        story.send(ledger(second, title="重大事故隐患台账（更正）"), "二.xlsx")
        for _ in range(2):
            assert [one.code for one in story.run(W1).result.open_words if one.severity == "warning"] == left
    story = Story()
    story.send(ledger([Row(id="YH2023-0900"), other]), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(), other, Row(description="消防水泵不能启动")]), "二.xlsx")
    assert [one.code for one in story.run(W1).result.open_words if one.severity == "warning"] == ["id-unknown"]
    story.send(ledger([Row(id="YH2023-0001"), other]), "三.xlsx")
    assert [one.code for one in story.run(W1).result.open_words if one.severity == "warning"] == []


def test_a_corrected_row_written_below_the_old_one_is_that_hazard_too(story, tmp_path):
    story.run(W2)
    rows = [*(Row(description=one.description, state=one.state, id=f"YH2023-000{number}") for number, one in enumerate(FIRST, 1)),
            Row(description="配电箱没有接地线", state="已整改", completed="2023-06-10")]
    story.send(ledger(rows, day=W2), "三.xlsx")
    taken = story.run(W2)
    assert [(one.id, one.state) for one in taken.result.hazards][1] == ("YH2023-0002", "rectified") and len(taken.result.hazards) == 3
    assert (7, "counted-once") in told(taken) and taken.result.to_correct == 0


def test_a_row_that_stays_wrong_waits_on(story):
    story.run(W2)
    story.send(ledger([WRONG[0], WRONG[2]], day=W2), "三.xlsx")  # absence corrects nothing
    assert story.run(W2).result.to_correct == 1


def test_an_unknown_number_is_a_new_hazard_with_a_warning_once():
    story = Story()
    story.send(ledger([Row(id="YH2023-0900")]), "一.xlsx")
    taken = story.run(W1)
    assert [one.id for one in taken.result.hazards] == ["YH2023-0001"] and (4, "id-unknown") in told(taken)
    story.send(ledger([Row(id="YH2023-0900")], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert [one.id for one in taken.result.hazards] == ["YH2023-0001"] and not errors(taken)
    assert (4, "id-unknown") not in told(taken)


def test_another_hazards_number_is_held_even_of_the_same_firm():
    story = Story()
    story.send(ledger(FIRST), "一.xlsx")
    story.run(W1)
    story.send(ledger([Row(description="消防水泵不能启动", id="YH2023-0001")], day=W2), "二.xlsx")
    assert errors(story.run(W2)) == [(4, "id-contradicts")]
    # written anew: the firm is enough
    story.send(ledger([Row(description="安全出口被杂物完全挡住了", id="YH2023-0001")], day=W2), "三.xlsx")
    assert story.run(W2).result.to_correct == 1


CLOSED = {"state": "已销号", "completed": "2023-06-03", "reviewed": "2023-06-04", "reviewer": "上官云"}


def test_a_reopened_hazard_stays_open_until_it_is_reviewed_anew():
    story = Story()
    story.send(ledger([Row(**CLOSED)]), "一.xlsx")
    story.run(W1)
    story.decide("reopen", W1, "YH2023-0001", was="closed")
    assert [one.state for one in story.run(W1).result.hazards] == ["open"]  # though the row that closed it is of the same week
    story.send(ledger([Row(**CLOSED)], day=W2), "二.xlsx")
    taken = story.run(W2)
    assert [(one.state, one.completed) for one in taken.result.hazards] == [("open", "")] and (4, "still-open") in told(taken)
    again = {**CLOSED, "completed": "2023-06-14", "reviewed": "2023-06-15"}
    story.send(ledger([Row(**again)], day=W3), "三.xlsx")
    assert [(one.state, one.closed) for one in story.run(W3).result.hazards] == [("closed", "2023-06-15")]


def test_a_voided_hazard_that_is_reopened_is_what_it_was():
    story = Story()
    story.send(ledger([Row(state="已整改", completed="2023-06-03")]), "一.xlsx")
    story.run(W1)
    story.decide("void", W1, "YH2023-0001")
    assert [one.state for one in story.run(W1).result.hazards] == ["void"]
    story.decide("reopen", W1, "YH2023-0001", was="void")
    assert [one.state for one in story.run(W1).result.hazards] == ["rectified"]


def test_a_row_with_a_new_description_waits_no_longer():
    story = Story()
    story.send(ledger([Row(description="坏"), Row(firm="乙店", description=""), Row(firm="丙店", description="坏")]), "一.xlsx")
    assert story.run(W1).result.to_correct == 3
    story.send(ledger([Row(description="防火门坏了关不上"), Row(firm="乙店", description="防火门坏了关不上")]), "二.xlsx")
    for _ in range(2):
        result = story.run(W1).result
        assert result.to_correct == 1 and [one.firm for one in result.hazards] == ["鑫达商贸有限公司", "乙店"]


def test_a_row_that_was_to_be_deleted_and_is_gone_waits_no_longer():
    story = Story()
    asking = [Row(), Row(firm="乙店", state="误报"), Row(firm="丙店", state="重复"), Row(firm="丁店", state="嗯再说吧")]
    story.send(ledger(asking), "一.xlsx")
    story.send(ledger([Row(firm="戊店")], day=W1), "另一半.xlsx")
    for _ in range(2):  # the other half of a ledger deletes nothing
        assert story.run(W1).result.to_correct == 3
    story.send(ledger([Row(), Row(firm="丙店", state="重复")]), "二.xlsx")
    for _ in range(2):
        left = [one for one in story.run(W1).result.held if one.severity == "error" and not one.settled]
        assert {(one.file, one.row) for one in left} == {("二.xlsx", 5), ("一.xlsx", 7)}


def test_a_deadline_that_is_put_off_as_the_paper_says_is_taken(tmp_path):
    story = Story()
    story.send(ledger([Row(due="2023-06-08")]), "一.xlsx")
    book, sheet, at = given_back(story.run(W2), tmp_path)
    assert "在“整改期限”写“延期至某月某日”" in sheet.cell(4, at["核对意见"]).value
    sheet.cell(4, at["整改期限"]).value = "延期至8月30日"
    out = io.BytesIO()
    book.save(out)
    story.send(out.getvalue(), "月牙河街道台账.xlsx")
    hazard, = story.run(W2).result.hazards
    assert (hazard.due, hazard.first_due) == ("2023-08-30", "2023-06-08")
