"""The command: exit codes, Chinese words, options before environment before settings, and what it leaves alone."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys

import click
import openpyxl
import pytest

from consolidator.cli import main as command_line
from consolidator.workflows import demo, weekly
from schemas.settings import HOME
from tests.command import call, spawn, tree
from tests.district import W1, W2, W3, District
from tests.ledger.factory import Row, ledger

COMMANDS = list(command_line.cli.commands)
LEAVES = {(name, *more): leaf for name, one in command_line.cli.commands.items()
          for more, leaf in ([((sub,), below) for sub, below in one.commands.items()] if isinstance(one, click.Group) else [((), one)])}
NOT_WORDS = {"repor", "consolidate", "py", "inbox", "outbox", "schemas", "roster", "csv", "xlsx", "major_hazards_2023", "yaml", "Word",
             "mail", "eml", "D5", "weekly", "stage", "final", "movers", "Q4", "h", "up", "YH2023", "open", "overdue", "due", "rectified",
             "closed", "listed", "new", "done", "now",
             *COMMANDS,
             *(sub for words in LEAVES for sub in words)}


@pytest.fixture
def office(district: District, monkeypatch, capsys):
    """The district's command: ``office("run", "--week", W1)`` gives what it said."""
    _forget_environment(monkeypatch)
    monkeypatch.setattr("schemas.settings.FILE", district.folder / "settings.toml")  # no settings.toml but the test's own
    for name in ("inbox", "outbox", "roster", "form"):
        monkeypatch.setenv(f"CONSOLIDATE_{name.upper()}", str(getattr(district.settings.paths, name)))
    monkeypatch.setenv("CONSOLIDATE_NOW", "2023-12-31T09:00:00")
    monkeypatch.setenv("CONSOLIDATE_OPERATOR", "王敏")
    return lambda *arguments: call(capsys, *arguments)


def _forget_environment(monkeypatch) -> None:
    for name in [name for name in os.environ if name.startswith("CONSOLIDATE_")]:
        monkeypatch.delenv(name)


def _is_chinese(text: str) -> bool:
    """No English words but the names of options, commands and files."""
    words = set(re.findall(r"[A-Za-z]\w*", re.sub(r"--[a-z-]+", "", text), re.ASCII))
    assert words <= NOT_WORDS, words - NOT_WORDS
    return bool(re.search(r"[\u4e00-\u9fff]", text))


# help and usage

@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), *LEAVES], ids=" ".join)
def test_help_is_chinese_and_explains_every_option(command, capsys):
    answer = call(capsys, *command, "--help")
    assert (answer.code, answer.err) == (0, "") and answer.out.startswith("用法：") and _is_chinese(answer.out)
    parameters = LEAVES[command].params if command in LEAVES else []
    for one in parameters:
        shown = one.metavar if one.param_type_name == "argument" else one.opts[0]
        (line,) = [line for line in answer.out.splitlines() if line.startswith(f"  {shown} ")]
        words = line.removeprefix(f"  {shown} ").strip().removeprefix(one.metavar or "")
        assert re.search(r"[\u4e00-\u9fff]", words), line


def test_every_command_shares_the_four_places():
    for name, leaf in LEAVES.items():
        if name == ("demo",):
            continue
        options = {opt for one in leaf.params for opt in one.opts}
        assert {"--inbox", "--outbox", "--roster", "--form"} <= options, name


def test_without_a_command_it_explains_itself(capsys):
    answer = call(capsys)
    assert answer.code == 2 and answer.out.startswith("用法：") and all(f"  {name} " in answer.out for name in COMMANDS)


@pytest.mark.parametrize(("arguments", "words"), [
    ("报送", "没有命令 报送"), ("repor", "没有命令 repor （是不是 'report'？）"),
    ("--week", "没有选项 --week"), ("run --quick", "没有选项 --quick"),
    ("run --wek x", "没有选项 --wek （是不是 '--week'？）"),
    ("run --week", "选项 --week 后面要写内容"), ("run --week 上周", "'--week' “上周”不是日期：请写成 2023-06-05"),
    ("run --week 2023-02-30", "“2023-02-30”不是日期"), ("run 甲局", "多出了“甲局”"), ("check", "缺少文件..."),
    ("accept", "缺少单位"), ("accept 甲局", "缺少指标[=数值]..."), ("accept 甲局 D5", "缺少 --reason 理由"),
    ("reopen", "缺少 --reason 理由"),
    ("report --edition 月报", "'--edition' 只能是 'weekly', 'stage', 'final'"), ("report --from 年初", "不是日期"),
    ("send --draft --by-hand", "只能写一个"), ("send --returns --reminders", "只能写一个"), ("send --draft=是", "后面不带内容"),
    ("history", "--verify 或 --rebuild"), ("history --verify --rebuild", "--verify 或 --rebuild"), ("demo 甲 乙", "多出了“乙”"),
])
def test_wrong_usage_is_one_chinese_line(arguments, words, capsys):
    answer = call(capsys, *arguments.split())
    assert answer.code == 2 and words in answer.line and _is_chinese(answer.line.replace(" x", ""))
    assert re.search(r"（看说明：consolidate\.py( \w+)? --help）$", answer.line)


def test_it_starts_without_anything_heavy():
    """``--help`` is what people wait for most often: nothing but click is imported for it."""
    code = ("import sys; from consolidator.cli.main import main; main(['run', '--help']); "
            "print([m for m in ('pandas', 'pandera', 'openpyxl', 'rich', 'pydantic', 'jinja2', 'yaml') if m in sys.modules])")

    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "[]"


# exit codes

def test_all_well_is_0_and_a_rejected_form_1(office, district):
    district.send_all(W1)
    answer = office("run", "--week", W1)
    assert (answer.code, answer.err) == (0, "") and "2023-05-29 期：收到 3 个文件，已采用 3" in answer.out
    assert answer.out.rstrip().splitlines()[-1].startswith("下一步：")
    district.send("甲局", W2, self_found="约20")
    answer = office("run", "--week", W2)
    assert answer.code == 1 and "退回 1" in answer.out and "约20" in answer.out and "待更正的 1 家：甲局" in answer.out
    assert office("status", "--week", W2).code == 0  # done: it only says


def test_a_usage_that_only_the_library_knows_is_2(office, district):
    for arguments in (["close"], ["report"], ["send"], ["history", "--verify"], ["history", "--rebuild"],
                      ["reopen", "--reason", "错"], ["accept", "甲局", "D5", "--reason", "准"]):
        answer = office(*arguments)
        assert answer.code == 2 and "先运行 run" in answer.line
    assert list((district.folder / "outbox").iterdir()) == []
    district.send_all(W1)
    assert office("run").code == 0
    for arguments, words in [(["close", "--week", W2], "run --week 2023-06-05"), (["run", "--week", "2024-06-05"], "专项行动期内"),
                             (["accept", "甲句", "D5", "--reason", "准"], "是不是甲局"),
                             (["accept", "甲局", "自查发现", "--reason", "准"], "是不是"),
                             (["accept", "甲局", "self_found", "--reason", " "], "--reason"), (["reopen", "--reason", "错"], "没有定稿"),
                             (["blank", "--unit", "丁局"], "丁局"), (["blank", "--week", "2022-01-01"], "专项行动期内")]:
        answer = office(*arguments)
        assert answer.code == 2 and words in answer.line, arguments


@pytest.mark.parametrize(("arguments", "words"), [
    (["run", "--inbox", "没有"], "没有收件夹 没有"), (["status", "--inbox", "没有"], "没有收件夹 没有"),
    (["run", "--roster", "没有.csv"], "读不到名册 没有.csv：请检查 --roster 的路径（不存在）"),
    (["blank", "--roster", "没有.csv"], "读不到名册"),
    (["run", "--form", "没有.yaml"], "读不到表样定义 没有.yaml：请检查 --form 的路径（不存在）"),
    (["check", "没有.xlsx"], "没有这个文件：没有.xlsx"),
])
def test_what_is_not_there_is_3_in_one_line(arguments, words, office, district, monkeypatch):
    monkeypatch.chdir(district.folder)
    answer = office(*arguments)
    assert answer.code == 3 and words in answer.line


def test_what_cannot_be_read_is_3_in_one_line(office, district):
    folder = district.folder
    (folder / "bad.csv").write_text("单位名称,类别,别名,邮箱\n甲局,海军,,\n", encoding="utf-8")
    (folder / "bad.yaml").write_text("name: x\ntitle: [a\n", encoding="utf-8")
    (folder / "taken").write_text("", encoding="utf-8")
    for option, name, words in (("--roster", "bad.csv", "第2行"), ("--form", "bad.yaml", "bad.yaml 第"),
                                ("--roster", ".", "是文件夹"), ("--outbox", "taken", "taken 不能写入")):
        answer = office("run", "--week", W1, option, folder / name)
        assert answer.code == 3 and words in answer.line, answer
    (folder / "settings.toml").write_text("[office]\nnom = '甲'\n", encoding="utf-8")
    assert "office.nom：不认识这个键" in office("run").line
    (folder / "settings.toml").write_text("[office\n", encoding="utf-8")
    answer = office("run")
    assert answer.code == 3 and "settings.toml" in answer.line and "settings.example.toml" in answer.line


def test_a_closed_week_a_busy_outbox_and_another_forms_are_3(office, district):
    district.send_all(W1)
    assert office("run", "--week", W1).code == 0
    assert office("close").out.startswith("2023-05-29 期已定稿")
    for command in (["run", "--week", W1], ["close"], ["accept", "甲局", "D5", "--reason", "准"]):
        answer = office(*command)
        assert answer.code == 3 and "已定稿" in answer.line
    answer = office("run", "--week", W2, "--form", HOME / "tests" / "small_form.yaml", "--roster", _small_roster(district))
    assert answer.code == 3 and "属于表样 major_hazards_2023" in answer.line
    from filelock import FileLock

    with FileLock(district.folder / "outbox" / ".lock"):
        for command in ("run", "status", "close", "report"):
            answer = office(command)
            assert answer.code == 3 and "正在汇总：请稍后再运行" in answer.line


def _small_roster(district: District):
    path = district.folder / "small.csv"
    path.write_text("单位名称,类别,别名,邮箱\n甲街道,街道,,\n", encoding="utf-8")
    return path


def test_a_fault_of_the_program_is_reported_whole_and_is_no_finished_week(office, district, monkeypatch):
    def broken(*_: object, **__: object):
        raise ZeroDivisionError("of our own")

    monkeypatch.setattr(weekly, "run", broken)
    answer = office("run")
    assert answer.code == 3 and "ZeroDivisionError: of our own" in answer.err and "程序出错" in answer.err.splitlines()[-1]


def test_an_interrupted_run_is_one_line(office, monkeypatch):
    def interrupted(*_: object, **__: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(weekly, "run", interrupted)
    answer = office("run")
    assert answer.code == 3 and answer.err.strip() == "已中断：上一次的完整结果还在，重新运行即可"


@pytest.mark.parametrize("module, says", [("orjson", "安装不完整（缺少 orjson）"), ("pandas._libs", "缺少 pandas"),
                                          ("consolidator.gone", "程序出错"), (None, "程序出错")])
def test_an_environment_older_than_the_program_is_one_line(office, monkeypatch, module, says):
    def fails(*_: object, **__: object):
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr(weekly, "run", fails)
    answer = office("run")
    assert answer.code == 3 and says in answer.err
    assert ("Traceback" in answer.err) == (says == "程序出错")


_INTERRUPTED = """
import signal, sys
from consolidator.cli.main import main
from consolidator.workflows import collect

identify, taken = collect.identify, []
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it

def interrupted(*arguments, **options):
    taken.append(1)
    if len(taken) == 100:
        signal.raise_signal(signal.SIGINT)
    return identify(*arguments, **options)

collect.identify = interrupted
raise SystemExit(main(sys.argv[1:]))
"""


def test_ctrl_c_in_the_middle_of_reading_is_one_line_and_the_next_run_is_right(district):
    path = district.send("甲局", W1)
    links = [path.with_name(f"第{number}份.xlsx") for number in range(300)]
    for link in links:
        os.link(path, link)
    places = _places(district)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLIDATE_")}
    done = subprocess.run([sys.executable, "-c", _INTERRUPTED, "run", "--week", str(W1)], cwd=HOME, capture_output=True,
                          env={**environment, **places}, timeout=120)
    assert (done.returncode, done.stdout, done.stderr.decode().strip()) == (3, b"", "已中断：上一次的完整结果还在，重新运行即可")
    for link in links:
        link.unlink()
    answer = spawn("run", "--week", W1, folder=district.folder, **places)
    assert answer.code == 0 and district.result_json(W1)["totals"]["self_found"] == 10


def _places(district: District) -> dict[str, str]:
    paths = district.settings.paths
    return {"CONSOLIDATE_INBOX": str(paths.inbox), "CONSOLIDATE_OUTBOX": str(paths.outbox),
            "CONSOLIDATE_ROSTER": str(paths.roster), "CONSOLIDATE_FORM": str(paths.form),
            "CONSOLIDATE_NOW": "2023-12-31T09:00:00", "CONSOLIDATE_OPERATOR": "王敏"}


# what is shown

HOSTILE = "[red]甲[/red]局[link=http://x]"


def test_names_are_shown_as_they_are_and_no_text_is_markup(office, district):
    district.write_roster([(HOSTILE, "街道"), ("乙:smile:局", "街道"), ("丙街道", "街道")])
    district.send(HOSTILE, W1, "[bold]一😀.xls", kind="xls", self_found="[blink]约\x1b[31m20\x07[/blink]")
    district.send("乙:smile:局", W1, "二\x1b[2J\n三.xlsx", self_found="若干")
    for command in ("run", "status"):
        answer = office(command, "--week", W1)
        assert "[bold]一" in answer.out and "[red]甲[/red]局" in answer.out and "[blink]约" in answer.out
        assert ":smile:" in answer.out and "丙街道" in answer.out
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", answer.out), answer.out
    reported = office("check", *sorted((district.folder / "inbox").iterdir()))
    assert reported.code == 1 and "[blink]约" in reported.out and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", reported.out)


def test_a_long_list_of_names_is_one_line(office, district):
    district.write_roster([(f"第{n}街道办事处及其各科室", "街道") for n in range(25)])
    answer = office("status", "--week", W1)
    missing, = [line for line in answer.out.splitlines() if line.startswith("没有报的")]
    assert missing.startswith("没有报的 25 家：第0街道") and missing.endswith("第24街道办事处及其各科室")


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "gbk"}, {"PYTHONIOENCODING": "ascii:strict"},
                                         {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_no_encoding_of_the_pipe_makes_it_fail(district, environment):
    district.send("甲局", W1, "一😀.xlsx", self_found="约20")
    answer = spawn("check", district.folder / "inbox" / "一😀.xlsx", folder=district.folder, **_places(district), **environment)
    assert answer.code == 1 and answer.err == "" and "约20" in answer.out and "甲局" in answer.out
    refused = spawn("check", "没有😀.xlsx", folder=district.folder, **_places(district), **environment)
    assert refused.code == 3 and "没有这个文件" in refused.line


class Console(io.TextIOWrapper):
    """A window that shows the characters of one code page only."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("encoding", ["gbk", "cp437"])
def test_a_window_of_another_code_page_shows_question_marks(office, district, monkeypatch, encoding):
    district.send("甲局", W1, "一😀.xlsx", self_found="约20")
    shown = Console(io.BytesIO(), encoding=encoding, errors="strict", write_through=True)
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("COLUMNS", "80")
    assert command_line.main(["run", "--week", str(W1)]) == 1
    text = shown.buffer.getvalue().decode(encoding)
    assert "?.xlsx" in text and ("约20" in text or encoding != "gbk")


# dates, places

@pytest.mark.parametrize("written", ["2023-06-05", "2023-6-5", "2023/6/5", "2023.6.5", "2023年6月5日", "20230605", "2023-05-30",
                                     "2023-06-04"])
def test_a_week_is_named_by_any_of_its_days_in_any_spelling(written, office, district):
    district.send_all(W2)
    assert office("run", "--week", written).out.startswith("2023-06-05 期：")
    assert [path.name for path in (district.folder / "outbox").iterdir() if path.is_dir()] == ["2023-06-05"]


def test_without_a_week_it_is_said_which_was_taken(office, district):
    district.send_all(W2)
    assert office("run").out.startswith("2023-06-05 期（按收到的表判断）：")


def test_an_option_wins_over_the_environment_and_that_over_the_settings(office, district, monkeypatch):
    folders = {}
    for name, units in (("toml", ["甲局"]), ("env", ["甲局", "乙局"]), ("option", ["甲局", "乙局", "丙街道"])):
        folders[name] = district.folder / name
        folders[name].mkdir()
        monkeypatch.setattr(district, "folder", folders[name])
        (folders[name] / "inbox").mkdir()
        for unit in units:
            district.send(unit, W1)
    home = folders["toml"].parent
    (home / "settings.toml").write_text(f"[paths]\ninbox = '{folders['toml'] / 'inbox'}'\n[office]\nname = '甲办'\n", "utf-8")
    monkeypatch.delenv("CONSOLIDATE_INBOX")
    assert "收到 1 个文件" in office("status", "--week", W1).out
    monkeypatch.setenv("CONSOLIDATE_INBOX", str(folders["env"] / "inbox"))
    assert "收到 2 个文件" in office("status", "--week", W1).out
    assert "收到 3 个文件" in office("status", "--week", W1, "--inbox", folders["option"] / "inbox").out
    office("run", "--week", W1)
    (page,) = home.glob("outbox/*/report.html")
    assert "甲办" in page.read_text(encoding="utf-8")


def test_relative_places_are_taken_from_where_the_command_is_run(office, district, monkeypatch):
    district.send_all(W1)
    monkeypatch.chdir(district.folder)
    answer = office("run", "--inbox", "inbox", "--outbox", "结果", "--roster", "roster.csv", "--week", W1)
    assert answer.code == 0 and (district.folder / "结果" / "2023-05-29" / "result.json").is_file()


# check, status, blank

def test_check_writes_nothing_and_says_what_run_says(office, district):
    district.send_all(W1)
    district.send("甲局", W1, "甲局0529.xlsx", self_found=3, self_rectified=5, checked="约20", lectures=None, media_column="部分")
    district.send("丙街道", W1, "丙街道0529.xlsx", penalties=2, fines=1.5)
    (district.folder / "inbox" / "乱.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (district.folder / "inbox" / "空.xlsx").write_bytes(b"")
    before = tree(district.folder)
    files = sorted((district.folder / "inbox").iterdir())
    answer = office("check", *files)
    assert answer.code == 1 and tree(district.folder) == before and list((district.folder / "outbox").iterdir()) == []
    checked = {one.file: one for one in weekly.check(district.settings, files).candidates}
    result = district.run(W1)
    assert [one.file for one in result.submissions] == sorted(checked)
    for one in result.submissions:
        assert {(p.code, p.figure, p.cell, p.message) for p in one.problems} == \
            {(p.code, p.figure, p.cell, p.message) for p in checked[one.file].problems}, one.file
        assert (one.status == "rejected") == checked[one.file].wrong
    ran = office("run", "--week", W1)
    for words in ("约20", "部分", "大于", "0 字节", "由行业主管部门填写" if "由行业主管部门填写" in ran.out else "由执法部门填写"):
        assert words in answer.out.replace("\n", "") and words in ran.out.replace("\n", "")
    assert "乙局0529.xlsx（乙局）：可以报送" in answer.out and "有错误，会被退回" in answer.out


def test_check_of_a_right_form_says_that_it_may_go(office, district):
    answer = office("check", district.send("甲局", W1))
    assert (answer.code, answer.out) == (0, "甲局0529.xlsx（甲局）：可以报送\n下一步：可以报送了\n")


def test_check_of_a_ledger_names_its_unit_and_doubts_no_number(office, district):
    path = district.folder / "隐患.xlsx"
    path.write_bytes(ledger([Row(id="YH2023-0012", found="2023-05-28")], unit="丙街道", day=W1))
    answer = office("check", path)
    assert answer.code == 0 and "隐患.xlsx（丙街道）：台账，可以报送" in answer.out and "编号" not in answer.out


def test_status_writes_nothing(office, district, monkeypatch):
    district.send_all(W1)
    outbox = district.folder / "outbox"
    outbox.rmdir()
    answer = office("status", "--week", W1)
    assert answer.code == 0 and not outbox.exists() and "应报 3 家，实报 3 家" in answer.out
    assert office("run", "--week", W1).code == 0
    district.send("甲局", W2, base=12)
    before = tree(district.folder)
    answer = office("status")
    assert answer.out.startswith("2023-06-05 期") and "没有报的 2 家：乙局、丙街道" in answer.out
    assert tree(district.folder) == before
    assert not list(outbox.glob(".inc*")) and not (outbox / ".lock.json").exists()
    office("close", "--week", W1)
    assert "已定稿" in office("status", "--week", W1).out


def test_status_advises_a_run_only_where_something_has_changed(office, district):
    district.send_all(W1)
    assert "下一步：运行 run --week 2023-05-29" in office("status", "--week", W1).out
    last = office("run", "--week", W1).out.splitlines()[-1]
    assert "send" in last and office("status", "--week", W1).out.splitlines()[-1].strip() == last.strip()
    district.send("甲局", W1, "改.xlsx", base=11)
    assert "下一步：运行 run --week 2023-05-29" in office("status", "--week", W1).out


def test_status_tells_what_the_missing_could_still_add(office, district):
    for week, base in ((W1, 10), (W2, 14)):
        district.send_all(week, base=base)
        district.run(week)
    district.send_all(W3, base=15, but=["乙局"])
    answer = office("status")
    row = next(line for line in answer.out.splitlines() if "自查发现隐患 " in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["自查发现隐患", "44", "+2", "4"]
    assert "截止 6月12日 12:00，已过" in answer.out


def test_big_increments_are_written_out(office, district):
    district.send_all(W1, base=1)
    district.run(W1)
    district.send_all(W2, base=1234567)
    assert "+3703698" in office("status").out


def test_blank_forms_for_all_or_some_in_excel_or_word(office, district):
    folder = district.folder / "outbox" / "blank"
    assert office("blank", "--week", W1).out == f"已做好 3 份空白调度表：{folder}\n"
    assert sorted(path.suffix for path in folder.iterdir()) == [".xlsx"] * 3
    assert office("blank", "--unit", "丙街道", "--unit", "甲局", "--docx", "--week", W2).code == 0
    word = sorted(path.name for path in folder.glob("*.docx"))
    assert len(word) == 2 and word[0].startswith("丙街道") and word[1].startswith("甲局")
    assert office("check", *folder.iterdir()).code == 0
    assert office("blank", "--unit", "甲局", "--html", "--week", W2).out == f"已做好 1 份填报页：{folder}\n"
    assert (folder / "甲局_调度表_2023-06-05.html").is_file()
    assert "只能写一个" in office("blank", "--html", "--docx").line and office("blank", "--print", "--week", W1).code == 0


def test_opening_figures_are_reported_with_what_to_look_at(office, district, tmp_path):
    district.send_all(W1)
    district.run(W1)
    merged = next(path for path in district.week(W1).glob("*（汇总）*.xlsx") if "台账" not in path.name)
    other = tmp_path / "other"
    answer = office("opening", merged, "--outbox", other)
    assert answer.code == 0 and answer.out == "已录入 3 个单位 2023-05-29 期的期初数：放好本期的表后运行 run\n"
    assert "已经汇总过" in office("opening", merged).line and "读不到" in office("opening", "没有.xlsx", "--outbox", other).line


# decisions, history, reports

def test_accept_close_and_reopen_on_the_record(office, district):
    district.send_all(W1, but=["甲局"])
    district.send("甲局", W1, self_found=3, self_rectified=5)
    assert office("run").code == 1
    answer = office("accept", "甲局", "self_rectified", "--reason", "电话核实")
    assert answer.code == 0 and "已采用 3" in answer.out
    accepted = next(one for one in district.result_json(W1)["submissions"] if one["unit"] == "甲局")
    assert any(p["message"].endswith("（已采纳：电话核实）") and p["severity"] == "warning" for p in accepted["problems"])
    assert office("accept", "甲局", "self_found=6", "--reason", "电话核实").code == 0
    assert district.result_json(W1)["totals"]["self_found"] == 26
    answer = office("close")
    assert answer.code == 0 and "reopen --week 2023-05-29" in answer.out
    assert office("reopen", "--reason", "乙局更正").code == 0
    district.send("乙局", W1, "更正.xlsx", base=12)
    answer = office("run", "--week", W1)
    assert answer.code == 0 and district.result_json(W1)["totals"]["self_found"] == 28
    events = [json.loads(line) for line in (district.folder / "outbox" / "journal.jsonl").read_text("utf-8").splitlines()]
    decided = [(one["event"], one.get("by"), one.get("reason")) for one in events
               if one["event"] in ("decision", "closed", "reopened")]
    assert decided == [("decision", "王敏", "电话核实"), ("decision", "王敏", "电话核实"), ("closed", "王敏", None),
                       ("reopened", "王敏", "乙局更正")]


def test_the_history_is_verified_and_rebuilt(office, district):
    district.send_all(W1)
    office("run")
    answer = office("history", "--verify")
    assert answer.code == 0 and "前后相接；索引一致；原件齐全" in answer.out
    (district.folder / "outbox" / "history.sqlite3").write_bytes(b"rubbish")
    answer = office("run")
    assert answer.code == 3 and "history --rebuild" in answer.line
    assert office("history", "--verify").code == 3
    assert "已由历史记录的" in office("history", "--rebuild").out
    assert office("history", "--verify").code == 0 and office("run", "--week", W1).code == 0
    original = next((district.folder / "outbox" / "2023-05-29" / "submissions").rglob("*.xlsx"))
    original.write_bytes(b"changed")
    answer = office("history", "--verify")
    assert answer.code == 3 and original.name in answer.out and "被改动过" in answer.out


@pytest.mark.parametrize(("edition", "named"), [("weekly", "阶段工作情况报告.docx"), ("stage", "阶段进展报告2023-05-01至2023-06-05.docx"),
                                                ("final", "工作总结2023-05-01至2023-06-05.docx")])
def test_reports_of_every_edition(office, district, edition, named):
    for week, base in ((W1, 10), (W2, 14)):
        district.send_all(week, base=base)
        district.run(week)
    dates = [] if edition == "weekly" else ["--from", "2023-05-01", "--to", "2023-6-5"]
    answer = office("report", "--edition", edition, *dates)
    path = district.week(W2) / named
    assert answer.out == f"已写好：{path}\n"
    import docx

    assert "42" in "".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


@pytest.mark.parametrize("arguments", ["--edition stage --from 2023-07-01", "--edition stage --from 2023-06-01 --to 2023-05-01",
                                       "--edition weekly --from 2023-05-01"])
def test_a_report_over_dates_that_hold_no_week_is_refused(arguments, office, district):
    district.send_all(W1)
    office("run")
    answer = office("report", *arguments.split())
    assert answer.code == 2 and _is_chinese(answer.line)


# the demonstration

def test_the_demonstration_is_made_remade_and_never_empties_a_foreign_folder(office, district, monkeypatch):
    (district.folder / "schemas").mkdir()
    _shorter_rosters(district.folder, 11)
    monkeypatch.setattr("schemas.settings.HOME", district.folder)
    folder = district.folder / "演示"
    answer = office("demo", folder)
    assert answer.code == 0 and len(answer.out.splitlines()) == 3 and "1 份退回" in answer.out
    results = sorted(folder.glob("河北区/outbox/*/result.json"))
    assert [path.parent.name for path in results] == ["2023-05-29", "2023-06-05", "2023-06-12"]
    (merged,) = results[0].parent.glob("*调度表（汇总）*.xlsx")
    assert openpyxl.load_workbook(merged).sheetnames[0] == "汇总表"
    below = json.loads((folder / "区商务局" / "outbox" / "2023-05-29" / "result.json").read_text("utf-8"))["totals"]
    bureau = next(one for one in json.loads(results[0].read_text("utf-8"))["units"] if one["unit"] == "区商务局")
    assert {name: value for name, value in bureau["figures"].items() if name != "media_column"} == \
        {name: value for name, value in below.items() if name != "media_column"}
    _shorter_rosters(district.folder, 2)
    monkeypatch.setattr(demo, "WEEKS", 2)
    assert office("demo", folder).code == 0 and results[1].exists() and not results[2].exists()
    assert len(json.loads(results[0].read_text("utf-8"))["units"]) == 2
    foreign = district.folder / "inbox"
    district.send("甲局", W1)
    answer = office("demo", foreign)
    assert answer.code == 3 and "已有别的东西" in answer.line and (foreign / "甲局0529.xlsx").is_file()


def _shorter_rosters(folder, most: int) -> None:
    """Of each roster the first units: the demonstration is the same, only quicker."""
    for name, count in (("roster.csv", most), ("roster_commerce_bureau.csv", 2)):
        lines = (HOME / "schemas" / name).read_text(encoding="utf-8-sig").splitlines()
        heading = sum(line.startswith("#") for line in lines)
        rows = lines[:heading + 1 + count]
        (folder / "schemas" / name).write_text("\n".join(rows), encoding="utf-8")
