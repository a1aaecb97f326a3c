"""汇总 and 台账: what is behind a total, what a run changed and why, hazards and the decisions on them."""

from __future__ import annotations

import re

import pytest

from consolidator.workflows.changes import between_runs, since_last_run
from consolidator.workflows.demo_ledgers import write_ledgers
from tests.desk.desk import desk_of, links, shown, text
from tests.district import W1, W2


@pytest.fixture
def browser(district):
    with desk_of(district) as one:
        yield one


def test_behind_a_total_are_its_units_with_cell_and_file(browser, district):
    district.send_all(W1)
    browser.run(W1)
    for name, base in (("甲局", 11), ("乙局", 15)):
        district.send(name, W2, base=base)
    browser.run(W2)
    page = browser.get("/merged", week=W2, figure="self_found")
    rows = re.findall(r"<tr><th scope=\"row\"><a href=\"/unit.*?</tr>", page.partition('id="behind"')[2], re.DOTALL)
    words = [text(row) for row in rows]
    assert words[0].startswith("乙局 15 10 +5 已报 D3 乙局0605.xlsx") and words[1].startswith("甲局 11 10 +1")
    assert words[2].startswith("丙街道 10 10 0 未报，沿用 5月29日") and "沿用 2023-05-29 期" in words[2]
    offered = links(page, "乙局0605.xlsx")[0]
    assert browser.client.get(f"/file/{offered}").status_code == 200
    assert "36" in text(page) and 'class="figure chosen"' in page
    assert browser.get("/merged", week=W2, figure="nothing")


def test_what_a_run_changed_and_why(browser, district):
    district.send_all(W1, but=["丙街道"])
    browser.run(W1)
    assert "上一次汇总变了的 没有变化" in text(browser.get("/merged", week=W1))
    district.send("丙街道", W1)
    district.send("甲局", W1, "甲局更正.xlsx", base=12)
    page = text(browser.get("/merged", week=W1))
    assert "再点“汇总”会变的" in page and "丙街道 新报：丙街道0529.xlsx" in page and "甲局 更正：甲局0529.xlsx → 甲局更正.xlsx" in page
    view = browser.desk.view(W1)
    assert {one.unit for one in since_last_run(view.last, view.result, view.form)} == {"甲局", "丙街道"}
    browser.run(W1)
    page = text(browser.get("/merged", week=W1).partition('id="h-changes"')[2])
    assert page.index("甲局 更正：甲局0529.xlsx → 甲局更正.xlsx") >= 0 and "10 → 12" in page and "丙街道 新报" in page
    browser.post("/accept", W1, unit="乙局", how="value", figure=["self_found"], value="13", reason="电话核实")
    found = between_runs(district.settings, browser.desk.view(W1).last)
    assert [(one.unit, one.why, one.steps) for one in found] == [("乙局", "采纳：电话核实", (("self_found", 10, 13),))]
    browser.post("/dismiss", W1, file="甲局更正.xlsx", reason="不是它的")
    assert "更正：甲局更正.xlsx → 甲局0529.xlsx" in text(browser.get("/merged", week=W1))


def test_totals_that_differ_from_what_was_closed_are_listed(browser, district):
    district.send_all(W1)
    browser.run(W1)
    browser.post("/close", W1)
    browser.post("/reopen", W1, reason="更正")
    district.send("甲局", W1, "更正.xlsx", base=12)
    browser.run(W1)
    assert "与定稿时不同的合计" in browser.get("/merged", week=W1)


@pytest.fixture
def hazards(browser, district):
    district.send_all(W1)
    write_ledgers(district.form, ["甲局", "乙局", "丙街道"], 0, W1, district.folder / "inbox")
    browser.run(W1)
    return re.findall(r'href="/hazard\?week=[^"]*id=([\w-]+)"', browser.get("/ledger", week=W1))


def test_hazards_are_listed_found_and_reported(browser, hazards):
    assert hazards
    page = browser.get("/ledger", week=W1, q=hazards[0])
    assert set(re.findall(r'href="/hazard\?week=[^"]*id=([\w-]+)"', page.partition("h-bridge")[0])) == {hazards[0]}
    assert "没有这样的隐患" in browser.get("/ledger", week=W1, state="void")
    page = browser.get("/hazard", week=W1, id=hazards[0])
    assert "来自" in page and links(page, ".xlsx")
    for address in ("/hazard?id=x", "/ledger?state=x", "/ledger?unit=没有"):
        assert browser.client.get(address).status_code == 409


def test_hazards_are_decided_on(browser, hazards):
    first, second = hazards[0], hazards[1]
    for what, fields, words in (
            ("void", {}, "已撤销"), ("reopen", {}, "已恢复"), ("list-up", {"level": "区级", "number": "1号"}, "已挂牌"),
            ("list-down", {}, "已摘牌"),
            ("move", {"unit": "丙街道"}, "已移交"), ("link", {"other": second}, "已合并"), ("split", {}, "已拆开")):
        kind, line = shown(browser.post("/decide", W1, what=what, id=first, reason="核实", **fields))
        assert kind == "done" and words in line, (what, line)
    page = text(browser.get("/hazard", week=W1, id=first))
    assert "移交" in page and "王敏" in page and "核实" in page
    for fields in ({"what": "void", "reason": ""}, {"what": "void", "id": "x", "reason": "y"}, {"what": "burn", "reason": "y"}):
        kind, line = shown(browser.client.post("/decide", data={"week": str(W1), "id": first, **fields}, headers=browser.own).text)
        assert kind == "error" and "--" not in line


def test_the_week_of_the_ledgers_is_counted_and_each_count_is_a_click(browser, district, hazards):
    first = text(browser.get("/", week=W1))
    assert f"隐患 {len(set(hazards))} 条 本期新增 {len(set(hazards))}" in first
    page = browser.get("/ledger", week=W1)
    chips = dict(re.findall(r'state=([a-z-]+)[^"]*">([^<]+)</a>', page))
    assert set(chips) == {"new", "done", "closed-now", "overdue", "due", "listed", "open"}
    assert chips["new"] == f"本期新增 {len(set(hazards))}"
    for state, words in chips.items():
        rows = browser.get("/ledger", week=W1, state=state).partition("h-back")[0]
        assert len(re.findall(r'href="/hazard\?week=[^"]*id=([\w-]+)"', rows)) == int(words.rpartition(" ")[2]), state


def test_what_goes_to_a_unit_is_copied_and_downloaded(browser, district, hazards):
    for page in (browser.get("/ledger", week=W1), browser.get("/unit", week=W1, unit="乙局")):
        assert "乙局：2023年5月29日一期的台账" in text(page)
        offered = links(page, "乙局台账.xlsx")[0]
        assert browser.client.get(f"/file/{offered}").content == (
            district.folder / "outbox" / W1.isoformat() / "发还" / "乙局台账.xlsx").read_bytes()
    assert "台账，采用" in text(browser.get("/unit", week=W1, unit="乙局").partition('id="h-old"')[2])


def test_what_was_listed_can_be_listed_again(browser, hazards):
    one = hazards[0]
    browser.post("/decide", W1, what="list-up", id=one, level="区级", number="1号", reason="挂牌")
    assert 'value="list-down"' in browser.get("/hazard", week=W1, id=one)
    browser.post("/decide", W1, what="list-down", id=one, reason="验收")
    page = browser.get("/hazard", week=W1, id=one)
    assert 'value="list-up"' in page and "已摘牌" in text(page)


def test_duties_of_firms_are_shown_and_filtered(browser, district, hazards):
    page = browser.get("/ledger", week=W1)
    assert "企业履职（4 家）" in page and "负责人带队检查：应做 1 家，已做 2 家，不涉及 1 家" in page
    due = browser.get("/ledger", week=W1, duty="due")
    assert "企业履职（1 家）" in due and "好邻居饭店" in due.split("h-duties")[2]
    assert "没有这样的企业" in browser.get("/ledger", week=W1, duty="overdue")
    assert browser.get("/ledger", week=W1, duty="<b>", firms="x").count("<b>") == 0


def test_a_week_without_ledgers_has_its_page(browser, district):
    district.send_all(W1)
    assert "没有这样的隐患" in browser.get("/ledger", week=W1)
    browser.run(W1)
    assert "没有这样的隐患" in browser.get("/ledger", week=W1)
