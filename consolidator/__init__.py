"""Reads, checks and adds up submissions of a form: the public functions. Nothing here prints or exits.

Libraries are imported when a function is called: ``import consolidator`` takes no time and needs nothing installed.
The examples run in the project's folder; ``docs/api.md`` explains them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Iterable
    from pathlib import Path

    import pandas

    from consolidator.judging.judge import Judged
    from consolidator.model.records import Past
    from consolidator.model.submission import SubmittedFile
    from schemas.form import Form
    from schemas.roster import Roster

__all__ = ["judge", "load_form", "load_roster", "read", "totals"]
__version__ = "0.3.0.dev0"


def load_form(name_or_path: str | os.PathLike[str]) -> Form:
    """The form definition of that name (a YAML file in ``schemas/``), or in the file at that path.

    >>> form = load_form("major_hazards_2023")
    >>> len(form.figures), form.figures["fines"].unit
    (34, '万元')

    Raises:
        schemas.errors.DefinitionError: there is no such form, or its definition is wrong; names file and line.
    """
    from schemas.form_loading import load_form as load

    return load(_definition(name_or_path, ".yaml"))


def load_roster(name_or_path: str | os.PathLike[str], form: Form) -> Roster:
    """The roster of that name (a CSV file in ``schemas/``), or in the file at that path: the units that report ``form``.

    >>> roster = load_roster("roster", load_form("major_hazards_2023"))
    >>> roster.unit("区商务局").kinds
    ('行业主管部门', '执法部门')

    Raises:
        schemas.errors.DefinitionError: there is no such roster, or a row of it is wrong; names file, line and column.
    """
    from schemas.roster import load_roster as load

    return load(_definition(name_or_path, ".csv"), form)


def read(path: str | os.PathLike[str], form: Form) -> SubmittedFile:
    """What the file says as a filled ``form``: its figures, the cell of each, the unit and dates as written, its problems.

    Figures are keyed by name: counts are int, money is float in 万元, yes/no is bool; None is a blank or a text that
    was not understood, for which there is a problem. What the file holds never raises: a file that cannot be read has
    ``kind`` "unreadable" and a problem. The file is read in this process without the time and memory limits of a run.

    >>> form = load_form("major_hazards_2023")
    >>> submission = read("tests/examples/a_first_week_of_mixed_formats/0529/宁园街道.xlsx", form)
    >>> first = next(iter(form.figures))
    >>> submission.kind, submission.units, submission.figures[first], submission.cells[first]
    ('form', [('宁园街道', 'A2')], 12, 'D3')
    >>> [(problem.severity, problem.cell) for problem in submission.problems]
    [('note', 'H17')]

    Raises:
        OSError: the file cannot be opened.
    """
    import hashlib
    from dataclasses import fields
    from pathlib import Path

    from consolidator.model.submission import SubmittedFile
    from consolidator.reading.files.zip_package import MOST_FILE
    from consolidator.reading.read_file import read_submission

    path = Path(path)
    with path.open("rb") as file:
        data = file.read(MOST_FILE + 1)  # one byte more than is allowed: the reader reports it as too large
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    submission = read_submission(data, path.name, form)
    return SubmittedFile(**{one.name: getattr(submission, one.name) for one in fields(submission)},
                         file=path.name, sha256=sha256)


def judge(submissions: Iterable[SubmittedFile], form: Form, roster: Roster, week: dt.date | str, *,
          past: Past | None = None, today: dt.date | None = None) -> Judged:
    """The result of ``week`` if ``submissions`` were all that was handed in: who reported, what is wrong, what it adds up to.

    Pure: neither the arguments nor anything on disk is changed, and the same arguments give the same result. ``week`` is
    the Monday on which it is due, or any of the six days before. ``past`` is what is known of earlier weeks (default:
    nothing, so no unit is carried and there are no increments). A form dated after ``today`` is refused; the default is
    six days after the Monday, so that the result does not depend on the clock.
    ``judged.result`` has units, submissions with their problems, totals and notices, as ``result.json`` has them.

    >>> form = load_form("major_hazards_2023")
    >>> roster = load_roster("tests/examples/a_first_week_of_mixed_formats/roster.csv", form)
    >>> submission = read("tests/examples/a_first_week_of_mixed_formats/0529/区商务局.xlsx", form)
    >>> judged = judge([submission], form, roster, "2023-05-29")
    >>> [(unit.unit, unit.source) for unit in judged.result.units[:2]]
    [('区商务局', 'reported'), ('区应急局', 'missing')]

    Raises:
        schemas.errors.UsageError: no week of the campaign has that day.
        ValueError: ``week`` is a text and no ISO date.
    """
    import datetime as dt

    from consolidator.judging.attribution import identify
    from consolidator.judging.judge import judge as judge_candidates
    from consolidator.model.context import Context
    from consolidator.model.records import Past
    from consolidator.model.weeks import week_of
    from schemas.errors import UsageError

    day = dt.date.fromisoformat(week) if isinstance(week, str) else week
    monday = week_of(form.campaign, day)
    if monday is None:
        raise UsageError(f"{day} 不在专项行动期内（{form.campaign.first_week} 至 {form.campaign.last_week}）")
    context = Context(form, roster, today or monday + dt.timedelta(days=6))
    candidates = [identify(one.file, one.sha256, one, context) for one in submissions]
    return judge_candidates(candidates, monday, context, past or Past())


def totals(judged: Judged) -> pandas.DataFrame:
    """The week's figures, one row a figure in the form's order: columns ``total``, ``previous``, ``increment``.

    Values are those of ``result.json``: counts int, money float in 万元, of yes/no figures the number of units that
    answered 是. ``previous`` and ``increment`` are None where no earlier week is known. The columns have dtype object,
    so that counts stay whole numbers; ``.astype(float)`` makes them numeric.

    >>> form = load_form("major_hazards_2023")
    >>> roster = load_roster("tests/examples/a_first_week_of_mixed_formats/roster.csv", form)
    >>> submission = read("tests/examples/a_first_week_of_mixed_formats/0529/区商务局.xlsx", form)
    >>> table = totals(judge([submission], form, roster, "2023-05-29"))
    >>> table["total"].to_list()[:5]
    [2, 2, 4, 2, 3]
    """
    import pandas

    result = judged.result
    names = list(result.totals)
    return pandas.DataFrame({"total": [result.totals[name] for name in names],
                             "previous": [result.previous_totals.get(name) for name in names],
                             "increment": [result.increments.get(name) for name in names]},
                            index=pandas.Index(names, name="figure"), dtype=object)


def _definition(name_or_path: str | os.PathLike[str], suffix: str) -> Path:
    """A bare name is a file of ``schemas/``, the office's or the one that comes with the program; else it is a path."""
    import os
    from pathlib import Path

    from schemas.settings import shipped

    text = os.fspath(name_or_path)
    bare = isinstance(name_or_path, str) and not text.endswith(suffix) and Path(text).name == text
    return shipped(f"schemas/{text}{suffix}") if bare else Path(text)
