"""台账 in the desk: a held row is known without its file, a refused ledger is listed, people are masked."""

from __future__ import annotations

import pytest

from consolidator.cli.console import run_screen, status_screen
from consolidator.cli.hazard_screens import story_screen
from consolidator.workflows import hazards, weekly
from tests.cli.test_console import shown
from tests.desk.desk import advice, desk_of, text
from tests.district import W1, District
from tests.ledger.factory import HEADS, Row, ledger, workbook

UNIT = "月牙河街道"


@pytest.fixture
def district(tmp_path):
    return District(tmp_path, ["区商务局", UNIT])


def put(district: District, name: str, data: bytes) -> None:
    (district.folder / "inbox" / name).write_bytes(data)


def part(page: str, which: str) -> str:
    return text(page.partition(f'id="{which}"')[2].partition("</section>")[0])


def held_rows(district: District) -> None:
    put(district, "台账.xlsx", ledger([
        Row(found="2023-05-26"),
        Row(description="欧阳明说配电箱没有接地，电话13912345678", found="2023-05-26", state="差不多了"),
        Row(description="", found="2023-05-26", place="三楼仓库"),
        Row(description="灭火器过期", found="2023-05-26", due="长期")], day=W1))


def test_a_held_row_is_known_without_its_file(district):
    held_rows(district)
    with desk_of(district) as browser:
        browser.run(W1)
        page = browser.get("/ledger", week=W1)
        words = part(page, "h-held")
        assert "鑫达商贸有限公司：欧*说配电箱没有接地，电话139****5678" in words
        assert "鑫达商贸有限公司：三楼仓库" in words  # of a row without a description
        assert "YH2023-0002 鑫达商贸有限公司：灭火器过期" in words  # only a warning: its hazard is there to be opened
        assert "欧阳明" not in page and "13912345678" not in page
        assert "/hazard?week=2023-05-29&amp;id=YH2023-0002" in page.partition('id="h-held"')[2]
    report = next((district.folder / "outbox" / W1.isoformat()).glob("report.html")).read_text(encoding="utf-8")
    assert "鑫达商贸有限公司：三楼仓库" in report and "欧阳明" not in report


def test_a_row_of_a_known_hazard_has_its_number(district):
    put(district, "台账1.xlsx", ledger([Row(found="2023-05-26")], day=W1))
    district.run(W1)
    put(district, "台账2.xlsx", ledger([Row(found="2023-05-26", id="YH2023-0001", state="差不多了")], day=W1))
    with desk_of(district) as browser:
        browser.run(W1)
        assert "YH2023-0001 鑫达商贸有限公司：安全出口被货物堵塞" in part(browser.get("/ledger", week=W1), "h-held")
        story = text(browser.get("/hazard", week=W1, id="YH2023-0001"))
        assert "错误 “整改情况”写的是“差不多了”" in story and "（台账2.xlsx 台账 O4）" in story
    assert "错误 《台账2.xlsx》“台账” O4：“整改情况”写的是“差不多了”" in shown(story_screen(hazards.show(district.settings, "1")), 300)


def test_held_rows_are_named_where_all_else_is_done(district):
    district.send_all(W1)
    with desk_of(district) as browser:
        browser.run(W1)
        assert "待更正" not in advice(browser.get("/", week=W1))
        held_rows(district)
        browser.run(W1)
        words = advice(browser.get("/", week=W1))
        assert words.startswith("下一步： 都齐了") and "台账待更正 2 行不妨碍上报：到“台账”页把通知发给单位" in words


def test_the_screen_of_status_says_which_row_was_held(district):
    held_rows(district)
    district.run(W1)
    screen = shown(status_screen(weekly.status(district.settings, W1)), 300)
    assert f"待更正 2 行（通知在“发还”里：{UNIT}）" in screen and "鑫达商贸有限公司：三楼仓库" in screen
    assert "欧阳明" not in screen and "13912345678" not in screen


def test_a_refused_ledger_is_listed_once(district):
    put(district, "某公司台账.xlsx", ledger([Row(found="2023-05-26")], unit="某公司", day=W1))
    done = weekly.run(district.settings, W1)
    sentence = done.result.ledger.files[0].refused
    for screen in (run_screen(done), status_screen(weekly.status(district.settings, W1))):
        assert shown(screen, 300).count(sentence) == 1
    with desk_of(district) as browser:
        words = part(browser.get("/ledger", week=W1), "h-refused")
        assert words.count(sentence) == 1 and "某公司台账.xlsx" in words


def test_each_sheet_of_a_refused_file_is_listed(district):
    sheets = []
    for name, left_out in (("甲", ["隐患描述"]), ("乙", ["隐患描述", "编号"])):
        cells = {head: cell for head, cell in zip(HEADS, Row().cells(1), strict=True) if head not in left_out}
        sheets.append((name, [[f"填报单位：{UNIT}"], list(cells), list(cells.values())]))
    put(district, "两张.xlsx", workbook(sheets))
    done = weekly.run(district.settings, W1)
    sentences = {str(one.refused) for one in done.result.ledger.files}
    screen = shown(run_screen(done), 400)
    assert len(sentences) == 2 and [screen.count(one) for one in sentences] == [1, 1]
