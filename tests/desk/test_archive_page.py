"""归档 by clicks: what would be archived is shown first, and only what was looked at is done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from consolidator.workflows import decisions
from tests.command import tree
from tests.desk.desk import desk_of, shown, text
from tests.district import District, InlineWorkers
from tests.workflows.test_archive import BEFORE, LAST, NEXT, on_day, two_weeks_in


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory) -> Path:
    """Made once, copied for each test."""
    return two_weeks_in(tmp_path_factory.mktemp("office"))


@pytest.fixture
def browser(two_weeks, tmp_path, monkeypatch):
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
    folder = tmp_path / "office"
    shutil.copytree(two_weeks, folder)
    with desk_of(on_day(District(folder, write=False), NEXT)) as one:
        yield one


def outbox(browser) -> dict:
    return {name: data for name, (_, data) in tree(browser.district.folder / "outbox").items() if not name.startswith((".lock", "history"))}


def test_a_year_is_archived_by_clicks_and_checked(browser):
    before = outbox(browser)
    page = browser.get("/weeks", archive=2023)
    planned = text(page[page.index('id="planned"'):])
    assert f"{BEFORE} 至 {LAST} 共 2 期" in planned and "归档后是 2023.zip" in planned
    refused = shown(browser.post("/archive", LAST, year="2023"))
    assert refused[0] == "error" and "看过了" in refused[1]
    assert outbox(browser) == before  # neither looking nor an unticked click changes anything
    done, words = shown(browser.post("/archive", LAST, year="2023", sure="yes"))
    assert done == "done"
    assert f"共 2 期、{planned.partition('期、')[2].partition(' ')[0]} 个文件" in words
    assert not [name for name in outbox(browser) if name.startswith(str(LAST))]
    page = browser.get("/settings")
    assert "2023.zip" in page
    checked = shown(browser.post("/history", archive="2023.zip"))
    assert checked[0] == "done" and "与发件夹的历史记录所记一致" in checked[1]


def test_a_changed_archive_is_reported_and_no_other_file_is_opened(browser):
    browser.post("/archive", LAST, year="2023", sure="yes")
    path = browser.district.folder / "outbox" / "archive" / "2023.zip"
    path.write_bytes(path.read_bytes()[:-30])
    assert shown(browser.post("/history", archive="2023.zip"))[0] == "error"
    for other in ("../history.sqlite3", "/etc/passwd", "2022.zip"):
        assert "不在发件夹" in shown(browser.post("/history", archive=other))[1]


@pytest.mark.parametrize("year", ["", "abc", "２０２３", "-1", "1999", "99999", "2024"])
def test_a_year_that_cannot_be_archived_is_refused(browser, year):
    before = outbox(browser)
    assert shown(browser.post("/archive", LAST, year=year, sure="yes"))[0] == "error"
    assert outbox(browser) == before


def test_what_stands_in_the_way_is_said_in_clicks(browser):
    decisions.reopen(browser.district.settings, LAST, "更正")
    page = browser.get("/weeks", archive=2023)
    assert 'id="planned"' not in page
    assert f"{LAST} 期还没有定稿：请先在“上报”页点“定稿”，再归档" in text(page)
