"""Where the papers of a period lie: the folder and the files have the name that people call it by."""

from __future__ import annotations

import datetime as dt

import pytest

from consolidator.model.filenames import blank_name, checkbook_name, merged_name
from consolidator.store.outbox import looked_into
from schemas.form_loading import load_form
from schemas.settings import HOME

MONTHLY = load_form(HOME / "tests" / "pictured_form.yaml")


@pytest.mark.parametrize("rhythm, due, name", [
    ("monthly", dt.date(2026, 11, 30), "2026-11"), ("quarterly", dt.date(2026, 12, 31), "2026Q4"),
    ("ten_days", dt.date(2026, 11, 20), "2026-11-20"), ("yearly", dt.date(2026, 12, 31), "2026"),
])
def test_folder_and_papers_have_the_name_of_the_period(tmp_path, rhythm, due, name):
    form = MONTHLY.model_copy(update={"campaign": MONTHLY.campaign.model_copy(update={"rhythm": rhythm})})
    with looked_into(tmp_path, form) as outbox:
        assert outbox.week_folder(due) == tmp_path / name
    assert merged_name(form, due).endswith(f"（汇总）{name}.xlsx")
    assert checkbook_name(form, due) == f"核验底册{name}.xlsx"
    assert blank_name("区商务局", due, form) == f"区商务局_月报_{name}.xlsx"
