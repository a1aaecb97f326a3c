"""A form that is a web page: one file a unit, with last week's figures, the form's rules, and the official workbook inside.

It needs no network. The unit fills it in, in any browser of 2017 and later; its button makes the official .xlsx, filled.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from consolidator.model.display import day_text
from consolidator.model.filenames import blank_name
from consolidator.model.text import printable
from consolidator.model.weeks import LATE_DAYS, all_weeks, due_date
from consolidator.writing import environment
from consolidator.writing.html import policy
from consolidator.writing.html.fill_rules import rules_of
from consolidator.writing.official import form_sheet
from consolidator.writing.official.addressee import Addressee
from consolidator.writing.official.template_parts import template_of, text_ids
from schemas.form import Form

TEMPLATE = "填报页.html"


def write_fill_page(form: Form, to: Addressee, path: Path, templates: Path | None = None) -> None:
    """Writes the page of ``to``; equal arguments give equal bytes.

    Raises:
        TemplateProblem: the template is missing, or names what is not there; says which and where.
        OSError: ``path`` cannot be written.
    """
    rules = rules_of(form, to)
    due = due_date(form.campaign, to.week)
    texts = text_ids(form)
    data = {"rules": rules, "template": template_of(form, to), "texts": list(texts), "file": blank_name(to.unit, to.week, form),
            "key": f"{form.name} {to.unit} {to.week}", "days": _days(form, to.week, due), "sendTo": form.send_to}
    html = environment.render(
        environment.text_environment(templates), TEMPLATE, policy=policy.PLACE, form=form, unit=printable(to.unit),
        week=to.week.isoformat(), at=to.week, day=day_text(due), last_week=rules["lastWeek"],
        cumulative=any(figure.measure == "flow" for figure in form.figures.values()),
        rules={one["name"]: one for one in rules["figures"]}, texts=[{"id": key, "label": label} for key, label in texts.items()],
        item_asked=lambda item: form_sheet.fills(item, to.kinds), data=_script_data(data))
    path.write_text(policy.with_policy(html), encoding="utf-8", newline="\n", errors="replace")


def _days(form: Form, week: dt.date, due: dt.date) -> list[str]:
    """The first and the last day on which the week's form is filled in: after the week before, until it would be late."""
    before = [due_date(form.campaign, one) for one in all_weeks(form.campaign) if one < week]
    first = before[-1] + dt.timedelta(days=1) if before else min(form.campaign.first_week, due) - dt.timedelta(days=6)
    return [first.isoformat(), (due + dt.timedelta(days=LATE_DAYS)).isoformat()]


def _script_data(data: object) -> str:
    """JSON that cannot end the element it is in, whatever a unit or an item is called."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
