"""Which unit a written name means: credited where one alone can be meant, never by likeness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.naming import UNKNOWN, Match, NameIndex, plain

UNITS = [("区商务局", ["区商务委"]), ("区消防救援支队", []), ("公安河北分局", ["区公安分局"]), ("光复道街道", []),
         ("月牙河街道", ["月牙河办"]), ("宁园街道", []), ("单位1", []), ("单位12", []), ("A_1", []), ("A1", [])]
INDEX = NameIndex(UNITS, ["天津市", "河北区"])


@pytest.mark.parametrize(("text", "unit", "how"), [
    ("区商务局", "区商务局", "name"),
    (" 区 商务局\u3000", "区商务局", "name"),
    ("__区商务局___", "区商务局", "name"),
    ("天津市河北区商务局", "区商务局", "written"),
    ("河北区商务局", "区商务局", "written"),
    ("商务局", "区商务局", "written"),
    ("区商务委", "区商务局", "alias"),
    ("河北区商务委", "区商务局", "alias"),
    ("光复道街", "光复道街道", "written"),
    ("光复道街道办", "光复道街道", "written"),
    ("河北区光复道街道办事处", "光复道街道", "written"),
    ("天津市河北区人民政府光复道街道办事处", "光复道街道", "written"),
    ("月牙河办", "月牙河街道", "alias"),
    ("区商务局（盖章）", "区商务局", "name"),
    ("：河北区商务局。", "区商务局", "written"),
    ("单位１", "单位1", "name"),
    ("A_1", "A_1", "name"),
    ("a1", None, "unknown"),
    ("天津市商务局", None, "unknown"),
    ("市商务局", None, "unknown"),
    ("南开区商务局", None, "unknown"),
    ("光复道", None, "unknown"),
    ("光复到街道", None, "unknown"),
    ("街道", None, "unknown"),
    ("", None, "unknown"),
])
def test_match(text, unit, how):
    assert INDEX.match(text) == Match(unit, how)


@pytest.mark.parametrize(("text", "units"), [
    ("0605月牙河街道调度表（定稿）.xlsx", ["月牙河街道"]),
    ("调度表河北区商务局.xlsx", ["区商务局"]),
    ("商务局调度表", ["区商务局"]),
    ("河北区人民政府光复道街道办事处", ["光复道街道"]),
    ("南开区人民政府光复街道办事处", []),
    ("单位12.xlsx", ["单位12"]),
    ("单位123.xlsx", []),
    ("王敏 光复道街 6月5日", ["光复道街道"]),
    ("月 牙 河 街 道 调度表", ["月牙河街道"]),
    ("光复道街道、宁园街道", ["光复道街道", "宁园街道"]),
    ("宁园街道和宁园街", ["宁园街道"]),
    ("天津市河北区公安分局", ["公安河北分局"]),
    ("南开区商务局.xlsx", []),
    ("天津市商务局.xlsx", []),
    ("南开消防救援支队", []),
    ("天津市消防救援支队", []),
    ("调度表.xlsx", []),
    ("", []),
])
def test_find_in(text, units):
    assert INDEX.find_in(text) == units


def test_what_two_units_could_mean_is_nobodys():
    index = NameIndex([("区和平街道", []), ("和平街", []), ("甲局", ["丙"]), ("乙局", ["丙"])], ["河北区"])
    assert index.match("和平街") == Match("和平街", "name")
    assert index.match("和平街道办事处") == UNKNOWN
    assert index.match("丙") == UNKNOWN
    assert index.find_in("丙调度表") == []


def test_without_a_region_names_stand_as_they_are():
    index = NameIndex([("区商务局", [])], [])
    assert index.match("区商务局").unit == "区商务局"
    assert index.match("商务局") == UNKNOWN
    assert index.find_in("0605 区商务局") == ["区商务局"]


def test_nearest_gives_hints_and_no_credit():
    assert INDEX.nearest("光复到街道") == ["光复道街道"]
    assert INDEX.nearest("河北区商务厅", 1) == ["区商务局"]
    assert INDEX.nearest("zzz") == []


@given(st.text(max_size=30))
def test_no_text_breaks_it(text):
    assert INDEX.match(text).unit in {None, *(name for name, _ in UNITS)}
    assert set(INDEX.find_in(text)) <= {name for name, _ in UNITS}


@given(st.lists(st.text("区街道办甲乙1a_ ", min_size=1, max_size=6).filter(plain), min_size=1, max_size=12,
                unique_by=plain))
def test_every_name_means_itself(names):
    index = NameIndex([(name, []) for name in names], ["天津市", "河北区"])
    assert [index.match(name) for name in names] == [Match(name, "name") for name in names]
