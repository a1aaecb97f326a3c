"""A blank form as it was understood → the text of its YAML definition, in which every guess is marked ``# 请核对``."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable

import yaml

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import BlankSheet, Spot
from consolidator.adopt.understood import Item, Understood
from consolidator.model.grid import cell_name

CHECK = "请核对"
_LAST_DAY = {"monthly", "quarterly", "half_yearly", "yearly", "ten_days", "half_monthly"}


def definition_text(done: Understood, source: str) -> str:
    """The YAML of ``done``, which was read from the file named ``source``."""
    lines = [f"# 由空白表“{_line(source)}”生成。注有“{CHECK}”的是推测，请对照原表核对，改好后删去注释。",
             "# 各项的含义见 schemas/form.py 和 schemas/picture.py；写错的地方程序会指出行号。",
             f"name: {done.name}",
             *([f"instead_of: {done.old.name}        # 沿用它的发件夹和历史"] if done.old else []),
             f"title: {_flow(done.title)}", f"sheet: {_text(_sheet_name(done.sheets[0].name))}"]
    if done.address:
        lines.append(f"send_to: {_text(done.address)}")
    lines += ["", *_campaign(done), "", *_kinds(done), "", *_units(done)]
    if done.remarks:
        lines += ["", "remarks:", *(f"  - {_text(remark)}" for remark in done.remarks)]
    lines += ["", "sections:"]
    for section in done.sections:
        lines += [f"  - title: {_flow(section.title)}", f"    short: {_text(section.short)}", "    items:"]
        for item in section.items:
            lines += _item(item)
    lines += _rules(done)
    lines += ["", "report:", f"  headline: [{', '.join(_headline(done))}]        # {CHECK}：报告先写哪几项"]
    lines += ["", "# 以下是原表的样子：各格印的字、合并、大小，以及每个数在哪一格。", "pictures:"]
    for n, sheet in enumerate(done.sheets):
        lines += _picture(done, n, sheet)
    return "\n".join(lines) + "\n"


def _campaign(done: Understood) -> list[str]:
    first, last = first_and_last(done.rhythm, done.year, done.due_on)
    due = "12:00"
    if done.old and done.old.campaign.rhythm == done.rhythm:  # the periods go on as they were
        first, last, due = done.old.campaign.first_week, max(last, done.old.campaign.last_week), done.old.campaign.due
    return ["campaign:", f"  name: {_text(''.join(done.title))}",
            f"  rhythm: {done.rhythm}" + (f"        # {CHECK}：没有印明多久报一次" if done.rhythm_guessed else ""),
            f"  first_week: {first}        # {CHECK}：第一期哪天报",
            f"  last_week: {last}        # {CHECK}：最后一期哪天报",
            f"  due: \"{due}\"        # {CHECK}：当天几点前"]


def first_and_last(rhythm: str, year: int, due_on: int | None = None) -> tuple[dt.date, dt.date]:
    """The due days of the first and the last period of ``year``; ``due_on`` is the printed day (see ``Understood``).

    A day in the first half of a month is about the time before it: the last period is then due in the next year.
    """
    last = dt.date(year, 12, 31)
    if rhythm in ("weekly", "weekly_any_day"):
        monday = dt.date(year, 1, 1) + dt.timedelta(days=((due_on or 0) - dt.date(year, 1, 1).weekday()) % 7)
        return monday, monday + dt.timedelta(days=7 * ((last - monday).days // 7))
    month = {"quarterly": 3, "half_yearly": 6, "yearly": 12}.get(rhythm, 1)
    if due_on is not None and due_on > 15:
        return dt.date(year, month, min(due_on, monthrange(year, month)[1])), last
    if due_on is not None:
        return (dt.date(year + month // 12, month % 12 + 1, due_on), dt.date(year + 1, 1, due_on))
    day = {"ten_days": 10, "half_monthly": 15}.get(rhythm, monthrange(year, month)[1])
    return dt.date(year, month, day), last


def _kinds(done: Understood) -> list[str]:
    kinds = list(dict.fromkeys(kind for item in done.items for kind in item.filled_by)) or ["填报单位"]
    return [f"kinds: {_flow(kinds)}        # 名册里可写的类别"]


def _units(done: Understood) -> list[str]:
    units = {figure.unit: figure.kind for item in done.items for figure in item.figures}
    return ["units:", *(f"  {_text(unit)}: {kind}" for unit, kind in units.items())]


def _item(item: Item) -> list[str]:
    lines = [f"      - number: {item.number}", f"        labels: [{{text: {_flow(item.label)}}}]"]
    if item.filled_by:
        lines.append(f"        filled_by: {_flow(item.filled_by)}")
    lines.append("        figures:")
    for figure in item.figures:
        title = f", title: {_text(figure.title)}" if figure.title else ""
        note = f"        # {CHECK}：{'；'.join(map(_line, figure.guesses))}" if figure.guesses else ""
        lines.append(f"          - {{name: {figure.name}, short: {_text(figure.short)}{title}, unit: {_text(figure.unit)}, "
                     f"measure: {figure.measure}}}{note}")
    return lines


def _rules(done: Understood) -> list[str]:
    lines: list[str] = []
    if done.parts:
        lines.append("  part_of_whole:")
        lines += [f"    - {{part: {part}, whole: {whole}{_end(guess)}" for part, whole, guess in done.parts]
    if done.sums:
        lines.append("  sum_of:")
        lines += [f"    - {{total: {total}, parts: [{', '.join(parts)}]{_end(guess)}"
                  for total, parts, guess in done.sums]
    return ["", "rules:", *lines] if lines else []


def _end(guess: bool) -> str:
    """The end of a rule; a guessed one only warns until somebody takes ``guessed`` away."""
    return f", guessed: true}}        # {CHECK}：对的话删去 guessed，不对的删去这一行" if guess else "}"


def _headline(done: Understood) -> list[str]:
    return [figure.name for item in done.items for figure in item.figures if figure.kind != "yes_no"][:6]


def _picture(done: Understood, n: int, sheet: BlankSheet) -> list[str]:
    rows, columns = sheet.extent
    below = max((spot[0] for spot in _value_spots(done, n)), default=0) + 1
    heights = [*sheet.heights[:rows]] + [sheet.heights[-1] if sheet.heights else 18.0] * max(0, max(rows, below) - len(sheet.heights))
    widths = [*sheet.widths[:columns]] + [64.0] * max(0, columns - len(sheet.widths))
    lines = [f"  - sheet: {_text(_sheet_name(sheet.name))}", f"    widths: [{', '.join(f'{max(width, 5):.0f}' for width in widths)}]",
             f"    heights: [{', '.join(f'{max(height, 8):.0f}' for height in heights)}]"]
    if sheet.merged:
        lines.append(f"    merged: [{', '.join(_range(one) for one in sorted(sheet.merged))}]")
    bordered = _bordered(sheet)
    if bordered:
        lines.append(f"    bordered: [{', '.join(bordered)}]")
    for key, spot in (("unit_cell", done.unit_cells[n]), ("date_cell", done.date_cells[n])):
        if spot is not None:
            lines.append(f"    {key}: {cell_name(*spot)}")
    lines.append("    tables:")
    for table in done.tables[n]:
        column = table.name_column if table.layout == "unit_rows" else None
        name = f", name_column: {cell_name(table.top, column)}" if column is not None else ""
        lines.append(f"      - {{layout: {table.layout}, area: '{_range((table.top, table.left, table.bottom, table.right))}', "
                     f"heads: {table.heads}{name}}}")
    lines.append("    figures:")
    for item in done.items:
        if item.sheet == n:
            lines += [f"      {figure.name}: {cell_name(*item.value.spot)}" for figure in item.figures]
    texts = [value for table in done.tables[n] for value in table.texts]
    if texts:
        lines.append("    texts:        # 文字，收集而不相加")
        for value in texts:
            sure = words.SURE_TEXT.search(words.plain(value.path[-1])) or words.REMARK_TITLE.match(words.plain(value.path[-1]))
            note = "" if sure else f"        # {CHECK}：按文字收集，不相加"
            lines.append(f"      {cell_name(*value.spot)}: {_text(''.join(value.path).replace(chr(10), '')[:80])}{note}")
    computed = [one for one in done.computed if one.sheet == n]
    if computed:
        lines.append("    computed:        # 比率：由合计重新计算，不相加")
        for one in computed:
            note = f"        # {CHECK}：{'；'.join(one.guesses)}" if one.guesses else "" if one.formula else f"        # {CHECK}：怎样算出"
            label = _text(one.label.replace("\n", ""))
            lines.append(f"      - {{cell: {cell_name(*one.value.spot)}, label: {label}, unit: {_text(one.unit)}, "
                         f"is: {_text(one.formula)}}}{note}")
    lines.append("    cells:")
    lines += [f"      {cell_name(*spot)}: {_text(text)}" for spot, text in sorted(sheet.texts.items())]
    return lines


def _value_spots(done: Understood, n: int) -> list[Spot]:
    return [value.spot for table in done.tables[n] for value in (*table.values, *table.texts)]


def _bordered(sheet: BlankSheet) -> list[str]:
    """The bordered cells as ranges of whole rows of cells."""
    by_row: dict[int, list[int]] = {}
    for r, c in sheet.bordered:
        by_row.setdefault(r, []).append(c)
    ranges: list[list[int]] = []
    for r in sorted(by_row):
        first, last = min(by_row[r]), max(by_row[r])
        if ranges and ranges[-1][1:] == [first, r - 1, last]:
            ranges[-1][2] = r
        else:
            ranges.append([r, first, r, last])
    return [_range((top, left, bottom, right)) for top, left, bottom, right in ranges]


def _sheet_name(name: str) -> str:
    cleaned = "".join("_" if character in "[]:*?/\\" else character for character in name).strip("'").strip()
    return cleaned[:31] or "表"


def _range(one: tuple[int, int, int, int]) -> str:
    return f"{cell_name(*one[:2])}:{cell_name(*one[2:])}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """A YAML scalar on one line."""
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000_000).strip().removesuffix("...").strip()


def _flow(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_text(text) for text in texts) + "]"


def table_of(done: Understood) -> list[tuple[str, str, str, str, str]]:
    """What was found, a row a figure: cell, label, unit, measure, what is to be checked."""
    measures = {"flow": "累计", "year": "本年累计", "period": "本期", "level": "现状"}
    rows = []
    for item in done.items:
        for figure in item.figures:
            sheet = f"{done.sheets[item.sheet].name}!" if len(done.sheets) > 1 else ""
            label = words.without_unit(" › ".join(part.replace("\n", "") for part in item.label))
            rows.append((f"{sheet}{cell_name(*item.value.spot)}", f"{label}{f'（{figure.title}）' if figure.title else ''}", figure.unit,
                         "" if figure.kind == "yes_no" else measures[figure.measure], "；".join(figure.guesses)))
    return rows
