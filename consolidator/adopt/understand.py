"""What the cells of a blank form mean: items with unit, kind and measure, who fills them, what is part or sum of what.

Everything that is not printed in so many words is a guess; a guess carries a sentence by which a person checks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from consolidator.adopt import words
from consolidator.adopt.blank_sheet import BlankSheet, Spot
from consolidator.adopt.tables import Around, BlankTable, Value, is_list, read_tables, refuse_no_form, unused_texts
from consolidator.model.grid import column_letters
from schemas.errors import UsageError
from schemas.form import Form

_GENERIC = re.compile(r"^(数\s*量|数\s*值|数\s*据|数|填报数|填报内容|完成情况|填写|情况|内容|指标值|结果|实际)$")
_SHORT = 16
_NO_UNIT = "计量单位没有印出"
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


@dataclass(slots=True)
class Figure:
    """One number of the form; ``guesses`` say what is not printed in so many words."""

    name: str
    short: str
    title: str
    unit: str
    kind: str
    measure: str
    guesses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A value cell: its printed path, one or two figures, who fills it."""

    sheet: int
    value: Value
    number: int
    label: tuple[str, ...]
    figures: list[Figure]
    filled_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Section:
    title: tuple[str, ...]
    short: str
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Computed:
    sheet: int
    value: Value
    label: str
    unit: str
    formula: str
    guesses: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Understood:
    """A blank form as it was understood; ``old`` is the form that it replaces.

    ``due_on`` is the printed day: of the week (0 is Monday) or of the month.
    """

    name: str
    title: tuple[str, ...]
    sheets: list[BlankSheet]
    tables: list[list[BlankTable]]
    around: list[Around]
    rhythm: str
    rhythm_guessed: bool
    year: int
    due_on: int | None = None
    old: Form | None = None
    sections: list[Section] = field(default_factory=list)
    computed: list[Computed] = field(default_factory=list)
    parts: list[tuple[str, str, bool]] = field(default_factory=list)
    sums: list[tuple[str, list[str], bool]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    address: str = ""
    unit_cells: list[Spot | None] = field(default_factory=list)
    date_cells: list[Spot | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        return [item for section in self.sections for item in section.items]


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
            _add_table(done, n, sheet, table, form_unit, whole, several=len(read) > 1 or len(tables) > 1)
            done.names += [one for one in table.names if one not in done.names]
            done.unused += [f"{_cell(area.spot)} {area.text}" for area in unused_texts(sheet, table)]
        done.unit_cells.append(_field(sheet, around.unit, tables))
        done.date_cells.append(_field(sheet, around.date, tables) if around.date else None)
        done.remarks += [area.text for area in around.remarks]
    found = words.ADDRESS.search(whole)
    done.address = found[0] if found else ""
    if len(done.unused) > _MOST_UNUSED and len(done.unused) > 2 * len(done.items):
        raise UsageError(f"{path.name} 里印的文字大多（{len(done.unused)} 处）不是要填的格的题目，像名单、资料或填好的表："
                         "请用发文单位下发的空白表")
    _relate(done)
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


def _add_table(done: Understood, n: int, sheet: BlankSheet, table: BlankTable, form_unit: str, whole: str, *, several: bool) -> None:
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
        item = _item(done, n, value, path, form_unit, whole, len(section.items) + 1)
        if item is None:
            continue
        item.filled_by = item.filled_by or _filled_by([title])
        labels = {"".join(one.label) for one in section.items}
        if "".join(item.label) in labels:
            item.label = (*item.label, f"（{_cell(value.spot)}）")
        section.items.append(item)
    done.sections = [one for one in done.sections if one.items]


def _item(done: Understood, n: int, value: Value, path: list[str], form_unit: str, whole: str, number: int) -> Item | None:
    """The item of a value cell; None for a rate, which goes to ``computed``, or a coded answer, which is text."""
    cell = _cell(value.spot)
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
        return Item(n, value, number, label, [Figure(name, _short(shown), "", "是/否", "yes_no", "level")], _filled_by(path))
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
        figures = [Figure(f"{name}_{k + 1}", _cut(titles[k]), titles[k], pair[k], words.kind_of_unit(pair[k]), measure, list(guesses))
                   for k in range(2)]
        return Item(n, value, number, label, figures, filled_by)
    kind = words.kind_of_unit(units[0])
    figure = Figure(name, _short(shown), "", units[0], kind, measure, guesses)
    if value.formula:
        figure.guesses.append(f"空白表里是公式 {value.formula}")
    return Item(n, value, number, label, [figure], filled_by)


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
                    guesses.append(f"{_NO_UNIT}，按“{unit}”")
                return (unit,)
    plain = [one for one in given if not one.endswith("元")]
    if len(given) > 1:
        guesses.append(f"表头印有几种计量单位（{form_unit}），按“{(plain or given)[0]}”")
    if len(given) == 1 or plain:
        return ((plain or given)[0],)
    guesses.append(f"{_NO_UNIT}，按“个”")
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


def _cell(spot: Spot) -> str:
    return f"{column_letters(spot[1])}{spot[0] + 1}"


def _relate(done: Understood) -> None:
    """Parts of wholes, sums and rates, from 其中, 合计, the words and printed equations."""
    for n, tables in enumerate(done.tables):
        for table in tables:
            items = [item for item in done.items if item.sheet == n and item.value in table.values and len(item.figures) == 1
                     and item.figures[0].kind != "yes_no"]
            _equations(done, n, table, items)
            for line in _lines(items):
                _same_unit(line)
                _sums(done, line)
                _parts(done, line)
            _rates(done, n, table, items)


def _lines(items: list[Item]) -> list[list[Item]]:
    """The items that are read one after the other: of a column, or of a row of titles."""
    by_column: dict[int, list[Item]] = {}
    for item in items:
        by_column.setdefault(item.value.spot[1], []).append(item)
    if all(len(column) == 1 for column in by_column.values()):
        return [items]
    return list(by_column.values())


def _own(item: Item) -> str:
    return words.plain(words.without_unit(item.label[-1]))


def _parent(item: Item) -> tuple[str, ...]:
    path = [part for part in item.value.path if not words.is_unit(words.plain(part).strip("()"))]
    return tuple(path[:-1])


def _sums(done: Understood, line: list[Item]) -> None:
    """合计 beside siblings of the same unit and heading: their sum, unless some of them are 其中."""
    known = {total for total, _, _ in done.sums}
    for item in line:
        own = next((words.plain(words.without_unit(part)) for part in reversed(item.value.path)
                    if not words.is_unit(words.plain(part).strip("()"))), "")
        if not words.TOTAL.match(own) or item.figures[0].name in known:
            continue
        siblings = [one for one in line if one is not item and _parent(one) == _parent(item)
                    and one.figures[0].unit == item.figures[0].unit]
        if any(words.PART.match(_own(one)) for one in siblings) or len(siblings) < 2 or any(
                words.TOTAL.match(_own(one)) for one in siblings):
            continue
        between = [one for one in line if one not in siblings and one is not item and one.value.path[:len(_parent(item))] == _parent(item)]
        sexes = [one for one in siblings if re.fullmatch(r"(其中:)?(男|女|男性|女性|性别不明|不明)", _own(one))]
        if sum(_own(one).endswith(("男", "男性", "女", "女性")) for one in sexes) == 2:
            siblings = sexes  # the others are another way of dividing the same whole
        elif between and _parent(item):
            continue
        done.sums.append((item.figures[0].name, [one.figures[0].name for one in siblings], True))


def _same_unit(line: list[Item]) -> None:
    """A total whose unit is not printed counts what its 男 and 女 count."""
    for item in line:
        figure = item.figures[0]
        guess = next((n for n, one in enumerate(figure.guesses) if one.startswith(_NO_UNIT)), None)
        if guess is None or not words.TOTAL.match(_own(item)):
            continue
        siblings = [one for one in line if one is not item and _parent(one) == _parent(item)]
        units = {one.figures[0].unit for one in siblings if re.fullmatch(r"男性?|女性?", _own(one))}
        if len(units) == 1:
            figure.unit = units.pop()
            figure.kind = words.kind_of_unit(figure.unit)
            figure.guesses[guess] = f"{_NO_UNIT}，按“{figure.unit}”"


def _whole_beside(line: list[Item], k: int) -> Item | None:
    """Of the item at ``k`` under a merged title 其中 the item that is beside this title: 总数, or the one with the same last words."""
    item = line[k]
    path = [part for part in item.value.path if not words.is_unit(words.plain(part).strip("()"))]
    at = next((n for n, part in enumerate(path[:-1]) if re.match(r"其中", words.plain(part))), None)
    if at is None:
        return None
    beside = [one for one in line[:k] if list(_parent(one)) == path[:at] and one.figures[0].unit == item.figures[0].unit
              and not _under_part(one)]
    if at == 0:  # 总体情况｜其中: the columns before it, whatever their heading
        beside = [one for one in line[:k] if one.figures[0].unit == item.figures[0].unit and not _under_part(one)]
    own = _own(item)
    alike = [one for one in beside if len(set(_own(one)) & set(own)) * 2 >= min(len(set(_own(one))), len(set(own)))]
    if at == 0:
        return alike[-1] if alike else beside[-1] if beside and len(beside[-1].value.columns) == 1 else None
    fitting = alike or [one for one in beside if words.TOTAL.match(_own(one)) or "总数" in _own(one)] or beside
    return fitting[-1] if fitting else None


def _under_part(item: Item) -> bool:
    return any(words.plain(part).startswith("其中") for part in item.value.path)


def _parts(done: Understood, line: list[Item]) -> None:
    """其中：… is part of the item before it; 已整改 of what was found just before."""
    whole: Item | None = None
    for k, item in enumerate(line):
        text = words.plain(item.label[-1] if len(item.value.rows) <= 1 else "".join(item.value.rows))
        printed = words.plain("".join(item.value.path))
        figure = item.figures[0]
        if words.PART.match(text) or "其中:" in printed or "其中：" in printed or printed.startswith("其中"):
            merged = any(words.plain(part).startswith("其中") for part in item.value.columns[:-1])
            over = _whole_beside(line, k) if merged else whole
            if over is not None and over.figures[0].unit == figure.unit:
                done.parts.append((figure.name, over.figures[0].name, True))
            continue
        done_word = re.search(r"已(完成)?(整改|整治|办结|销号|结案|完成)|整改完成|已覆盖", printed)
        before = line[k - 1] if k else None
        if done_word and before is not None and before.figures[0].unit == figure.unit and _parent(before) == _parent(item) \
                and re.search(r"排查|发现|挂牌|隐患|总数|立案", words.plain("".join(before.value.path))):
            done.parts.append((figure.name, before.figures[0].name, True))
        whole = item


_TERM = re.compile(r"\d{1,3}|[+＋\-－*×/÷]|…+|\.\.\.|~|至")


def _equations(done: Understood, n: int, table: BlankTable, items: list[Item]) -> None:
    """Printed equations over codes or numbers: 合计=1+…+13, （6）=（3）/（2）×100%."""
    by_code: dict[str, Item | Computed] = {}
    for item in items:
        if item.value.code or item.value.number:
            by_code.setdefault(item.value.code or item.value.number, item)
    rates = [one for one in done.computed if one.sheet == n and one.value in table.values]
    for one in rates:
        if one.value.code or one.value.number:
            by_code.setdefault(one.value.code or one.value.number, one)
    texts = [(item, part) for item in items for part in item.value.path]
    for item, part in texts:
        found = re.search(r"[(（]?([^()（）=]{0,12})[=＝]([\d+＋\-－…. ~至()（）]+)[)）]?$", words.plain(part))
        if not found:
            continue
        names = _terms(found[2], by_code)
        if names and item.figures[0].name not in names:
            done.sums.append((item.figures[0].name, names, False))
    for area in done.around[n].remarks:
        for code, left, right in re.findall(r"[(（](\d+)[)）]=[(（](\d+)[)）][/÷][(（](\d+)[)）]", words.plain(area.text)):
            target, top, under = by_code.get(code), by_code.get(left), by_code.get(right)
            if isinstance(target, Computed) and isinstance(top, Item) and isinstance(under, Item):
                target.formula = f"{top.figures[0].name} / {under.figures[0].name}"


def _terms(text: str, by_code: dict) -> list[str]:
    """1+…+13 → the names of items 1 to 13; [] unless every number is an item and all signs are plus."""
    tokens = [token.strip("()") for token in re.findall(r"\d{1,3}|[+]|[-]|…+|\.{2,}|~|至", text.replace("＋", "+").replace("－", "-"))]
    if "-" in tokens:
        return []
    codes: list[int] = []
    through = False
    for token in tokens:
        if token.isdigit():
            if through and codes:
                codes += range(codes[-1] + 1, int(token) + 1)
            else:
                codes.append(int(token))
            through = False
        elif token != "+":
            through = True
    items = [by_code.get(str(code)) for code in codes]
    found = [one.figures[0].name for one in items if isinstance(one, Item)]
    return found if len(items) > 1 and len(found) == len(items) else []


def _rates(done: Understood, n: int, table: BlankTable, items: list[Item]) -> None:
    """整改率 beside 排查 and 已整治: the second of the two before it by the first, a guess."""
    order = sorted(items, key=lambda one: (one.value.spot[0], one.value.spot[1]))
    for rate in done.computed:
        if rate.sheet != n or rate.value not in table.values or rate.formula:
            continue
        before = [one for one in order if one.value.spot < rate.value.spot and (table.heads == 0 or one.value.spot[0] == rate.value.spot[0]
                                                                               or one.value.spot[1] == rate.value.spot[1])]
        before = [one for one in before if one.value.path[:-1] == rate.value.path[:-1] or len(rate.value.path) == 1
                  or _parent(one) == tuple(part for part in rate.value.path if not words.is_unit(words.plain(part).strip("()")))[:-1]]
        if len(before) >= 2 and before[-1].figures[0].unit == before[-2].figures[0].unit and re.search(
                r"已|完成|整改|整治|合格|办结|结案", words.plain("".join(before[-1].value.path))):
            rate.formula = f"{before[-1].figures[0].name} / {before[-2].figures[0].name}"
            rate.guesses.append("怎样算出没有印明")
