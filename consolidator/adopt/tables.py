"""The tables of a blank sheet, how each is laid out, and the texts around them.

Three layouts: ``cells`` (a value is at a label, or where a row's label and a column's title cross), ``unit_rows`` (a
row a unit under the titles), and of those a table of one row. A cell is to be filled in if it is blank and has a title
above or a label beside it.
"""

from __future__ import annotations

from consolidator.adopt import words
from consolidator.adopt.around import Around, caption_above, fields_above, sort_lines, strip
from consolidator.adopt.blank_sheet import BlankSheet
from consolidator.adopt.blank_table import BlankTable
from consolidator.adopt.cells_to_fill import read_cells, read_unit_rows
from consolidator.adopt.head_rows import head_rows, share_of_texts, titles_over, without_bare_edge
from consolidator.adopt.regions import regions, starts_table


def read_tables(sheet: BlankSheet) -> tuple[list[BlankTable], Around]:
    """The tables of ``sheet`` with their cells to fill in, and the texts around them."""
    around = Around()
    tables: list[BlankTable] = []
    end = 0
    found = regions(sheet)
    for n, (top, bottom, left, right) in enumerate(found):
        sort_lines(sheet, end, top, around)
        end = bottom + 1
        above = n + 1 < len(found) and found[n + 1][0] == end and not starts_table(sheet, top, left, right)
        top, bottom = strip(sheet, top, bottom, left, right, around=around)
        if top > bottom:
            continue
        if above and not head_rows(sheet, top, bottom, left, right):
            table = fields_above(sheet, top, bottom, left, right, around=around)
        else:
            table = _table(sheet, top, bottom, left, right)
        if table.values or table.texts:
            table.caption = caption_above(around, top, len(tables) > 0)
            tables.append(table)
    sort_lines(sheet, end, sheet.extent[0], around)
    return tables, around


def _table(sheet: BlankSheet, top: int, bottom: int, left: int, right: int) -> BlankTable:
    right = without_bare_edge(sheet, top, bottom, left, right)
    heads = head_rows(sheet, top, bottom, left, right)
    table = BlankTable("cells", top, bottom, left, right, heads=heads)
    body = range(top + heads, bottom + 1)
    titles = {c: titles_over(sheet, top, heads, c) for c in range(left, right + 1)}
    last = {c: words.plain("".join(titles[c])) for c in titles}
    names = [c for c in titles if titles[c] and words.NAME_TITLE.match(words.plain(titles[c][0])) and not words.unit_of(titles[c][-1])
             and (len(titles[c]) == 1 or words.NAME_TITLE.match(words.plain(titles[c][-1])))] if heads else []
    numbers = {c for c in titles if words.NUMBER_TITLE.match(last[c])}
    labelled = [c for c in titles if c not in numbers and share_of_texts(sheet, body, c) >= 0.3]
    if heads and (not labelled or (names and set(labelled) <= set(names[:1]) | numbers)):
        table.layout = "unit_rows" if names else "cells"
    if table.layout == "unit_rows":
        read_unit_rows(sheet, table, titles, names, numbers)
    else:
        read_cells(sheet, table, titles, numbers)
    return table
