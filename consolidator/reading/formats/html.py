"""Pages of HTML with tables: what web systems save as .xls, Excel as a web page, and some libraries put into Word files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lxml import etree, html

from consolidator.model.grid import Cell, Grid
from consolidator.model.mail_parts import content_of
from consolidator.model.text import whole_number
from consolidator.reading.files.sniff import decoded
from consolidator.reading.files.unreadable import broken, too_large
from consolidator.reading.files.zip_package import MB
from consolidator.reading.formats.number_formats import held_against
from consolidator.reading.formats.runs import Run, joined
from consolidator.reading.formats.sheet import Look, number_seen, seen_cell
from consolidator.reading.formats.text import kept

_MOST = 16 * MB
_MOST_CELLS = 200_000
_WIDEST, _DEEPEST = 1024, 10_000  # how far a cell may span
_PASSED_OVER = {"script", "style", "head", "title", "meta", "link", "noscript", "template"}
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "caption", "table", "ul", "ol", "form", "section", "br", "hr"}
_STRUCK, _RAISED = {"s", "strike", "del"}, {"sup", "sub"}
_CLASS = re.compile(r"\.([\w-]{1,60})\s*\{([^{}]{0,2000})\}")
_FORMAT = re.compile(r"""mso-number-format\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^;"']+))""")
_CSS_CODE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?|\\(.)", re.S)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def read_html(data: bytes, in_word: bool = False) -> list[Grid]:
    """A grid for each table, with the texts around the tables in each grid's ``lines``; one grid without rows where there is none.

    ``in_word``: the page is shown in a Word file, and its tables are called as Word's are.

    Raises:
        Unfit: it is no text, or too large.
    """
    if len(data) > _MOST:
        raise too_large(f"网页文件有 {len(data) // MB} MB")
    text = decoded(data)
    if text is None or not text.strip():
        raise broken()
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise broken() from None
    page = _Page(root)
    tables = [page.table(element) for element in root.iter("table") if not _is_frame(element)]
    lines = page.lines(root)
    if not tables:
        return [Grid("", [], lines=lines)]
    for number, grid in enumerate(tables, start=1):
        grid.lines = lines
        grid.sheet, grid.word_table = (f"表{number}", number) if in_word else (f"表{number}" if len(tables) > 1 else "", 0)
    return tables


def read_mhtml(data: bytes, in_word: bool = False) -> list[Grid]:
    """The tables of a web page that was saved as one file.

    Raises:
        Unfit: it has no page.
    """
    import email.policy

    message = email.message_from_bytes(data, policy=email.policy.default)
    pages = [content_of(part) for part in message.walk() if part.get_content_type() == "text/html"]
    # An encoding that is none of ours is of a language that is none of ours: its letters do not matter.
    pages = [page if decoded(page) else page.decode("latin-1").encode("utf-8") for page in pages if page]
    grids = [grid for page in pages for grid in read_html(page, in_word)]
    if not grids:
        raise broken()
    return [grid for grid in grids if grid.rows] or grids


class _Page:
    """A page with the classes of its style sheets."""

    def __init__(self, root: html.HtmlElement):
        sheets = "".join(element.text or "" for element in root.iter("style"))
        self.classes = {name: rules for name, rules in _CLASS.findall(sheets[:MB])}
        self.cells = 0

    def table(self, table: html.HtmlElement) -> Grid:
        grid = Grid("", [])
        taken: set[tuple[int, int]] = set()
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
        for number, row in enumerate(rows):
            grid.rows.append([])
            column, hidden = 0, self._hides(row)
            for element in row.iterchildren("td", "th"):
                while (number, column) in taken:
                    column += 1
                across, down = _span(element, "colspan", _WIDEST), _span(element, "rowspan", _DEEPEST)
                down = min(down, len(rows) - number)
                self.cells += across * down
                if self.cells > _MOST_CELLS or column > _WIDEST:
                    raise too_large("表格的单元格太多")
                taken.update((number + r, column + c) for r in range(down) for c in range(across))
                if across > 1 or down > 1:
                    grid.merged.append((number, column, number + down - 1, column + across - 1))
                cell = self._cell(element)
                if cell.value != "":
                    hides = hidden or self._hides(element)
                    doubt = cell.doubt or ("hidden-figure" if hides else "")
                    grid.put(number, column, replace(cell, hidden=cell.hidden or hides, doubt=doubt))
                column += across
        return grid

    def _rules(self, element: html.HtmlElement) -> str:
        """What the style sheets and the element itself say of its look."""
        return ";".join([*(self.classes.get(name, "") for name in (element.get("class") or "").split()), element.get("style") or ""])

    def _hides(self, element: html.HtmlElement) -> bool:
        return re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", self._rules(element)) is not None or "hidden" in element.attrib

    def _cell(self, element: html.HtmlElement) -> Cell:
        text = joined(_tidy(self._runs(element, Run(""))))
        text = text._replace(text=kept(text.text.strip()))
        rules, written = self._rules(element), element.get("x:num")
        number = next((float(one) for one in (written, text.text) if one and _NUMBER.fullmatch(one.strip())), None)
        found = _FORMAT.search(rules)
        if text.doubt or number is None:
            return seen_cell(text if text.doubt else text.text, Look())
        if written:
            return number_seen(number, *held_against(number, text.text)) if text.text else Cell(number)
        if found:
            cell = seen_cell(number, Look(_CSS_CODE.sub(_css_meant, found[1] or found[2] or found[3] or "").strip() or "General"))
            return cell if cell.value != number else replace(cell, value=text.text)
        return Cell(text.text)

    def _runs(self, element: html.HtmlElement, look: Run) -> Iterator[Run]:
        """The words of an element, without those of tables in it."""
        yield look._replace(words=_flat(element.text))
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _PASSED_OVER:
                if child.tag in _BLOCKS:
                    yield Run("\n")
                if child.tag == "input":
                    yield look._replace(words=_ticked(child))
                elif child.tag == "select":
                    yield look._replace(words=_chosen(child))
                elif child.tag != "table" or _is_frame(child):
                    yield from self._runs(child, self._look(child, look))
                if child.tag in _BLOCKS - {"br", "hr"}:
                    yield Run("\n")
            yield look._replace(words=_flat(child.tail))

    def _look(self, element: html.HtmlElement, look: Run) -> Run:
        rules = self._rules(element)
        return Run("", look.raised or element.tag in _RAISED or re.search(r"vertical-align\s*:\s*(super|sub)\b", rules) is not None,
                   look.struck or element.tag in _STRUCK or "line-through" in rules, look.hidden or self._hides(element))

    def lines(self, root: html.HtmlElement) -> list[str]:
        """The texts outside of tables."""
        found = joined(_tidy(self._runs(root, Run("")))).text
        return [line for line in (line.strip() for line in found.split("\n")) if line]


def _tidy(runs: Iterator[Run]) -> list[Run]:
    """The runs without the breaks that follow one another."""
    kept: list[Run] = []
    for run in runs:
        if run.words and not (run.words == "\n" and (not kept or kept[-1].words == "\n")):
            kept.append(run)
    return kept


def _flat(words: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", words or "").replace("\xa0", " ")


def _is_frame(table: html.HtmlElement) -> bool:
    """Whether a table within a cell has one cell only: a frame around its words, no table of its own."""
    return next(table.iterancestors("td", "th"), None) is not None and len(list(islice(table.iter("td", "th"), 2))) == 1


def _chosen(element: html.HtmlElement) -> str:
    """What a list to choose from shows."""
    options = list(element.iter("option"))
    shown = next((one for one in options if "selected" in one.attrib), options[0] if options else None)
    return "" if shown is None else _flat(shown.text_content()).strip()


def _ticked(element: html.HtmlElement) -> str:
    """What a field of a page shows: a box, or what is typed in it."""
    if element.get("type", "text") in ("checkbox", "radio"):
        return "☑" if "checked" in element.attrib else "☐"
    return element.get("value", "") if element.get("type", "text") in ("text", "number") else ""


def _css_meant(found: re.Match[str]) -> str:
    return chr(min(int(found[1], 16), 0x10FFFF)) if found[1] else found[2]


def _span(element: html.HtmlElement, name: str, most: int) -> int:
    return min(max(whole_number((element.get(name) or "").strip()) or 1, 1), most)


