"""The notice's other dates: shown while they are near, with who has handed in."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from consolidator.cli.console import status_screen
from consolidator.model.milestones import handed_in, near
from consolidator.workflows import weekly
from tests.district import W1

STAGE = dt.date(2023, 7, 29)


@pytest.mark.parametrize(("today", "names"), [
    (STAGE - dt.timedelta(days=15), []), (STAGE - dt.timedelta(days=14), ["阶段进展"]),
    (STAGE + dt.timedelta(days=7), ["阶段进展"]), (STAGE + dt.timedelta(days=8), []),
])
def test_a_date_is_shown_while_it_is_near(district, today, names):
    assert [one.name for one in near(district.form, today)] == names


def test_a_narrative_counts_when_its_name_or_words_bear_the_dates_name(district):
    milestone = near(district.form, STAGE)[0]
    done = handed_in(milestone, [("甲局", "甲局阶段进展.docx", ""), ("乙局", "乙局.docx", "现将阶段进展报告如下"),
                                 ("丙街道", "丙街道工作总结.docx", ""), (None, "阶段进展.docx", "")],
                     ["甲局", "乙局", "丙街道"])
    assert done.handed_in == ("甲局", "乙局") and done.missing == ("丙街道",)


def test_status_tells_who_has_handed_in_even_when_the_file_has_left_the_inbox(district):
    district.settings = district.settings.model_copy(update={"now": dt.datetime(2023, 5, 22, 9)})
    path = district.folder / "inbox" / "甲局动员部署情况.txt"
    path.write_text("甲局召开动员部署会议。", encoding="utf-8")
    district.run(W1)
    path.unlink()
    done = weekly.status(district.settings, W1)
    assert [one.handed_in for one in done.dates] == [("甲局",)]
    from rich.console import Console

    console = Console(width=200, record=True, file=io.StringIO())
    console.print(status_screen(done))
    assert "动员部署情况（5月24日前）：已交 1 家（甲局），未交 2 家" in console.export_text()
