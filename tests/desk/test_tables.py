"""名册, 设置, 空白表: edited in the page with the checks that the files have, and nothing else in them changed."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from consolidator.workflows.edit_roster import edit_roster, roster_table
from schemas import settings as settings_file
from schemas.errors import BusyError, DefinitionError, UsageError
from schemas.roster import load_roster
from schemas.settings import HOME, load_settings
from tests.desk.desk import desk_of, links, shown, text
from tests.district import W1, District

ROSTER = ("# 本级单位：河北区安委会办公室,,,,\r\n"
          "单位名称,类别,别名,邮箱,备注\r\n"
          "甲局,行业主管部门；执法部门,\"甲 委\",jia@example.cn,\"一，二\"\r\n"
          "\r\n"
          "乙局 ,行业主管部门,,,\r\n"
          "丙街道,街道,,,'三'\r\n")


@pytest.fixture
def browser(district):
    with desk_of(district) as one:
        yield one


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "settings.toml"
    monkeypatch.setattr(settings_file, "FILE", path)
    return path


def write(district: District, encoding: str = "utf-8-sig") -> None:
    district.roster.write_bytes(ROSTER.encode(encoding))


def edit(district: District, row, **cells) -> None:
    edit_roster(district.settings, roster_table(district.settings).mark, row, cells or None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_row_is_changed_and_everything_else_stays_to_the_byte(district, encoding):
    write(district, encoding)
    edit(district, 1, 邮箱="yi@example.cn")
    now = district.roster.read_bytes().decode(encoding)
    assert now == ROSTER.replace("乙局 ,行业主管部门,,,", "乙局,行业主管部门,,yi@example.cn,")
    assert load_roster(district.roster, district.form).unit("乙局").email == "yi@example.cn"


def test_a_row_is_added_and_taken_out(district):
    write(district)
    edit(district, None, 单位名称="丁街道", 类别="街道", 备注="新，的")
    assert district.roster.read_bytes().decode("utf-8-sig").endswith("丁街道,街道,,,新，的\r\n")
    edit(district, 3)
    assert district.roster.read_bytes() == ROSTER.encode("utf-8-sig")


def test_the_column_for_changes_comes_when_it_is_needed(district):
    write(district)
    edit(district, 2, 沿革="2023-06-05 停报")
    assert "备注,沿革\r\n" in district.roster.read_bytes().decode("utf-8-sig")
    assert load_roster(district.roster, district.form).unit("丙街道").stopped(W1.replace(month=7))
    assert load_roster(district.roster, district.form).unit("甲局").extra["备注"] == "一，二"


@pytest.mark.parametrize("row, cells, error", [
    (0, {"单位名称": " "}, UsageError), (0, {"单位名称": "乙局"}, DefinitionError), (0, {"单位名称": "甲局", "类别": "不认识"},
                                                                                             DefinitionError),
    (0, {"单位名称": "甲局", "邮箱": "x"}, DefinitionError), (9, {"单位名称": "戊局"}, UsageError),
    (0, {"单位名称": "甲局", "别名": "丙街道"}, DefinitionError)])
def test_a_wrong_row_is_refused_and_nothing_is_written(district, row, cells, error):
    write(district)
    with pytest.raises(error) as raised:
        edit(district, row, **cells)
    assert district.roster.read_bytes() == ROSTER.encode("utf-8-sig") and ".part" not in str(raised.value)
    assert not [path for path in district.folder.iterdir() if path.name.startswith(".part")]


def test_what_somebody_else_has_edited_meanwhile_is_not_overwritten(district):
    write(district)
    mark = roster_table(district.settings).mark
    edit(district, 1, 邮箱="yi@example.cn")
    with pytest.raises(BusyError):
        edit_roster(district.settings, mark, 0, None)


def test_a_formula_or_break_stays_text_in_its_cell(district):
    write(district)
    edit(district, 1, 备注='=1+1,"\r\n甲局,街道')
    assert load_roster(district.roster, district.form).unit("乙局").extra["备注"] == '=1+1," 甲局,街道'
    assert len(load_roster(district.roster, district.form).units) == 3


def test_the_page_edits_the_roster(browser, district):
    page = browser.get("/roster", row=1)
    mark = re.search(r'name="mark" value="(\w+)"', page)[1]
    cells = {"cell.单位名称": "乙局", "cell.类别": "街道", "cell.邮箱": "y@example.cn"}
    page = browser.post("/roster", W1, mark=mark, row="1", what="save", **cells)
    assert shown(page)[0] == "done" and "y@example.cn" in page
    kind, words = shown(browser.post("/roster", W1, mark=mark, row="1", what="remove"))
    assert kind == "error" and "别处改过" in words
    mark = re.search(r'name="mark" value="(\w+)"', browser.get("/roster", row="new"))[1]
    kind, words = shown(browser.post("/roster", W1, mark=mark, what="save", **{"cell.单位名称": "甲局", "cell.类别": "街道"}))
    assert kind == "error" and "第" in words
    browser.post("/roster", W1, mark=mark, row="1", what="remove")
    assert district.units() == ["甲局", "丙街道"]


def test_the_page_edits_the_settings_and_keeps_what_is_written_beside(browser, file):
    file.write_text('# 我的说明\n[office]\nname = "甲区安委办"  # 名字\n\n[mail]\nhost = "smtp.example.cn"\npassword = "secret"\n',
                    encoding="utf-8")
    page = browser.get("/settings")
    assert "secret" not in page and "甲区安委办" in page
    fields = {"office.operator": "李四", "office.name": "甲区安委办", "mail.host": "smtp.example.cn", "mail.port": "465",
              "mail.security": "ssl",
              "mail.cc": "a@example.cn；b@example.cn", "mail.password": "", "report.table_of_units": "yes", "report.redact": "all"}
    assert shown(browser.post("/settings", W1, **fields)) == ("done", "设置已改好")
    now = load_settings(file, {})
    assert now.office.operator == "李四" and now.mail.port == 465 and now.mail.password == "secret"
    assert now.mail.cc == ("a@example.cn", "b@example.cn")
    written = file.read_text(encoding="utf-8")
    assert "# 我的说明" in written and "# 名字" in written and "sender" not in written


def test_new_settings_begin_as_the_example(browser, file):
    assert shown(browser.post("/settings", W1, **{"office.operator": "李四", "report.table_of_units": "yes"}))[0] == "done"
    assert "# 经办人" in file.read_text(encoding="utf-8") and load_settings(file, {}).office.operator == "李四"


@pytest.mark.parametrize("fields", [{"mail.port": "x"}, {"mail.port": "70000"}, {"mail.security": "none; evil"}, {"paths.inbox": ""}])
def test_wrong_settings_are_refused(browser, file, fields):
    kind, words = shown(browser.post("/settings", W1, **{"report.table_of_units": "yes", **fields}))
    assert kind == "error" and words and not file.exists()


def test_settings_that_are_broken_can_be_seen(browser, file):
    file.write_text("[office\n", encoding="utf-8")
    assert "写法不对" in text(browser.get("/settings"))


def test_the_history_is_checked_and_its_index_made_anew(browser, district):
    district.send_all(W1)
    browser.run(W1)
    assert "原件齐全" in shown(browser.post("/history", W1, how="verify"))[1]
    assert "重建" in shown(browser.post("/history", W1, how="rebuild"))[1]
    (next((district.week(W1) / "submissions").rglob("*甲局0529.xlsx"))).write_bytes(b"x")
    assert shown(browser.post("/history", W1, how="verify"))[0] == "error"


@pytest.mark.parametrize("kind", ["xlsx", "docx", "html", "ledger", "checks", "duties"])
def test_blanks_of_all_units_are_one_download(browser, district, kind):
    page = browser.post("/blanks", W1, kind=kind)
    assert shown(page)[0] == "done"
    offered, = links(page, "下载")
    packed = zipfile.ZipFile(io.BytesIO(browser.client.get(f"/file/{offered}").content))
    assert {name.partition("_")[0] for name in packed.namelist()} == set(district.units())


def test_blanks_of_one_unit_and_a_kind_that_is_none(browser):
    page = browser.post("/blanks", W1, kind="xlsx", unit=["甲局"])
    packed = zipfile.ZipFile(io.BytesIO(browser.client.get(f"/file/{links(page, '下载')[0]}").content))
    assert len(packed.namelist()) == 1
    assert shown(browser.post("/blanks", W1, kind="exe"))[0] == "error"


def test_a_new_form_is_adopted_from_its_blank(browser, tmp_path, monkeypatch):
    from consolidator.workflows import adopt as adopting
    (tmp_path / "schemas").mkdir()
    real = adopting.adopt
    monkeypatch.setattr(adopting, "adopt", lambda blank, name, **given: real(blank, name, folder=tmp_path / "schemas", **given))
    blanks = sorted(path for path in (HOME / "tests").rglob("*空白表*.xlsx"))
    blank = blanks[0] if blanks else _blank(browser)
    answer = browser.client.post("/adopt", data={"name": "another"}, files={"blank": (blank.name, blank.read_bytes())}, headers=browser.own)
    browser.wait()
    kind, words = shown(answer.text)
    assert (tmp_path / "schemas" / "another.yaml").is_file() == (kind == "done"), words
    assert shown(browser.client.post("/adopt", data={"name": "another"}, headers=browser.own).text)[0] == "error"


def _blank(browser):
    browser.post("/blanks", W1, kind="xlsx", unit=["甲局"])
    return next((browser.district.folder / "outbox" / "blank").glob("*.xlsx"))
