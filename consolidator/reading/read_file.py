"""One file → its Submission: the steps of reading. Runs in a worker; imports nothing heavier than the first reader."""

from __future__ import annotations

from collections.abc import Callable

from consolidator.model.grid import Grid
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.model.marks import is_marked, read_copy_mark, read_replies
from consolidator.model.submission import Submission
from consolidator.model.text import squeeze
from consolidator.reading.copies import choose, one_by_one, title_against
from consolidator.reading.elsewhere import found_elsewhere, in_stretches
from consolidator.reading.figures import Figures, read_figures, refuse_money
from consolidator.reading.files.sniff import Scan
from consolidator.reading.formats.dispatch import read_grids
from consolidator.reading.header.header import read_heading
from consolidator.reading.locating.label_index import Book, book_of
from consolidator.reading.locating.locate import Located, locate
from consolidator.reading.pictured.read import read_pictured
from consolidator.reading.which_form import likeness
from schemas.form import Form
from schemas.problems import Problem, problem

SetApart = Callable[[list[Grid], Form], tuple[list[LedgerSheet], list[Grid]]]
TEXT = 2_000  # characters of a material's words that are kept


class Lines(Grid):
    """The paragraphs of a Word file or the lines of a text, one a row: some type “label：value” without a table."""

    def address(self, row: int, column: int) -> str:
        return f"第{row + 1}段"


def read_submission(data: bytes, name: str, form: Form, set_apart: SetApart | None = None) -> Submission:
    """What the file ``data`` says as a filled ``form``; ``name`` serves only to tell kinds of file apart.

    ``set_apart`` takes the ledgers out of the grids before the form is looked for; a file that holds nothing else is of kind
    ``ledger``. Never raises for what the file holds: what cannot be read is a Submission of kind ``unreadable`` with its
    problem.
    """
    grids = read_grids(data, name)
    if isinstance(grids, Problem):
        return Submission("unreadable", problems=[grids])
    if isinstance(grids, Scan):  # beside an accepted form it becomes material (settling)
        what = "PDF 文件" if grids.kind == "pdf" else "图片"
        return Submission("unreadable", problems=[problem("wrong-format", what=what, save_as="xlsx 或 docx")])
    ledgers, grids = set_apart(grids, form) if set_apart else ([], grids)
    submission = understand(grids, form) if grids else None
    if grids and not ledgers and (other := other_form(grids, submission, form)):
        return Submission("material", problems=[problem("other-form", title=other.joined_title)])
    if ledgers:
        submission = submission or Submission("ledger")
        submission.ledgers = ledgers
    return submission or _no_form(grids, form)


def understand(grids: list[Grid], form: Form) -> Submission | None:
    """The submission that ``grids`` hold; None where none of them is the form.

    What a person sees goes first: hidden rows and columns (last week's figures, a copy of an item) are read only where an item
    or a figure is missing without them, and are then reported.
    """
    if form.pictures:
        return read_pictured(grids, form)
    whole, seen = _understood(grids, form), [grid.without_hidden() for grid in grids]
    if whole is None or all(one is other for one, other in zip(seen, grids, strict=True)):
        return whole
    submission = _understood(seen, form)
    if submission is None or any(one.code == "item-missing" for one in submission.problems) \
            or any(written and not submission.written.get(name) for name, written in whole.written.items()):
        return whole
    return submission


def other_form(grids: list[Grid], submission: Submission | None, form: Form) -> Form | None:
    """The other form of the inbox that ``grids`` are more like than ``form``; None where they are this form, or none."""
    best, most = None, likeness(grids, submission, form) if form.beside else 0.0
    for other in form.beside:
        alike = likeness(grids, understand(grids, other), other)
        if alike > most:
            best, most = other, alike
    return best


def _understood(grids: list[Grid], form: Form) -> Submission | None:
    book = book_of(form)
    marked = [grid for grid in grids if is_marked(grid)] if len(grids) > 1 else []
    others = [grid for grid in grids if grid not in marked] if marked else grids
    shown = [grid for grid in others if grid.visible]
    whole: dict[int, Located] = {}
    located = _located(shown, book, whole)
    candidates = _forms(located, book) or _forms(_located([grid for grid in others if not grid.visible], book, whole), book) \
        or _forms(_located([Lines("", [[line] for line in grid.lines]) for grid in shown if grid.lines], book, whole), book)
    if not candidates:
        return None
    candidates = [in_stretches(form) for form in candidates]
    taken = {id(part) for form in candidates for part in form}
    read = [(found, read_figures(found, book)) for found in candidates]
    read.sort(key=lambda one: -one[1].filled)  # the filled one before an empty copy of the form; else in the file's order
    read, older = choose(read, book) if len(read) > 1 else (read, [])
    (found, figures), more = read[0], read[1:]
    heading = read_heading(found[0], book)
    if not heading.units and id(found[0]) in whole:  # a block below another has its unit at the top of the sheet
        top = read_heading(whole[id(found[0])], book)
        heading = heading._replace(units=top.units, dates=heading.dates or top.dates)
    against = title_against(read[0], heading, blank_copies=len(read) > 1) if figures.filled else ""
    if against:
        figures.problems.append(problem("says-part", sheet=figures.sheet, written=against))
    if heading.money:
        refuse_money(figures, heading.money, book)
    if found[0].grid.visible:
        figures.problems += found_elsewhere(figures, [one for one in located if id(one) not in taken], book)
    submission = Submission("form", figures.sheet, figures.figures, figures.cells, figures.written, units=heading.units,
                            dates=heading.dates, problems=[*heading.problems, *figures.problems])
    _compare(submission, figures, more)
    submission.problems += older
    if marked:
        submission.copy_of = read_copy_mark(marked)
        submission.replies = read_replies(marked, form)
    return submission


def _located(grids: list[Grid], book: Book, whole: dict[int, Located]) -> list[Located]:
    """The form's items in each grid, block by block; ``whole`` is given the grid that a block is of."""
    found: list[Located] = []
    for located in (locate(grid, book) for grid in grids):
        if located:
            blocks = one_by_one(located, book)
            whole.update({id(block): located for block in blocks if block is not located})
            found += blocks
    return found


def _forms(located: list[Located], book: Book) -> list[list[Located]]:
    """The forms in ``located``, each the grids over which it is spread (one to a section, or a Word table cut in two).

    A grid with a third of the items is a form; where there is none, the one with the most, be it a damaged form.
    """
    if not located:
        return []
    most = max(located, key=lambda one: len(one.items))
    forms = [[one] for one in located if len(one.items) * 3 >= book.items] or [[most]]
    for one in located:
        if all(one is not form[0] for form in forms) and len(one.items) > 1 and not one.items & _items(forms[0]):
            forms[0].append(one)
    if len(forms) > 1:
        forms = _joined(forms)
    found = _items(forms[0])
    return forms if len(found) * 3 >= book.items or (len(found) > 1 and _is_table(most.grid)) else []


def _joined(forms: list[list[Located]]) -> list[list[Located]]:
    """Forms that have no item in common are parts of one."""
    whole: list[list[Located]] = []
    for form in forms:
        for other in whole:
            if not _items(form) & _items(other):
                other.extend(form)
                break
        else:
            whole.append(form)
    return whole


def _items(form: list[Located]) -> frozenset[int]:
    return frozenset().union(*(part.items for part in form))


def _is_table(grid: Grid) -> bool:
    return bool(grid.rows) and not isinstance(grid, Lines)


def _compare(submission: Submission, figures: Figures, others: list[tuple[list[Located], Figures]]) -> None:
    """Sets the one form against other copies in the file: an empty one is noted, one with other figures refuses both."""
    differing = [other.sheet or "" for _, other in others if other.filled and other.figures != figures.figures]
    twice = [one for one in figures.problems if one.code == "item-twice"]
    if differing:
        sheets = "、".join([figures.sheet or "", *differing])
        submission.figures = dict.fromkeys(submission.figures)
        submission.problems = [problem("two-forms", sheet=figures.sheet, sheets=sheets)]
    elif len(twice) * 3 > len(figures.figures):
        submission.figures = dict.fromkeys(submission.figures)
        submission.problems = [problem("two-forms", sheet=figures.sheet, sheets=twice[0].values["cells"])]
    else:
        submission.problems += [problem("extra-sheet", sheet=other.sheet, written=other.sheet or "")
                                for _, other in others if not other.filled]


def _no_form(grids: list[Grid], form: Form) -> Submission:
    """A workbook that is no form is reported; a text is material, kept with its first words."""
    if any(grid.rows and not grid.word_table for grid in grids):
        return Submission("unreadable", problems=[problem("not-a-form", title=form.joined_title)])
    texts = [line for grid in grids for line in grid.lines]
    texts += [value for grid in grids for row in grid.rows for value in row if isinstance(value, str) and value]
    if any(grid.lacks for grid in grids) and squeeze(form.joined_title) in squeeze("".join(texts)):
        return Submission("unreadable", problems=[problem("embedded-form")])
    return Submission("material", text="\n".join(texts)[:TEXT])
