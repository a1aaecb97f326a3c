"""An annotated copy goes back to its unit, is corrected and comes in again."""

from __future__ import annotations

import datetime as dt

import openpyxl

from tests.district import W1, W2, codes, file, unit


def test_a_corrected_copy_belongs_to_the_week_it_has_and_its_answer_is_shown(district):
    district.send_all(W1, but=["甲局"])
    district.send("甲局", W1, self_found="约20", lectures=None)
    district.run(W1)
    (copy,) = (district.week(W1) / "退回").glob("*.xlsx")
    book = openpyxl.load_workbook(copy)
    notes, form = book.worksheets
    header = next(row for row in notes.iter_rows() if any(cell.value == "单位说明" for cell in row))
    answer = next(cell.column for cell in header if cell.value == "单位说明")
    first = header[0].row + 1
    notes.cell(first, answer, "=经核实为 21 个")
    address = next(cell.value for row in notes.iter_rows(min_row=first, max_row=first) for cell in row
                   if isinstance(cell.value, str) and cell.value.startswith("D"))
    assert form[address].comment and "约数" in form[address].comment.text
    form[address] = 21
    target = district.folder / "inbox" / "甲局更正.xlsx"
    book.save(target)
    district.send_all(W2, base=30, but=["甲局"])
    district.run(W2)  # the week has gone on meanwhile
    result = district.run(W1)
    one = file(result, "甲局更正.xlsx")
    assert one.status == "accepted" and one.figures["self_found"] == 21, one.problems
    assert any(p.code == "unit-reply" and "经核实为 21 个" in p.message for p in one.problems)
    assert file(result, "甲局0529.xlsx").status == "superseded"  # rectified: nothing is left to do
    assert unit(result, "甲局").source == "reported" and unit(result, "甲局").awaiting is None


def test_a_corrected_copy_that_shows_another_date_still_belongs_to_its_week(district):
    district.send("甲局", W1, self_found="约20")
    district.run(W1)
    (copy,) = (district.week(W1) / "退回").glob("*.xlsx")
    book = openpyxl.load_workbook(copy)
    form = book.worksheets[1]
    for row in form.iter_rows():
        for cell in row:
            if cell.value == "约20":
                cell.value = 20
            elif isinstance(cell.value, str) and "2023年5月29日" in cell.value:
                cell.value = cell.value.replace("2023年5月29日", "2023年6月8日")
    book.save(district.folder / "inbox" / "改好.xlsx")
    result = district.run(W1)
    one = file(result, "改好.xlsx")
    assert one.status == "accepted" and one.date == dt.date(2023, 6, 8) and not codes(one) & {"other-week"}
