"""What the cells of a blank form mean: items with unit, kind and measure, who fills them, what is part or sum of what.

Everything that is not printed in so many words is a guess; a guess carries a sentence by which a person checks it.
"""

from __future__ import annotations

import re
from pathlib import Path

from consolidator.adopt import words
from consolidator.adopt.around import Around
from consolidator.adopt.blank_sheet import BlankSheet, Spot
from consolidator.adopt.blank_table import BlankTable, Value
from consolidator.adopt.cells_to_fill import unused_texts
from consolidator.adopt.no_form import is_list, refuse_no_form
from consolidator.adopt.relations_in_words import relate_by_words
from consolidator.adopt.tables import read_tables
from consolidator.adopt.understood import NO_UNIT, Computed, Figure, Item, Section, Understood
from consolidator.model.grid import cell_name
from schemas.errors import UsageError

_GENERIC = re.compile(r"^(数\s*量|数\s*值|数\s*据|数|填报数|填报内容|完成情况|填写|情况|内容|指标值|结果|实际)$")
_SHORT = 16
_MOST_UNUSED = 30  # printed texts that are no title of anything: more, and twice as many as figures, are no form
_ANNEX = re.compile(r"^\s{0,9}(附件|附表)\s{0,9}[\d一二三四五六七八九十]{1,3}\s{0,9}[-—:：、.\s]\s{0,9}(?=\S{4})")
_BY_WORD = (
    (r"人次(数)?$", "人次"),
    (r"(人数|人员|人口数?|儿童|婴儿|新生儿|产妇|妇女|居民|农民|学生|教师|职工|员工|党员|干部"
     r"|医师|医士|护士|护师|助产士|患者|病人|伤员"
     r"|女性|男性|死亡数|死者|受伤|轻伤|重伤|工亡|失踪)$|^(其中[:：]?)?[男女]$|性别不明$"
     r"|(婴儿|儿童|产妇|妇女|人口|人员|学生|教师|职工|员工|劳动力)总?数$", "人"),
    (r"(企业数?|家数|单位数|机构数)(量)?$", "家"),
    (r"(次数|场次)$", "次"),
    (r"起数$", "起"),
    (r"户数$", "户"),
    (r"例数$", "例"),
    (r"(经费|资金|投入|投资|金额|罚款|收入|支出|产值|费用?|损失)$", "万元"),
    (r"面积$", "平方米"),
    (r"(工时数?)$", "工时"),
    (r"里程$", "公里"),
    (r"(隐患|问题)(数量?)?$", "项"))


def understand(sheets: list[BlankSheet], path: Path, name: str, year: int) -> Understood:
    """The blank form ``path`` whose sheets are ``sheets``.

    Raises:
        UsageError: it is no blank form; says why.
    """
    read = [(sheet, *read_tables(sheet)) for sheet in sheets]
    refuse_no_form([(sheet, table) for sheet, tables, _ in read for table in tables], sheets, path.name)
    read = [(sheet, kept, around) for sheet, tables, around in read if (kept := [table for table in tables if not is_list(table)])]
    titles = [_ANNEX.sub("", area.text) for _, _, around in read[:1] for area in around.title]
    title = tuple(part for text in titles for part in re.split(r"\n", text) if part.strip()) or (path.stem,)
    rhythm, guessed = _rhythm([*title, path.stem, *(area.text for _, _, around in read for area in (*around.remarks, *around.others))])
    printed = [*title, *(area.text for _, _, around in read for area in (*around.remarks, *around.others))]
    rhythm, due_on = _day(rhythm, printed)
    form_unit = _form_unit([around for _, _, around in read])
    whole = "".join(title) + "".join(area.text for _, _, around in read for area in around.remarks)
    done = Understood(name=name, title=tuple(part.strip() for part in title), sheets=[one[0] for one in read], rhythm=rhythm,
                      tables=[one[1] for one in read], around=[one[2] for one in read], rhythm_guessed=guessed, year=year, due_on=due_on)
    for n, (sheet, tables, around) in enumerate(read):
        for table in tables:
            _add_table(done, n, sheet, table, form_unit, whole=whole, several=len(read) > 1 or len(tables) > 1)
            done.names += [one for one in table.names if one not in done.names]
            done.unused += [f"{cell_name(*area.spot)} {area.text}" for area in unused_texts(sheet, table)]
        done.unit_cells.append(_field(sheet, around.unit, tables))
        done.date_cells.append(_field(sheet, around.date, tables) if around.date else None)
        done.remarks += [area.text for area in around.remarks]
    found = words.ADDRESS.search(whole)
    done.address = found[0] if found else ""
    if len(done.unused) > _MOST_UNUSED and len(done.unused) > 2 * len(done.items):
        raise UsageError(f"{path.name} 里印的文字大多（{len(done.unused)} 处）不是要填的格的题目，像名单、资料或填好的表："
                         "请用发文单位下发的空白表")
    relate_by_words(done)
    return done


def _rhythm(texts: list[str]) -> tuple[str, bool]:
    for text in texts:
        plain = words.plain(text)
        for pattern, rhythm in words.RHYTHMS:
            if pattern.search(plain):
                return ("weekly_any_day" if rhythm == "daily" else rhythm), rhythm == "daily"
    return "monthly", True


def _day(rhythm: str, texts: list[str]) -> tuple[str, int | None]:
    """The rhythm with the day that is printed: 每周三报 is no Monday's, 每月25日前."""
    whole = words.plain("，".join(texts))
    if rhythm in ("weekly", "weekly_any_day") and (found := words.ON_WEEKDAY.search(whole)):
        day = min("一二三四五六日天".index(found[1]), 6)
        return ("weekly_any_day" if day else "weekly"), day
    if rhythm in ("monthly", "quarterly", "half_yearly", "yearly") and (found := words.ON_DAY.search(whole)) and 1 <= int(found[1]) <= 31:
        return rhythm, int(found[1])
    return rhythm, None


def _form_unit(around: list[Around]) -> str:
    """The unit that a line gives for the whole form: 单位：万元."""
    for one in around:
        for area in (*one.unit, *one.others, *one.title[1:], *one.date):
            found = words.MONEY_LINE.search(words.plain(area.text))
            if found:
                units = [part for part in re.split(r"[,，、/]", found[3]) if words.is_unit(part)]
                if units:
                    return "、".join(units)
    return ""


def _field(sheet: BlankSheet, areas: list, tables: list[BlankTable]) -> Spot | None:
    """The cell that a unit or a day is written into: the one behind the colon if it is free, else the text's own."""
    if not areas:
        return None
    area = areas[0]
    beside = sheet.area(area.first_row, area.last_column + 1)
    text = words.plain(area.text)
    if (text.endswith((":", "：")) or words.FIELD.match(text)) and not beside.text and area.last_column + 1 < sheet.extent[1]:
        return beside.spot
    return area.spot


def _add_table(done: Understood, n: int, sheet: BlankSheet, table: BlankTable, form_unit: str, *, whole: str, several: bool) -> None:
    generic = {value.columns for value in table.values if value.rows}
    drop = len(generic) == 1 and table.layout == "cells"
    section: Section | None = None
    taken = {section.short for section in done.sections}
    for value in table.values:
        path = [part for part in value.path]
        if drop and value.rows:
            path = list(value.rows)
        elif value.rows and value.columns and _GENERIC.match(words.plain(value.columns[-1])):
            path = [*value.rows, *value.columns[:-1]] or path
        heading = value.section or (path[0] if len(path) > 1 and table.layout == "unit_rows" and not words.unit_of(path[0]) else "")
        title = heading or table.caption or (sheet.name if several else "") or done.title[0]
        if section is None or section.title != tuple(title.split("\n")):
            short = _unique(_cut(words.without_unit(title.replace("\n", ""))), taken)
            section = Section(tuple(part for part in title.split("\n") if part.strip()) or (title,), short)
            taken.add(short)
            done.sections.append(section)
        item = _item(done, n, value, path, form_unit, whole=whole, number=len(section.items) + 1)
        if item is None:
            continue
        item.filled_by = item.filled_by or _filled_by([title])
        labels = {"".join(one.label) for one in section.items}
        if "".join(item.label) in labels:
            item.label = (*item.label, f"（{cell_name(*value.spot)}）")
        section.items.append(item)
    done.sections = [one for one in done.sections if one.items]


def _item(done: Understood, n: int, value: Value, path: list[str], form_unit: str, *, whole: str, number: int) -> Item | None:
    """The item of a value cell; None for a rate, which goes to ``computed``, or a coded answer, which is text."""
    cell = cell_name(*value.spot)
    name = (f"s{n + 1}_" if n else "") + cell.lower()
    shown = [part for part in path if not words.is_unit(words.plain(part).strip("()"))] or path
    last = shown[-1]
    guesses: list[str] = []
    units = words.unit_of(value.unit) or next(
        (found for part in (*reversed(path), *reversed(value.columns)) if (found := words.unit_of(part))), ())
    guesses += value.doubts
    label = tuple(line for part in path for line in part.split("\n") if line.strip())
    joined = words.plain("".join(shown))
    if words.CODED.search(value.unit) or (not units and words.CODED.search(words.plain(last))):
        next(table for table in done.tables[n] if value in table.values).texts.append(value)
        return None
    if any(words.YES_NO.search(words.plain(part)) for part in shown) and not (units and units[0] not in words.RATE_UNITS):
        return Item(n, value, number, label, [Figure(name, _short(shown), "", "是/否", "yes_no", measure="level")],
                    filled_by=_filled_by(path))
    if (units and units[0] in words.RATE_UNITS) or (not units and words.RATE.search(words.plain(last))):
        done.computed.append(Computed(n, value, "".join(label), units[0] if units else "%", ""))
        return None
    halves = _halves(last)
    printed = words.plain(value.unit)
    if not units and 0 < len(printed) <= 8 and not words.CODED.search(printed):
        units = (printed,)
        guesses.append(f"不常见的计量单位“{printed}”，按整数")
    if not units:
        units = _unit_by_words([*shown[:-1], halves[0]] if halves else shown, form_unit, guesses)
    if words.AVERAGE.search(joined):
        guesses.append("像平均数：各单位相加没有意义，请核对")
    measure = _measure(joined, whole, done.rhythm, guesses)
    filled_by = _filled_by(path)
    if len(units) == 2 or halves:
        pair = units if len(units) == 2 else (units[0], units[0])
        titles = halves or (f"{words.without_unit(last)}（{pair[0]}）", f"{words.without_unit(last)}（{pair[1]}）")
        if halves:
            guesses.append("一格填两个数？")
        figures = [Figure(f"{name}_{k + 1}", _cut(titles[k]), titles[k], pair[k], words.kind_of_unit(pair[k]), measure=measure,
                          guesses=list(guesses))
                   for k in range(2)]
        return Item(n, value, number, label, figures, filled_by=filled_by)
    kind = words.kind_of_unit(units[0])
    figure = Figure(name, _short(shown), "", units[0], kind, measure=measure, guesses=guesses)
    if value.formula:
        figure.guesses.append(f"空白表里是公式 {value.formula}")
    return Item(n, value, number, label, [figure], filled_by=filled_by)


def _halves(text: str) -> tuple[str, str] | None:
    """起数/生产性: two numbers in one cell, which a stroke separates."""
    found = re.fullmatch(r"([^/／()（）\s]{1,8})[/／]([^/／()（）\s]{1,8})", words.without_unit(text).strip())
    if not found or words.is_unit(found[2]) or re.search(r"\d$", found[1]):
        return None
    if not re.search(r"数$|^(违法|总数|合计)", found[1]):
        return None
    return found[1], found[2]


def _unit_by_words(shown: list[str], form_unit: str, guesses: list[str]) -> tuple[str, ...]:
    given = form_unit.split("、") if form_unit else []
    for part in reversed(shown):
        text = words.plain(words.without_unit(part)).rstrip(":：")
        for pattern, unit in _BY_WORD:
            if re.search(pattern, text):
                if unit == "万元" and (money := [one for one in given if one.endswith("元")]):
                    return (money[0],)
                if unit not in given:
                    guesses.append(f"{NO_UNIT}，按“{unit}”")
                return (unit,)
    plain = [one for one in given if not one.endswith("元")]
    if len(given) > 1:
        guesses.append(f"表头印有几种计量单位（{form_unit}），按“{(plain or given)[0]}”")
    if len(given) == 1 or plain:
        return ((plain or given)[0],)
    guesses.append(f"{NO_UNIT}，按“个”")
    return ("个",)


def _measure(path: str, whole: str, rhythm: str, guesses: list[str]) -> str:
    """flow: since the campaign began; year: since January; period: of the period alone; level: as it is now."""
    if words.OF_YEAR.search(path):
        return "year"
    if words.CUMULATIVE.search(path):
        return "flow"
    if words.OF_SHORT_PERIOD.search(path):
        return "period"
    if words.LEVEL.search(path):
        return "level"
    if words.THIS_YEAR.search(path):
        if rhythm != "yearly":
            guesses.append("按本年以来的累计数")
        return "period" if rhythm == "yearly" else "year"
    if words.LEVEL_PERHAPS.search(path.removesuffix("总数")):
        guesses.append("没有印明是现状数还是累计数，按现状")
        return "level"
    if words.CUMULATIVE.search(whole):
        return "flow"
    guesses.append("没有印明是累计还是本期数")
    return "flow" if rhythm.startswith("weekly") else "period"


def _filled_by(path: list[str]) -> tuple[str, ...]:
    found = [one[1] for part in path for one in words.FILLED_BY.finditer(part)]
    return tuple(kind for text in found for kind in re.split(r"[、，,]", text) if kind)


def _short(shown: list[str]) -> str:
    """A name for a column of a table: the last words of the path, with those above where they alone say too little."""
    parts = [words.without_unit(part.replace("\n", "")) for part in shown]
    parts = [re.sub(words.FILLED_BY, "", part) for part in parts if part]
    last = parts[-1] if parts else "数"
    if len(parts) > 1 and len(last) <= 6:
        last = f"{parts[-2][-8:]}{last}"
    return _cut(last)


def _cut(text: str) -> str:
    text = re.sub(r"\s+", "", text)
    return text[:_SHORT] or "表"


def _unique(text: str, taken: set[str]) -> str:
    name, n = text, 2
    while name in taken:
        name, n = f"{text}{n}", n + 1
    return name
