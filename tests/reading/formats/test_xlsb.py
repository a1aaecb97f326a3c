"""Binary OOXML, made by hand: no library writes it."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from consolidator.model.grid import Unread
from consolidator.reading.formats.dispatch import read_grids


def record(kind: int, body: bytes = b"") -> bytes:
    said = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    return said + (bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])) + body


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
def test_a_part_that_is_cut_off_is_told(cut):
    from tests.packages import edited

    whole = xlsb(cell(6, 0, wide("检查（家）")))
    assert read_grids(edited(whole, {"xl/workbook.bin": lambda part: part[:cut]}), "表.xlsb").code == "broken-file"
