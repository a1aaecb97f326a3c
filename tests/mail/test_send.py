"""Sending with the history: what may go, once, what closes the week, corrections, returns and reminders."""

from __future__ import annotations

import email
import hashlib
import json
from email import policy

import pytest

from consolidator.mail import send
from consolidator.model.filenames import merged_name
from consolidator.store.outbox import opened
from consolidator.workflows import decisions, verify
from schemas.errors import ClosedWeekError, ConsolidatorError, DeliveryError, UsageError
from schemas.settings import Mail
from tests.district import BUREAU, W1, W2, District
from tests.ledger.factory import Row, ledger
from tests.mail.test_smtp import Mailbox, serving

UPWARD = "shianweiban@example.cn"
UNITS = {"甲局": "jia@example.cn", "乙局": "yi@example.cn", "丙街道": "", "丁街道": "ding@example.cn"}
REPORT = "阶段工作情况报告.docx"


class Post:
    """The district with a mail server that keeps what it accepts."""

    def __init__(self, district: District, mailbox: Mailbox, port: int):
        self.district, self.mailbox = district, mailbox
        self.set(mail=Mail(host="127.0.0.1", port=port, security="none", sender="qanwb@example.cn"))
        rows = [f"{name},{'街道' if name.endswith('街道') else BUREAU},,{address}" for name, address in UNITS.items()]
        district.roster.write_text("\n".join(["单位名称,类别,别名,邮箱", *rows]), encoding="utf-8")

    def set(self, **changes) -> None:
        self.district.settings = self.district.settings.model_copy(update=changes)

    @property
    def settings(self):
        return self.district.settings

    def letters(self) -> list:
        """What arrived since the last look."""
        found = self.mailbox.messages()
        self.mailbox.envelopes.clear()
        return found

    def up(self, week=None, **options) -> send.Sent:
        return send.send_upward(self.settings, week, **options)

    def units(self, kind: str, week=None) -> send.Sent:
        return send.send_to_units(self.settings, week, kind)

    def record(self, week) -> list[dict]:
        with opened(self.settings.paths.outbox, self.district.form) as outbox:
            return outbox.history.sent(week)

    def closed(self, week) -> bool:
        with opened(self.settings.paths.outbox, self.district.form) as outbox:
            return {one.week: one.closed for one in outbox.history.weeks()}[week]


@pytest.fixture
def post(district):
    mailbox = Mailbox()
    with serving(mailbox) as port:
        yield Post(district, mailbox, port)


def _everybody(post: Post, week, base=10) -> None:
    post.district.send_all(week, base=base)
    post.district.run(week)


def _body(message) -> str:
    return message.get_body().get_content()


# upward

def test_nothing_is_sent_before_a_run(post):
    for sending_one in (post.up, lambda: post.units("returns"), lambda: post.units("reminders")):
        with pytest.raises(UsageError, match="先运行 run"):
            sending_one()
    _everybody(post, W1)
    with pytest.raises(UsageError, match="run --week 2023-06-05"):
        post.up(W2)
    assert post.letters() == [] and post.record(W1) == []


def test_it_goes_with_both_papers_and_closes_the_week(post):
    _everybody(post, W1)
    done = post.up()
    assert not done.failed and done.lines == [f"2023-05-29 期已寄往 {UPWARD}，并已定稿"]
    (message,) = post.letters()
    folder = post.district.week(W1)
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert attached == {name: (folder / name).read_bytes() for name in (merged_name(post.district.form, W1), REPORT)}
    assert message["Subject"].startswith("河北区安委会办公室：") and "【更正】" not in message["Subject"]
    assert "应报4家，实报4家" in _body(message) and "40个" in _body(message)
    (sent,) = post.record(W1)
    assert (sent["kind"], sent["by_hand"], sent["to"], sent["message_id"]) == ("upward", False, [UPWARD], message["Message-ID"])
    assert sent["attachments"] == {name: hashlib.sha256(data).hexdigest() for name, data in attached.items()}
    assert sent["totals"] == post.district.result_json(W1)["totals"]
    assert post.closed(W1)
    with pytest.raises(ClosedWeekError):
        post.district.run(W1)


def test_the_hazards_go_with_them_where_the_settings_say_so(post):
    _everybody(post, W1)
    post.district.run(W1)
    post.set(report=post.settings.report.model_copy(update={"ledgers": True}))
    assert len(send.preview_upward(post.settings, W1).letter.attachments) == 2  # a week without ledgers
    (post.settings.paths.inbox / "台账.xlsx").write_bytes(ledger([Row(found="2023-05-28")], unit="甲局", day=W1))
    post.district.run(W1)
    names = [path.name for path in send.preview_upward(post.settings, W1).letter.attachments]
    assert names[1:] == [REPORT, "重大事故隐患台账（汇总）2023-05-29.xlsx"]
    post.set(report=post.settings.report.model_copy(update={"ledgers": False}))
    assert len(send.preview_upward(post.settings, W1).letter.attachments) == 2


def test_it_never_goes_twice(post):
    _everybody(post, W1)
    post.up()
    assert len(post.letters()) == 1
    for again in ({}, {"by_hand": True}, {"anyway": True}, {"to": "other@example.cn"}):
        with pytest.raises(ConsolidatorError, match=r"2023-05-29 期已于 2023-12-31 09:00 报送.*reopen"):
            post.up(**again)
    assert post.letters() == [] and len(post.record(W1)) == 1


def test_an_unresolved_error_keeps_it_back_unless_anyway(post):
    post.district.send_all(W1, but=["甲局"])
    post.district.send("甲局", W1, self_found="约20")
    post.district.run(W1)
    for how in ({}, {"by_hand": True}):
        with pytest.raises(ConsolidatorError, match=r"1 份表有错误没有解决（甲局）.*--anyway"):
            post.up(**how)
    assert post.letters() == [] and not post.closed(W1)
    post.up(anyway=True)
    (message,) = post.letters()
    assert "应报4家，实报3家" in _body(message) and "甲局" not in _body(message) and post.closed(W1)


def test_who_is_missing_is_named_only_where_the_settings_say_so(post):
    post.district.send_all(W1, but=["乙局"])
    post.district.run(W1)
    post.up(draft=True)
    draft = post.district.week(W1) / "mail.eml"
    assert "乙局" not in _body(email.message_from_bytes(draft.read_bytes(), policy=policy.default))
    post.set(report=post.settings.report.model_copy(update={"name_missing_units": True}))
    post.up()
    assert "乙局" in _body(post.letters()[0])


def test_a_refused_letter_is_not_on_the_record_and_the_week_stays_open(post):
    _everybody(post, W1)
    post.mailbox.answers[UPWARD] = "550 no such mailbox"
    with pytest.raises(DeliveryError) as reported:
        post.up()
    assert "\n" not in str(reported.value) and UPWARD in str(reported.value)
    assert post.record(W1) == [] and not post.closed(W1)
    post.mailbox.answers.clear()
    post.up()
    assert len(post.letters()) == 1 and post.closed(W1)


def test_a_draft_is_a_file_and_nothing_else(post):
    _everybody(post, W1)
    done = post.up(draft=True)
    draft = post.district.week(W1) / "mail.eml"
    assert str(draft) in done.lines[0] and post.letters() == []
    message = email.message_from_bytes(draft.read_bytes(), policy=policy.default)
    assert message["X-Unsent"] == "1" and message["To"] == UPWARD and len(list(message.iter_attachments())) == 2
    assert post.record(W1) == [] and not post.closed(W1)
    post.up(draft=True, to="other@example.cn")
    assert "other@example.cn" in draft.read_text("utf-8")


def test_by_hand_lays_everything_ready_and_counts_as_sent(post):
    _everybody(post, W1)
    done = post.up(by_hand=True)
    folder = post.district.week(W1) / "上报"
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(["主题与正文.txt", f"河北区安委会办公室_{merged_name(post.district.form, W1)}", f"河北区安委会办公室_{REPORT}"])
    assert (folder / f"河北区安委会办公室_{REPORT}").read_bytes() == (post.district.week(W1) / REPORT).read_bytes()
    text = (folder / "主题与正文.txt").read_text(encoding="utf-8-sig")
    assert f"收件人：{UPWARD}" in text and "已定稿" in done.lines[1] and post.letters() == []
    (sent,) = post.record(W1)
    assert (sent["kind"], sent["by_hand"]) == ("upward", True) and post.closed(W1)


def test_after_reopening_the_next_letter_is_a_correction_that_lists_every_changed_total(post):
    _everybody(post, W1)
    post.up()
    post.letters()
    decisions.reopen(post.settings, W1, "乙局更正")
    post.district.send("乙局", W1, "更正.xlsx", lectures=14, fines=7.5)
    post.district.run(W1)
    post.up()
    (message,) = post.letters()
    assert message["Subject"].startswith("【更正】河北区安委会办公室")
    body = _body(message)
    changed = [line for line in body.splitlines() if "40次" in line and "44次" in line]
    assert len(changed) == 1 and "有关负责同志到企业宣讲（次）" in changed[0]
    assert any("10.0万元" in line and "12.5万元" in line for line in body.splitlines())
    assert not any("自查" in line and "改为" in line for line in body.splitlines())
    assert len(post.record(W1)) == 2 and post.closed(W1)
    decisions.reopen(post.settings, W1, "再更正")
    post.district.send("乙局", W1, "再更正.xlsx", lectures=15, fines=7.5)
    post.district.run(W1)
    post.up()
    body = _body(post.letters()[0])
    assert "44次" in body and "45次" in body and "12.5万元" not in body.split("累计")[0]


def test_what_a_person_edited_is_what_goes_and_two_versions_must_be_settled(post):
    _everybody(post, W1)
    report = post.district.week(W1) / REPORT
    edited = report.read_bytes() + b"edited"
    report.write_bytes(edited)
    post.district.send("乙局", W1, "更正.xlsx", lectures=14)
    post.district.run(W1)
    newer = report.with_name("阶段工作情况报告（新）.docx")
    assert newer.is_file()
    with pytest.raises(ConsolidatorError, match="有人改过"):
        post.up()
    newer.unlink()
    post.up()
    attached = {part.get_filename(): part.get_content() for part in post.letters()[0].iter_attachments()}
    assert attached[REPORT] == edited


def test_the_other_address_and_the_copies_of_the_settings(post):
    _everybody(post, W1)
    post.set(mail=post.settings.mail.model_copy(update={"cc": ("leader@example.cn",)}))
    post.up(to="other@example.cn")
    (envelope,) = post.mailbox.envelopes
    assert envelope.rcpt_tos == ["other@example.cn", "leader@example.cn"]
    decisions.reopen(post.settings, W1, "试")
    with pytest.raises(DeliveryError):
        post.up(to="not an address")


# to units

def _two_wrong_one_missing(post: Post) -> None:
    post.district.send("甲局", W1, self_found="约20")
    post.district.send("丙街道", W1, self_found="若干")
    post.district.send("丁街道", W1, checked="待核实")
    post.district.run(W1)


def test_returns_go_to_the_rejected_with_notice_and_copy(post):
    _two_wrong_one_missing(post)
    done = post.units("returns")
    assert done.lines == ["退回通知：寄出 2 封", "没有邮箱、要另行通知的 1 家：丙街道"] and not done.failed
    letters = {message["To"]: message for message in post.letters()}
    assert set(letters) == {"jia@example.cn", "ding@example.cn"}
    assert "约20" in _body(letters["jia@example.cn"]) and "待核实" not in _body(letters["jia@example.cn"])
    (copy,) = letters["jia@example.cn"].iter_attachments()
    assert copy.get_filename().startswith("甲局") and copy.get_filename().endswith(".xlsx")
    assert copy.get_content() in [path.read_bytes() for path in (post.district.week(W1) / "退回").glob("甲局*.xlsx")]
    assert not post.closed(W1)
    assert [(one["kind"], one["unit"]) for one in post.record(W1)] == [("returns", "甲局"), ("returns", "丁街道")]


def test_a_second_call_sends_only_what_did_not_go(post):
    _two_wrong_one_missing(post)
    post.mailbox.answers["jia@example.cn"] = "550 no such mailbox"
    done = post.units("returns")
    assert done.failed and done.lines[0] == "退回通知：寄出 1 封" and done.lines[1].startswith("甲局：")
    assert [message["To"] for message in post.letters()] == ["ding@example.cn"]
    post.mailbox.answers.clear()
    done = post.units("returns")
    assert not done.failed and done.lines[0] == "退回通知：寄出 1 封，此前已寄 1 封"
    assert [message["To"] for message in post.letters()] == ["jia@example.cn"]
    assert post.units("returns").lines[0] == "退回通知：寄出 0 封，此前已寄 2 封" and post.letters() == []


def test_another_mistake_is_another_letter(post):
    _two_wrong_one_missing(post)
    post.units("returns")
    post.letters()
    (post.district.folder / "inbox" / "甲局0529.xlsx").unlink()
    post.district.send("甲局", W1, "改.xlsx", checked="若干")
    post.district.run(W1)
    assert post.units("returns").lines[0] == "退回通知：寄出 1 封，此前已寄 1 封"
    (message,) = post.letters()
    assert message["To"] == "jia@example.cn" and "若干" in _body(message)


def test_reminders_go_to_the_silent_only(post):
    _two_wrong_one_missing(post)
    done = post.units("reminders")
    assert done.lines == ["催报通知：寄出 1 封"]
    (message,) = post.letters()
    assert message["To"] == "yi@example.cn" and message["Subject"].startswith("【催报】乙局")
    assert "5月29日" in _body(message) and "甲局" not in _body(message)
    assert post.units("reminders").lines == ["催报通知：寄出 0 封，此前已寄 1 封"]
    post.district.send("乙局", W1)
    post.district.run(W1)
    assert post.units("reminders").lines == ["催报通知：寄出 0 封"] and post.letters() == []


def test_progress_is_reported_letter_by_letter(post):
    _two_wrong_one_missing(post)
    reported = []
    send.send_to_units(post.settings, W1, "returns", progress=lambda done, of: reported.append((done, of)))
    assert reported[-1] == (2, 2) and all(of == 2 for _, of in reported)


def test_without_a_server_it_is_one_line_and_nothing_is_recorded(post):
    _two_wrong_one_missing(post)
    post.set(mail=Mail())
    with pytest.raises(DeliveryError, match="请"):
        post.units("returns")
    with pytest.raises(DeliveryError, match="请"):
        post.up(anyway=True)
    assert post.record(W1) == []


def test_the_record_stands_in_the_journal(post):
    _everybody(post, W1)
    post.up()
    lines = (post.settings.paths.outbox / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines[-2:]] == ["sent", "closed"]
    assert verify.verify(post.settings).wrong is False
    verify.rebuild(post.settings)
    with pytest.raises(ConsolidatorError, match="报送"):
        post.up()


PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 40


def test_a_file_that_is_done_with_does_not_stop_the_letter(post):
    inbox = post.district.folder / "inbox"
    (inbox / "乙局.jpg").write_bytes(PHOTO)
    post.district.run(W1)
    _everybody(post, W1)
    assert any(one.status == "rejected" for one in post.district.run(W1).submissions) is False  # beside a form: material
    (inbox / "丙街道（坏）.xlsx").write_bytes(b"PK\x03\x04 torn")
    (inbox / "照片.jpg").write_bytes(PHOTO + b"2")
    post.district.run(W1)
    with pytest.raises(ConsolidatorError, match="dismiss"):
        post.up()  # the torn file came after the good form, and nobody knows whose the photo is
    decisions.dismiss(post.settings, "照片.jpg", "照片", W1)
    with pytest.raises(ConsolidatorError, match="丙街道"):
        post.up()
    post.district.send("丙街道", W1, "再报.xlsx", base=12)
    post.district.run(W1)
    post.up()
    assert post.closed(W1)


def test_the_letter_after_a_week_was_closed_by_hand_is_a_correction_too(post):
    _everybody(post, W1)
    post.up(draft=True)
    decisions.close(post.settings, W1)
    decisions.reopen(post.settings, W1, "更正")
    post.district.send("乙局", W1, "更正.xlsx", lectures=14)
    post.district.run(W1)
    post.up()
    (message,) = post.letters()
    assert message["Subject"].startswith("【更正】") and "40次" in _body(message) and "44次" in _body(message)


def test_a_week_that_was_closed_and_then_sent_for_the_first_time_is_no_correction(post):
    _everybody(post, W1)
    decisions.close(post.settings, W1)
    post.up()
    (message,) = post.letters()
    assert not message["Subject"].startswith("【更正】")


def test_what_was_not_run_and_what_nobody_confirmed_is_listed_before_the_letter_goes(post):
    post.district.send_all(W1)
    post.district.send("甲局", W1, lectures=None)
    post.district.run(W1)
    post.district.send("乙局", W1, "后到.xlsx", base=12)
    lines = post.up(draft=True).lines
    assert "1 个文件还没有汇总过" in lines[0] and "后到.xlsx" in lines[0]
    assert "1 处提醒没有人确认：甲局 1 处" in lines[1]
    post.district.run(W1)
    decisions.confirm(post.settings, "甲局", "lectures", "确未宣讲", W1)
    assert not any("注意" in line for line in post.up(draft=True).lines)


def test_where_it_goes_is_asked_for_and_a_draft_can_wait_for_it(post):
    _everybody(post, W1)
    post.set(office=post.settings.office.model_copy(update={"report_to_address": ""}))
    with pytest.raises(DeliveryError, match="report_to_address"):
        post.up()
    assert not post.closed(W1)
    assert any("没有收件人" in line for line in post.up(draft=True).lines)
    assert "To" not in email.message_from_bytes((post.district.week(W1) / "mail.eml").read_bytes(), policy=policy.default)
    post.up(by_hand=True)
    assert "（请填写上级的信箱）" in (post.district.week(W1) / "上报" / "主题与正文.txt").read_text(encoding="utf-8-sig")
