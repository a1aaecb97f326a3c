"""Forms that came in archives and mails, through whole runs."""

from __future__ import annotations

import zipfile

from consolidator.workflows import decisions, weekly
from tests.district import W1, file, unit
from tests.workers.test_unpack import mail, zipped


def pack(district, name: str, *files) -> None:
    """Move files of the inbox into an archive."""
    with zipfile.ZipFile(district.folder / "inbox" / name, "w") as target:
        for path in files:
            target.write(path, path.name)
            path.unlink()


def test_each_form_inside_is_a_submission_of_its_own(district):
    sent = [district.send(one, W1, f"{one}.xlsx") for one in ("甲局", "乙局")]
    pack(district, "报表.zip", *sent)
    third = district.send("丙街道", W1, "丙街道.xlsx")
    (district.folder / "inbox" / "来信.eml").write_bytes(mail({"丙街道.xlsx": third.read_bytes()}))
    third.unlink()
    result = district.run(W1)
    assert {one.file: (one.unit, one.status) for one in result.submissions} == {
        "报表.zip!/甲局.xlsx": ("甲局", "accepted"), "报表.zip!/乙局.xlsx": ("乙局", "accepted"),
        "来信.eml!/丙街道.xlsx": ("丙街道", "accepted")}
    assert result.totals["self_found"] == 30
    kept = sorted(path.name.partition("_")[2] for path in (district.folder / "outbox").rglob("submissions/*/*"))
    assert kept == ["丙街道.xlsx", "乙局.xlsx", "甲局.xlsx"]


def test_who_sent_a_form_and_when_is_shown_with_it(district):
    path = district.send("甲局", W1, "甲局.xlsx")
    message = mail({"甲局.xlsx": path.read_bytes()}).replace(
        b"From: a@example.cn", b"From: =?utf-8?b?546L5LqU?= <wang@example.cn>\nDate: Mon, 29 May 2023 01:12:00 +0000")
    path.unlink()
    (district.folder / "inbox" / "来信.eml").write_bytes(message)
    one = file(district.run(W1), "来信.eml!/甲局.xlsx")
    assert one.status == "accepted"
    shown = [found.message for found in one.problems if found.code == "by-mail"]
    assert shown == ["随邮件收到（王五 <wang@example.cn>，2023-05-29 09:12）"]


def test_the_same_inbox_again_is_the_same_result_and_is_not_judged_anew(district):
    pack(district, "报表.zip", district.send("甲局", W1, "甲局.xlsx"))
    first = district.run(W1)
    standing = weekly._standing(district.settings, W1, district.form)
    assert [(one.file, one.status, one.figures) for one in standing.result.submissions] == [
        (one.file, one.status, one.figures) for one in first.submissions]
    (district.folder / "inbox" / "别的.txt").write_text("说明", encoding="utf-8")
    again = district.run(W1)
    assert file(again, "报表.zip!/甲局.xlsx") == file(first, "报表.zip!/甲局.xlsx")


def test_a_form_inside_can_be_dismissed_by_its_name(district):
    pack(district, "报表.zip", district.send("甲局", W1, "甲局.xlsx"), district.send("乙局", W1, "乙局.xlsx"))
    district.run(W1)
    result = decisions.dismiss(district.settings, "甲局.xlsx", "发错了", W1).result
    assert unit(result, "甲局").source == "missing" and unit(result, "乙局").source == "reported"


def test_an_archive_that_cannot_be_opened_is_reported_and_not_lost(district):
    (district.folder / "inbox" / "空.zip").write_bytes(zipped({}))
    (district.folder / "inbox" / "坏.zip").write_bytes(b"PK\x03\x04")
    district.send("甲局", W1)
    result = district.run(W1)
    assert {one.file: one.problems[0].code for one in result.submissions if one.status == "rejected"} == {
        "空.zip": "empty-container", "坏.zip": "broken-container"}


def test_a_department_checks_what_is_in_its_archive(district):
    pack(district, "报表.zip", district.send("甲局", W1, "甲局.xlsx"))
    checked = weekly.check(district.settings, [district.folder / "inbox" / "报表.zip"])
    assert [one.file for one in checked.candidates] == ["报表.zip!/甲局.xlsx"] and not checked.rejected
