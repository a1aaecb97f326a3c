"""All papers of a week's ledgers, made aside; they are put in place with the week's others."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from consolidator.model.filenames import review_name, summary_name
from consolidator.model.ledger import LedgerResult
from schemas.form import Form
from schemas.settings import Settings


def write_ledger_papers(result: LedgerResult, form: Form, settings: Settings, aside: Path) -> list[Path]:
    """Make them in the folder ``aside``, laid out as in the week's folder; the paths."""
    from consolidator.writing.ledger.given_back import FOLDER, write_given_back
    from consolidator.writing.ledger.review import write_review
    from consolidator.writing.ledger.summary import write_summary

    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    week = dt.date.fromisoformat(result.week)
    if any(one.is_hazards for one in form.ledger_definitions):
        write_summary(result, form, settings, aside / summary_name(form, week))
        write_given_back(result, form, settings, aside / FOLDER)
    write_review(result, form, settings, aside / review_name(week))
    return sorted(path for path in aside.rglob("*") if path.is_file())
