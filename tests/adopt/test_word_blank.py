"""Blank forms of Word: merged titles, headings over the whole width, unit and day in cells of the table."""

from __future__ import annotations

import datetime as dt

import docx

from consolidator.workflows.adopt import adopt
from schemas.form import Form
from schemas.form_loading import load_form

TODAY = dt.date(2026, 11, 29)


def adopted(folder, rows, merges) -> Form:
    document = docx.Document()
    document.add_paragraph("工作进展情况月报表")
    table = document.add_table(len(rows), max(map(len, rows)))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    for first, last in merges:
        merged = table.cell(*first).merge(table.cell(*last))
        merged.text = merged.text.strip()
    document.save(folder / "blank.docx")
    done = adopt(folder / "blank.docx", "form_x", folder=folder, today=TODAY)
    assert done.proof.wrong == []
    return load_form(folder / "form_x.yaml")


def test_a_merged_title_stands_over_all_its_columns(tmp_path):
    form = adopted(tmp_path, [["企业情况", "", "隐患情况", ""], ["总数（家）", "停产（家）", "一般（处）", "重大（处）"], ["", "", "", ""]],
                   [((0, 0), (0, 1)), ((0, 2), (0, 3))])
    labels = [item.label().joined for item in form.items]
    assert labels == ["企业情况总数（家）", "企业情况停产（家）", "隐患情况一般（处）", "隐患情况重大（处）"]


def test_headings_and_fields_are_no_figures(tmp_path):
    form = adopted(tmp_path, [["填报单位", "", "填报时间", ""], ["一、宣传情况（宣传部门填写）", "", "", ""],
                              ["举办讲座（场）", "", "发放资料（份）", ""],
                              ["二、执法情况（执法部门填写）", "", "", ""], ["立案（起）", "", "罚款（万元）", ""]],
                   [((1, 0), (1, 3)), ((3, 0), (3, 3))])
    assert [item.label().joined for item in form.items] == ["举办讲座（场）", "发放资料（份）", "立案（起）", "罚款（万元）"]
    assert form.kinds == ("宣传部门", "执法部门") and form.pictures[0].unit_cell is not None and form.pictures[0].date_cell is not None
