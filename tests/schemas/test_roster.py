"""The roster: what is taken, what is refused and where, and what became of its units."""

from __future__ import annotations

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import DefinitionError
from schemas.form_loading import load_form
from schemas.naming import plain
from schemas.roster import load_roster
from schemas.roster_checks import Change
from schemas.settings import HOME

SCHEMAS = HOME / "schemas"
FORM = load_form(SCHEMAS / "major_hazards_2023.yaml")
HEADER = "单位名称,类别,别名,邮箱"


def roster(tmp_path, *lines: str, header: str = HEADER, encoding: str = "utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes("\r\n".join((header, *lines)).encode(encoding))
    return load_roster(path, FORM)


def refusal(tmp_path, *lines: str, header: str = HEADER) -> str:
    with pytest.raises(DefinitionError) as caught:
        roster(tmp_path, *lines, header=header)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", ["roster.csv", "roster_commerce_bureau.csv"])
def test_the_shipped_rosters_are_right(name):
    shipped = load_roster(SCHEMAS / name, FORM)
    assert (SCHEMAS / name).read_bytes().startswith(b"\xef\xbb\xbf")
    assert all(unit.email.endswith("@example.org") for unit in shipped.units)
    assert all(unit.kinds for unit in shipped.units)
    for unit in shipped.units:
        assert shipped.match(unit.name).unit == unit.name
        assert shipped.find_in(f"0605{unit.name}调度表.xlsx") == [unit.name]
        for alias in unit.aliases:
            assert shipped.match(alias).unit == unit.name


def test_the_district_has_its_streets_and_departments():
    shipped = load_roster(SCHEMAS / "roster.csv", FORM)
    streets = [unit.name for unit in shipped.units if unit.kinds == ("街道",)]
    assert len(streets) == 10 and "月牙河街道" in streets
    assert {"行业主管部门", "执法部门"} <= set(shipped.unit("区应急局").kinds)


def test_the_bureaus_offices_can_fill_what_the_bureau_fills():
    shipped = load_roster(SCHEMAS / "roster_commerce_bureau.csv", FORM)
    kinds = {kind for unit in shipped.units for kind in unit.kinds}
    assert kinds == {"科室", "行业主管部门", "执法部门"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_it_reads_what_excel_saves(tmp_path, encoding):
    found = roster(tmp_path, '区商务局,行业主管部门；执法部门,"区商务委,区 商委",swj@example.org,王敏', ",,,,", "",
                   "宁园街道,街道,,", header=HEADER + ",联系人", encoding=encoding)
    first, second = found.units
    assert (first.name, first.kinds) == ("区商务局", ("行业主管部门", "执法部门"))
    assert first.aliases == ("区商务委", "区 商委")
    assert (first.email, first.extra, first.line) == ("swj@example.org", {"联系人": "王敏"}, 2)
    assert (second.name, second.email, second.extra, second.line) == ("宁园街道", "", {"联系人": ""}, 5)


@pytest.mark.parametrize("between", [*"；;、，/ ", "； "])
def test_kinds_may_be_separated_in_any_usual_way(tmp_path, between):
    found = roster(tmp_path, f"区商务局,行业主管部门{between}执法部门,,")
    assert found.units[0].kinds == ("行业主管部门", "执法部门")


@pytest.mark.parametrize(("lines", "parts"), [
    (["区商务局,街道,,", "区 商务局,街道,,"], ["第3行第1列（单位名称）", "第2行"]),
    (["甲局,街道,丙局,", "乙局,街道,丙局,"], ["第3行第3列（别名）", "丙局", "甲局"]),
    (["甲局,街道,乙局,", "乙局,街道,,"], ["第2行第3列（别名）", "乙局"]),
    (["甲局,街办,,"], ["第2行第2列（类别）", "街办", "执法部门"]),
    ([",街道,甲,"], ["第2行第1列（单位名称）"]),
    (["\u200b,街道,甲,"], ["第2行第1列（单位名称）"]),
    (["甲局,街道,,not an address"], ["第2行第4列（邮箱）", "not an address"]),
    (['甲局,街道,,"a@b.cn\nBcc: x@y.cn"'], ["第2行第4列（邮箱）"]),
    (["甲局,街道,,a@b.cn,c"], ["第2行第5列", "c"]),
    (['甲局,街道,"丙,', "乙局,街道,,"], ["第2行", "引号"]),
])
def test_a_wrong_line_is_refused_with_line_and_column(tmp_path, lines, parts):
    message = refusal(tmp_path, *lines)
    assert "roster.csv" in message
    for part in parts:
        assert part in message


def test_several_faults_are_reported_at_once(tmp_path):
    message = refusal(tmp_path, "甲局,村,,", "乙局,村,,", "丙局,村,,", "丁局,村,,")
    assert "第2行" in message and "第4行" in message and "另有 1 处" in message


def test_a_table_that_is_no_roster_is_refused(tmp_path):
    assert "缺少列 别名,邮箱" in refusal(tmp_path, "甲局,街道", header="单位名称,类别")
    assert "出现两次" in refusal(tmp_path, header=HEADER + ",别名")
    assert "没有单位" in refusal(tmp_path)
    for data, part in ((b"PK\x03\x04...", "CSV"), (b"\xff\xfe\x00\xff\xff", "编码"), (b"", "没有单位")):
        (tmp_path / "bad.csv").write_bytes(data)
        with pytest.raises(DefinitionError, match=part):
            load_roster(tmp_path / "bad.csv", FORM)
    with pytest.raises(DefinitionError, match="--roster"):
        load_roster(tmp_path / "none.csv", FORM)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(str.strip).filter(plain), min_size=1,
                max_size=8, unique_by=plain))
def test_any_name_that_is_not_empty_is_a_name(tmp_path_factory, names):
    lines = ['"' + name.replace('"', '""') + '",街道,,' for name in names]
    found = roster(tmp_path_factory.mktemp("roster"), *lines)
    assert [unit.name for unit in found.units] == names
    assert [found.match(name).unit for name in names] == names


CHANGED = HEADER + ",沿革"


def test_what_became_of_a_unit(tmp_path):
    found = roster(tmp_path, "区商务局,执法部门,,,2023-08-07 更名自区商委；2023年9月4日停报",
                   "区安监局,执法部门,,,2023/8/7 并入河北区应急局", "区应急局,执法部门,,,", header=CHANGED)
    renamed, merged, _ = found.units
    day = dt.date(2023, 8, 7)
    assert renamed.changes == (Change(day, "renamed", "区商委"), Change(dt.date(2023, 9, 4), "stopped"))
    assert renamed.former_names == ("区商委",)
    assert found.match("区商委").unit == "区商务局"
    assert not renamed.stopped(day) and renamed.stopped(dt.date(2023, 9, 4))
    assert merged.changes == (Change(day, "merged", "区应急局"),)
    assert merged.merged_into(day) == "区应急局" and merged.merged_into(dt.date(2023, 8, 6)) is None
    assert merged.stopped(day) and merged.merged_on() == day


@pytest.mark.parametrize(("first", "part"), [
    ("8月7日停报", "读不懂"),
    ("2023-13-07 停报", "读不懂"),
    ("2023-08-07 停报了", "读不懂"),
    ("2023-08-07 更名自", "读不懂"),
    ("2023-08-07 撤销", "读不懂"),
    ("2023-08-07 更名自乙局", "乙局"),
    ("2023-08-07 并入丙局", "丙局"),
    ("2023-08-07 并入甲局", "甲局"),
    ("2023-08-07 并入乙局", "互相并入"),
])
def test_an_unreadable_change_is_refused_with_its_line(tmp_path, first, part):
    message = refusal(tmp_path, f"甲局,街道,,,{first}", "乙局,街道,,,2023-08-07 并入甲局", header=CHANGED)
    assert "第2行第5列（沿革）" in message and part in message


def test_every_unit_of_a_large_roster_is_found(tmp_path):
    lines = [f"第{n}街道,街道,{string.ascii_lowercase[n % 26]}{n},u{n}@example.org" for n in range(20_000)]
    found = roster(tmp_path, *lines)
    found.match("第1街道")
    assert all(found.find_in(f"0605第{n}街道调度表.xlsx") == [f"第{n}街道"] for n in range(0, 20_000, 10))
    assert all(found.match(f"河北区第{n}街").unit == f"第{n}街道" for n in range(0, 20_000, 10))
