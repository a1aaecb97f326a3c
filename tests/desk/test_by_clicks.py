"""Four weeks in a real browser, by clicks and drops alone, on a screen and on a phone; what moves; the keyboard; the command itself."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from consolidator.desk.safety import Keys
from consolidator.desk.server import listener_on, server_of
from consolidator.desk.state import Desk
from schemas.settings import HOME, Mail
from tests.browser import CHROMIUM, needs_browser
from tests.desk.desk import free_figures
from tests.district import W1, W2, W3, W4, District
from tests.mail.test_smtp import Mailbox, serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = needs_browser
PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 40
_DROP = """([name, data, selector]) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0)), given = new DataTransfer();
  given.items.add(new File([bytes], name));
  const zone = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: given}));
}"""


@contextmanager
def served(district: District) -> Iterator[tuple[Desk, str]]:
    """The desk of a district on a port of its own; its first address."""
    listener = listener_on(0)
    desk, keys, ready = Desk(lambda: district.settings), Keys(listener.getsockname()[1]), threading.Event()
    thread = threading.Thread(target=server_of(desk, keys, ready.set).run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield desk, keys.address
    finally:
        desk.stop()
        thread.join(20)
        listener.close()


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Clerk:
    """Who sits before the page: clicks by words, drops files, and reads. Whatever the browser complains of is kept."""

    def __init__(self, page, district: District):
        self.page, self.district, self.complaints = page, district, []
        page.on("console", lambda one: self.complaints.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda one: self.complaints.append(str(one)))
        page.on("dialog", lambda one: one.accept())
        page.set_default_timeout(20_000)

    def click(self, word: str, role: str = "button", within=None) -> None:
        (within or self.page).get_by_role(role, name=word, exact=True).first.click()
        self.page.wait_for_load_state()

    def goes_to(self, word: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=word, exact=True).click()
        self.page.wait_for_load_state()
        self.fits()

    def fits(self) -> None:
        """Nothing is wider than the window."""
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (self.page.url, over)

    def form(self, unit: str, day: dt.date, **changes) -> bytes:
        path = self.district.send(unit, day, "drop.xlsx", **changes)
        data = path.read_bytes()
        path.unlink()
        return data

    def drops(self, *files: tuple[str, bytes]) -> None:
        """Files chosen, as many at once as there are."""
        self.page.locator("#files").set_input_files([{"name": name, "mimeType": "", "buffer": data} for name, data in files])
        self.page.get_by_text("已放进收件夹").wait_for()

    def drags(self, name: str, data: bytes) -> None:
        """A file dragged from the desktop onto the page."""
        self.page.evaluate(_DROP, [name, base64.b64encode(data).decode(), "[data-drop]"])
        self.page.get_by_text(f"已放进收件夹 1 个文件：{name}").wait_for()

    def runs(self, reported: int) -> None:
        self.click("汇总", within=self.page.locator("form.run"))
        self.page.get_by_text(f"实报 {reported} 家。").wait_for()
        self.page.get_by_text("结果与收件夹一致").wait_for()

    def fills(self, within, **fields: str) -> None:
        for label, value in fields.items():
            within.get_by_label(label, exact=True).first.fill(value)

    def said(self) -> str:
        return self.page.locator(".said").first.inner_text()


@pytest.fixture(params=[1280, 390])
def clerk(request, chromium, district):
    mailbox = Mailbox()
    with serving(mailbox) as port, served(district) as (_, address):
        district.settings = district.settings.model_copy(update={
            "mail": Mail(host="127.0.0.1", port=port, security="none", sender="qanwb@example.cn"), "now": dt.datetime(2023, 5, 29, 9, 30)})
        page = chromium.new_context(viewport={"width": request.param, "height": 900}).new_page()
        one = Clerk(page, district)
        one.mailbox = mailbox
        page.goto(address)
        yield one
        page.context.close()


def _monday(clerk: Clerk, day: dt.date) -> None:
    at = dt.datetime.combine(day, dt.time(9, 30))
    clerk.district.settings = clerk.district.settings.model_copy(update={"now": at})
    clerk.page.goto(clerk.page.url.split("?")[0].rsplit("/", 1)[0] + "/")
    clerk.fits()


def _first_week(clerk: Clerk) -> None:
    """A blank is confirmed with a word, and the week goes up by hand."""
    page = clerk.page
    assert "还没有收到表" in page.locator(".advice").inner_text() and "还有 2.5 小时" in page.locator(".now").inner_text()
    clerk.drags("甲.xlsx", clerk.form("甲局", W1, **dict.fromkeys(free_figures(clerk.district.form)[:2])))
    clerk.drops(("乙.xlsx", clerk.form("乙局", W1)), ("丙.xlsx", clerk.form("丙街道", W1)))
    page.get_by_text("已采用（还没写进结果）").first.wait_for()
    clerk.runs(3)
    clerk.goes_to("上报")
    while page.locator("li .problem").count():
        count = page.locator("li .problem").count()
        first = page.locator("li .problem").first
        clerk.fills(first, 核实的情况="核实过，确实没有")
        clerk.click("确认", within=first)
        assert "已确认" in clerk.said() and page.locator("li .problem").count() < count
    clerk.click("手工报送")
    assert "已记为报送" in clerk.said() and page.get_by_text("已上报、定稿").first.is_visible()
    assert page.get_by_role("link", name="主题与正文.txt").is_visible()


def _second_week(clerk: Clerk) -> None:
    """A figure heard on the telephone, a photo that counts for nothing, and a letter that a mail server takes."""
    page = clerk.page
    assert "下一期是 6月5日一期，还没有收到表" in page.locator(".advice").inner_text()
    clerk.drops(("甲2.xlsx", clerk.form("甲局", W2, base=12, self_found="约20")), ("乙2.xlsx", clerk.form("乙局", W2, base=12)),
                ("丙2.xlsx", clerk.form("丙街道", W2, base=12)), ("照片.jpg", PHOTO))
    clerk.runs(2)
    clerk.click("甲局", "link")
    clerk.fits()
    card = page.locator(".problem.error").first
    assert "约20" in card.inner_text() and page.locator(".figure.error").count() == 1
    card.locator("summary").click()
    phone = card.locator("form", has=page.get_by_role("button", name="电话报数"))
    phone.locator("input[name^='value.']").fill("20")
    clerk.fills(phone, 理由="电话核实")
    clerk.click("电话报数", within=phone)
    assert "已采纳" in clerk.said() and page.locator(".figure.settled").count() == 1
    clerk.click("← 本期", "link")
    photo = page.locator(".filerow", has_text="照片.jpg")
    photo.locator("summary").click()
    clerk.fills(photo, 理由="现场照片")
    clerk.click("不用这个文件", within=photo)
    assert "不采用，已记下" in clerk.said()
    clerk.goes_to("上报")
    clerk.click("寄出")
    assert "已寄往 shianweiban@example.cn" in clerk.said()
    assert len(clerk.mailbox.messages()) == 1


def _third_week(clerk: Clerk) -> None:
    """A form is sent back and corrected, the week closed, reopened and corrected."""
    page = clerk.page
    clerk.drops(("甲3.xlsx", clerk.form("甲局", W3, base=23, self_found="待定")), ("乙3.xlsx", clerk.form("乙局", W3, base=23)),
                ("丙3.xlsx", clerk.form("丙街道", W3, base=23)))
    clerk.runs(2)
    assert "甲局要更正" in page.locator(".advice").inner_text()
    clerk.drops(("甲3改.xlsx", clerk.form("甲局", W3, base=23)))
    clerk.runs(3)
    clerk.goes_to("汇总")
    page.locator(".figure a").first.click()
    page.locator("#behind").wait_for()
    assert page.locator("#behind tbody tr").count() == 3
    clerk.goes_to("上报")
    clerk.click("定稿")
    assert "已定稿" in clerk.said()
    clerk.fills(page.locator("form[action='/reopen']"), 理由="乙局更正")
    clerk.click("重开")
    clerk.goes_to("本期")
    clerk.drops(("乙3改.xlsx", clerk.form("乙局", W3, base=24)))
    clerk.runs(3)
    clerk.goes_to("汇总")
    assert page.get_by_text("与定稿时不同的合计").is_visible()
    assert "更正：乙3.xlsx → 乙3改.xlsx" in page.locator("main").inner_text()
    clerk.goes_to("上报")
    clerk.click("寄出")
    assert len(clerk.mailbox.messages()) == 2


def _fourth_week(clerk: Clerk) -> None:
    """Every other page, a draft, an acceptance as written, and the end."""
    page = clerk.page
    clerk.drops(("甲4.xlsx", clerk.form("甲局", W4, base=22)), ("乙4.xlsx", clerk.form("乙局", W4, base=25)),
                ("丙4.xlsx", clerk.form("丙街道", W4, base=25)))
    clerk.runs(2)
    clerk.click("甲局", "link")
    card = page.locator(".problem.error").first
    card.locator("summary").click()
    as_is = card.locator("form", has=page.get_by_role("button", name="采纳，按表上的数"))
    clerk.fills(as_is, 理由="上期多报，已核实")
    clerk.click("采纳，按表上的数", within=as_is)
    assert "已采纳" in clerk.said()
    clerk.goes_to("上报")
    clerk.click("存草稿")
    assert "草稿已写好" in clerk.said()
    for word in ("台账", "各期", "名册", "空白表", "设置"):
        clerk.goes_to(word)
    clerk.goes_to("各期")
    assert page.locator("svg").count() and page.get_by_text("重开，待更正").count() == 0
    clerk.goes_to("名册")
    clerk.click("改", "link")
    page.get_by_label("邮箱").fill("jia@example.cn")
    clerk.click("存")
    assert "名册已改好" in clerk.said()
    clerk.goes_to("空白表")
    clerk.click("做空白表")
    with page.expect_download() as got:
        page.get_by_role("link", name=re.compile("^下载")).click()
    assert got.value.suggested_filename.endswith(".zip")
    assert clerk.complaints == []  # what comes after finds no server
    clerk.click("结束")
    assert "工作台已结束" in page.inner_text("h1")


def test_four_weeks_by_clicks(clerk):
    for day, week in ((W1, _first_week), (W2, _second_week), (W3, _third_week), (W4, _fourth_week)):
        _monday(clerk, day)
        week(clerk)


def test_a_file_laid_into_the_inbox_is_shown_within_seconds_and_what_is_typed_stays(clerk):
    clerk.district.send_all(W1)
    clerk.page.reload()
    clerk.page.wait_for_timeout(1000)
    clerk.page.locator("#q").fill("写到一半")
    (clerk.district.folder / "inbox" / "甲更正.xlsx").write_bytes(clerk.form("甲局", W1, base=12))
    began = time.monotonic()
    clerk.page.locator(".filerow strong", has_text="甲更正.xlsx").wait_for(timeout=10_000)
    assert time.monotonic() - began < 8  # two seconds on a machine that does nothing else
    assert clerk.page.locator("#q").input_value() == "写到一半" and clerk.complaints == []


def test_an_opened_card_stays_open_with_what_is_typed_and_stays_with_its_file(clerk):
    inbox, page = clerk.district.folder / "inbox", clerk.page
    for name in ("照片2.jpg", "照片4.jpg"):
        (inbox / name).write_bytes(PHOTO + name.encode())
    clerk.runs(0)
    card = page.locator(".filerow", has_text="照片2.jpg")
    card.locator("summary").click()
    clerk.fills(card, 理由="现场照片，不")
    card.locator("input[name='reason']").press("End")
    for name in ("照片1.jpg", "照片3.jpg"):  # one above, one below
        (inbox / name).write_bytes(PHOTO + name.encode())
    page.locator(".filerow strong", has_text="照片1.jpg").wait_for()
    assert card.locator("details").get_attribute("open") is not None and page.locator(".filerow details[open]").count() == 1
    page.keyboard.type("计数")  # the caret is where it was
    assert card.locator("input[name='reason']").input_value() == "现场照片，不计数"
    (inbox / "照片4.jpg").unlink()
    page.locator(".filerow strong", has_text="照片4.jpg").wait_for(state="detached")
    clerk.click("不用这个文件", within=card)
    assert "“照片2.jpg”不采用，已记下" in clerk.said()
    assert page.locator(".filerow", has_text="照片2.jpg").get_by_role("button", name="改回来").count() == 1
    assert clerk.complaints == []


def test_by_keyboard_alone(clerk):
    clerk.district.send_all(W1)
    page = clerk.page
    page.reload()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "汇总" and page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")
    page.get_by_text("实报 3 家。").wait_for()
    page.get_by_text("结果与收件夹一致").wait_for()
    assert outline == "solid" and clerk.complaints == []


def test_it_can_be_read_and_used_without_scripts(chromium, district):
    district.send_all(W1)
    with served(district) as (_, address):
        page = chromium.new_context(java_script_enabled=False).new_page()
        page.goto(address)
        page.locator("form.run button").click()
        for _ in range(40):
            page.goto(page.url)
            if "结果与收件夹一致" in page.inner_text("main"):
                break
            time.sleep(0.25)
        assert "实报 3 家" in page.inner_text("main")
        page.get_by_role("link", name="上报", exact=True).first.click()
        page.get_by_role("button", name="手工报送").click()
        assert "已记为报送" in page.inner_text(".said")
        page.context.close()


def test_two_windows_at_once_do_no_harm(chromium, district):
    district.send_all(W1)
    with served(district) as (desk, address):
        pages = [chromium.new_context().new_page() for _ in range(2)]
        for page in pages:
            page.goto(address)
        for page in pages:
            page.locator("form.run button").click(no_wait_after=True)
        for page in pages:
            page.get_by_text("结果与收件夹一致").wait_for()
        ran = [one for one in map(json.loads, (district.folder / "outbox" / "journal.jsonl").read_text("utf-8").splitlines())
               if one["event"] == "ran"]
        assert len(ran) == 1 and not desk.jobs.running
        for page in pages:
            page.context.close()


def test_the_command_prints_its_address_serves_with_real_workers_and_ends_by_its_button(chromium, district):
    district.send_all(W1)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLIDATE_")}
    environment |= {"CONSOLIDATE_NOW": "2023-05-29T09:30:00", "PYTHONUTF8": "1"}
    process = subprocess.Popen([sys.executable, HOME / "consolidate.py", "desk", "--no-browser", "--inbox", district.folder / "inbox",
                                "--outbox", district.folder / "outbox", "--roster", district.roster],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, encoding="utf-8", bufsize=1)
    try:
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line)[0]
        page = chromium.new_context().new_page()
        page.on("dialog", lambda one: one.accept())
        page.goto(address)
        page.locator("form.run button").click()
        page.get_by_text("结果与收件夹一致").wait_for(timeout=60_000)
        assert "实报 3 家" in page.inner_text("main")
        page.get_by_role("button", name="结束").click()
        page.get_by_text("工作台已结束").wait_for()
        assert process.wait(30) == 0 and process.stderr.read() == ""
        page.context.close()
    finally:
        process.kill()
        process.communicate()
