"""采用的表: the blank as it is printed on the left, what was understood of it on the right, corrected figure by figure."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.pages import act, address, page, posted, show, text_of, week_in
from consolidator.model.grid import cell_name
from consolidator.model.text import whole_number
from consolidator.workflows import adopt as adopting
from consolidator.workflows import correct_definition as correcting
from consolidator.workflows.correct_definition import Correction
from consolidator.workflows.overview import Overview
from schemas.form import Figure, Form
from schemas.form_loading import load_form
from schemas.picture import SheetPicture, range_of, spot_of
from schemas.settings import Settings

MOST_ROWS, MOST_COLUMNS = 300, 120
AT_ONCE = 150  # figures: a form of so many is proved after each correction, a larger one by its button


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell of the printed blank: ``figure`` is what is to be filled in there, ``look`` how it is shown, ``free`` may become a figure."""

    text: str
    rows: int = 1
    columns: int = 1
    figure: str = ""
    look: str = ""
    _: KW_ONLY
    free: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What was understood of a figure: with its rules, by the cells that they name."""

    figure: Figure
    label: str
    printed: str
    cell: str
    sheet: str
    _: KW_ONLY
    guess: str
    part_of: str
    sum_of: str
    first: bool


@page
def adopted_page(request: Request, view: Overview) -> Response:
    """The definition that ``name`` names."""
    path = adopting.definition_path(_plain(request.query_params.get("name", "")))
    form, guesses = load_form(path), correcting.open_guesses(path)
    sheets = [(number, picture.sheet, printed_rows(picture, form, guesses)) for number, picture in enumerate(form.pictures)]
    wanted = request.query_params.get("add", "")
    number = whole_number(request.query_params.get("sheet")) or 0
    return show(request, "adopted.html", "/adopted", view, form=form, sheets=sheets, cards=cards(form, guesses), definition=path.stem,
                measures=correcting.MEASURES, rhythms=correcting.RHYTHMS, left=len(guesses), campaign=form.campaign,
                adding=wanted if wanted.isascii() and wanted.isalnum() else "", adding_sheet=number)


def cards(form: Form, guesses: dict[str, str]) -> list[Card]:
    """The figures, those to be checked first, else in the form's order."""
    cells = {name: cell for picture in form.pictures for name, cell in picture.figures.items()}
    sheets = {name: picture.sheet for picture in form.pictures for name in picture.figures}
    wholes = {rule.part: rule.whole for rule in form.rules.part_of_whole}
    totals = {rule.total: rule.parts for rule in form.rules.sum_of}
    found = [Card(figure, form.label(name), "\n".join(form.item_of[name].label().text), cells.get(name, ""),
                  sheets.get(name, "") if len(form.pictures) > 1 else "", guess=guesses.get(name, ""),
                  part_of=cells.get(wholes.get(name, ""), ""),
                  sum_of="、".join(cells.get(part, "") for part in totals.get(name, ())), first=form.item_of[name].figures[0].name == name)
             for name, figure in form.figures.items()]
    return sorted(found, key=lambda one: not one.guess)


def printed_rows(picture: SheetPicture, form: Form, guesses: dict[str, str]) -> list[list[Printed]]:
    """The printed sheet, row for row."""
    spans = {range_of(one)[:2]: range_of(one) for one in picture.merged}
    covered = {(r, c) for top, left, bottom, right in spans.values() for r in range(top, bottom + 1) for c in range(left, right + 1)}
    figures = {spot_of(cell): form.item_of[name].figures[0].name for name, cell in picture.figures.items()}
    texts = {spot_of(cell): text for cell, text in picture.cells.items()}
    words = {spot_of(cell) for cell in picture.texts}
    tables = [(range_of(table.area), table.heads) for table in picture.tables]
    rows: list[list[Printed]] = []
    for r in range(min(max([len(picture.heights), *(row + 1 for row, _ in figures)]), MOST_ROWS)):
        line: list[Printed] = []
        for c in range(min(len(picture.widths), MOST_COLUMNS)):
            if (r, c) in covered and (r, c) not in spans:
                continue
            top, left, bottom, right = spans.get((r, c), (r, c, r, c))
            name = figures.get((r, c), "")
            look = ("warning" if name in guesses else "sure") if name else "words" if (r, c) in words else ""
            free = not name and (not texts.get((r, c)) or (r, c) in words) and any(
                t[0] + heads <= r <= t[2] + 1 and t[1] <= c <= t[3] for t, heads in tables)
            line.append(Printed(texts.get((r, c), ""), bottom - top + 1, right - left + 1, name, look,
                                free=cell_name(r, c) if free else ""))
        rows.append(line)
    return rows


def _plain(name: str) -> str:
    """A definition is named, never given as a path."""
    return "".join(one for one in name if one.isascii() and (one.isalnum() or one == "_"))


def _path(form: FormData) -> Path:
    return adopting.definition_path(_plain(text_of(form, "name")))


def _corrected(form: FormData) -> Correction:
    return Correction(short=text_of(form, "short"), unit=text_of(form, "unit"), measure=text_of(form, "measure"),
                      label=_given(form, "label"), filled_by=_given(form, "filled_by"), cell=_given(form, "cell"),
                      part_of=_given(form, "part_of"), sum_of=_given(form, "sum_of"))


def _given(form: FormData, name: str) -> str | None:
    return text_of(form, name) if name in form else None


def _proved(path: Path) -> list[str]:
    proof = adopting.check(path)
    return [f"没有通过核对：{one}" for one in proof.wrong] or [
        f"核对通过：做出的空白表与原表 {proof.blanks_same} 格相同；试填 {proof.fillings} 次都原样读回；"
        f"放进 {proof.planted} 处错，都在那一格报出；还有 {len(proof.guesses)} 行待核对"]


def _then(path: Path, done: str) -> list[str]:
    """What was done, and the proof of a form that is not large."""
    return [done, *(_proved(path) if len(load_form(path).figures) <= AT_ONCE else ["改了几项后，请点“再核对一次”"])]


def _back(form: FormData, part: str = "") -> str:
    return address("/adopted", week_in(form), name=_plain(text_of(form, "name"))) + part


@posted
def correct(request: Request, form: FormData) -> Response:
    """A figure corrected, or found right as it is."""
    figure = text_of(form, "figure")

    def work(settings: Settings, step: object) -> list[str]:
        correcting.correct(_path(form), figure, _corrected(form))
        return _then(_path(form), f"已改好：{text_of(form, 'short')}")
    return act(request, "改表样定义", work, _back(form))


@posted
def drop(request: Request, form: FormData) -> Response:
    """An item left out."""
    def work(settings: Settings, step: object) -> list[str]:
        correcting.drop(_path(form), text_of(form, "figure"))
        return _then(_path(form), "已去掉这一项；要恢复的，点左边的那一格再加进来")
    return act(request, "改表样定义", work, _back(form))


@posted
def add(request: Request, form: FormData) -> Response:
    """A cell taken in as an item."""
    def work(settings: Settings, step: object) -> list[str]:
        sheet = text_of(form, "sheet")
        correcting.add(_path(form), text_of(form, "cell"), text_of(form, "label"), _corrected(form), whole_number(sheet) or 0)
        return _then(_path(form), f"已加进：{text_of(form, 'cell').upper()}")
    return act(request, "改表样定义", work, _back(form))


@posted
def periods(request: Request, form: FormData) -> Response:
    """How often the form is due."""
    def work(settings: Settings, step: object) -> list[str]:
        correcting.set_periods(_path(form), text_of(form, "rhythm"), text_of(form, "first"), text_of(form, "last"), text_of(form, "due"))
        return _then(_path(form), "已改好报送周期")
    return act(request, "改表样定义", work, _back(form))


@posted
def prove(request: Request, form: FormData) -> Response:
    """The definition proved anew."""
    return act(request, "核对表样定义", lambda settings, step: _proved(_path(form)), _back(form))


ROUTES = [Route("/adopted", adopted_page), *(Route(path, handler, methods=["POST"]) for path, handler in (
    ("/correct", correct), ("/dropitem", drop), ("/additem", add), ("/rhythm", periods), ("/prove", prove)))]
