"""Why a file is no blank form: lists of people or projects, forms that are filled in, sheets without a table."""

from __future__ import annotations

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import BlankSheet
from consolidator.adopt.blank_table import BlankTable, Value
from schemas.errors import UsageError

MOST_VALUES = 2000  # cells to fill in: more is a list with gaps
MOST_FILLED = 5  # numbers where figures belong: more is a filled form


def is_list(table: BlankTable, title: str = "") -> bool:
    """Whether most columns ask for words, or ``title`` says so and none for a number: people or cases, nothing to add up."""
    if not table.heads or any(value.rows for value in table.values):
        return False
    worded = [value for value in table.texts if not words.REMARK_TITLE.match(words.plain(value.path[-1]))
              and not words.PERIOD_TITLE.match(words.plain(value.path[-1]))]
    return len(worded) > len(table.values) or (words.LIST_NAME.search(title) is not None
                                               and not any(_asks_number(value) for value in table.values))


def _asks_number(value: Value) -> bool:
    return bool(value.unit) or any(words.unit_of(part) or words.A_NUMBER.search(words.plain(part)) or words.RATE.search(words.plain(part))
                                   or words.CUMULATIVE.search(part) or words.OF_SHORT_PERIOD.search(part) for part in value.path)


def refuse_no_form(read: list[tuple[BlankSheet, BlankTable]], sheets: list[BlankSheet], name: str) -> None:
    """Says why a file is no blank form.

    Raises:
        UsageError: a filled form, a list, a report.
    """
    tables = [table for _, table in read]
    values = sum(len(table.values) for table in tables)
    numbers = sum(len(sheet.numbers) for sheet in sheets)
    listed = [table for sheet, table in read if is_list(table, f"{name} {_first_text(sheet)}")]
    if listed and len(listed) == len(tables):
        example = (listed[0].texts or listed[0].values)[0].path[-1]
        raise UsageError(f"{name} 的列多是“{words.without_unit(example)}”一类的文字，像名单或台账，不是要汇总数字的表")
    if not values:
        long = sum(len(text) > 60 for sheet in sheets for text in sheet.texts.values())
        why = "主要是文字，像一份报告或通知" if long > 3 else "没有找到要填的格，可能是目录、名单，或格子都已填满"
        raise UsageError(f"{name} {why}：请用发文单位下发的空白表")
    if values > MOST_VALUES:
        raise UsageError(f"{name} 里空着的格有 {values} 个，像目录、名单或标准一类的资料，不像要填报的表：请用发文单位下发的空白表")
    inside = sum(_filled(sheet, table) for sheet, table in read)
    if (numbers > 30 and numbers > values * 2) or (inside > MOST_FILLED and inside * 8 > values):
        raise UsageError(f"{name} 里已填了 {max(inside, numbers)} 个数，像一份填好的表：请用发文单位下发的空白表，或清空数字后再试")


def _first_text(sheet: BlankSheet) -> str:
    return sheet.texts[min(sheet.texts)] if sheet.texts else ""


def _filled(sheet: BlankSheet, table: BlankTable) -> int:
    """How many cells hold a number where the table has values to fill in."""
    columns = {value.spot[1] for value in table.values}
    return sum(table.top + table.heads <= r <= table.bottom and c in columns and sheet.texts[r, c] not in ("0", "0.0", "0.00")
               for r, c in sheet.numbers)
