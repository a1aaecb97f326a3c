"""名册: edited in the page a unit at a time, with the checks that the file has."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.pages import act, address, page, posted, show, text_of, week_in
from consolidator.desk.paging import page_of
from consolidator.model.text import whole_number
from consolidator.workflows.edit_roster import edit_roster, roster_table
from consolidator.workflows.overview import Overview
from schemas.roster_checks import CHANGES
from schemas.settings import Settings

HINTS = {"类别": "可写：{kinds}；几个之间用；隔开", "别名": "平时还怎样写，几个之间用；隔开", "邮箱": "寄退回、催报的信箱",
         CHANGES: "如 2023-08-07 更名自区商委；2023-09-04 停报"}


@page
def roster_page(request: Request, view: Overview) -> Response:
    """The roster, and one of its rows to be edited."""
    query, table = request.query_params, roster_table(view.settings)
    text = "".join(query.get("q", "").split()).casefold()
    rows = [(number, row) for number, row in enumerate(table.rows) if text in "".join(row).casefold()]
    columns = [*table.header, *([] if CHANGES in table.header else [CHANGES])]
    chosen = query.get("row", "")
    number = whole_number(chosen)
    number = number if number is not None and number < len(table.rows) else None
    cells = (table.rows[number] if number is not None else [""] * len(table.header)) + [""]
    hints = {key: words.format(kinds="、".join(view.form.kinds)) for key, words in HINTS.items()}
    return show(request, "roster.html", "/roster", view, header=table.header, rows=page_of(rows, query.get("page", "")), mark=table.mark,
                number=number, fields=list(zip(columns, cells, strict=False)), hints=hints, q=query.get("q", ""),
                editing=number is not None or chosen == "new", path=view.settings.paths.roster.name)


@posted
def save(request: Request, form: FormData) -> Response:
    """A row of the roster, changed, added or taken out."""
    mark, week = text_of(form, "mark"), week_in(form)
    number = whole_number(text_of(form, "row"))
    cells = None if text_of(form, "what") == "remove" and number is not None else {
        key.removeprefix("cell."): text_of(form, key) for key in form if key.startswith("cell.")}

    def work(settings: Settings, step: object) -> list[str]:
        edit_roster(settings, mark, number, cells)
        return ["名册已改好；下次汇总就按新的" if cells is not None else "已从名册中删去这一行；下次汇总就按新的"]
    return act(request, "改名册", work, address("/roster", week))


ROUTES = [Route("/roster", roster_page), Route("/roster", save, methods=["POST"])]
