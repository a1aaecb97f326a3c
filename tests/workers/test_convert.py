"""Old Word files are converted where LibreOffice is installed, in time, or reported as before; nothing of a form is lost on the way."""

from __future__ import annotations

import random
import shutil
import stat
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import docx
import pytest

from consolidator.notation.pair import write_item
from consolidator.workers import convert
from consolidator.workers.pool import Workers
from consolidator.workflows import weekly
from consolidator.writing.official import form_sheet
from consolidator.writing.official.blank_word import write_blank_word
from schemas.settings import Reading
from tests.district import W1, codes, file
from tests.factory import figures_for

SOFFICE = shutil.which("soffice") or ""
needs_office = pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
posix = pytest.mark.skipif(sys.platform == "win32", reason="a program that is a script of the shell")


def _filled_doc(form, folder: Path, kind: str = "doc:MS Word 97", unit: str = "甲局") -> tuple[bytes, dict]:
    """Our Word blank, filled in and saved as an old file."""
    figures, path = figures_for(form, form.kinds, random.Random(1)), folder / "a.docx"
    write_blank_word(form, unit, form.kinds, W1, path)
    document = docx.Document(str(path))
    for place in form_sheet.lay_out(form, W1).places:
        cell = document.tables[0].rows[place.row - form_sheet.FIRST_ROW].cells[place.values[0]]
        cell.paragraphs[0].text = write_item(figures, place.item)
    document.save(str(path))
    subprocess.run([SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
                    "--outdir", str(folder / "out"), str(path)], check=True, capture_output=True, timeout=180)
    return (folder / "out" / f"a.{kind.partition(':')[0]}").read_bytes(), figures


def _program(folder: Path, script: str) -> str:
    path = folder / "soffice.sh"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@needs_office
@pytest.mark.parametrize(("kind", "name"), [("doc:MS Word 97", "甲局.doc"), ("doc:MS Word 97", "甲局.wps"), ("rtf", "甲局.rtf"),
                                            ("odt", "甲局.odt")])
def test_an_old_file_is_read_whole_with_a_note(district, tmp_path, kind, name):
    data, figures = _filled_doc(district.form, tmp_path, kind)
    read = convert.read_converting(data, name, district.form, program=SOFFICE)
    assert read.figures == figures and [one.code for one in read.problems] == ["converted"]
    assert "LibreOffice" in read.problems[0].message and read.units[0][0] == "甲局"


@needs_office
def test_a_run_converts_once_keeps_the_original_and_can_be_reported_not_to(district, tmp_path, monkeypatch):
    monkeypatch.setattr(weekly, "Workers", Workers)
    data, figures = _filled_doc(district.form, tmp_path)
    (district.folder / "inbox" / "甲局.doc").write_bytes(data)
    one = file(district.run(W1), "甲局.doc")
    assert (one.status, one.unit, one.figures) == ("accepted", "甲局", figures) and "converted" in codes(one)
    (kept,) = (district.folder / "outbox").rglob("submissions/甲局/*.doc")
    assert kept.read_bytes() == data
    monkeypatch.setattr(convert, "convert", lambda *_: pytest.fail("converted again"))
    (district.folder / "inbox" / "别的.txt").write_text("说明", encoding="utf-8")
    assert file(district.run(W1), "甲局.doc").status == "accepted"
    district.settings = district.settings.model_copy(update={"reading": Reading(convert="off")})
    assert codes(file(district.run(W1), "甲局.doc")) >= {"wrong-format"}


@posix
@pytest.mark.parametrize("script", ["sleep 60", "exit 1", 'mkdir -p "$9"; echo x > "$9/in.docx"', "kill -9 $$"])
def test_a_program_that_hangs_fails_or_writes_rubbish_costs_only_the_conversion(district, tmp_path, monkeypatch, script):
    monkeypatch.setattr(convert, "SECONDS", 0.5)
    begun = time.monotonic()
    monkeypatch.setattr(convert, "_is_old_word", lambda *_: True)
    read = convert.read_converting(b"{\\rtf1 x}", "a.rtf", district.form, program=_program(tmp_path, script))
    assert [one.code for one in read.problems] == ["wrong-format"] and time.monotonic() - begun < 20
    assert convert.convert(b"x", str(tmp_path / "nothing")) is None


@needs_office
def test_a_text_stays_what_it_was_so_that_no_form_passes_for_one(district, tmp_path):
    document = docx.Document()
    document.add_paragraph("安全生产工作总结")
    document.save(str(tmp_path / "a.docx"))
    subprocess.run([SOFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "rtf",
                    "--outdir", str(tmp_path), str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=180)
    read = convert.read_converting((tmp_path / "a.rtf").read_bytes(), "总结.rtf", district.form, program=SOFFICE)
    assert [one.code for one in read.problems] == ["wrong-format"]


def test_which_program_converts_is_a_setting(district, tmp_path, monkeypatch):
    own = tmp_path / "soffice.exe"
    own.write_bytes(b"")
    assert convert.converter("off") == "" and convert.converter(str(own)) == str(own) and convert.converter(str(tmp_path / "none")) == ""
    monkeypatch.setattr(shutil, "which", lambda name: "/opt/soffice" if name == "soffice" else None)
    assert convert.converter("auto") == convert.converter("") == "/opt/soffice"
    assert isinstance(convert.reader_of(district.settings), partial)
    assert convert.reader_of(district.settings.model_copy(update={"reading": Reading(convert="off")})) is None
