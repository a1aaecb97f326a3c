"""Ledgers that somebody saved as text: as LibreOffice writes them, in its encodings and with its separators."""

import datetime as dt
import subprocess

import pytest

from consolidator.reading.formats import text
from consolidator.reading.ledgers.read_file import read_with_ledgers
from tests.ledger.factory import FORM, Row, ledger
from tests.ledger.test_bridge import checks
from tests.ledger.test_duties import firms

BOOKS = {"台账": lambda: ledger([Row(), Row(description="配电箱没有接地线，“临时”接线; 1,5米", found=dt.date(2023, 6, 2)),
                                Row(description="第一行\n第二行也是这条隐患", phone="013912345678")]),
         "履职": lambda: firms([[1, "甲超市", "", "", "2023-06-02、6月3日", "", "不涉及", ""],
                              [2, "乙", "是", "", dt.date(2023, 6, 1), "", "", ""]]),
         "抽查": lambda: checks([[1, "甲超市", dt.date(2023, 6, 1), "令狐冲", "√", "", "", "", ""]])}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """(book, filter) → the bytes that LibreOffice writes."""
    folder = tmp_path_factory.mktemp("csv")
    made = {}
    for name, make in BOOKS.items():
        (folder / f"{name}.xlsx").write_bytes(make())
    for tag in ("44,34,76,1", "44,34,GBK,1", "59,34,76,1", "9,34,76,1"):
        place = folder / tag.replace(",", "_")
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
                        f"csv:Text - txt - csv (StarCalc):{tag}", "--outdir", place, *(folder / f"{name}.xlsx" for name in BOOKS)],
                       check=True, capture_output=True)
        made |= {(name, tag): (place / f"{name}.csv").read_bytes() for name in BOOKS}
    return made


def test_what_libreoffice_writes_is_read_as_the_workbook_is(saved):
    for (name, tag), data in saved.items():
        whole, = read_with_ledgers(BOOKS[name](), f"{name}.xlsx", FORM).ledgers
        found, = read_with_ledgers(data, f"{name}.csv", FORM).ledgers
        assert (found.ledger, found.rows, found.units, found.date) == (whole.ledger, whole.rows, whole.units, whole.date), (name, tag)
        assert found.columns == whole.columns and found.passed == whole.passed and not found.problems, (name, tag)


def test_a_text_with_too_many_rows_is_refused_and_not_cut(monkeypatch):
    monkeypatch.setattr(text, "_MOST_ROWS", 5)
    read = read_with_ledgers("\n".join(["企业名称,隐患描述,发现日期", *["甲,消防水泵不能启动,2023-06-02"] * 6]).encode(), "台账.csv", FORM)
    assert (read.kind, [one.code for one in read.problems]) == ("unreadable", ["too-large"])
