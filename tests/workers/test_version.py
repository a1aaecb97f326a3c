"""What a kept reading depends on: another form, reader or library reads every file anew, another letter or page does not."""

from __future__ import annotations

import shutil

import pytest

from consolidator.workers import version
from consolidator.workers.version import reader_version
from schemas.form_loading import load_form
from schemas.settings import PROGRAM

FORM = load_form(PROGRAM / "schemas" / "major_hazards_2023.yaml")


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A copy of the program's code, which a test may change."""
    for folder in ("consolidator", "schemas"):
        shutil.copytree(PROGRAM / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(version, "PROGRAM", tmp_path)
    return tmp_path


def test_the_same_program_has_the_same_version(program):
    assert reader_version(FORM) == reader_version(FORM.model_copy())


@pytest.mark.parametrize("module", ["schemas/naming.py", "consolidator/notation/pair.py", "consolidator/reading/read_file.py",
                                    "consolidator/reading/ledgers/rows.py", "consolidator/model/text.py"])
def test_code_that_reads_changes_the_version(program, module):
    before = reader_version(FORM)
    with (program / module).open("a", encoding="utf-8") as file:
        file.write("# another rule\n")
    assert reader_version(FORM) != before


@pytest.mark.parametrize("module", ["consolidator/mail/letters.py", "consolidator/writing/facts.py", "consolidator/ledger/matching.py",
                                    "consolidator/cli/main.py"])
def test_code_that_cannot_change_a_reading_does_not(program, module):
    before = reader_version(FORM)
    (program / module).unlink()
    assert reader_version(FORM) == before


def test_another_form_ledger_or_library_changes_the_version(monkeypatch):
    versions = {reader_version(FORM), reader_version(FORM.model_copy(update={"region": ("河东区",)})),
                reader_version(FORM.model_copy(update={"ledger_definitions": ()}))}
    monkeypatch.setattr(version, "version", lambda library: "0.0.1" if library == "xlrd" else "1")
    assert len(versions | {reader_version(FORM)}) == 4
