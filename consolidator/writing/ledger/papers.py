"""All papers of a week's ledgers, made aside by the workers; they are put in place with the week's others."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

from consolidator.model.filenames import review_name, summary_name
from consolidator.model.ledger import LedgerResult
from consolidator.writing.paper_names import GIVEN_BACK, SUPERVISION
from consolidator.writing.parts import Put, taken, without_gc
from schemas.form import Form
from schemas.settings import Settings

MANY = 500  # hazards: writing them takes longer than importing what writes
Begin = Callable[..., Callable[[], object]]


def begin_ledger_papers(data: Put, form: Form, aside: Path, begin: Begin, *, hazards: int) -> Callable[[], list[Path]]:
    """Have them made by ``begin`` (:meth:`consolidator.workers.pool.Workers.begin`) of the result that was put into ``data``, with so many
    ``hazards``, in the folder ``aside``, laid out as in the week's folder; what is given back waits for them and gives the paths."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    jobs = ["review", *(("summary", "supervision", "given_back") if any(one.is_hazards for one in form.ledger_definitions) else ())]
    begun = [begin(write_put, name, data, aside, shared=hazards >= MANY) for name in jobs]

    def made() -> list[Path]:
        for paper in reversed(begun):
            paper()
        return sorted(path for path in aside.rglob("*") if path.is_file())
    return made


def write_put(name: str, data: Put, aside: Path) -> None:
    """Make one of them, of a result in a file."""
    with without_gc():
        result, form, settings = taken(data)
        write_one(name, result.ledger, form, settings, aside)


def write_one(name: str, result: LedgerResult, form: Form, settings: Settings, aside: Path) -> None:
    """Make one of them."""
    week = dt.date.fromisoformat(result.week)
    if name == "summary":
        from consolidator.writing.ledger.summary import write_summary

        write_summary(result, form, settings, aside / summary_name(form, week))
    elif name == "review":
        from consolidator.writing.ledger.review import write_review

        write_review(result, form, settings, aside / review_name(week))
    elif name == "supervision":
        from consolidator.writing.ledger.supervision import write_supervision

        write_supervision(result, form, settings, aside / SUPERVISION)
    else:
        from consolidator.writing.ledger.given_back import write_given_back

        write_given_back(result, form, settings, aside / GIVEN_BACK)
