"""Forms of one unit with one figure, for tests of which week they are of and which counts."""

from __future__ import annotations

import datetime as dt

from consolidator.judging.attribution import Candidate
from consolidator.judging.selection import settle
from consolidator.judging.week_of_form import Assigned
from consolidator.model.records import Known, Standing
from consolidator.model.submission import Submission
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import HOME
from tests.district import W2

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
CAMPAIGN = FORM.campaign
FIGURES = dict.fromkeys(FORM.figures)
DAY = dt.timedelta(days=1)


def candidate(file: str = "甲.xlsx", date: dt.date | None = W2, *, value: object = 10, unit: str | None = "甲局", arrived: int = 1,
              wrong: bool = False, written: str = "约20", **more) -> Candidate:
    """A form of 甲局 with one figure; ``wrong``: that figure was refused, ``written`` is what is in its cell."""
    figures = {**FIGURES, "self_found": None if wrong else value, "checked": 5 if wrong else None}
    problems = [problem("not-a-number", figure="self_found", label="x", written=written, cell="D3")] if wrong else []
    submission = Submission("form", sheet="表一", figures=figures, written={"self_found": written if wrong else str(value)})
    return Candidate(file, f"sha of {file}", submission, unit, date, week=more.pop("week", date), problems=problems, figures=figures,
                     arrived=arrived, **more)


def settled(*group: Candidate, standing: Standing | None = None) -> Candidate | None:
    known = Known(standing={(W2, "甲局"): standing} if standing else {})
    return settle(Assigned(contenders=list(group)), W2, CAMPAIGN, known).get("甲局")


def held(one: Candidate, week: dt.date = W2) -> Standing:
    return Standing(week, one.unit, one.sha256, one.file, one.date, run=1, figures=one.figures)


def codes(one: Candidate) -> list[str]:
    return [found.code for found in one.problems]


def words(one: Candidate, code: str) -> dict:
    found, = [found for found in one.problems if found.code == code]
    return dict(found.words) | {"sheet": found.sheet}
