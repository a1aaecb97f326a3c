"""A renamed unit keeps its history; a merged one is carried until the other has reported for both."""

from __future__ import annotations

import datetime as dt

from consolidator.judging.roster_changes import absorbed, last_accepted, no_longer_reports, under_present_names
from schemas.form_loading import load_form
from schemas.roster import Roster, Unit
from schemas.roster_checks import Change
from schemas.settings import HOME

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
FIRST, SECOND, THIRD, FOURTH = (dt.date(2023, 7, 24) + dt.timedelta(days=7 * n) for n in range(4))
DAY = dt.date(2023, 8, 2)  # between the second week and the third


def figures(checked: int) -> dict:
    return {"checked": checked}


def test_a_renamed_unit_keeps_its_history():
    roster = Roster([Unit("区商务局", changes=(Change(DAY, "renamed", "区商委"),)), Unit("区教育局")])
    past = {"区商委": [(FIRST, figures(1)), (SECOND, figures(2))],
            "区商务局": [(SECOND, figures(3)), (THIRD, figures(4))],
            "区教育局": [(FIRST, figures(9))], "区粮食局": [(FIRST, figures(7))]}
    named = under_present_names(past, roster)
    assert named["区商务局"] == [(FIRST, figures(1)), (SECOND, figures(3)), (THIRD, figures(4))]
    assert named["区教育局"] == past["区教育局"] and named["区粮食局"] == past["区粮食局"]
    assert "区商委" not in named


def test_a_former_name_that_another_unit_has_taken_is_that_units():
    roster = Roster([Unit("甲局", changes=(Change(DAY, "renamed", "乙局"),)), Unit("乙局")])
    past = {"乙局": [(FIRST, figures(1))]}
    assert under_present_names(past, roster) == past


MERGED = Roster([Unit("区安监局", changes=(Change(DAY, "merged", "区应急局"),)), Unit("区应急局")])
PAST = {"区安监局": [(SECOND, figures(2))], "区应急局": [(SECOND, figures(10))]}


def test_a_merged_unit_stands_until_the_other_has_reported_for_both():
    assert absorbed(MERGED, SECOND, PAST, {"区应急局": ()}) == set()
    assert absorbed(MERGED, THIRD, PAST, {}) == set()
    assert absorbed(MERGED, THIRD, PAST, {"区应急局": ()}) == {"区安监局"}
    later = {**PAST, "区应急局": [*PAST["区应急局"], (THIRD, figures(13))]}
    assert absorbed(MERGED, FOURTH, later, {}) == {"区安监局"}


def test_what_a_merged_unit_had_passes_to_the_other():
    assert last_accepted(MERGED, SECOND, PAST, FORM)["区应急局"] == (SECOND, figures(10))
    week, both = last_accepted(MERGED, THIRD, PAST, FORM)["区应急局"]
    assert (week, both["checked"], both["self_found"]) == (SECOND, 12, None)
    later = {**PAST, "区应急局": [*PAST["区应急局"], (THIRD, figures(13))]}
    assert last_accepted(MERGED, FOURTH, later, FORM)["区应急局"] == (THIRD, figures(13))


def test_increments_count_from_a_merged_units_figures_only_once_they_are_within():
    assert last_accepted(MERGED, THIRD, PAST, FORM, absorbed(MERGED, THIRD, PAST, {}))["区应急局"][1]["checked"] == 10
    now = absorbed(MERGED, THIRD, PAST, {"区应急局": ()})
    assert last_accepted(MERGED, THIRD, PAST, FORM, now)["区应急局"][1]["checked"] == 12


def test_a_merged_unit_reports_no_longer():
    merged, other = MERGED.units
    assert no_longer_reports(merged, SECOND) is None and no_longer_reports(other, THIRD) is None
    reported = no_longer_reports(merged, THIRD)
    assert reported.severity == "error" and reported.message.startswith("本单位已于 2023-08-02 并入区应急局")


def test_a_new_unit_takes_over_what_it_was_made_of():
    week, both = last_accepted(MERGED, THIRD, {"区安监局": [(FIRST, figures(2))]}, FORM)["区应急局"]
    assert (week, both) == (FIRST, figures(2))


def test_mergers_in_a_row():
    roster = Roster([Unit("甲局", changes=(Change(FIRST, "merged", "乙局"),)),
                     Unit("乙局", changes=(Change(THIRD, "merged", "丙局"),)), Unit("丙局")])
    past = {"甲局": [(FIRST - dt.timedelta(7), figures(1))], "乙局": [(FIRST - dt.timedelta(7), figures(2))],
            "丙局": [(SECOND, figures(4))]}
    assert last_accepted(roster, THIRD, past, FORM)["丙局"][1]["checked"] == 7
    assert absorbed(roster, THIRD, past, {"丙局": ()}) == {"甲局", "乙局"}
    assert absorbed(roster, THIRD, past, {}) == set()
    reported = {**past, "乙局": [*past["乙局"], (SECOND, figures(3))]}
    assert last_accepted(roster, THIRD, reported, FORM)["丙局"][1]["checked"] == 7
    assert absorbed(roster, THIRD, reported, {}) == {"甲局"}
