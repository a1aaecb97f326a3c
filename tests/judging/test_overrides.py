"""What the clerk has decided of a figure: it holds while the cell says the same, and is shown with its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from consolidator.judging import overrides
from consolidator.judging.attribution import Candidate
from consolidator.model.records import Confirmation, Decision
from consolidator.model.submission import Submission
from schemas.errors import UsageError
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.roster import Change, Roster, Unit
from schemas.settings import HOME
from tests.district import W1, W2

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
FOUND, CHECKED, FINES = "self_found", "checked", "fines"
ROSTER = Roster([Unit("甲局", ("部门",), changes=(Change(dt.date(2023, 5, 1), "renamed", "老甲局"),)),
                 Unit("乙街道", ("街道",), aliases=("乙办",))])


def candidate(written: str = "约20", *, value: object = None, unit: str | None = "甲局", code: str = "not-a-number", file: str = "甲.xlsx",
              problems: list | None = None) -> Candidate:
    """A form whose first figure was refused; ``written`` is what is in its cell."""
    found = [problem(code, figure=FOUND, label="x", written=written, cell="D3", sheet="表一")] if problems is None else problems
    submission = Submission("form", sheet="表一", figures={FOUND: value, CHECKED: 5}, cells={FOUND: "D3", CHECKED: "D5"},
                            written={FOUND: written, CHECKED: "5"})
    return Candidate(file, f"sha of {file}", submission, unit, W2, week=W2, problems=found, figures=dict(submission.figures))


def decision(value: object = 20, *, figure: str = FOUND, basis: str = "约20", given: bool = True, unit: str = "甲局", week: dt.date = W2,
             reason: str = "电话核实") -> Decision:
    return Decision(week, unit, figure, value=value, given=given, written=None, basis=basis, reason=reason, by="王敏",
                    at="2023-06-12T10:00:00")


def confirmation(figure: str | None = CHECKED, *, code: str = "jump", sha256: str = "", basis: str = "5",
                 unit: str = "甲局") -> Confirmation:
    return Confirmation(W2, unit, figure, code, sha256=sha256, basis=basis, reason="已核实", by="王敏", at="2023-06-12T10:00:00")


def applied(one: Candidate, *decisions: Decision) -> overrides.Applied:
    """The decisions put into one candidate and settled."""
    found = overrides.apply_decisions([one], W2, decisions, FORM)
    found.settle(one)
    return found


# a value accepted for what is in the cell

def test_an_accepted_value_takes_the_figures_place_and_the_error_becomes_a_warning_with_its_reason():
    one = candidate()
    before = one.figures
    held = applied(one, decision())
    assert one.figures == {FOUND: 20, CHECKED: 5} and before == {FOUND: None, CHECKED: 5} == one.submission.figures
    found, = one.problems
    assert (found.code, found.severity, found.decision) == ("not-a-number", "warning", "电话核实")
    assert held.of(one) == {FOUND: decision()} and held.of(candidate(file="另一份.xlsx")) == {}


@pytest.mark.parametrize("other", [decision(basis="约21"), decision(week=W1), decision(unit="乙街道"), decision(figure="gone")],
                         ids=["another text", "another week", "another unit", "no figure of the form"])
def test_a_decision_for_anything_else_changes_nothing(other):
    one = candidate()
    held = applied(one, other)
    assert one.figures[FOUND] is None and one.problems == candidate().problems and held.of(one) == {}


def test_an_accepted_blank_puts_no_value_there():
    one = candidate("", code="blank", problems=[problem("negative", figure=FOUND, label="x", written="-3", value="-3")])
    one.submission.written[FOUND] = "-3"
    applied(one, decision(None, basis="-3", given=False))
    assert one.figures[FOUND] is None and [(found.severity, found.decision) for found in one.problems] == [("warning", "电话核实")]


def test_a_value_accepted_where_nothing_is_wrong_is_reported_with_its_cell():
    one = candidate("20", value=20, problems=[])
    applied(one, decision(25, basis="20"))
    found, = one.problems
    assert (found.code, found.figure, found.cell, found.sheet, found.written) == ("accepted-value", FOUND, "D3", "表一", "20")
    assert dict(found.words)["value"] == "25" and "电话核实" in found.message and one.figures[FOUND] == 25


def test_a_blank_accepted_where_nothing_is_wrong_is_not_reported():
    one = candidate("20", value=20, problems=[])
    applied(one, decision(None, basis="20", given=False))
    assert one.problems == [] and one.figures[FOUND] == 20


def test_only_errors_of_the_decided_figure_become_warnings():
    other = problem("not-a-number", figure=CHECKED, label="y", written="十几")
    note = problem("blank", figure=FOUND, label="x")
    one = candidate(problems=[other, note, *candidate().problems])
    applied(one, decision())
    assert [(found.figure, found.severity, found.decision) for found in one.problems] == [
        (CHECKED, "error", None), (FOUND, note.severity, None), (FOUND, "warning", "电话核实")]


# a value heard on the telephone, where nothing was in the cell

def test_a_heard_value_fills_a_blank_cell():
    one = candidate("", problems=[])
    assert decision(basis="").heard and not decision().heard and not decision(basis="", given=False).heard
    applied(one, decision(7, basis=""))
    assert one.figures[FOUND] == 7 and one.problems[0].code == "accepted-value" and one.problems[0].written == "（空）"


def test_a_heard_value_gives_way_to_a_form_with_another_and_is_reported():
    one = candidate("30", value=30, problems=[])
    held = applied(one, decision(7, basis=""))
    found, = one.problems
    assert one.figures[FOUND] == 30 and held.of(one) == {}
    assert (found.code, found.figure, found.cell, found.sheet, found.written) == ("heard-replaced", FOUND, "D3", "表一", "30")
    assert {key: dict(found.words)[key] for key in ("value", "now", "reason")} == {"value": "7", "now": "30", "reason": "电话核实"}


def test_a_heard_value_that_the_form_repeats_is_not_reported():
    one = candidate("30", value=30, problems=[])
    applied(one, decision(30, basis=""))
    assert one.problems == [] and one.figures[FOUND] == 30


def test_an_accepted_value_is_not_reported_as_replaced_once_the_cell_has_changed():
    one = candidate("30", value=30, problems=[])
    applied(one, decision(20, basis="约20"))
    assert one.problems == []


def test_what_was_heard_of_a_unit_that_sent_nothing():
    heard, accepted, earlier = decision(7, basis=""), decision(), decision(7, basis="", week=W1)
    assert overrides.overrides("甲局", W2, [heard, accepted, earlier, decision(7, basis="", unit="乙街道")]) == [heard]
    assert overrides.basis_of(None, FOUND) == "" and overrides.basis_of(candidate(), FOUND) == "约20"
    assert overrides.basis_of(candidate(), FINES) == ""


def test_an_acceptance_shows_what_it_replaced():
    found = overrides.acceptance_of(decision(), "约20")
    assert (found.figure, found.value, found.written, found.reason, found.by, found.at) == (
        FOUND, 20, "约20", "电话核实", "王敏", "2023-06-12T10:00:00")


# confirmed warnings

def jumps() -> list:
    return [problem("jump", figure=CHECKED, label="y", week=W1, increase="50", usual="2")]


def test_a_confirmed_warning_stays_confirmed_while_its_cell_says_the_same():
    one = candidate(problems=jumps())
    assert one.problems[0].severity == "warning"
    overrides.confirm_warnings([one], [confirmation()])
    assert one.problems[0].confirmed == "已核实"


@pytest.mark.parametrize("other", [confirmation(basis="6"), confirmation(code="perhaps-yuan"), confirmation(FOUND),
                                   confirmation(unit="乙街道")],
                         ids=["another text", "another code", "another figure", "another unit"])
def test_a_confirmation_of_anything_else_confirms_nothing(other):
    one = candidate(problems=jumps())
    overrides.confirm_warnings([one], [other])
    assert one.problems == jumps()


def test_a_confirmation_of_the_form_as_a_whole_is_for_that_file_alone():
    whole = [problem("unit-contradicts", unit="甲局", other="乙街道")]
    assert whole[0].severity == "warning"
    for sha256, confirmed in (("sha of 甲.xlsx", "已核实"), ("another", None)):
        one = candidate(problems=list(whole))
        overrides.confirm_warnings([one], [confirmation(None, code="unit-contradicts", sha256=sha256, basis="")])
        assert one.problems[0].confirmed == confirmed


def test_errors_and_decided_warnings_are_not_confirmed():
    error, decided = candidate(), candidate(problems=jumps())
    applied(decided, decision(5, figure=CHECKED, basis="5"))
    decided.problems[0] = replace(decided.problems[0], decision="电话核实")
    overrides.confirm_warnings([error, decided], [confirmation(FOUND, code="not-a-number", basis="约20"), confirmation()])
    assert [one.problems[0].confirmed for one in (error, decided)] == [None, None]


def test_decisions_of_a_renamed_unit_are_its_own():
    found = overrides.under_names_of_today([decision(unit="老甲局"), decision(unit="乙街道")], ROSTER)
    assert [one.unit for one in found] == ["甲局", "乙街道"]


# what a clerk calls a unit and a figure

def test_a_unit_is_found_by_name_alias_or_in_the_history():
    assert overrides.find_unit("甲局", ROSTER, ()) == "甲局"
    assert overrides.find_unit("乙办", ROSTER, ()) == "乙街道"
    assert overrides.find_unit("丙局", ROSTER, ["丙局"]) == "丙局"
    with pytest.raises(UsageError, match=r"没有单位“甲句”：是不是.*甲局"):
        overrides.find_unit("甲句", ROSTER, ())
    with pytest.raises(UsageError, match="请按名册填写全称"):
        overrides.find_unit("zzz", Roster([]), ())


@pytest.mark.parametrize("text, names", [
    (FOUND, [FOUND]), ("d3", [FOUND]), (" D3 ", [FOUND]), ("e9", [CHECKED, FINES]), (FORM.label(CHECKED), [CHECKED]),
    (FORM.figures[FINES].short, [FINES]), (FORM.item_of[FINES].labels[0].joined, [one.name for one in FORM.item_of[FINES].figures])])
def test_a_figure_is_found_by_name_cell_or_label(text, names):
    assert overrides.find_figures(text, FORM, {FOUND: "D3", CHECKED: "E9", FINES: "E9"}) == names


def test_a_figure_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="没有本期的表，看不出单元格“ D3 ”"):
        overrides.find_figures(" D3 ", FORM, {})
    with pytest.raises(UsageError, match="没有指标“D4”，可写英文名"):
        overrides.find_figures("D4", FORM, {FOUND: "D3"})
    with pytest.raises(UsageError) as raised:  # no more than two are named
        overrides.find_figures("带队检查几次", FORM, {})
    assert raised.value.args[0].count("、") == 1
    with pytest.raises(UsageError, match="没有指标“罚款多少”：是不是罚款？"):
        overrides.find_figures(FORM.figures[FINES].short + "多少", FORM, {})
