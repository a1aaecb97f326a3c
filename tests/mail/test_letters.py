"""Letters: what they say, the bytes that travel, and the folder for web mail."""

from __future__ import annotations

import datetime as dt
import email
import hashlib
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from consolidator.mail.letters import Letter, lay_by_hand, reminder_letters, return_letters, upward_letter
from consolidator.mail.mime import (
    addresses_in,
    attachment_hashes,
    draft_bytes,
    message_bytes,
    sender_of,
)
from consolidator.model.text import one_line
from schemas.errors import DeliveryError
from schemas.form import Form
from schemas.form_loading import load_form
from schemas.roster import Unit
from schemas.settings import HOME, Mail, Office, Report, Settings
from tests.factory import make_result

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
MAIL = Mail(sender="qanwb@example.cn", cc=("leader@example.cn",))
SETTINGS = Settings(office=Office(operator="王敏", phone="022-12345678", report_to_address="shianweiban@example.cn"), mail=MAIL)
NOON = dt.datetime(2023, 6, 26, 3, 30, tzinfo=dt.UTC)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
HEADERS = {"From", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
           "Content-Transfer-Encoding"}
EVIL = "月牙河街道\r\nBcc: thief@example.com\r\n\r\nbody"


@pytest.fixture
def result():
    return make_result(FORM)


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "河北区重大事故隐患专项排查整治2023行动进展情况调度表（汇总）2023-06-26.xlsx"
    path.write_bytes(b"PK\x03\x04\r\n.\r\n\n\x00\xff" + bytes(range(256)) * 40)
    return path


def upward(result, attachments=(), *, settings=SETTINGS, to=None, correction=None, now=NOON):
    settings = settings.model_copy(update={"now": now})
    return upward_letter(result, FORM, settings, attachments, to, correction=correction)


def plain_letter(**changes) -> Letter:
    letter = Letter(("a@example.cn",), (), "调度表", "正文", (), message_id="<1@example.cn>", date=NOON.astimezone(SHANGHAI))
    return replace(letter, **changes)


def read(data: bytes):
    return email.message_from_bytes(data, policy=policy.default)


def roster_of(result, without=()):
    emails = {unit.unit: f"u{n}@example.cn" for n, unit in enumerate(result.units) if unit.unit not in without}
    return SimpleNamespace(units=[Unit(unit.unit, email=emails.get(unit.unit, "")) for unit in result.units])


# what the letter upward says

def test_upward_letter_tells_reported_of_due_and_every_headline_total(result):
    letter = upward(result)
    assert letter.to == ("shianweiban@example.cn",)
    assert letter.cc == ("leader@example.cn",)
    assert letter.subject == "河北区安委会办公室：河北区重大事故隐患专项排查整治2023行动进展情况调度表（2023年6月26日）"
    assert "应报22家，实报19家" in letter.body
    for name in FORM.report.headline:
        total, more = result.totals[name], result.increments[name]
        unit = FORM.figures[name].unit
        assert f"{FORM.figures[name].short} {total}{unit}，较上期增加{more}{unit}" in letter.body.replace(".0万", "万")
    assert "市安委会办公室：" in letter.body and "联系人：王敏" in letter.body and "022-12345678" in letter.body


def test_first_week_has_no_increments(result):
    result.increments = dict.fromkeys(result.totals)
    body = upward(result).body
    assert "较上期" not in body and "持平" not in body and "None" not in body


def test_a_fall_and_an_unchanged_total_are_said_so(result):
    first, second = FORM.report.headline[:2]
    result.increments.update({first: -3, second: 0})
    body = upward(result).body
    assert f"{FORM.figures[first].short} {result.totals[first]}个，较上期减少3个" in body
    assert f"{FORM.figures[second].short} {result.totals[second]}个，与上期持平" in body


def test_missing_units_are_named_only_where_the_office_wants_it(result):
    missing = [unit.unit for unit in result.due_units() if unit.source != "reported"]
    assert missing
    assert not any(name in upward(result).body for name in missing)
    reported = upward(result, settings=SETTINGS.model_copy(update={"report": Report(name_missing_units=True)}))
    assert all(name in reported.body for name in missing)


def test_correction_lists_every_total_old_and_new_by_its_label(result):
    letter = upward(result, correction={"fines": (93.4, 93.42), "self_found": (130, 137), "media_column": (3, 4)})
    assert letter.subject.startswith("【更正】河北区安委会办公室")
    assert "有 3 项" in letter.body
    assert "企业自查发现的重大事故隐患（个）：原报 130个，现为 137个" in letter.body
    assert "行政处罚金额（万元）：原报 93.4万元，现为 93.42万元" in letter.body
    assert "原报 3个单位为“是”，现为 4个单位为“是”" in letter.body
    assert letter.body.index("企业自查发现") < letter.body.index("行政处罚金额")


def test_correction_without_a_difference_says_so(result):
    letter = upward(result, correction={})
    assert letter.subject.startswith("【更正】") and "各项合计与前次所报相同" in letter.body
    assert "【更正】" not in upward(result, correction=None).subject


@pytest.mark.parametrize("now", [NOON, dt.datetime(2023, 6, 26, 11, 30), NOON.astimezone(SHANGHAI)])
def test_date_is_on_the_forms_clock(result, now):
    letter = upward(result, now=now)
    assert letter.date.isoformat() == "2023-06-26T11:30:00+08:00"
    assert read(message_bytes(letter, SETTINGS))["Date"] == "Mon, 26 Jun 2023 11:30:00 +0800"


def test_to_overrides_the_forms_address_and_may_hold_several(result):
    assert upward(result, to="a@example.cn；ｂ＠example.cn, c@example.cn").to == (
        "a@example.cn", "b@example.cn", "c@example.cn")


@pytest.mark.parametrize("wrong", ["nobody", "a@b@c.cn", "张三@example.cn", "a@", "a@example.cn\r\nBcc: x@y", "a b",
                                   ";", "<a@example.cn>", "a" * 65 + "@example.cn", "a@" + "d" * 250 + ".cn"])
def test_what_is_no_address_is_refused(result, wrong):
    with pytest.raises(DeliveryError) as reported:
        upward(result, to=wrong)
    assert "\n" not in str(reported.value)


def test_no_address_at_all_is_reported(result):
    with pytest.raises(DeliveryError, match="--to"):
        upward_letter(result, FORM, SETTINGS.model_copy(update={"office": Office()}), [], None, correction=None)


def test_a_unit_of_the_form_reports_to_the_form_s_address_and_nobody_to_itself(result):
    bureau = SETTINGS.model_copy(update={"office": Office(name="区商务局", kind=("行业主管部门",))})
    assert upward(result, settings=bureau).to == (FORM.send_to,)
    own = bureau.model_copy(update={"mail": Mail(sender="安委办 <HBQANWB@tj.gov.cn>")})
    with pytest.raises(DeliveryError, match="本单位自己的信箱"):
        upward(result, settings=own)
    assert upward(result, settings=own, to=FORM.send_to).to == (FORM.send_to,)


def test_units_that_are_carried_are_in_the_letter(result):
    body = upward(result).body
    weeks = {unit.from_week for unit in result.units if unit.source == "carried"}
    assert weeks and all(f"沿用{week.month}月{week.day}日" in body for week in weeks)


def test_a_chinese_domain_is_written_in_ascii():
    assert addresses_in("a@例子.中国") == ("a@xn--fsqu00a.xn--fiqs8s",)


def test_same_letter_has_the_same_bytes_and_another_moment_another_id(result, workbook):
    assert message_bytes(upward(result, [workbook]), SETTINGS) == message_bytes(upward(result, [workbook]), SETTINGS)
    later = upward(result, [workbook], now=NOON + dt.timedelta(minutes=1))
    assert later.message_id != upward(result, [workbook]).message_id
    assert later.key == upward(result, [workbook]).key
    assert later.message_id.endswith("@example.cn>")


# the bytes that travel

def test_chinese_subject_and_names_read_back_and_attachments_are_byte_for_byte(result, workbook, tmp_path):
    report = tmp_path / "阶段工作情况报告.docx"
    report.write_bytes(b"\r\n.\r\nPK")
    letter = upward(result, [workbook, report])
    data = message_bytes(letter, SETTINGS)
    message = read(data)
    assert message["Subject"] == letter.subject
    assert message["From"].addresses[0].display_name == "河北区安委会办公室"
    assert message["From"].addresses[0].addr_spec == "qanwb@example.cn"
    assert [one.addr_spec for one in message["To"].addresses] == ["shianweiban@example.cn"]
    assert [one.addr_spec for one in message["Cc"].addresses] == ["leader@example.cn"]
    assert message["Bcc"] is None and message["X-Unsent"] is None
    assert message["Message-ID"] == letter.message_id
    assert message.get_body().get_content().replace("\r\n", "\n").rstrip("\n") == letter.body.rstrip("\n")
    for part, path in zip(message.iter_attachments(), (workbook, report), strict=True):
        assert part.get_filename() == path.name  # RFC 2231
        assert part.get_param("name") == path.name  # RFC 2047, for Foxmail and web mail
        assert part.get_content() == path.read_bytes()
    assert attachment_hashes(data) == {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                                       for path in (workbook, report)}
    unfolded = email.message_from_bytes(data, policy=policy.SMTP.clone(refold_source="none"))
    assert unfolded.as_bytes() == data


def test_an_older_parser_reads_the_same(result, workbook):
    letter = upward(result, [workbook])
    message = email.message_from_bytes(message_bytes(letter, SETTINGS), policy=policy.compat32)
    part = message.get_payload()[1]
    assert str(make_header(decode_header(message["Subject"]))) == letter.subject
    assert str(make_header(decode_header(part.get_param("name")))) == workbook.name
    assert email.utils.collapse_rfc2231_value(part.get_param("filename", header="content-disposition")) == workbook.name


def test_a_letter_without_attachments_is_plain_text(result):
    message = read(message_bytes(upward(result), SETTINGS))
    assert message.get_content_type() == "text/plain" and not message.is_multipart()


def test_draft_opens_unsent_and_needs_no_server_or_sender(result, workbook):
    message = read(draft_bytes(upward(result, [workbook]), Settings()))
    assert message["X-Unsent"] == "1" and message["From"] is None
    assert message["To"] == "shianweiban@example.cn"
    assert next(message.iter_attachments()).get_content() == workbook.read_bytes()


def test_an_attachment_that_cannot_be_read_is_reported(result, tmp_path):
    with pytest.raises(DeliveryError, match=r"汇总\.xlsx.*请"):
        message_bytes(upward(result, [tmp_path / "汇总.xlsx"]), SETTINGS)


@pytest.mark.parametrize(("mail", "expected"), [
    (Mail(), None),
    (Mail(user="hbq"), None),
    (Mail(user="u@example.cn"), ("河北区安委会办公室", "u@example.cn")),
    (Mail(user="u@example.cn", sender="s@example.cn"), ("河北区安委会办公室", "s@example.cn")),
    (Mail(sender="区安委办，王敏 <s@example.cn>"), ("区安委办，王敏", "s@example.cn")),
])
def test_sender(mail, expected):
    assert sender_of(Settings(mail=mail)) == expected


NAMES = st.text(max_size=90) | st.lists(st.sampled_from([
    "月牙河街道", "\r\n", "\n", "\r", "Bcc: x@example.com", "\"", "\\", ";", "=?utf-8?q?x?=", "👨‍👩‍👧", "\u2028",
    "\x85", "\x00", "'", "%0A", "<", ",", " ", "\t", "\ud800", "\u202e", "名" * 60, "a" * 90]), max_size=8).map("".join)


@how(max_examples=150, deadline=None)
@given(subject=NAMES, office=NAMES, message_id=NAMES, body=NAMES)
def test_no_text_adds_a_header(subject, office, message_id, body):
    settings = Settings(office=Office(name=office), mail=MAIL)
    letter = plain_letter(subject=subject, message_id=message_id, body=body)
    data = message_bytes(letter, settings)
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii() and b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    message = email.message_from_bytes(data, policy=policy.compat32)
    assert set(message.keys()) <= HEADERS and len(message.keys()) == len(set(message.keys()))
    assert not message.defects
    assert str(make_header(decode_header(message["Subject"]))) == one_line(subject)


@how(max_examples=150, deadline=None)
@given(name=NAMES.map(lambda name: name.replace("/", "").replace("\\", "")))
def test_any_file_name_reads_back(name, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "a.bin"
    path.write_bytes(b"x")

    class Named(type(path)):
        """A path whose file has a name that this system may not take."""
        __slots__ = ()
        name = property(lambda self: shown)

    shown = name
    data = message_bytes(plain_letter(attachments=(Named(path),)), SETTINGS)
    assert max(map(len, data.split(b"\r\n"))) <= 998 and data.isascii()
    part = next(read(data).iter_attachments())
    assert set(part.keys()) == {"Content-Type", "Content-Disposition", "Content-Transfer-Encoding"}
    old = email.message_from_bytes(data, policy=policy.compat32).get_payload()[1]
    assert str(make_header(decode_header(old.get_param("name")))) == (one_line(name) or "附件")
    # not get_filename(): that takes quotes off which belong to the name
    assert part["Content-Disposition"].params["filename"] == (one_line(name) or "附件")
    assert list(attachment_hashes(data)) == [one_line(name) or "附件"]


def test_an_address_cannot_add_a_header():
    with pytest.raises(DeliveryError):
        message_bytes(plain_letter(to=("a@example.cn\r\nBcc: thief@example.com",)), SETTINGS)
    with pytest.raises(DeliveryError):
        message_bytes(plain_letter(cc=("a@example.cn\nBcc: thief@example.com",)), SETTINGS)


# back to units

def test_each_rejected_unit_gets_its_notice_and_copy(result, tmp_path):
    unit = next(one.unit for one in result.submissions if one.status == "rejected" and one.unit)
    (tmp_path / f"{unit}_调度表.txt").write_text("\ufeff请更正 D3", encoding="utf-8")
    (tmp_path / f"{unit}_调度表.xlsx").write_bytes(b"copy")
    (tmp_path / "_未识别").mkdir()
    letters, without = return_letters(result, FORM, SETTINGS, roster_of(result), tmp_path)
    assert without == [] and [letter.unit for letter in letters] == [unit]
    letter = letters[0]
    assert letter.subject.startswith(f"【退回】{unit}：") and letter.cc == ()
    assert letter.body.strip() == "请更正 D3"
    assert [path.name for path in letter.attachments] == [f"{unit}_调度表.xlsx"]
    assert letter.to == (f"u{[one.unit for one in result.units].index(unit)}@example.cn",)


def test_units_without_an_address_are_listed(result, tmp_path):
    unit = next(one.unit for one in result.submissions if one.status == "rejected" and one.unit)
    assert return_letters(result, FORM, SETTINGS, roster_of(result, [unit]), tmp_path) == ([], [unit])
    silent = [one.unit for one in result.due_units() if one.awaiting == "report"]
    letters, without = reminder_letters(result, FORM, SETTINGS, roster_of(result, silent[:1]))
    assert without == silent[:1] and [letter.unit for letter in letters] == silent[1:]


def test_a_notice_that_is_not_there_is_reported(result, tmp_path):
    with pytest.raises(DeliveryError, match="请先 run"):
        return_letters(result, FORM, SETTINGS, roster_of(result), tmp_path / "退回")


def test_a_unit_gets_no_file_of_one_whose_name_begins_alike_and_only_the_newer_of_two(result, tmp_path):
    unit = next(one.unit for one in result.submissions if one.status == "rejected" and one.unit)
    result.units.append(replace(result.units[0], unit=f"{unit}二科"))
    for name in (f"{unit}.txt", f"{unit}.xlsx", f"{unit}（新）.xlsx", f"{unit}二科.xlsx", f"{unit}二科.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    letters, _ = return_letters(result, FORM, SETTINGS, roster_of(result), tmp_path)
    assert letters[0].body.strip() == f"{unit}.txt"
    assert [path.name for path in letters[0].attachments] == [f"{unit}（新）.xlsx"]


def test_reminders_go_to_those_who_sent_nothing_and_name_the_deadline(result):
    letters, without = reminder_letters(result, FORM, SETTINGS, roster_of(result))
    assert without == []
    assert [letter.unit for letter in letters] == [one.unit for one in result.due_units() if one.awaiting == "report"]
    for letter in letters:
        assert "6月26日（星期一）12:00" in letter.body and letter.unit in letter.subject and not letter.attachments
    stopped = next(unit for unit in result.units if unit.unit == letters[0].unit)
    stopped.stopped = True
    again, _ = reminder_letters(result, FORM, SETTINGS, roster_of(result))
    assert [letter.unit for letter in again] == [letter.unit for letter in letters[1:]]


# for web mail

def test_by_hand_lays_files_named_after_the_office_and_a_text_to_paste(result, workbook, tmp_path):
    letter = upward(result, [workbook])
    folder = tmp_path / "上报"
    paths = lay_by_hand(letter, folder, SETTINGS)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    assert paths[0].name == f"河北区安委会办公室_{workbook.name}" and paths[0].read_bytes() == workbook.read_bytes()
    text = paths[-1].read_text(encoding="utf-8-sig")
    assert paths[-1].name == "主题与正文.txt"
    for line in (f"主题：{letter.subject}", "收件人：shianweiban@example.cn", "抄送：leader@example.cn"):
        assert f"{line}\n" in text
    assert "应报22家，实报19家" in text
    assert text.count(paths[0].name) == 2 and text.count(workbook.name) == 2
    assert lay_by_hand(letter, folder, SETTINGS) == paths


def test_by_hand_keeps_names_that_a_system_takes(result, workbook, tmp_path):
    settings = SETTINGS.model_copy(update={"office": Office(name="../区\r\n:安委办", report_to_address="a@example.cn")})
    path = lay_by_hand(upward(result, [workbook], settings=settings), tmp_path / "上报", settings)[0]
    assert path.parent == tmp_path / "上报" and path.is_file() and not set(path.name) & set('\\/:*?"<>|\r\n')


def test_by_hand_tells_what_cannot_be_read_or_written(result, workbook, tmp_path):
    with pytest.raises(DeliveryError, match="没有"):
        lay_by_hand(upward(result, [tmp_path / "没有.xlsx"]), tmp_path / "上报", SETTINGS)
    (tmp_path / "挡着").write_text("", encoding="utf-8")
    with pytest.raises(DeliveryError, match="挡着"):
        lay_by_hand(upward(result, [workbook]), tmp_path / "挡着", SETTINGS)


def test_the_second_form_works(tmp_path):
    small = Form.model_validate({
        "name": "small", "title": ["小表"], "sheet": "表", "send_to": "s@example.cn", "kinds": ["科室"],
        "units": {"件": "count"},
        "campaign": {"name": "小行动", "first_week": "2023-05-29", "last_week": "2023-12-25"},
        "sections": [{"title": ["甲"], "short": "甲", "items": [{
            "number": 1, "labels": [{"text": ["办结（件）"]}],
            "figures": [{"name": "done", "short": "办结", "unit": "件"}],
        }]}],
    })
    result = make_result(small, ["甲科", "乙科"], weeks_past=1)
    letter = upward_letter(result, small, SETTINGS, [], None, correction={"done": (1, 2)})
    assert "办结（件）：原报 1件，现为 2件" in letter.body and f"办结 {result.totals['done']}件" in letter.body


def test_evil_unit_name_stays_on_its_line(result):
    next(unit for unit in result.units if unit.awaiting == "report").unit = EVIL
    letters, _ = reminder_letters(result, FORM, SETTINGS, roster_of(result))
    for letter in letters:
        message = read(message_bytes(letter, SETTINGS))
        assert message["Bcc"] is None and message["Subject"] == letter.subject
