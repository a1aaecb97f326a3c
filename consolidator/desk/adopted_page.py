"""采用的表: the blank as it is printed on the left, what was understood of it on the right, corrected figure by figure."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.pages import act, address, page, posted, show, text_of, week_in
from consolidator.workflows import adopt as adopting
from consolidator.workflows import correct_definition as correcting
from consolidator.workflows.overview import Overview
from schemas.form import Form, load_form
from schemas.picture import SheetPicture, range_of, spot_of
from schemas.settings import Settings

MOST_ROWS, MOST_COLUMNS = 300, 120


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell of the printed blank: ``figure`` is what is to be filled in there, ``look`` how it is shown."""

    text: str
    rows: int = 1
    columns: int = 1
    figure: str = ""
    look: str = ""


@page
def adopted_page(request: Request, view: Overview) -> Response:
    """The definition that ``name`` names."""
    path = adopting.definition_path(_plain(request.query_params.get("name", "")))
    form, guesses = load_form(path), correcting.open_guesses(path)
    sheets = [(picture.sheet, printed_rows(picture, form, guesses)) for picture in form.pictures]
    cells = {name: f"{picture.sheet}!{cell}" if len(form.pictures) > 1 else cell
             for picture in form.pictures for name, cell in picture.figures.items()}
    figures = [(figure, form.label(name), cells.get(name, ""), guesses.get(name, "")) for name, figure in form.figures.items()]
    figures.sort(key=lambda one: not one[3])  # those to be checked first, else in the form's order
    return show(request, "adopted.html", "/adopted", view, form=form, sheets=sheets, figures=figures, definition=path.stem,
                measures=correcting.MEASURES, left=len(guesses))


def printed_rows(picture: SheetPicture, form: Form, guesses: dict[str, str]) -> list[list[Printed]]:
    """The printed sheet, row for row."""
    spans = {range_of(one)[:2]: range_of(one) for one in picture.merged}
    covered = {(r, c) for top, left, bottom, right in spans.values() for r in range(top, bottom + 1) for c in range(left, right + 1)}
    figures = {spot_of(cell): form.item_of[name].figures[0].name for name, cell in picture.figures.items()}
    texts = {spot_of(cell): text for cell, text in picture.cells.items()}
    words = {spot_of(cell) for cell in picture.texts}
    rows: list[list[Printed]] = []
    for r in range(min(max([len(picture.heights), *(row + 1 for row, _ in figures)]), MOST_ROWS)):
        line: list[Printed] = []
        for c in range(min(len(picture.widths), MOST_COLUMNS)):
            if (r, c) in covered and (r, c) not in spans:
                continue
            top, left, bottom, right = spans.get((r, c), (r, c, r, c))
            name = figures.get((r, c), "")
            look = ("warning" if name in guesses else "sure") if name else "words" if (r, c) in words else ""
            line.append(Printed(texts.get((r, c), ""), bottom - top + 1, right - left + 1, name, look))
        rows.append(line)
    return rows


def _plain(name: str) -> str:
    """A definition is named, never given as a path."""
    return "".join(one for one in name if one.isascii() and (one.isalnum() or one == "_"))


@posted
def correct(request: Request, form: FormData) -> Response:
    """A figure corrected, or found right as it is."""
    name, figure = _plain(text_of(form, "name")), text_of(form, "figure")

    def work(settings: Settings, step: object) -> list[str]:
        correcting.correct(adopting.definition_path(name), figure, text_of(form, "short"), text_of(form, "unit"), text_of(form, "measure"))
        return [f"已改好：{text_of(form, 'short')}"]
    return act(request, "改表样定义", work, address("/adopted", week_in(form), name=name))


@posted
def prove(request: Request, form: FormData) -> Response:
    """The definition proved anew."""
    name = _plain(text_of(form, "name"))

    def work(settings: Settings, step: object) -> list[str]:
        proof = adopting.check(adopting.definition_path(name))
        return [f"没有通过核对：{one}" for one in proof.wrong] or [
            f"核对通过：做出的空白表与原表 {proof.blanks_same} 格相同；试填 {proof.fillings} 次都原样读回；"
            f"放进 {proof.planted} 处错，都在那一格报出；"
            f"还有 {len(proof.guesses)} 行待核对"]
    return act(request, "核对表样定义", work, address("/adopted", week_in(form), name=name))


ROUTES = [Route("/adopted", adopted_page), Route("/correct", correct, methods=["POST"]), Route("/prove", prove, methods=["POST"])]
