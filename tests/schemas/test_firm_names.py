"""Many names of firms at once are compared by what each by itself is compared by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.firms import Firm, FirmNames
from schemas.naming import plain

REGION = ("天津市", "河北区")
BRACKETS = str.maketrans("", "", "()[]{}（）【】〔〕“”\"'‘’·.,，、-—_")
SUFFIX = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司)(?=$|分)|个体工商户$")
PARTS = ("天津市", "河北区", "天津", "市", "某", "超市", "股份", "有限", "责任", "公司", "分", "个体工商户", "（", ")", "·",
         " ", "\u3000", "\n", "\r\n", "\u200b", "\u0301", "e", "Ａ", "ﬁ", "ß", "İ", "\x1c", "\u2028", "①", "-")
names = st.lists(st.sampled_from(PARTS), max_size=6).map("".join) | st.text(max_size=4)


def one_by_one(name: str) -> str:
    """The rule, step by step."""
    text = plain(name).casefold()
    for word in REGION:
        text = text.replace(word, "") if text != word else text
    return SUFFIX.sub("", text.translate(BRACKETS)) or text


@given(st.lists(names, max_size=8))
def test_names_at_once_are_as_each_by_itself(written):
    firms = FirmNames((), REGION)
    assert firms.keys(written) == [one_by_one(name) for name in written]
    assert [firms.bare(name) for name in written] == firms.keys(written)


def test_every_sign_is_as_by_itself():
    signs = [f"甲{chr(n)}乙" for n in range(0x30000) if not 0xD800 <= n < 0xE000]
    assert FirmNames((), REGION).keys(signs) == [one_by_one(name) for name in signs]


@pytest.mark.parametrize("name", ["天津市", "河北区", "天津市河北区"])
def test_a_name_that_is_the_region_stays(name):
    assert FirmNames((), REGION).keys([name, "天津市某公司"]) == [one_by_one(name), "某"]
    assert one_by_one(name)


def test_aliases_are_the_firms_own_name():
    firms = FirmNames([Firm("天津市某某商贸有限公司", ("小超市",))], REGION)
    assert firms.keys(["小 超市", "某某商贸", "小超市分店"]) == ["某某商贸", "某某商贸", "小超市分店"]
    assert firms.key("小 超市") == "某某商贸" and firms.keys([]) == []
