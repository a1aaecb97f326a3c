"""The public functions: their examples run as written, they import nothing before they are called, and judging is pure."""

from __future__ import annotations

import ast
import copy
import datetime as dt
import doctest
import inspect
import json
import subprocess
import sys

import pandas as pd
import pytest

import consolidator
from consolidator.model.result import REPORTED
from schemas.errors import DefinitionError, UsageError
from schemas.settings import HOME

EXAMPLE = HOME / "tests" / "examples" / "a_first_week_of_mixed_formats"
WEEK = dt.date(2023, 5, 29)


@pytest.fixture(scope="module")
def form():
    return consolidator.load_form("major_hazards_2023")


@pytest.fixture(scope="module")
def roster(form):
    return consolidator.load_roster(EXAMPLE / "roster.csv", form)


@pytest.fixture
def submissions(form):
    return [consolidator.read(path, form) for path in sorted((EXAMPLE / "0529").iterdir())]


def test_every_public_function_has_an_example_and_it_is_true(monkeypatch):
    monkeypatch.chdir(HOME)
    for name in consolidator.__all__:
        assert ">>> " in inspect.getdoc(getattr(consolidator, name)), name
    done = doctest.testmod(consolidator)
    assert done.attempted >= 2 * len(consolidator.__all__) and done.failed == 0


def test_the_page_of_the_library_is_true_and_shows_every_function(monkeypatch):
    monkeypatch.chdir(HOME)
    done = doctest.testfile(str(HOME / "docs" / "api.md"), module_relative=False, encoding="utf-8")
    assert done.attempted > 10 and done.failed == 0
    page = (HOME / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in consolidator.__all__ if f"consolidator.{name}(" not in page] == []


def test_importing_the_package_imports_no_library():
    code = "import sys; before = set(sys.modules); import consolidator; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=HOME, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    imported = {name.partition(".")[0] for name in ast.literal_eval(done.stdout)}
    assert imported - sys.stdlib_module_names == {"consolidator"}


def test_a_form_is_found_by_name_by_path_and_by_text(form, tmp_path):
    path = HOME / "schemas" / "major_hazards_2023.yaml"
    assert consolidator.load_form(path) == consolidator.load_form(str(path)) == form
    for missing in ("none", "none.yaml", tmp_path / "none.yaml"):
        with pytest.raises(DefinitionError, match="none"):
            consolidator.load_form(missing)


def test_reading_gives_what_a_run_reads(form, submissions):
    expected = json.loads((EXAMPLE / "expected" / "04_run_2023-05-29.json").read_text(encoding="utf-8"))
    by_unit = {one.units[0][0]: one for one in submissions if one.units}
    assert len(expected["units"]) == len(by_unit) == 8
    for one in expected["units"]:
        assert by_unit[one["unit"]].figures == one["figures"], one["unit"]


def test_a_file_that_is_no_form_is_a_value_and_one_that_is_not_there_raises(form, tmp_path):
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"")
    empty = consolidator.read(path, form)
    assert empty.kind == "unreadable" and [one.severity for one in empty.problems] == ["error"]
    with pytest.raises(FileNotFoundError):
        consolidator.read(tmp_path / "没有.xlsx", form)


def test_judging_changes_nothing_and_gives_the_same_again(form, roster, submissions):
    before = copy.deepcopy(submissions)
    first = consolidator.judge(submissions, form, roster, WEEK)
    second = consolidator.judge(submissions, form, roster, WEEK)
    assert first.result == second.result and submissions == before
    assert consolidator.judge(submissions[::-1], form, roster, WEEK).result == first.result
    assert consolidator.judge(submissions, form, roster, "2023-05-25").result == first.result


def test_totals_are_the_sum_of_the_units_figures(form, roster, submissions):
    judged = consolidator.judge(submissions, form, roster, WEEK)
    table = consolidator.totals(judged)
    assert isinstance(table, pd.DataFrame) and list(table.index) == list(form.figures)
    reported = [one.figures for one in judged.result.units if one.source == REPORTED]
    assert len(reported) == 8
    for name, figure in form.figures.items():
        assert table.loc[name, "total"] == pytest.approx(sum(one[name] or 0 for one in reported)), name
        assert isinstance(table.loc[name, "total"], float if figure.kind == "money" else int)
    assert table["previous"].isna().all() and table["increment"].isna().all()


def test_a_form_dated_after_the_week_is_refused_whatever_the_clock_says(form, roster, submissions):
    early = consolidator.judge(submissions, form, roster, WEEK, today=WEEK - dt.timedelta(days=7))
    codes = [{problem.code for problem in one.problems} for one in early.result.submissions if one.figures]
    assert codes and all("date-future" in found for found in codes)


def test_a_week_outside_the_campaign_is_refused(form, roster):
    with pytest.raises(UsageError, match="专项行动期内"):
        consolidator.judge([], form, roster, dt.date(2030, 1, 7))
    with pytest.raises(ValueError):
        consolidator.judge([], form, roster, "the first")
