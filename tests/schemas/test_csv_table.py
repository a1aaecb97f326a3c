"""A CSV as Excel saves it: header, rows and the lines they begin on."""

from __future__ import annotations

import pytest

from schemas.errors import DefinitionError
from schemas.loading.csv_table import read_table


def read(tmp_path, text: str, encoding: str = "utf-8-sig"):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    return read_table(path, "名册", "--roster", ["甲"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_and_lines(tmp_path, encoding):
    header, rows, lines = read(tmp_path, '\r\n甲, 乙 ,\r\n"一\n二",\x01三\r\n,,\r\n四\r\n', encoding)
    assert header == ["甲", "乙", "第3列"]
    assert rows == [{"甲": "一\n二", "乙": "三", "第3列": ""}, {"甲": "四", "乙": "", "第3列": ""}]
    assert lines == [3, 6]


@pytest.mark.parametrize(("text", "part"), [
    ("乙\n1", "第1行：缺少列 甲"),
    ("甲,甲\n1,2", "第1行第2列：列“甲”出现两次"),
    ("甲\n1\n2,3", "第3行第2列：比表头多出“3”"),
    ('甲\n1\n"2\n3', "第3行：引号不成对"),
    ('甲\n1\n"2"3', "第3行：引号不成对"),
])
def test_what_is_wrong_is_reported_with_its_place(tmp_path, text, part):
    with pytest.raises(DefinitionError, match=part):
        read(tmp_path, text)
