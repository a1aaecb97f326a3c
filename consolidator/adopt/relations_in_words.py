"""Which figures of a blank form are parts, sums or rates of others by its words: 其中, 合计, 整改率, printed equations."""

from __future__ import annotations

import re

from consolidator.adopt import words
from consolidator.adopt.blank_table import BlankTable
from consolidator.adopt.understood import NO_UNIT, Computed, Item, Understood


def relate_by_words(done: Understood) -> None:
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
        guess = next((n for n, one in enumerate(figure.guesses) if one.startswith(NO_UNIT)), None)
        if guess is None or not words.TOTAL.match(_own(item)):
            continue
        siblings = [one for one in line if one is not item and _parent(one) == _parent(item)]
        units = {one.figures[0].unit for one in siblings if re.fullmatch(r"男性?|女性?", _own(one))}
        if len(units) == 1:
            figure.unit = units.pop()
            figure.kind = words.kind_of_unit(figure.unit)
            figure.guesses[guess] = f"{NO_UNIT}，按“{figure.unit}”"


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
