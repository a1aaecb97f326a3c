"""A result that goes to the workers through a file arrives as it was."""

from __future__ import annotations

import pytest

from consolidator.model.result import SubmissionResult, UnitResult, WeekResult
from consolidator.writing import parts
from schemas.settings import Settings
from tests.district import W1


def result(submissions: int, units: int) -> WeekResult:
    files = [SubmissionResult(f"{n}.xlsx", str(n), unit=f"{n}局", date=W1, status="accepted",
                              figures={"checked": n}) for n in range(submissions)]
    of = [UnitResult(f"{n}局", (), source="reported", from_week=W1, awaiting=None, figures=files[n].figures if n < submissions else {},
                     file=f"{n}.xlsx" if n % 3 else None)
          for n in reversed(range(units))]
    return WeekResult("form", W1, submissions=files, units=of, totals={"checked": 1}, increments={})


@pytest.mark.parametrize(("submissions", "units"), [(0, 0), (0, 7), (7, 0), (1, 1), (3, 20), (20, 3), (9, 9), (10, 10)])
def test_submissions_and_units_keep_their_order(tmp_path, monkeypatch, district, submissions, units):
    monkeypatch.setattr(parts, "_EACH", 3)
    given = result(submissions, units)
    taken, form, _ = parts.taken(parts.put(given, district.form, Settings(), tmp_path / "data"))
    assert taken == given
    assert form.name == district.form.name


def test_figures_that_a_unit_shares_with_its_file_stay_shared(tmp_path, district):
    taken, _, _ = parts.taken(parts.put(result(5, 5), district.form, Settings(), tmp_path / "data"))
    by_file = {one.file: one for one in taken.submissions}
    assert all(unit.figures is by_file[unit.file].figures for unit in taken.units if unit.file)


def test_what_is_put_in_the_same_place_again_is_read_again(tmp_path, district):
    first = parts.taken(parts.put(result(1, 1), district.form, Settings(), tmp_path / "data"))
    second = parts.taken(parts.put(result(2, 2), district.form, Settings(), tmp_path / "data"))
    assert (len(first[0].units), len(second[0].units)) == (1, 2)
