"""What lasts: a run killed anywhere, a torn journal, a changed past, an open or edited paper, two runs at once."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3

import pytest

from consolidator.store.history import History
from consolidator.store.journal import Journal
from consolidator.store.outbox import opened
from consolidator.store.sqlite_index import INDEX_NAME
from consolidator.workflows import decisions, verify
from consolidator.writing import publish
from schemas.errors import BusyError, HistoryError
from tests.district import W1, W2, District, file, unit

LEDGER = f"核验底册{W1}.xlsx"


class Killed(BaseException):
    """The process is gone: nothing after this point runs."""


def outbox(district: District):
    return district.folder / "outbox"


def test_originals_are_kept_once_each_under_their_unit(district):
    district.send("甲局", W1, "表.xlsx")
    (district.folder / "inbox" / "坏.xlsx").write_bytes(b"")
    district.run(W1)
    district.run(W1)
    kept = sorted(path.relative_to(district.week(W1) / "submissions").as_posix()
                  for path in (district.week(W1) / "submissions").rglob("*") if path.is_file())
    assert [one.split("/")[0] for one in kept] == ["_未识别", "甲局"]
    assert kept[1].endswith("_表.xlsx") and len(kept[1].split("/")[1].split("_")[0]) == 8


@pytest.mark.parametrize("where", ["append", "render", "place"])
def test_a_run_killed_anywhere_leaves_the_last_whole_result_and_the_next_is_right(district, monkeypatch, where):
    district.send_all(W1)
    district.run(W1)
    before = (district.week(W1) / "result.json").read_bytes()
    district.send("甲局", W1, "更正.xlsx", lectures=15)

    def kill(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        if where == "append":
            patch.setattr(Journal, "append", kill)
        elif where == "render":
            patch.setattr(publish, "render", kill)
        else:
            patch.setattr("consolidator.store.outbox.os.replace", _failing_after(3, kill))
        with pytest.raises(Killed):
            district.run(W1)
    assert (district.week(W1) / "result.json").read_bytes() == before
    result = district.run(W1)
    assert file(result, "更正.xlsx").status == "accepted" and result.totals["lectures"] == 35
    assert not verify.verify(district.settings).wrong
    assert not [path for path in district.week(W1).rglob("*") if path.name.startswith(".part-")]


def _failing_after(count: int, kill):
    real, calls = os.replace, []

    def replace(*arguments):
        calls.append(arguments)
        return kill() if len(calls) > count else real(*arguments)
    return replace


def test_what_a_killed_run_committed_is_rendered_by_the_next_even_of_another_week(district, monkeypatch):
    district.send_all(W1)
    with monkeypatch.context() as patch:
        patch.setattr("consolidator.writing.publish.render", lambda *_, **_more: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            district.run(W1)
    assert not (district.week(W1) / "result.json").exists()
    district.send_all(W2, base=12)
    assert district.run(W2).increments["self_found"] == 6
    assert district.result_json(W1)["totals"]["self_found"] == 30


def test_a_torn_last_line_is_finished(district):
    district.send_all(W1)
    district.run(W1)
    path = outbox(district) / "journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"n": 99, "prev": "ab')
    district.run(W1)
    assert path.read_bytes() == whole


def test_a_changed_past_is_reported_with_its_line(district):
    district.send_all(W1)
    district.run(W1)
    path = outbox(district) / "journal.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[1].replace("乙局", "丁局"), *lines[2:]]), encoding="utf-8")
    done = verify.verify(district.settings)
    assert done.wrong and "第3行" in done.lines[0]
    with pytest.raises(HistoryError):
        verify.rebuild(district.settings)


def test_a_missing_or_changed_original_is_reported(district):
    district.send_all(W1)
    district.run(W1)
    first, second, *_ = sorted(path for path in (district.week(W1) / "submissions").rglob("*") if path.is_file())
    first.unlink()
    second.write_bytes(b"x")
    done = verify.verify(district.settings)
    assert done.wrong and len(done.lines) == 3
    assert any("不见了" in line for line in done.lines) and any("被改动过" in line for line in done.lines)


@pytest.mark.parametrize("harm", ["cut short", "gone", "rubbish"])
def test_the_index_is_rebuilt_from_the_journal(district, harm):
    district.send_all(W1)
    district.send("乙局", W1, "乙二.xlsx", self_found="约20")
    district.run(W1)
    decisions.accept(district.settings, "甲局", ["lectures=12"], "电话核实", W1)
    district.send_all(W2, base=15)
    before = district.run(W2)
    path = outbox(district) / INDEX_NAME
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(data[: len(data) // 2 - 100] if harm == "cut short" else b"rubbish" * 1000)
    with pytest.raises(HistoryError, match="--rebuild"):
        district.run(W2)
    assert not verify.rebuild(district.settings).wrong
    after = district.run(W2)
    assert (after.totals, after.increments) == (before.totals, before.increments)
    assert not verify.verify(district.settings).wrong


def test_rebuilt_without_an_original_the_figures_are_those_of_the_journal(district):
    path = district.send("甲局", W1)
    district.run(W1)
    path.unlink()
    shutil.rmtree(district.week(W1) / "submissions")
    (outbox(district) / INDEX_NAME).unlink()
    done = verify.rebuild(district.settings)
    assert "不见了" in done.lines[0]
    assert district.run(W1).totals["self_found"] == 10


def test_a_journal_that_belongs_to_another_index_is_reported(district):
    district.send_all(W1)
    district.run(W1)
    path = outbox(district) / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(HistoryError, match="不一致"):
        district.run(W1)


def test_an_outbox_serves_one_form(district, tmp_path):
    district.run(W1)
    with pytest.raises(HistoryError, match="--outbox"), opened(outbox(district), district.form.model_copy(update={"name": "another_form"})):
        pass


def test_one_run_at_a_time_and_the_message_names_who(district):
    with opened(outbox(district), district.form), pytest.raises(BusyError, match="正在汇总"):
        district.run(W1)


def test_an_open_paper_is_reported_and_nothing_is_half_written(district, monkeypatch):
    district.send_all(W1)
    district.run(W1)
    before = (district.week(W1) / LEDGER).read_bytes()
    district.send("甲局", W1, "更正.xlsx", lectures=15)
    real = os.replace

    def replace(made, wanted):
        if str(wanted).endswith(LEDGER):
            raise PermissionError(13, "in use")
        return real(made, wanted)

    with monkeypatch.context() as patch:
        patch.setattr("consolidator.store.outbox.os.replace", replace)
        with pytest.raises(BusyError, match=f"请先关闭.*{LEDGER}"):
            district.run(W1)
    assert (district.week(W1) / LEDGER).read_bytes() == before
    assert district.result_json(W1)["totals"]["lectures"] == 35
    district.run(W1)
    assert (district.week(W1) / LEDGER).read_bytes() != before


def test_what_a_person_edited_survives_and_the_new_one_lies_beside(district):
    district.send_all(W1)
    district.run(W1)
    report = district.week(W1) / "阶段工作情况报告.docx"
    report.write_bytes(report.read_bytes() + b"edited")
    edited = report.read_bytes()
    district.send("甲局", W1, "更正.xlsx", lectures=15)
    for _ in range(2):
        done = district.run_whole(W1)
        assert report.read_bytes() == edited
        assert done.edited == [f"{W1}/阶段工作情况报告.docx"]
        assert report.with_name("阶段工作情况报告（新）.docx").is_file()


def test_notices_that_no_longer_hold_are_taken_away_unless_edited(district):
    bad = district.send("甲局", W1, self_found="约20")
    district.send("乙局", W1, self_found="约20")
    district.run(W1)
    notices = {path.name: path for path in (district.week(W1) / "退回").iterdir()}
    assert len(notices) == 4
    edited = next(path for name, path in notices.items() if name.startswith("乙局") and name.endswith(".txt"))
    edited.write_text("改过", encoding="utf-8")
    bad.unlink()
    district.send("乙局", W1, "乙局0529.xlsx")
    district.run(W1)
    assert [path for path in (district.week(W1) / "退回").iterdir()] == [edited]


def test_accepting_holds_while_the_cell_stays_and_later_weeks_compare_with_it(district):
    district.send_all(W1, but=["甲局"])
    district.send("甲局", W1, self_found="约20")
    assert file(district.run(W1), "甲局0529.xlsx").status == "rejected"
    result = decisions.accept(district.settings, "甲局", ["self_found=21"], "电话核实", W1).result
    one = file(result, "甲局0529.xlsx")
    assert one.status == "accepted" and result.totals["self_found"] == 41
    assert any(p.severity == "warning" and p.message.endswith("（已采纳：电话核实）") for p in one.problems)
    (acceptance,) = unit(result, "甲局").accepted
    assert (acceptance.value, acceptance.reason, acceptance.by) == (21, "电话核实", "王敏")
    district.send("甲局", W2, self_found=20, base=12)
    fallen = file(district.run(W2), "甲局0605.xlsx")
    assert fallen.status == "rejected" and any("21" in p.message for p in fallen.problems if p.code == "falls")
    district.send("甲局", W1, "新.xlsx", self_found="约30")
    assert file(district.run(W1), "新.xlsx").status == "rejected"  # another text: the decision was not given for it


def test_accepting_a_fall_as_it_is(district):
    district.send_all(W1)
    district.run(W1)
    district.send("甲局", W2, lectures=9)
    district.run(W2)
    result = decisions.accept(district.settings, "甲局", ["有关负责同志到企业宣讲（次）"], "上期误报", W2).result
    assert file(result, "甲局0605.xlsx").status == "accepted" and unit(result, "甲局").figures["lectures"] == 9


def test_a_figure_heard_on_the_telephone_from_a_unit_that_sent_nothing(district):
    district.send_all(W1)
    district.run(W1)
    district.run(W2)
    result = decisions.accept(district.settings, "乙局", ["checked=14"], "电话报数", W2).result
    one = unit(result, "乙局")
    assert (one.source, one.from_week, one.figures["checked"]) == ("carried", W1, 14)
    assert result.totals["checked"] == 34 and one.accepted[0].written == 10


@pytest.mark.parametrize(("arguments", "words"), [
    (("甲菊", ["checked"]), "甲局"), (("甲局", ["cheked=3"]), "checked"), (("甲局", ["抽查检查的企业总"]), "抽查检查的企业总数"),
    (("甲局", ["checked=约3"]), "请写数字"), (("甲局", ["D11=3"]), "行政处罚=3"), (("乙局", ["checked"]), "抽查企业=数值"),
])
def test_what_cannot_be_accepted_is_refused_with_the_nearest(district, arguments, words):
    district.send("甲局", W1)
    district.run(W1)
    with pytest.raises(Exception, match=words):
        decisions.accept(district.settings, *arguments, "理由", W1)


def test_the_journal_tells_the_story(district):
    district.send("甲局", W1)
    district.run(W1)
    decisions.close(district.settings, W1)
    decisions.reopen(district.settings, W1, "更正")
    events = [json.loads(line) for line in (outbox(district) / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["event"] for one in events if one["event"] != "written"] == ["seen", "accepted", "ran", "closed", "reopened"]
    assert events[-1]["reason"] == "更正" and events[1]["figures"]["self_found"] == 10
    length = len(events)
    district.run(W1)
    assert len((outbox(district) / "journal.jsonl").read_text(encoding="utf-8").splitlines()) == length


def test_an_event_of_a_newer_version_is_refused(tmp_path):
    History(tmp_path, "f").close()
    with pytest.raises(HistoryError, match="升级"):
        one = History(tmp_path, "f")
        try:
            one.record([{"event": "unheard-of"}])
        finally:
            one.close()
    again = History(tmp_path, "f")
    assert again.runs == 0
    again.close()


def test_readings_that_an_older_version_kept_are_understood(tmp_path):
    district = District(tmp_path)
    district.send_all(W1)
    district.run(W1)
    index = sqlite3.connect(tmp_path / "outbox" / "history.sqlite3")
    for sha, text in index.execute("SELECT sha256, submission FROM reading").fetchall():
        kept = json.loads(text)
        names = kept.pop("names")
        kept |= {key: dict(zip(names, kept[key], strict=True)) for key in ("figures", "cells", "written")}
        index.execute("UPDATE reading SET version = 'old', submission = ? WHERE sha256 = ?", (json.dumps(kept), sha))
    index.commit()
    index.close()
    gone, *_ = sorted((tmp_path / "inbox").iterdir())
    gone.unlink()
    result = district.run(W1)
    assert result.totals["self_found"] == 30 and any(not one.in_inbox for one in result.submissions)
