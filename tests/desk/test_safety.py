"""Who may speak to the desk: every attack of the issue, and a few more."""

from __future__ import annotations

import io
import socket
import threading

import pytest

from consolidator.desk import safety
from consolidator.desk.downloads import Offers
from consolidator.desk.safety import POLICY
from consolidator.desk.server import listener_on
from consolidator.desk.uploads import receive
from schemas.errors import ConsolidatorError
from tests.desk.desk import desk_of, inbox, links, shown, text
from tests.district import W1


@pytest.fixture
def browser(district):
    with desk_of(district) as one:
        yield one


PAGES = ["/", "/unit?unit=甲局", "/upward", "/weeks", "/events", "/job", "/file/abc", "/static/desk.js"]
ACTIONS = ["/run", "/upload", "/accept", "/dismiss", "/confirm", "/send", "/close", "/reopen", "/letters", "/report", "/end"]


@pytest.mark.parametrize("page", PAGES)
def test_without_the_cookie_nothing_is_shown(browser, page):
    browser.client.cookies.clear()
    answer = browser.client.get(page)
    assert answer.status_code == 403 and "甲局" not in answer.text


@pytest.mark.parametrize("action", ACTIONS)
def test_without_the_cookie_nothing_is_done(browser, action):
    browser.client.cookies.clear()
    assert browser.client.post(action, headers=browser.own).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "é", "None", "%00"])
def test_a_wrong_token_opens_nothing(browser, token):
    browser.client.cookies.clear()
    answer = browser.client.get("/", params={"token": token}, follow_redirects=False)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_the_token_leaves_the_address_and_the_cookie_is_kept_from_scripts_and_other_pages(browser):
    browser.client.cookies.clear()
    answer = browser.client.get("/", params={"token": browser.keys.token}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and browser.keys.token not in answer.headers["set-cookie"]
    assert browser.keys.token not in repr(browser.keys) and browser.keys.session not in repr(browser.keys)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:8766", "localhost:8765", 
                                  "127.0.0.1:8765.evil.example", "[::1]:8765", ""])
def test_another_host_is_refused_even_with_cookie_and_token(browser, host):
    for address in ("/", f"/?token={browser.keys.token}"):
        assert browser.client.get(address, headers={"host": host}, follow_redirects=False).status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:8766", "https://127.0.0.1:8765", "http://localhost:8765",
                                    "http://127.0.0.1:8765.evil.example", None])
@pytest.mark.parametrize("action", ACTIONS)
def test_another_page_can_post_nothing(browser, district, action, origin):
    district.send_all(W1)
    headers = {} if origin is None else {"origin": origin}
    assert browser.client.post(action, data={"week": str(W1)}, headers=headers).status_code == 403
    assert browser.client.post(action, data={"week": str(W1)},
                               headers={"origin": browser.keys.origin, "sec-fetch-site": "cross-site"}).status_code == 403
    assert not (district.folder / "outbox" / "journal.jsonl").exists() and browser.desk.jobs.current is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(browser, method):
    assert browser.client.request(method, "/", headers=browser.own).status_code == 405


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_none_by_a_link(browser, action):
    assert browser.client.get(action).status_code in (404, 405)


def test_every_answer_has_the_policy(browser):
    for address in ("/", "/weeks", "/static/desk.css", "/nothing", "/unit?unit=没有"):
        headers = browser.client.get(address).headers
        assert headers["content-security-policy"] == POLICY and headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY and "default-src 'none'" in POLICY and "frame-ancestors 'none'" in POLICY
    browser.client.cookies.clear()
    assert browser.client.get("/").headers["content-security-policy"] == POLICY


def test_no_page_has_script_or_style_of_its_own(browser, district):
    district.send_all(W1)
    browser.run(W1)
    for address in ("/", "/unit?unit=甲局", "/upward", "/weeks"):
        page = browser.get(address)
        assert "<style" not in page and " style=" not in page and " onclick" not in page and "javascript:" not in page
        assert page.count("<script") == page.count("<script src=\"/static/")


@pytest.mark.parametrize("name", ["../../settings.toml", "..%2f..%2fsettings.toml", "%2fetc%2fpasswd", "C:%5cx", "0" * 24,
                                  "a" * 5000, "%00"])
def test_a_path_is_no_id(browser, name):
    assert browser.client.get(f"/file/{name}").status_code == 404
    assert browser.client.get(f"/static/{name}").status_code == 404


def test_a_file_goes_by_its_id_as_a_download_that_runs_nothing(browser, district):
    district.send_all(W1)
    page = browser.run(W1)
    offered, = links(page, "report.html")
    answer = browser.client.get(f"/file/{offered}")
    assert answer.content == (district.week(W1) / "report.html").read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment") and "sandbox" in answer.headers["content-security-policy"]
    (district.week(W1) / "report.html").unlink()
    (district.week(W1) / "report.html").symlink_to(district.roster)
    assert browser.client.get(f"/file/{offered}").status_code == 404
    assert str(district.folder) not in page


def test_ids_say_nothing_of_paths_and_differ_from_desk_to_desk(tmp_path):
    assert Offers().offer(tmp_path / "a") != Offers().offer(tmp_path / "a")


def test_two_gigabytes_are_refused_before_they_are_read(browser, district):
    read = []

    def body():
        read.append(1)
        yield b"x"

    answer = browser.client.post("/upload", content=body(), headers={
        **browser.own, "content-length": str(2 << 30), "content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413 and inbox(district) == set()


def test_more_than_was_announced_is_refused_while_it_comes(browser, district, monkeypatch):
    monkeypatch.setattr(safety, "MOST_UPLOADED", 100_000)
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.xlsx"\r\n\r\n'

    def body():
        yield head
        for _ in range(100):
            yield b"x" * 10_000
    answer = browser.client.post("/upload", content=body(), headers={**browser.own, "content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413 and inbox(district) == set()


def test_too_many_files_are_refused(browser, district):
    answer = browser.client.post("/upload", files=[("files", (f"{n}.txt", b"x")) for n in range(501)], headers=browser.own)
    assert answer.status_code == 400 and inbox(district) == set()


def test_one_file_that_is_too_large_is_left_out(district, monkeypatch):
    monkeypatch.setattr("consolidator.desk.uploads.MOST_FILE", 10)
    done, refused = receive([("大.xlsx", io.BytesIO(b"x" * 11)), ("小.xlsx", io.BytesIO(b"x"))], district.folder / "inbox")
    assert done == ["小.xlsx"] and "大.xlsx" in refused[0] and inbox(district) == {"小.xlsx"}


@pytest.mark.parametrize("name, kept", [
    ("../../../etc/甲局.xlsx", "甲局.xlsx"), (r"C:\桌面\甲局.xlsx", "甲局.xlsx"), ("..", None), ("~$甲局.xlsx", None), (".part-x", None),
    ("CON.xlsx", "_CON_"), ("a\x00b.xlsx", None), ("甲局.xlsx\u202e", None), ("x" * 400 + ".xlsx", None)])
def test_names_are_made_safe(browser, district, name, kept):
    browser.drop((name, b"x"))
    assert all("/" not in one and "\\" not in one and one.isprintable() and len(one.encode()) <= 255 for one in inbox(district))
    assert not list(district.folder.parent.glob("etc")) and len(inbox(district)) <= 1
    if kept:
        assert next(iter(inbox(district))).startswith(kept)


def test_names_with_markup_are_text(browser, district):
    name = '<img src=x onerror=alert(1)>&"\'.xlsx'
    page = browser.drop((name, b"x"))
    assert "<img" not in page and "onerror" in text(page) and "＜img" in next(iter(inbox(district)))
    district.write_roster([("<b>甲</b>局", "街道"), ("乙局", "街道")])
    page = browser.get("/", q='"><script>alert(1)</script>')
    assert "<b>甲" not in page and "<script>alert" not in page


def test_text_of_a_file_is_text(browser, district):
    from tests.district import file
    district.send("甲局", W1, self_found="<script>alert('约20')</script>")
    page = browser.get("/", week=W1)
    assert "<script>alert" not in page and file(browser.desk.view(W1).result, "甲局0529.xlsx").problems
    assert "<script>alert" not in browser.get("/unit", week=W1, unit="甲局")


def test_nothing_is_written_over_and_the_same_file_is_not_kept_twice(browser, district):
    for content in (b"one", b"two", b"one", b"two"):
        browser.drop(("甲局.xlsx", content))
    assert inbox(district) == {"甲局.xlsx", "甲局（2）.xlsx"}
    assert "早已在收件夹里" in shown(browser.drop(("甲局.xlsx", b"two")))[1]


def test_a_file_is_there_whole_or_not_at_all(district):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 10:
                raise OSError("gone")
            return super().read(8)
    with pytest.raises(ConsolidatorError, match="写不进去"):
        receive([("甲局.xlsx", Broken(b"x" * 100))], district.folder / "inbox")
    assert inbox(district) == set()


def test_it_listens_on_this_machine_alone():
    listener = listener_on(0)
    try:
        assert listener.getsockname()[0] == "127.0.0.1"
        with pytest.raises(ConsolidatorError, match="已被占用"):
            listener_on(listener.getsockname()[1])
    finally:
        listener.close()


def test_one_thing_at_a_time(browser, district):
    district.send_all(W1)
    browser.get("/", week=W1)  # while something is done, pages show what they showed before
    go = threading.Event()
    browser.desk.do("汇总", lambda step: [str(go.wait(30))], wait=0)
    answer = browser.client.post("/run", data={"week": str(W1)}, headers=browser.own)
    assert shown(answer.text) == ("error", "正在汇总，请等它做完再试") and not (district.folder / "outbox" / "journal.jsonl").exists()
    assert "正在汇总" in browser.get("/job")
    go.set()
    browser.wait()


def test_a_run_of_the_command_line_is_waited_for_and_named(browser, district):
    from consolidator.store.outbox import held
    district.send_all(W1)
    browser.run(W1)
    with held(district.settings.paths.outbox):
        kind, words = shown(browser.post("/run", W1))
        assert kind == "error" and "正在汇总" in words
        assert browser.get("/", week=W1)  # the last whole result stays


def test_a_bug_of_ours_is_one_line_and_the_page_lives(browser, district):
    job = browser.desk.do("汇总", lambda step: 1 // 0)
    assert "程序出错" in job.error and shown(browser.get("/"))[1].startswith("程序出错")


def test_the_socket_is_no_other_machines():
    listener = listener_on(0)
    port = listener.getsockname()[1]
    try:
        others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)} - {"127.0.0.1"}
        for other in others:
            if not other.startswith("127."):
                with pytest.raises(OSError):
                    socket.create_connection((other, port), timeout=1)
    finally:
        listener.close()
