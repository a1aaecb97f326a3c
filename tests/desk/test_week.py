"""A week by clicks: every action of the first pages does what the command does, and the page says so."""

from __future__ import annotations

import json
import re

import pytest

from consolidator.desk.pages import PAGES
from consolidator.model.result import ACCEPTED, DISMISSED, REJECTED
from consolidator.store.outbox import opened
from tests.desk.desk import advice, desk_of, free_figures, inbox, links, shown, text
from tests.district import W1, W2, District, file, unit

PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 40


@pytest.fixture
def browser(district):
    with desk_of(district) as one:
        yield one


def form_bytes(district: District, name: str, day, **changes) -> bytes:
    """A filled form as it would be dropped."""
    path = district.send(name, day, "drop.xlsx", **changes)
    data = path.read_bytes()
    path.unlink()
    return data


def events(district: District) -> list[dict]:
    lines = (district.folder / "outbox" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_dropped_file_is_shown_at_once_with_its_unit_week_and_what_is_wrong(browser, district):
    assert "还没有收到表" in advice(browser.get("/", week=W1))
    page = browser.drop(("甲.xlsx", form_bytes(district, "甲局", W1)),
                        ("乙.xlsx", form_bytes(district, "乙局", W1, self_found="约20")), week=W1)
    assert shown(page) == ("done", "已放进收件夹 2 个文件：甲.xlsx、乙.xlsx") and inbox(district) == {"甲.xlsx", "乙.xlsx"}
    words = text(page)
    assert "甲.xlsx 新 甲局 2023-05-29 期 已采用（还没写进结果）" in words
    assert "乙.xlsx 新 乙局 2023-05-29 期 已退回（还没写进结果） 错误 D3" in words and "约20" in words
    assert "点“汇总”" in advice(page)
    assert not (district.folder / "outbox" / "journal.jsonl").exists()  # nothing is written


def test_the_week_is_run_and_the_units_have_their_rows(browser, district):
    district.send("甲局", W1)
    district.send("乙局", W1, self_found="约20")
    page = browser.run(W1)
    words = text(page)
    assert "应报 3 家，实报 1 家" in words and "已报 1" in words and "待更正 1" in words and "未报 1" in words
    assert "乙局要更正" in advice(page) and "结果与收件夹一致" in words
    assert file(browser.desk.view(W1).last, "甲局0529.xlsx").status == ACCEPTED
    assert "本期已汇总" not in words and (district.week(W1) / "report.html").is_file()
    filtered = text(browser.get("/", week=W1, state="missing").partition('id="h-units"')[2].partition("</table>")[0])
    assert "丙街道" in filtered and "甲局 已报" not in filtered


def test_the_unit_page_has_figures_increments_problems_and_what_goes_back(browser, district):
    district.send_all(W1)
    browser.run(W1)
    district.send_all(W2, base=13, but=["乙局"])
    district.send("乙局", W2, base=13, self_found="约20")
    browser.run(W2)
    page = browser.get("/unit", week=W2, unit="甲局")
    assert "13" in page and "上期 10，+3" in page
    page = browser.get("/unit", week=W2, unit="乙局")
    assert 'class="figure error"' in page and "“约20”" in page and "退回给它的" in page and "采纳，或按电话里的数" in page
    copy, = links(page, "退回2023-06-05.xlsx")
    assert browser.client.get(f"/file/{copy}").status_code == 200
    original, = links(page, "下载原件")
    assert browser.client.get(f"/file/{original}").content == (district.folder / "inbox" / "乙局0605.xlsx").read_bytes()
    old = links(page, "乙局0529.xlsx")
    assert len(old) == 1 and "2023-05-29 期采用" in page


def test_a_figure_is_accepted_as_written_and_with_the_value_heard(browser, district):
    district.send_all(W1)
    browser.run(W1)
    district.send_all(W2, base=11, but=["乙局"])
    free = free_figures(district.form)[0]
    district.send("乙局", W2, base=11, self_found="约20", **{free: 3})
    browser.run(W2)
    page = browser.post("/accept", W2, unit="乙局", how="as-is", figure=[free], reason="上期多报")
    kind, lines = shown(page)
    assert kind == "done" and lines.startswith("乙局：已采纳并重新汇总")
    assert f"乙局 {district.form.figures[free].short}：" in lines and "该单位的表还有别的错误没有采纳" in lines
    page = browser.post("/accept", W2, unit="乙局", how="value", figure=["self_found"], value__self_found="20", reason="电话核实")
    kind, lines = shown(page)
    assert kind == "done" and "自查发现隐患：10 → 20；合计 32 → 42" in lines  # 10 was carried from the week before
    result = browser.desk.view(W2).last
    assert unit(result, "乙局").figures["self_found"] == 20 and unit(result, "乙局").figures[free] == 3
    assert "已采纳：电话核实" in text(page) and 'class="figure settled"' in page
    assert [(one["figure"], one["reason"], one["by"]) for one in events(district) if one["event"] == "decision"] == [
        (free, "上期多报", "王敏"), ("self_found", "电话核实", "王敏")]


def test_a_figure_heard_of_a_unit_that_sent_nothing(browser, district):
    district.send_all(W1)
    browser.run(W1)
    district.send_all(W2, base=11, but=["乙局"])
    page = browser.post("/accept", W2, unit="乙局", how="value", figure=["self_found"], value="12", reason="电话")
    assert shown(page)[0] == "done" and unit(browser.desk.view(W2).last, "乙局").figures["self_found"] == 12


@pytest.mark.parametrize("fields, words", [
    ({"figure": ["self_found"], "reason": ""}, "请写明理由"),
    ({"figure": ["self_found"], "reason": "x"}, "没有读出数来"),
    ({"figure": ["self_found"], "how": "value", "reason": "x"}, "请写上电话里核实的数"),
    ({"figure": ["self_found"], "how": "value", "value": "约3", "reason": "x"}, "不能作"),
    ({"figure": ["nothing"], "reason": "x"}, "nothing"),
    ({"figure": ["self_found"], "unit": "没有", "reason": "x"}, "名册中没有单位"),
])
def test_what_cannot_be_accepted_is_said_and_nothing_is_recorded(browser, district, fields, words):
    district.send("甲局", W1)
    district.send("乙局", W1, self_found="约20")
    browser.run(W1)
    before = len(events(district))
    answer = browser.client.post("/accept", data={"week": str(W1), "unit": "乙局", **fields}, headers=browser.own)
    kind, line = shown(answer.text)
    assert kind == "error" and words in line and "--" not in line and len(events(district)) == before


def test_a_file_is_dismissed_and_taken_back(browser, district):
    district.send_all(W1)
    (district.folder / "inbox" / "照片.jpg").write_bytes(PHOTO)
    browser.run(W1)
    page = browser.post("/dismiss", W1, file="照片.jpg", reason="现场照片")
    assert shown(page)[0] == "done" and file(browser.desk.view(W1).last, "照片.jpg").status == DISMISSED
    assert "改回来" in page and "没有人看过" not in advice(page)
    browser.post("/undismiss", W1, file="照片.jpg")
    assert file(browser.desk.view(W1).last, "照片.jpg").status == REJECTED


def test_a_dismissed_file_that_was_replaced_since_is_not_taken_back_unseen(browser, district):
    district.send_all(W1)
    path = district.folder / "inbox" / "照片.jpg"
    path.write_bytes(PHOTO)
    browser.run(W1)
    browser.post("/dismiss", W1, file="照片.jpg", reason="现场照片")
    (key,), before = shown_keys(browser.get("/", week=W1), "/undismiss"), len(events(district))
    path.write_bytes(PHOTO + b"another")
    page = browser.post("/undismiss", W1, file="照片.jpg", shown=key)
    assert shown(page)[0] == "error" and "换了内容" in shown(page)[1]
    assert not [one for one in events(district)[before:] if one["event"] == "undismissed"]


def test_a_file_never_run_is_run_before_it_is_dismissed(browser, district):
    district.send_all(W1)
    browser.drop(("照片.jpg", PHOTO), week=W1)
    page = browser.post("/dismiss", W1, file="照片.jpg", reason="现场照片")
    assert shown(page)[0] == "done" and file(browser.desk.view(W1).last, "照片.jpg").status == DISMISSED


def shown_keys(page: str, action: str) -> list[str]:
    """The keys of what a page shows, in its forms for ``action``."""
    return [found[1] for one in re.findall(rf'<form method="post" action="{action}".*?</form>', page, re.DOTALL)
            if (found := re.search(r'name="shown" value="(\w+)"', one))]


def test_what_has_changed_since_the_page_was_opened_is_looked_at_before_it_is_decided(browser, district):
    free = free_figures(district.form)[0]
    district.send_all(W1)
    browser.run(W1)
    district.send_all(W2, base=11, but=["乙局"])
    district.send("乙局", W2, base=11, **{free: 3})
    browser.run(W2)
    keys = shown_keys(browser.get("/unit", week=W2, unit="乙局"), "/accept")
    assert len(keys) == 3 and len(set(keys)) == 1  # as written, the value heard, and the part for telephone figures
    district.send("乙局", W2, base=11, **{free: 2})  # a smaller figure in its place, which nobody has looked at
    before = len([one for one in events(district) if one["event"] == "decision"])
    for how, value in (("as-is", ""), ("value", "3")):
        page = browser.post("/accept", W2, unit="乙局", how=how, figure=[free], value=value, reason="上期多报", shown=keys[0])
        assert shown(page) == ("error", "乙局的报送在这一页打开以后有变化，刚才点的没有记下：请看过现在的数，再点一次")
    assert len([one for one in events(district) if one["event"] == "decision"]) == before
    page = browser.get("/unit", week=W2, unit="乙局")
    page = browser.post("/accept", W2, unit="乙局", how="as-is", figure=[free], reason="上期多报", shown=shown_keys(page, "/accept")[0])
    assert shown(page)[0] == "done" and unit(browser.desk.view(W2).last, "乙局").figures[free] == 2


def test_a_warning_of_another_form_than_the_one_shown_is_not_confirmed(browser, district):
    free, other = free_figures(district.form)[:2]
    district.send_all(W1, but=["甲局"])
    district.send("甲局", W1, **{free: None})
    browser.run(W1)
    pages = [browser.get("/upward", week=W1), browser.get("/unit", week=W1, unit="甲局")]
    key, = {one for page in pages for one in shown_keys(page, "/confirm")}
    district.send("甲局", W1, base=12, **{free: None, other: None})
    assert shown(browser.post("/confirm", W1, unit="甲局", figure=[free], reason="没有", shown=key))[0] == "error"
    assert not [one for one in events(district) if one["event"] == "confirmed"]
    key, = set(shown_keys(browser.get("/unit", week=W1, unit="甲局"), "/confirm"))
    assert shown(browser.post("/confirm", W1, unit="甲局", figure=[free], reason="没有", shown=key))[0] == "done"


@pytest.mark.parametrize("action, fields", [("/dismiss", {}), ("/assign", {"meant": str(W2)})])
def test_a_file_that_was_replaced_since_is_neither_dismissed_nor_counted_for_another_week(browser, district, action, fields):
    district.send_all(W1, but=["甲局"])
    path = district.send("甲局", W1, self_found="约20")
    browser.run(W1)
    key, = shown_keys(browser.get("/", week=W1), action)
    district.send("甲局", W1, base=12, self_found="约30")
    page = browser.post(action, W1, file=path.name, reason="报错了", shown=key, **fields)
    assert shown(page) == ("error", f"“{path.name}”在这一页打开以后换了内容，或已移走，刚才点的没有记下：请看过现在的文件，再点一次")
    key, = shown_keys(browser.get("/", week=W1), action)
    assert shown(browser.post(action, W1, file=path.name, reason="报错了", shown=key, **fields))[0] == "done"


def test_warnings_are_confirmed_one_after_the_other(browser, district):
    district.send_all(W1, but=["甲局"])
    district.send("甲局", W1, **dict.fromkeys(free_figures(district.form)[:3]))
    browser.run(W1)
    page = browser.get("/upward", week=W1)
    assert "没有人看过的提醒：0" not in page
    figures = [one.figure for one in file(browser.desk.view(W1).last, "甲局0529.xlsx").open_warnings()]
    assert figures
    kind, words = shown(browser.post("/confirm", W1, unit="甲局", figure=figures, reason="确实没有"))
    assert kind == "done", words
    assert not file(browser.desk.view(W1).last, "甲局0529.xlsx").open_warnings()
    assert {one["figure"] for one in events(district) if one["event"] == "confirmed"} == set(figures)


def test_the_week_goes_up_by_hand_and_is_closed_reopened_and_closed_again(browser, district):
    district.send_all(W1)
    browser.run(W1)
    assert "都齐了" in advice(browser.get("/", week=W1))
    page = browser.get("/upward", week=W1)
    assert "shianweiban@example.cn" in page and "应报3家，实报3家" in text(page)
    page = browser.post("/send", W1, how="by-hand")
    assert shown(page)[0] == "done" and links(page, "主题与正文.txt") and "已上报、定稿" in page
    with opened(district.settings.paths.outbox, district.form) as outbox:
        assert outbox.history.sent(W1)[0]["by_hand"] and outbox.history.weeks()[0].closed
    kind, words = shown(browser.post("/send", W1, how="by-hand"))
    assert kind == "error" and "在“上报”页重开这一期" in words
    kind, words = shown(browser.post("/run", W1))
    assert kind == "error" and "已定稿" in words and "--" not in words
    assert shown(browser.post("/reopen", W1, reason=" "))[0] == "error"
    assert shown(browser.post("/reopen", W1, reason="甲局更正"))[0] == "done"
    district.send("甲局", W1, "更正.xlsx", base=12)
    browser.run(W1)
    assert "更正" in text(browser.get("/upward", week=W1).partition("要寄的信")[2])
    assert shown(browser.post("/close", W1))[0] == "done" and "已定稿" in browser.get("/weeks")


def test_a_draft_closes_nothing(browser, district):
    district.send_all(W1)
    browser.run(W1)
    page = browser.post("/send", W1, how="draft")
    assert shown(page)[0] == "done" and links(page, "mail.eml") and "未定稿" in page
    assert "--" not in shown(page)[1]


def test_an_error_stands_in_the_way_until_it_is_ticked(browser, district):
    district.send("甲局", W1, self_found="约20")
    district.send("乙局", W1)
    browser.run(W1)
    kind, words = shown(browser.post("/send", W1, how="by-hand"))
    assert kind == "error" and "不用这个文件" in words and "有错误也寄出" in words and "--" not in words
    assert shown(browser.post("/send", W1, how="by-hand", anyway="yes"))[0] == "done"


def test_on_a_monday_with_nothing_new_it_names_the_next_week_and_never_reopening(browser, district):
    district.send_all(W1)
    browser.run(W1)
    browser.post("/close", W1)
    words = advice(browser.get("/"))
    assert "已定稿" in words and "下一期是 6月5日一期，还没有收到表" in words and "重开" not in words
    page = browser.get("/")
    assert 'action="/run"' not in page
    browser.drop(("甲.xlsx", form_bytes(district, "甲局", W2, base=11)))
    page = browser.get("/")
    assert "2023-06-05" in page.partition('class="week"')[2][:60] and "点“汇总”" in advice(page)  # the week of the new file


def test_a_run_that_fails_leaves_the_sentence_and_the_last_whole_result(browser, district):
    district.send_all(W1)
    browser.run(W1)
    district.send("甲局", W1, "新.xlsx", base=12)
    district.roster.write_text("坏的", encoding="utf-8")
    kind, words = shown(browser.post("/run", W1)) if (answer := browser.client.get("/", params={"week": str(W1)})).status_code == 200 \
        else ("error", text(answer.text))
    assert kind == "error" and "名册" in words
    assert district.result_json(W1)["totals"]


def test_stage_reports_and_trends(browser, district):
    for week, base in ((W1, 10), (W2, 12)):
        district.send_all(week, base=base)
        browser.run(week)
    page = browser.get("/weeks", week=W2)
    assert "<svg" in page and "2023-05-29" in page
    page = browser.post("/report", W2, edition="stage", since="2023-05-29", until="2023-06-05")
    assert shown(page)[0] == "done" and links(page, "阶段进展报告")
    assert shown(browser.post("/report", W2, edition="stage", since="五月"))[0] == "error"
    assert shown(browser.post("/report", W2, edition="none"))[0] == "error"


def test_unknown_units_weeks_and_pages_are_said(browser, district):
    for address in ("/unit?unit=没有", "/nothing", "/?week=1999-01-01", "/unit"):
        answer = browser.client.get(address)
        assert answer.status_code in (404, 409) and "回到“本期”" in answer.text and "--" not in text(answer.text)


def test_thousands_of_units_come_in_pages(browser, district):
    district.write_roster([(f"{n}街道", "街道") for n in range(250)])
    page = browser.get("/", week=W1)
    assert page.count('<th scope="row"><a href="/unit') == 100 and "第 1 / 3 页" in page
    assert browser.get("/", week=W1, page=3).count('<th scope="row"><a href="/unit') == 50
    assert browser.get("/", week=W1, page="x", q="249街道").count('<th scope="row"><a href="/unit') == 1


def test_events_come_and_an_open_page_keeps_the_desk_alive(browser, district):
    import asyncio

    async def listen() -> list[str]:
        stream = browser.desk.events.stream(browser.desk.events.version)
        got = [await anext(stream)]
        assert browser.desk.events.idle == 0
        browser.desk.events.publish("changed")
        got.append(await anext(stream))
        await stream.aclose()
        late = browser.desk.events.stream(0)  # a page that was made before the change
        got.append(await anext(late))
        await late.aclose()
        return got
    assert asyncio.run(listen()) == ["event: hello\ndata: 1\n\n", *["event: changed\ndata: 1\n\n"] * 2]
    assert 0 < browser.desk.events.idle < 60


def test_it_ends_by_its_button(browser):
    ended = []
    browser.desk.stop = lambda: ended.append(1)
    page = browser.client.post("/end", headers=browser.own).text
    assert ended and "工作台.bat" in page


def test_every_page_in_the_bar_is_there(browser, district):
    district.send_all(W1)
    browser.run(W1)
    for word, where in PAGES:
        assert f'aria-current="page">{word}<' in browser.get(where, week=W1)


def test_it_ends_when_nobody_has_looked_for_an_hour(browser, monkeypatch):
    import asyncio

    from consolidator.desk import app
    ended = []
    browser.desk.stop = lambda: ended.append(1)
    monkeypatch.setattr(app, "LOOK_FOR_IDLE", 0.01)

    async def for_a_while() -> None:
        task = asyncio.create_task(app._end_when_idle(browser.desk))
        await asyncio.sleep(0.1)
        assert not ended
        monkeypatch.setattr(app, "IDLE", -1.0)
        await asyncio.sleep(0.1)
        task.cancel()
    asyncio.run(for_a_while())
    assert ended


def test_when_many_pages_are_open_the_oldest_rests(browser):
    import asyncio

    from consolidator.desk.events import MOST_STREAMS

    async def open_many() -> list[str]:
        events = browser.desk.events
        streams = [events.stream(events.version) for _ in range(MOST_STREAMS + 1)]
        for one in streams:
            await anext(one)
        words = [await anext(streams[0])]
        events.publish("changed")
        words.append(await anext(streams[1]))
        for one in streams:
            await one.aclose()
        return words
    assert asyncio.run(open_many()) == ["event: rest\ndata: 1\n\n", "event: changed\ndata: 1\n\n"]


def test_a_file_is_counted_for_the_week_that_is_meant(browser, district):
    district.send_all(W1)
    browser.run(W1)
    browser.post("/close", W1)
    district.send_all(W2, base=11, but=["甲局"])
    district.send("甲局", W1, "甲局没改日期.xlsx", base=12)
    page = browser.run(W2)
    assert "改算哪一期" in page and "assign" not in text(page)
    kind, words = shown(browser.post("/assign", W2, file="甲局没改日期.xlsx", meant=str(W2), reason="日期忘了改"))
    assert kind == "done" and "算作 2023-06-05 期" in words
    assert unit(browser.desk.view(W2).last, "甲局").figures["checked"] == 12
    for fields in ({"meant": "x", "reason": "y"}, {"meant": str(W2), "reason": ""}, {"meant": "1999-01-04", "reason": "y"}):
        assert shown(browser.post("/assign", W2, file="甲局没改日期.xlsx", **fields))[0] == "error"


def test_an_office_that_starts_in_mid_campaign_takes_last_weeks_table(browser, district):
    district.send_all(W1)
    browser.run(W1)
    table = next(district.week(W1).glob("*（汇总）*.xlsx")).read_bytes()
    import shutil
    shutil.rmtree(district.folder / "outbox")
    for path in (district.folder / "inbox").iterdir():
        path.unlink()

    def put(**files) -> tuple[str, str]:
        answer = browser.client.post("/opening", data={"week": str(W2)}, files=files, headers=browser.own)
        browser.wait()
        return shown(answer.text)
    kind, words = put(table=("上期.xlsx", table))
    assert kind == "done" and "3 个单位" in words, words
    assert put(table=("x.xlsx", b"x"))[0] == "error"
    district.send_all(W2, base=12)
    assert unit(browser.desk.view(W2).result, "甲局").increments["checked"] == 2
