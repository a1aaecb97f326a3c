"""What goes between processes comes out as it went in."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import pytest

from consolidator.model.inbox import InboxFile
from consolidator.model.result import SubmissionResult, UnitResult
from consolidator.model.submission import Submission
from consolidator.workers.task import Read
from schemas.problems import problem

DAY = dt.date(2023, 6, 5)
SAID = problem("blank", figure="checked", cell="D5", sheet="表", written="", label="检查")
SUBMISSION = Submission("form", "表", {"checked": 3, "fines": 5.2, "told": True, "cases": None}, {"checked": "D5"}, {"checked": "3"},
                        [("甲局", "A2")], [(DAY, "6月5日", None)], [SAID], {"week": "2023-06-05"}, {"": "已改"}, "文字")


@pytest.mark.parametrize("one", [
    SAID, SUBMISSION, Read("甲.xlsx", "0" * 64, 7, SUBMISSION, lasting=False), InboxFile("in/甲.xlsx", "甲.xlsx", 7, 1.5, linked=True),
    SubmissionResult("甲.xlsx", "0" * 64, "甲局", DAY, "accepted", {"checked": 3}, [SAID], {"checked": "D5"}, "表", True, False, None),
    UnitResult("甲局", ("街道",), "reported", DAY, None, {"checked": 3}, {}, {"checked": None}, late=True, file="甲.xlsx"),
], ids=lambda one: type(one).__name__)
def test_every_field_comes_through(one):
    for other in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert other == one and type(other) is type(one) and other is not one
