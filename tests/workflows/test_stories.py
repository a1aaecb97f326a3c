"""Random stories of weeks: drops, removals, runs, telephone figures, closes, reopens, roster changes, rebuilds.

What must hold after every run, whatever came before: totals are the sum of units, units' increments add up to the district's, the
base is the last earlier week's result, nothing accepted disappears or counts twice, no form of a known unit falls between weeks
unreported, and the same inbox judged again (another day, in another order, after a rebuild) gives the same result.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from consolidator.model.context import Context
from consolidator.model.inbox import list_files
from consolidator.model.json import result_pieces
from consolidator.model.result import ACCEPTED, OTHER_WEEK, WeekResult
from consolidator.store.originals import keep
from consolidator.store.outbox import opened
from consolidator.workflows import collect, verify
from consolidator.workflows.commit import commit, new_originals
from consolidator.workflows.weekly import _judged
from schemas.roster import load_roster
from tests.district import BUREAU, W1, W2, W3, District, InlineWorkers

WEEKS = (W1, W2, W3)
UNITS = ("甲局", "丙街道")
NAME = "lectures"
RENAMED = [("新甲局", BUREAU, "2023-06-01 更名自甲局"), ("丙街道", "街道", "")]
MERGED = [("甲局", BUREAU, "2023-06-01 并入丙街道"), ("丙街道", "街道", "")]
PLAIN = [("甲局", BUREAU, ""), ("丙街道", "街道", "")]
GONE = [("丙街道", "街道", "")]


class Stories(RuleBasedStateMachine):
    """One district; ``accepted`` is what its runs have accepted: (week, unit) → sha256."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.district = District(self.folder, UNITS)
        self.district.write_roster(PLAIN, changes=True)
        self.number = 0
        self.ran: dict[dt.date, WeekResult] = {}
        self.closed: set[dt.date] = set()
        self.reported: dict[dt.date, set[str]] = {}
        self.plain_roster = True

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    # what happens

    @rule(unit=st.sampled_from(UNITS), week=st.sampled_from(WEEKS), late=st.sampled_from([0, 0, 0, 2]), value=st.integers(3, 9))
    def drop(self, unit: str, week: dt.date, late: int, value: int) -> None:
        self.number += 1
        self.district.send(unit, week + dt.timedelta(days=late), f"{self.number:02}{unit}.xlsx", base=value)

    @rule(which=st.integers(0, 5))
    def remove(self, which: int) -> None:
        files = sorted((self.folder / "inbox").iterdir())
        if files:
            files[which % len(files)].unlink()

    @rule(week=st.sampled_from(WEEKS))
    def run(self, week: dt.date) -> None:
        if week in self.closed:
            return
        before = self.reported.get(week, set())
        result = self._run(week)
        self._holds(result)
        reported = {one.unit for one in result.units if one.source == "reported"}
        if self.plain_roster:
            assert before <= reported, "what was accepted has disappeared"
        self.ran[week], self.reported[week] = result, reported
        again = self._run(week, again=True)
        assert _flagged(again) == _flagged(result)
        assert b"".join(result_pieces(again)) == b"".join(result_pieces(result))

    @rule(unit=st.sampled_from(UNITS), value=st.integers(3, 9))
    def hear(self, unit: str, value: int) -> None:
        """A figure by telephone, for a unit that has sent nothing in the latest open week."""
        week = max((one for one in self.ran if one not in self.closed), default=None)
        units = self.ran[week].units if week else []
        name = next((one.unit for one in units if one.unit.endswith(unit) and one.source != "reported"), None)
        if week and name:
            self._record({"event": "decision", "at": "2023-07-01T09:00:00", "week": week.isoformat(), "unit": name, "figure": NAME,
                          "value": value, "given": True, "by": "王敏", "reason": "电话", "written": None, "basis": ""})
            self.run(week)

    @precondition(lambda self: bool(self.ran))
    @rule(data=st.data())
    def close_or_reopen(self, data: st.DataObject) -> None:
        week = data.draw(st.sampled_from(sorted(self.ran)))
        event = "reopened" if week in self.closed else "closed"
        self._record({"event": event, "at": "2023-07-01T09:00:00", "week": week.isoformat(), "by": "王敏", "reason": "x", "totals": {}})
        self.closed ^= {week}
        if week not in self.closed:
            self.run(week)

    @precondition(lambda self: bool(self.ran))
    @rule()
    def rebuild(self) -> None:
        verify.rebuild(self.district.settings)

    @rule(rows=st.sampled_from([PLAIN, RENAMED, MERGED, GONE]))
    def change_the_roster(self, rows: list) -> None:
        self.district.write_roster(rows, changes=True)
        self.plain_roster = rows is PLAIN

    # the program, without its papers

    def _record(self, event: dict) -> None:
        with opened(self.district.settings.paths.outbox, self.district.form) as outbox:
            outbox.history.record([event])

    def _run(self, week: dt.date, again: bool = False) -> WeekResult:
        """The week run and committed; ``again``: judged only, from the files in the opposite order."""
        form, paths = self.district.form, self.district.settings.paths
        now = dt.datetime(2023, 12, 31, 9)
        context = Context(form, load_roster(paths.roster, form), now.date(), self.district.settings)
        files = list_files(paths.inbox)
        with opened(paths.outbox, form) as outbox:
            workers = InlineWorkers(form)
            collected = collect.collect(collect.begin(workers, files[::-1] if again else files, outbox, form), outbox, context, now)
            judged = _judged(collected, week, workers, outbox, context)
            if again:
                return judged.result
            originals = keep(new_originals(collected, files), week.isoformat(), outbox.folder, workers.begin)()
            packed = outbox.folder / "packed"
            packed.write_bytes(b"")
            commit(judged, collected, outbox, originals, lambda: packed)
            outbox.history.rendered(week)
            return judged.result

    # what must hold

    def _holds(self, result: WeekResult) -> None:
        form = self.district.form
        for name, figure in form.figures.items():
            values = [one.figures.get(name) or 0 for one in result.units]
            assert result.totals[name] == pytest.approx(sum(values)), f"{name}: not the sum of the units"
            if result.previous_week and figure.is_number:
                steps = sum(one.increments.get(name) or 0 for one in result.units)
                assert result.increments[name] == pytest.approx(steps), f"{name}: increments do not add up"
        earlier = [one for one in self.ran if one < result.week]
        assert result.previous_week == max(earlier, default=None)
        if earlier:
            assert result.previous_totals == self.ran[max(earlier)].totals
        taken = [one for one in result.submissions if one.status == ACCEPTED]
        assert len({one.unit for one in taken}) == len(taken)
        for one in taken:
            others = [week for week, other in self.ran.items() if week != result.week and any(
                held.sha256 == one.sha256 and held.status == ACCEPTED and held.unit == one.unit for held in other.submissions)
                and week not in self.closed]
            assert len(others) <= 1, "one form counts in several weeks"
        for one in result.submissions:
            assert one.status, one.file
            if one.status == OTHER_WEEK and not one.problems:
                judged = [week for week, other in self.ran.items() for held in other.submissions if held.sha256 == one.sha256
                          and (held.status != OTHER_WEEK or held.problems)]
                assert judged, f"{one.file}: of no week, and nothing is said of it"


def _flagged(result: WeekResult) -> list[tuple]:
    return [(one.file, one.unit, one.status, sorted(found.code for found in one.problems)) for one in result.submissions]


Stories.TestCase.settings = settings(max_examples=8, stateful_step_count=12, deadline=None,
                                     suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TestStories = Stories.TestCase
