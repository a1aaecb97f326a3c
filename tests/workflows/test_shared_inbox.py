"""Several forms in one inbox: each file is consolidated with the form that it is of, by its labels, and by its title."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from consolidator.model.result import ACCEPTED, MATERIAL
from consolidator.workflows import weekly
from consolidator.workflows.adopt import adopt
from schemas.settings import AnotherForm, Paths, Settings

LABELS = {"fire": ("检查单位（家）", "发现火灾隐患（处）", "罚款（万元）"), "gas": ("入户检查（户）", "更换软管（根）", "停气（户）"),
          "fire_two": ("检查单位（家）", "发现火灾隐患（处）", "罚款（万元）")}
TITLES = {"fire": "消防安全检查月报表", "gas": "燃气安全检查月报表", "fire_two": "高层建筑消防检查月报表"}
DUE = dt.date(2026, 11, 30)


def draw(path: Path, kind: str, unit: str = "", values: tuple = ("", "", "")) -> None:
    book = openpyxl.Workbook()
    for row in ([TITLES[kind]], [f"填报单位：{unit}", "2026年11月30日" if unit else "    年  月"], ["项目", "数量"],
                *zip(LABELS[kind], values, strict=True)):
        book.active.append(list(row))
    book.active.merge_cells("A1:B1")
    book.save(path)


@pytest.fixture
def office(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "roster.csv").write_text("单位名称,类别,别名,邮箱\n甲街道,填报单位,,\n乙街道,填报单位,,\n", encoding="utf-8")
    forms = {}
    for kind in LABELS:
        draw(tmp_path / f"{kind}.xlsx", kind)
        adopt(tmp_path / f"{kind}.xlsx", kind, folder=tmp_path, today=DUE)
        forms[kind] = AnotherForm(form=tmp_path / f"{kind}.yaml", roster=tmp_path / "roster.csv", outbox=tmp_path / f"out_{kind}")
    first = forms.pop("fire")
    return Settings(paths=Paths(inbox=tmp_path / "inbox", **first.model_dump()), forms=forms, now=dt.datetime(2026, 11, 30, 9))


def test_each_file_goes_to_the_form_it_is_of(office):
    draw(office.paths.inbox / "一.xlsx", "fire", "甲街道", (3, 2, 1.5))
    draw(office.paths.inbox / "二.xlsx", "gas", "甲街道", (30, 20, 10))
    draw(office.paths.inbox / "三.xlsx", "fire_two", "甲街道", (7, 6, 5))
    totals = {}
    for settings in office.every_form():
        done = weekly.run(settings, DUE)
        assert done.folder == settings.paths.outbox / "2026-11"
        statuses = [one.status for one in done.result.submissions]
        assert sorted(statuses) == sorted([ACCEPTED, MATERIAL, MATERIAL])
        others = [one for one in done.result.submissions if one.status == MATERIAL]
        assert [problem.code for one in others for problem in one.problems] == ["other-form", "other-form"]
        totals[done.form.name] = list(done.result.totals.values())
    assert totals == {"fire": [3, 2, 1.5], "gas": [30, 20, 10], "fire_two": [7, 6, 5]}


def test_a_damaged_file_of_the_form_is_still_its_own(office):
    draw(office.paths.inbox / "一.xlsx", "gas", "甲街道", ("约30", 20, 10))
    form = office.every_form()[1]
    (only,) = weekly.run(form, DUE).result.submissions
    assert only.status == "rejected" and "other-form" not in {one.code for one in only.problems}


def test_what_is_no_form_at_all_is_reported_as_before(office):
    book = openpyxl.Workbook()
    book.active.append(["花名册", "电话"])
    book.save(office.paths.inbox / "花名册.xlsx")
    (only,) = weekly.run(office, DUE).result.submissions
    assert [one.code for one in only.problems] == ["not-a-form"]
