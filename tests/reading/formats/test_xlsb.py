"""Binary OOXML, made by hand: no library writes it."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from consolidator.model.grid import Unread
from consolidator.reading.formats.dispatch import read_grids


def record(kind: int, body: bytes = b"") -> bytes:
    shown = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    return shown + (bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(kind: int, column: int, body: bytes) -> bytes:
    return record(kind, struct.pack("<II", column, 0) + body)


FORMULA = struct.pack("<HII", 0, 0, 0)  # flags, no tokens, nothing beside them


def xlsb(*rows: bytes, names: tuple[str, ...] = ("调度表",)) -> bytes:
    """A workbook whose first sheet has ``rows`` (cells of row 1, 2 …)."""
    sheet = record(129) + record(148, struct.pack("<IIII", 0, 9, 0, 9)) + record(145)
    for number, cells in enumerate(rows):
        sheet += record(0, struct.pack("<II", number, 0) + bytes(17)) + cells
    sheet += record(146) + record(130)
    bundle = b"".join(record(156, struct.pack("<II", 0, number) + wide(f"rId{number}") + wide(name))
                      for number, name in enumerate(names, start=1))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("xl/workbook.bin", record(131) + record(153, bytes(8) + wide("")) + record(143) + bundle
                        + record(144) + record(132))
        target.writestr("xl/_rels/workbook.bin.rels", "<Relationships>" + "".join(
            f'<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            f'worksheet" Target="worksheets/sheet{number}.bin"/>' for number in range(1, len(names) + 1))
            + "</Relationships>")
        for number in range(1, len(names) + 1):
            target.writestr(f"xl/worksheets/sheet{number}.bin", sheet)
    return made.getvalue()


def test_values_errors_and_empty_formulas():
    first = [cell(6, 0, wide("检查（家）")), cell(5, 1, struct.pack("<d", 12)), cell(3, 2, b"\x07"), cell(4, 3, b"\x01")]
    second = [cell(9, 0, struct.pack("<d", 53) + FORMULA), cell(8, 1, wide("") + FORMULA), cell(11, 2, b"\x17" + FORMULA)]
    grid, = read_grids(xlsb(b"".join(first), b"".join(second)), "表.xlsb")
    assert grid.sheet == "调度表"
    assert grid.rows == [["检查（家）", 12, Unread("error", "#DIV/0!"), True],
                         [53, Unread("formula", "="), Unread("error", "#REF!")]]


def test_a_stray_cell_costs_nothing():
    grid, = read_grids(xlsb(cell(5, 0, struct.pack("<d", 1)) + cell(5, 16383, struct.pack("<d", 2))), "表.xlsb")
    assert grid.rows == [[1]]


@pytest.mark.parametrize("cut", [3, 20, 40])
def test_a_part_that_is_cut_off_is_reported(cut):
    from tests.packages import edited

    whole = xlsb(cell(6, 0, wide("检查（家）")))
    assert read_grids(edited(whole, {"xl/workbook.bin": lambda part: part[:cut]}), "表.xlsb").code == "broken-file"


def styled(*rows: bytes, strings: bytes = b"") -> bytes:
    """The workbook with styles: 1 is “约0”, 2 is 0!.0, 3 is struck out; fonts 0 plain, 1 struck out, 2 raised."""
    from tests.packages import edited

    fonts = b"".join(record(43, struct.pack("<HHHH", 220, marks, 400, raised) + bytes(12)) for marks, raised in ((0, 0), (8, 0), (0, 1)))
    formats = record(44, struct.pack("<H", 164) + wide('"约"0')) + record(44, struct.pack("<H", 165) + wide("0!.0"))
    styles = b"".join(record(47, struct.pack("<HHH", 0, code, font) + bytes(10)) for code, font in ((0, 0), (164, 0), (165, 0), (0, 1)))
    return edited(xlsb(*rows), {
        "xl/styles.bin": formats + fonts + record(617) + styles + record(618), "xl/texts.bin": strings,
        "xl/_rels/workbook.bin.rels": lambda xml: xml.replace(b"</Relationships>", (
            b'<Relationship Id="s" Type="http://x/styles" Target="styles.bin"/>'
            b'<Relationship Id="t" Type="http://x/sharedStrings" Target="texts.bin"/></Relationships>'))})


def test_formats_and_strokes():
    cells = [record(5, struct.pack("<IId", style, style, 52)) for style in range(4)]
    grid, = read_grids(styled(b"".join(cells)), "表.xlsb")
    assert grid.rows == [[52, "约52", Unread("shown", "52（显示为5.2）"), Unread("struck", "52")]]
    assert grid.cells[0, 2].doubt == "shown-otherwise" and grid.cells[0, 3].doubt == "struck-out"


def test_short_records_follow_the_cell_before():
    style = struct.pack("<I", 0)
    cells = cell(5, 1, struct.pack("<d", 1)) + record(16, style + struct.pack("<d", 2)) + record(12, style) \
        + record(17, style + wide("文")) + record(13, style + struct.pack("<i", 14)) \
        + record(15, style + b"\1") + record(14, style + b"\x07")
    grid, = read_grids(xlsb(cells, record(16, style + struct.pack("<d", 9))), "表.xlsb")
    assert grid.rows == [["", 1, 2, "", "文", 3, True, Unread("error", "#DIV/0!")], [9]]


def test_shared_texts_in_several_fonts():
    plain = record(19, b"\0" + wide("检查"))
    runs = record(19, b"\1" + wide("453") + struct.pack("<IHHHH", 2, 0, 1, 1, 0))
    grid, = read_grids(styled(cell(7, 0, struct.pack("<I", 0)) + cell(7, 1, struct.pack("<I", 1)), strings=plain + runs), "表.xlsb")
    assert grid.rows == [["检查", "（划去4）53"]]


def test_a_stored_result_that_is_not_what_the_formula_gives_is_no_figure():
    def formula(column: int, stored: float, tokens: bytes) -> bytes:
        return cell(9, column, struct.pack("<dHI", stored, 0, len(tokens)) + tokens + bytes(4))

    area = b"\x25" + struct.pack("<IIHH", 0, 0, 0xC000, 0xC001)
    total = area + b"\x19\x10\0\0"
    plus = b"\x44" + struct.pack("<IH", 0, 0xC000) + b"\x1e" + struct.pack("<H", 23) + b"\x03"
    numbers = cell(5, 0, struct.pack("<d", 30)) + cell(5, 1, struct.pack("<d", 23))
    grid, = read_grids(xlsb(numbers, formula(0, 48, total) + formula(1, 53, total) + formula(2, 53, plus) + formula(3, 1, plus)), "表.xlsb")
    assert [getattr(value, "kind", value) for value in grid.rows[1]] == ["stale", 53, 53, "stale"]


def test_a_very_hidden_sheet_of_macros_is_left_out():
    from tests.packages import edited

    data = edited(xlsb(cell(5, 0, struct.pack("<d", 7)), names=("宏", "调度表")), {
        "xl/_rels/workbook.bin.rels": lambda xml: xml.replace(b"relationships/worksheet", b"relationships/xlMacrosheet", 1)})
    grid, = read_grids(data, "表.xlsb")
    assert grid.sheet == "调度表" and grid.rows == [[7]]
