"""What the clerk sees: the week in one line, files with something to say, who is missing, and one next step."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from consolidator.cli.console import IN_SHORT, MOST_ROWS, check_screen, next_step, run_screen, status_screen
from consolidator.judging.attribution import Candidate
from consolidator.model.result import Notice, SubmissionResult
from consolidator.model.submission import Submission
from consolidator.workflows.weekly import Checked, Done
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import HOME
from tests.factory import BUREAUS, STREETS, make_result

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
DUE = dt.datetime(2023, 6, 26, 12, tzinfo=SHANGHAI)


def done(result=None, **more) -> Done:
    return Done(result or make_result(FORM), FORM, Path("outbox/2023-06-26"), **{"due": DUE, "now": DUE, **more})


def shown(screen, width: int = 160) -> str:
    """The screen as people see it; wrapped sentences are put together again."""
    console = Console(width=width, record=True, file=io.StringIO(), emoji=False)
    for part in screen.renderables:
        console.print(part, soft_wrap=type(part).__name__ != "Table")
    return console.export_text()


def _well(result):
    """The same week with everybody's form accepted."""
    for unit in result.units:
        unit.awaiting, unit.source, unit.from_week = None, "reported", result.week
    result.submissions = [one for one in result.submissions if one.status != "rejected"]
    return result


def test_the_first_line_says_week_and_counts():
    result = make_result(FORM)
    first = shown(run_screen(done(result, chosen=True))).splitlines()[0]
    assert first.startswith(f"2023-06-26 期（按收到的表判断）：收到 {len(result.submissions)} 个文件，")
    for status, word in IN_SHORT.items():
        count = sum(one.status == status for one in result.submissions)
        assert (f"{word} {count}" in first) == bool(count)


def test_who_is_missing_and_who_must_correct_are_named_apart():
    result = make_result(FORM)
    text = shown(run_screen(done(result)))
    missing = [one.unit for one in result.due_units() if one.awaiting == "report"]
    correcting = [one.unit for one in result.due_units() if one.awaiting == "correction"]
    assert missing and correcting
    assert f"没有报的 {len(missing)} 家：{'、'.join(missing)}\n" in text
    assert f"待更正的 {len(correcting)} 家：{'、'.join(correcting)}\n" in text
    assert f"应报 {len(result.due_units())} 家，实报 {len(result.reported_units())} 家" in text


def test_files_with_errors_come_first_and_those_without_a_word_are_left_out():
    result = make_result(FORM)
    quiet = [one for one in result.submissions if one.worst() in (None, "note")]
    loud = [one for one in result.submissions if one.worst() in ("error", "warning")]
    assert quiet and loud
    text = shown(run_screen(done(result)))
    assert all(one.file in text for one in loud) and not any(f"│{one.file} " in text for one in quiet)
    places = [text.index(one.file) for one in sorted(loud, key=lambda one: (one.worst() != "error", one.file))]
    assert places == sorted(places)


def test_a_great_many_files_are_cut_off_and_it_is_said():
    result = make_result(FORM)
    result.submissions = [SubmissionResult(f"第{n:03}份.xlsx", f"{n:064}", unit=None, date=None, status="rejected", figures={},
                                           problems=[problem("empty-file")])
                          for n in range(MOST_ROWS + 25)]
    text = shown(run_screen(done(result)))
    assert text.count("文件是空的") == MOST_ROWS and "另有 25 个文件有问题" in text


def test_eight_blanks_of_one_form_are_one_line():
    names = [name for name, one in FORM.figures.items() if one.is_number and not one.filled_by][:8]
    blanks = [problem("blank", figure=name, label=FORM.label(name), cell=f"D{n}") for n, name in enumerate(names, 3)]
    result = replace(make_result(FORM), submissions=[SubmissionResult("一.xlsx", "0" * 64, unit=BUREAUS[0], date=None, status="accepted",
                                                                      figures={}, problems=blanks)])
    assert shown(run_screen(done(result))).count("没有的填 0") == 1


@pytest.mark.parametrize("text", ["[red]甲[/red]", "[/]", "[link=file:///x]甲", ":smile:", "a\nb", "\x1b[31m甲", "=1+1", "[", "甲" * 300])
def test_no_text_of_a_file_is_taken_for_markup_or_breaks_the_table(text):
    found = problem("not-a-number", figure="checked", label=FORM.label("checked"), written=text, cell="D5")
    one = SubmissionResult(text.replace("\n", " ").replace("\x1b", ""), "0" * 64, unit=text.replace("\x1b", ""), date=None,
                           status="rejected", figures={}, problems=[found])
    result = replace(make_result(FORM), submissions=[one], notices=[Notice("x", "warning", text, text.replace("\x1b", ""))])
    for screen in (run_screen(done(result)), status_screen(done(result))):
        words = shown(screen)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", words)
        if text.isprintable() and len(text) < 20:
            assert words.count(text) >= 3


def test_a_reopened_weeks_changed_totals_are_listed():
    result = make_result(FORM)
    result.corrections = {"lectures": (30, 34), "fines": (5.0, 7.5)}
    text = shown(run_screen(done(result)))
    assert "与定稿时不同的合计 2 项：到企业宣讲 30 → 34、罚款 5.0 → 7.5" in text
    assert "定稿" not in shown(run_screen(done()))


def test_what_a_person_edited_is_reported():
    text = shown(run_screen(done(edited=["2023-06-26/阶段工作情况报告.docx"])))
    assert "没有覆盖" in text and "2023-06-26/阶段工作情况报告.docx" in text


# the next step

def test_there_is_one_next_step_and_it_is_the_most_pressing():
    result = make_result(FORM)
    assert next_step(done(result)).startswith("把“退回”里的通知发给") and "run --week 2023-06-26" in next_step(done(result))
    result.notices.append(Notice("later-week", "error", "以后各期", BUREAUS[0]))
    assert "以后各期" in next_step(done(result))
    well = _well(make_result(FORM))
    assert "send --week 2023-06-26" in next_step(done(well))
    well.units[0].awaiting = "report"
    assert "催报通知.txt" in next_step(done(well))
    for screen in (run_screen(done(well)), status_screen(done(well))):
        lines = shown(screen).rstrip().splitlines()
        assert lines[-1].startswith("下一步：") and sum(line.startswith("下一步") for line in lines) == 1


# check

def _candidate(file: str, *problems, unit: str | None = BUREAUS[0]) -> Candidate:
    return Candidate(file, "0" * 64, Submission("form"), unit, problems=list(problems))


def test_check_gives_each_file_its_verdict_and_words():
    text = shown(check_screen(Checked([
        _candidate("好.xlsx"), _candidate("坏.xlsx", problem("empty-file"), unit=None),
        _candidate("空项.xlsx", problem("blank", figure="checked", label=FORM.label("checked"), cell="D5"))], FORM)))
    assert f"好.xlsx（{BUREAUS[0]}）：可以报送" in text and "坏.xlsx（未识别单位）：有错误，会被退回" in text
    assert f"空项.xlsx（{BUREAUS[0]}）：可以报送" in text and "没有的填 0" in text and "文件是空的" in text
    assert text.rstrip().splitlines()[-1].startswith("下一步：按上面的说明改好")
    assert shown(check_screen(Checked([_candidate("好.xlsx")], FORM))).rstrip().endswith("下一步：可以报送了")


# status

@pytest.mark.parametrize(("left", "words"), [
    (dt.timedelta(hours=1, minutes=30), "还有 1.5 小时"), (dt.timedelta(0), "还有 0.0 小时"), (dt.timedelta(days=5, hours=3), "还有 5 天"),
    (dt.timedelta(hours=-1), "已过"),
])
def test_status_tells_the_hours_to_the_deadline(left, words):
    assert f"截止 6月26日 12:00，{words}" in shown(status_screen(done(now=DUE - left)))


def test_status_shows_every_total_with_increment_and_what_the_missing_could_add():
    result = make_result(FORM)
    absent = next(one for one in result.due_units() if one.source != "reported")
    absent.expected = {"self_found": 7, "media_column": True, "fines": 1.25}
    result.totals["self_found"], result.increments["self_found"] = 1234567890, -3
    text = shown(status_screen(done(result)))
    rows = {cells[0].strip(): [cell.strip() for cell in cells[1:4]] for line in text.splitlines()
            if len(cells := line.strip("│").split("│")) == 4}
    assert [figure.short for figure in FORM.figures.values() if figure.short not in rows] == []
    assert rows["自查发现隐患"] == ["1234567890", "-3", "7"] and rows["罚款"][2] == "1.25" and rows["媒体专题栏目"][2] == ""
    assert rows["媒体专题栏目"][0] == f"{result.totals['media_column']} 个单位"


def test_in_the_first_week_there_is_no_increment():
    result = make_result(FORM, weeks_past=0)
    text = shown(status_screen(done(result)))
    row = next(line for line in text.splitlines() if "自查发现隐患" in line)
    assert row.strip("│").split("│")[2].strip() == ""


def test_after_a_closed_week_the_next_is_awaited_and_nobody_is_sent_to_reopen():
    text = shown(status_screen(done(replace(make_result(FORM), closed=True))))
    assert "下一步：2023-07-03 期还没有收到表（2023-06-26 期已定稿）" in text and "reopen" not in text


def test_the_next_command_repeats_the_places_that_were_given():
    assert shown(run_screen(done(make_result(FORM)), ' --outbox "D:/发件 夹"')).rstrip().endswith('--outbox "D:/发件 夹"')
    assert shown(status_screen(done(make_result(FORM)), " --outbox 发件")).rstrip().endswith("run --week 2023-06-26 --outbox 发件")


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits_any_window(width):
    from rich.cells import cell_len

    screen = run_screen(done(make_result(FORM, BUREAUS + STREETS)))
    table = [line for line in shown(screen, width).splitlines() if line[:1] in "┏┃┡│└"]
    assert table and max(map(cell_len, table)) <= width
