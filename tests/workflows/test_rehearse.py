"""A form that replaces another: the last period played in the new form, and falls reported across the change."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from consolidator.workflows import weekly
from consolidator.workflows.adopt import adopt
from consolidator.workflows.rehearse import rehearse
from schemas.errors import HistoryError
from schemas.form_loading import load_form
from schemas.roster import load_roster
from schemas.settings import Paths, Settings

OLD = ("检查企业累计（家）", "发现隐患累计（处）", "已整改隐患累计（处）")
NEW = ("发现隐患累计（处）", "其中：重大隐患（处）", "已整改隐患累计（处）", "检查企业累计（家）")
OCTOBER, NOVEMBER = dt.date(2026, 10, 31), dt.date(2026, 11, 30)


def draw(path: Path, labels: tuple, values: tuple = (), day: str = "    年  月") -> None:
    book = openpyxl.Workbook()
    for row in (["隐患整治月报表"], [f"填报单位：{'甲街道' if values else ''}", day], ["项目", "数量"],
                *([label, values[n] if values else ""] for n, label in enumerate(labels))):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.save(path)


@pytest.fixture
def office(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "roster.csv").write_text("单位名称,类别,别名,邮箱\n甲街道,填报单位,,\n", encoding="utf-8")
    draw(tmp_path / "old.xlsx", OLD)
    adopt(tmp_path / "old.xlsx", "old_form", folder=tmp_path, today=NOVEMBER)
    paths = Paths(inbox=tmp_path / "inbox", outbox=tmp_path / "outbox", roster=tmp_path / "roster.csv", form=tmp_path / "old_form.yaml")
    settings = Settings(paths=paths, now=dt.datetime(2026, 10, 31, 9))
    draw(tmp_path / "inbox" / "十月.xlsx", OLD, (30, 20, 10), "2026年10月31日")
    assert not weekly.run(settings, OCTOBER).rejected
    draw(tmp_path / "new.xlsx", NEW)
    adopt(tmp_path / "new.xlsx", "new_form", instead_of=tmp_path / "old_form.yaml", folder=tmp_path, today=NOVEMBER)
    return settings


def changed(settings: Settings, form: str) -> Settings:
    folder = settings.paths.form.parent
    return settings.model_copy(update={"paths": settings.paths.model_copy(update={"form": folder / form}),
                                       "now": dt.datetime(2026, 11, 30, 9)})


def test_the_last_period_is_played_in_the_new_form(office):
    folder = office.paths.form.parent
    old, new = load_form(folder / "old_form.yaml"), load_form(folder / "new_form.yaml")
    done = rehearse(new, old, load_roster(office.paths.roster, old), office.paths.outbox)
    assert (done.week, done.units, done.flagged) == (OCTOBER, 1, [])
    assert done.without == ["其中：重大隐患（处）"]


def test_falls_are_reported_across_the_change(office):
    draw(office.paths.inbox / "十一月.xlsx", NEW, (19, 2, 12, 35), "2026年11月30日")
    done = weekly.run(changed(office, "new_form.yaml"), NOVEMBER)
    (unit,) = done.result.units
    form = done.form
    reported = {form.label(one.figure) for sub in done.result.submissions for one in sub.problems if one.figure and one.severity != "note"}
    assert "发现隐患累计（处）" in reported, [(one.code, one.figure) for sub in done.result.submissions for one in sub.problems]
    assert unit.unit == "甲街道"


def test_another_form_may_still_not_use_the_outbox(office):
    folder = office.paths.form.parent
    draw(folder / "third.xlsx", OLD)
    adopt(folder / "third.xlsx", "third_form", folder=folder, today=NOVEMBER)
    with pytest.raises(HistoryError, match="--outbox"):
        weekly.run(changed(office, "third_form.yaml"), NOVEMBER)
