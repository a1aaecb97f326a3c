"""Days as plain numbers in workbooks that count them from 1904, in every format that can."""

import datetime as dt
import io
import struct
import xml.sax.saxutils as sax

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from consolidator.reading.formats.dispatch import read_grids
from tests.ledger.factory import HEADS, W1, Row, Story
from tests.packages import edited, ods, xlwt_xls
from tests.reading.formats.test_xlsb import record, wide, xlsb

FOUND, DUE = dt.date(2023, 6, 2), dt.date(2023, 6, 30)


def number(day, since=dt.date(1904, 1, 1)):
    return (day - since).days


def rows_of(count=1, **changes):
    own = {"found": number(FOUND), "due": number(DUE), **changes}
    return [["企业自查重大事故隐患台账"], ["填报单位：月牙河街道    填报日期：2023年6月5日"], HEADS,
            *(Row(description=f"{n}号库安全出口被货物堵塞", **own).cells(n) for n in range(1, count + 1))]


def xlsx(rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.epoch = CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def xls(rows):
    def fill(book, sheet):
        book.dates_1904 = True
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    return xlwt_xls(fill)


def opendocument(rows):
    def cell(value):
        kind = "string" if isinstance(value, str) else f'float" office:value="{value}'
        return f'<table:table-cell office:value-type="{kind}"><text:p>{sax.escape(str(value))}</text:p></table:table-cell>'
    settings = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    return ods(f"{settings}<table:table>{body}</table:table>")


def xml_2003(rows):
    def cell(value):
        kind = "String" if isinstance(value, str) else "Number"
        return f'<Cell><Data ss:Type="{kind}">{sax.escape(str(value))}</Data></Cell>'
    body = "".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in rows)
    return ('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><ExcelWorkbook><Date1904/></ExcelWorkbook>'
            f'<Worksheet ss:Name="台账"><Table>{body}</Table></Worksheet></Workbook>').encode()


def sylk(rows):
    lines = [f'C;Y{r};X{c};K{value if not isinstance(value, str) else chr(34) + value.replace(";", ";;") + chr(34)}'
             for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1)]
    return "\r\n".join(["ID;PWXL;N;E", "O;V4;K47", *lines, "E"]).encode("gb18030")


def taken(data, name):
    story = Story()
    story.send(data, name)
    result = story.run(W1).result
    return [(one.found, one.due) for one in result.hazards], [(one.code, one.cell, one.message) for one in result.held]


@pytest.mark.parametrize(("write", "name"), [(xlsx, "台账.xlsx"), (xls, "台账.xls"), (opendocument, "台账.ods"), (xml_2003, "台账.xml"),
                                             (sylk, "台账.slk"), (lambda rows: xlsx([*rows, *rows_of(400)[3:]]), "大台账.xlsx")])
def test_a_number_is_a_day_of_the_workbooks_own_calendar(write, name):
    hazards, held = taken(write(rows_of()), name)
    assert set(hazards) == {(FOUND.isoformat(), DUE.isoformat())}
    assert not [one for one in held if one[0].startswith(("day", "deadline"))]


def test_a_text_of_digits_is_one_too():
    assert taken(xlsx(rows_of(found=str(number(FOUND)))), "台账.xlsx")[0] == [(FOUND.isoformat(), DUE.isoformat())]


def test_xlsb_says_from_when_it_counts():
    data = xlsb(record(5, bytes(8) + struct.pack("<d", 43_617.0)))
    plain, marked = (record(153, bytes((one,)) + bytes(7) + wide("")) for one in (0, 1))
    old = edited(data, {"xl/workbook.bin": lambda part: part.replace(plain, marked)})
    assert [[grid.since_1904 for grid in read_grids(one, "表.xlsb")] for one in (data, old)] == [[False], [True]]


def test_a_number_copied_from_a_calendar_of_1900_is_asked_about_or_settled_by_the_other_days():
    other = number(DUE, dt.date(1899, 12, 30))
    hazards, held = taken(xlsx(rows_of(due=other)), "台账.xlsx")
    assert not hazards and [one[:2] for one in held] == [("day-two", "M4")]
    assert "2027-07-01" in held[0][2] and "请写成 2023-06-30 的样子" in held[0][2]
    hazards, held = taken(xlsx(rows_of(found=number(FOUND, dt.date(1899, 12, 30)))), "台账.xlsx")
    assert hazards == [(FOUND.isoformat(), DUE.isoformat())] and [one[:2] for one in held] == [("read-as", "H4")]


def test_a_day_of_another_year_in_either_calendar_is_held_as_the_workbooks_own():
    hazards, held = taken(xlsx(rows_of(found=number(dt.date(2012, 6, 2)))), "台账.xlsx")
    assert not hazards and held[0][:2] == ("day-year", "H4") and "2012-06-02" in held[0][2]


@pytest.mark.parametrize("value", [20230602, "2023-06-02", "6月2日", FOUND])
def test_other_notations_are_read_as_ever(value):
    assert taken(xlsx(rows_of(found=value)), "台账.xlsx")[0] == [(FOUND.isoformat(), DUE.isoformat())]
