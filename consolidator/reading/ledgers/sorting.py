"""Which rows of a ledger's sheet are read, and which a named rule passes over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise

from consolidator.model.grid import CellValue, Grid, Unread
from consolidator.model.ledger_sheet import LedgerSheet
from consolidator.model.text import squeeze
from consolidator.reading.ledgers.columns import SEAM, Column, is_chinese
from consolidator.reading.ledgers.headings import DEEPEST, Headings, texts_of
from consolidator.reading.ledgers.lexicon import heading_text
from consolidator.reading.ledgers.passed_words import PassedWords
from consolidator.reading.ledgers.templates import begins_group, has_only_choices, is_hint, names_below, says_once
from consolidator.reading.ledgers.values import text_of, values_of
from schemas.ledger_definition import Ledger

BLANK, HEADING, REPEATED, SERIAL_ONLY, BANNER, NOTE, NUMBERS = "空行", "表头", "重复表头", "只有序号", "分组标题", "说明", "栏号"
CHOICES_ONLY = "只有选项"
REPEATED_AT_LEAST = 3  # headings in a row that make it the headings again
LONGEST_NOTHING = 24  # signs of a description that says that there is no hazard
ASIDE = frozenset((BANNER, SERIAL_ONLY))  # the rules that pass over group titles, and short ones
MOST_ASIDE = 4  # cells
FEW = 2  # cells of a row that only tells
LONGEST_BANNER, LONGEST_COUNT = 30, 8  # signs
_COUNT = re.compile(r"共?\d{1,6}[条项处个家起]?")  # in the place of a description
_PAGE = re.compile(r"第\d+页(?:[/,、]?共\d+页)?|共\d+页|-\d+-|\d+/\d+页")  # at the foot of a page
_NUMBERED_NOTE = re.compile(r"\d{1,2}[.、．:：)）]")
_NUMBER = re.compile(r"\(?(\d{1,2})\)?")
_ORDER = "甲乙丙丁戊己庚辛"  # of columns of texts, before those that are numbered
_COUNTED = re.compile(rf"\(?(?:\d{{1,2}}|[a-zA-Z]|[{_ORDER}]|栏[次号])\)?")
_DASHES = frozenset(("", "/", "-", "—", "——", "\\"))


def sort_rows(grid: Grid, headings: Headings, columns: Sequence[Column], sheet: LedgerSheet,
              without: Collection[CellValue], *, aside: list[int] | None = None) -> list[int]:
    """The 0-based rows that are read; all others are counted in ``passed`` of ``sheet`` by their rule. ``aside`` is given those that are
    few texts between the rows: group titles, names of units.

    ``columns`` are those of the rows below the headings; ``without`` is what :func:`without_hazard` gives.
    """
    rules = PassedWords.of(headings.ledger, without, grid.rows[max(headings.last + 1 - DEEPEST, 0):headings.last + 1])
    wide = {top: (left, right) for top, left, bottom, right in grid.merged if right - left >= 2 and bottom == top}
    labels = {column: role for role, column in headings.roles.items()}
    first, last = headings.last + 1, next((n for n in range(len(grid.rows) - 1, -1, -1) if any(map(is_filled, grid.rows[n]))), -1)
    sheet.total = last + 1
    passed = Counter(HEADING if any(map(is_filled, row)) else BLANK for row in grid.rows[:min(first, last + 1)])
    left_out, before, noted, beside = set(), -1, False, headings.beside()
    inside = {row for top, _, bottom, _ in grid.merged if bottom > top > headings.last for row in range(top, bottom + 1)}
    for number in sorted(first + at for at in {0, *_not_surely_read(columns, headings, rules)} if first + at <= last):
        cells = [(column, value) for column, value in enumerate(grid.rows[number]) if is_filled(value)]
        noted = noted and number == before + 1
        again = texts_of(grid.rows[number]) in rules.heads
        rule = REPEATED if again else _rule(cells, headings, rules, labels, wide.get(number), noted=noted) if cells else BLANK
        if not rule and number == first and is_hint(cells, labels, headings.ledger):
            rule = NOTE
        if not rule and number not in inside:
            rule = CHOICES_ONLY if has_only_choices(cells, labels, headings) else ""
            rule = rule or (BANNER if names_below(grid, number, cells, headings) else "")
        before, noted = number, rule == NOTE or rules.has(rule, "goes_on") or (noted and not cells)
        if rule and not (beside and _goes_on_beside(grid.rows[number], beside, headings, rules)):
            passed[rule] += 1
            left_out.add(number)
            if aside is not None and len(cells) <= MOST_ASIDE and (rule in ASIDE or rules.has(rule, "aside")):
                aside.append(number)
    kept = [number for number in range(first, last + 1) if number not in left_out]
    sheet.passed = dict(passed)
    sheet.rows = [number + 1 for number in kept]
    return kept


def _goes_on_beside(row: Sequence[CellValue], beside: Collection[int], headings: Headings, rules: PassedWords) -> bool:
    """Whether a row that a rule passes over, by what is in the first table, has something in one beside it."""
    heading = heading_text(headings.seen_at(headings.roles[headings.key]))
    texts = [_squeezed(row[at]) for at in beside if at < len(row)]
    return any(text not in _DASHES and not rules.rule_of(text) and not _NUMBER.fullmatch(text) and heading_text(text) != heading
               for text in texts)


def _not_surely_read(columns: Sequence[Column], headings: Headings, rules: PassedWords) -> set[int]:
    """The few rows below the headings (from 0) that are to be looked at one by one. Of all others :func:`_rule` gives "", whatever
    is around them: they say what the ledger is about in words that no rule has, and have another cell; neither their first cell
    is a total's, nor do they have ``REPEATED_AT_LEAST`` cells that repeat headings."""
    every = set(range(len(columns[0].cells))) if columns else set()
    key, labels = headings.roles.get(headings.key, -1), set(headings.roles.values())
    names = {at: heading_text(headings.seen_at(at)) for at in labels}
    heads = {names.get(key, ""), *(row[key] for row in rules.heads if key in row)}
    in_chinese = all(map(is_chinese, rules.initials.union(name[:1] for name in {*names.values(), *heads})))  # as no number or day is
    if not 0 <= key < len(columns) or headings.serial in labels or not in_chinese:
        return every

    def describes(text: str) -> bool:
        return bool(text) and text not in _DASHES and not rules.rule_of(text) and not rules.says_none(text) \
            and heading_text(text) not in heads and not (
                len(text) <= LONGEST_COUNT and (_COUNTED.fullmatch(text) or _COUNT.fullmatch(text)))

    initials = rules.initials.union(_ORDER, (one[0] for one in heads if one))
    unsure = set(columns[key].rows_of({"", *columns[key].others, *rules.without, *(
        text for text in columns[key].that_may_begin(initials) if not describes(_squeezed(text)))}))
    if any(f"{word}{SEAM}" in columns[key].joined for word in rules.ends):  # 本页合计
        unsure.update(columns[key].rows_of(text for text in columns[key].texts if text.endswith(rules.ends)))
    for column in columns[:key]:
        unsure.update(column.rows_of(cell for cell in column.that_may_begin(rules.initials) if rules.rule_of_first(_squeezed(cell))))
    # a row that repeats so many headings, but not the key's, does so in one of any columns but that number less one
    by_size = sorted((at for at in labels if at != key and at < len(columns)), key=lambda at: len(columns[at].different))
    for at in by_size[:1 - REPEATED_AT_LEAST]:
        unsure.update(columns[at].rows_of(_repeating(columns[at], names[at])))
    alone = every - unsure
    for at, column in enumerate(columns):
        if at != key and alone:
            alone.intersection_update(column.rows_of(column.blank))
    return unsure | alone


def without_hazard(headings: Headings, columns: Sequence[Column]) -> frozenset[CellValue]:
    """The descriptions that say that there is no hazard; most ledgers have none, which is seen in all texts at once."""
    says_nothing, at = headings.ledger.says_nothing, headings.roles.get(headings.key, -1)
    if says_nothing is None or not 0 <= at < len(columns):
        return frozenset()
    column = columns[at]
    if not _between_seams(says_nothing.pattern).search(f"{SEAM}{SEAM.join(column.squeezed)}{SEAM}"):
        return frozenset()
    return frozenset(text for text, short in zip(column.texts, column.squeezed, strict=True)
                     if len(short) <= LONGEST_NOTHING and says_nothing.fullmatch(short))


def _repeating(column: Column, heading: str) -> list[CellValue]:
    """The cells of a column that are its heading again, and those that could not be read."""
    again = [text for text, short in zip(column.texts, column.squeezed, strict=True)
             if (heading in short or ("(" in short and heading[0] in short)) and heading_text(short) == heading]
    return [*again, *(cell for cell in column.others if cell.__class__ is Unread)]


def is_filled(value: CellValue) -> bool:
    """Whether anything is seen in a cell."""
    return value != "" and not (value.__class__ is str and not value.strip())


def _rule(cells: list[tuple[int, CellValue]], headings: Headings, rules: PassedWords, labels: dict[int, str],
          wide: tuple[int, int] | None, *, noted: bool) -> str:
    """The rule by which a filled row below the headings is passed over; "" for one to be read."""
    texts = {column: _squeezed(value) for column, value in cells}
    own = [(column, text) for column, text in texts.items() if column != headings.serial]
    if not own:
        text = texts[headings.serial]
        return rules.rule_of(text) or (NOTE if _tells(text) else SERIAL_ONLY if len(text) <= 6 else BANNER)
    key_at = headings.roles.get(headings.key, -1)
    key = texts.get(key_at, "")
    column, first = own[0]
    leading = texts[cells[0][0]]
    repeated = sum(1 for at, text in texts.items() if at in labels and text and heading_text(text) == heading_text(
        headings.seen_at(at)))
    if 2 * repeated > len(own) and (repeated >= REPEATED_AT_LEAST or repeated == len(own) > 1):  # 已整改 below 已整改 is a hazard's, too
        return REPEATED
    words = [text for _, text in own]
    says_none = rules.says_none(key) or (key in _DASHES and _denies(cells, labels, headings.ledger))
    if (says_none or any(at == key_at and value in rules.without for at, value in cells)) and not any(
            at in labels and _is_of_a_hazard(labels[at], headings.ledger) and text not in _DASHES and not rules.says_none(text)
            for at, text in own):
        return rules.none
    if all(rules.says_none(text) or text in _DASHES for text in words) or (len(own) == 1 and _finds_nothing(first, headings.ledger)):
        return rules.none
    described = bool(key) and not _COUNT.fullmatch(key) and not rules.rule_of(key) and not (
        rules.rule_of_first(key, described=False) and all(_COUNT.fullmatch(text) for at, text in own if at != key_at))
    if rule := rules.rule_of_first(leading, described=described) or rules.rule_of_first(first, described=described):
        return rule
    if all(map(_PAGE.fullmatch, words)):
        return NOTE
    if _numbers_columns(list(texts.values())):
        return NUMBERS
    if key and not described and len(own) > FEW and not rules.whole.get(key.rstrip(":：。")):
        # beside other cells 注：气瓶未固定 is what was found; beside 填报人：王某 it is not
        described = not any(rules.rule_of(text) for at, text in own if at != key_at)
    if not described or (len(own) == 1 and column != key_at):
        rule = rules.rule_of(leading) or rules.rule_of(first)
        if rule:
            return rule
    return _rule_of_one(cells[0][0], first, headings, wide, noted=noted, described=described) if len(cells) == 1 else ""


def _rule_of_one(column: int, first: str, headings: Headings, wide: tuple[int, int] | None, *, noted: bool, described: bool) -> str:
    """The rule of a row with one cell, whose text is ``first``."""
    if noted and _NUMBERED_NOTE.match(first):
        return NOTE  # 填表说明 goes on, be it below the column of descriptions
    begins = len(first) <= LONGEST_BANNER and begins_group(first, headings.ledger)
    if described and column == headings.roles.get(headings.key, -1):  # 三、部门检查 alone in the column of descriptions
        return BANNER if begins and says_once(first, headings.ledger) else ""
    if wide:
        return NOTE if noted or _tells(first) else BANNER
    if column <= 1 and first and _tells(first):
        return NOTE
    in_front = column <= 1 and column not in headings.roles.values() and 0 < len(first) <= LONGEST_BANNER
    return BANNER if in_front or begins else ""


@lru_cache(maxsize=8)
def _between_seams(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{SEAM}(?:{pattern}){SEAM}")


def _denies(cells: list[tuple[int, CellValue]], labels: dict[int, str], ledger: Ledger) -> bool:
    """Whether a column says that the row has no hazard: 是否存在隐患 is 否."""
    read = values_of(ledger).tick
    return any(at in labels and (column := ledger.columns.get(labels[at])) is not None and column.denies and read(value)[0] is False
               for at, value in cells)


def _is_of_a_hazard(role: str, ledger: Ledger) -> bool:
    """Whether a column is filled in only where there is a hazard; firm, day and who looked are there of any visit."""
    column = ledger.columns.get(role)
    return column is not None and not column.denies and (role == "level" or column.type in ("state", "tick", "deadline")
                                   or column.need in ("rectified", "closed"))


def _squeezed(value: CellValue) -> str:
    return squeeze(value if value.__class__ is str else text_of(value))


def _finds_nothing(text: str, ledger: Ledger) -> bool:
    """Whether a text alone in a row says that there is no hazard: 本周未发现隐患."""
    says = ledger.says_nothing
    return says is not None and len(text) <= LONGEST_NOTHING and says.fullmatch(text.rstrip("。.!！")) is not None


def _numbers_columns(texts: list[str]) -> bool:
    """Whether a row counts the columns: (1) (2) (3), 甲 乙 1 2 3, A B C; blank ones may be left out."""
    if len(texts) < REPEATED_AT_LEAST or not all(map(_COUNTED.fullmatch, texts)):
        return False
    numbers = [int(one[1]) for one in map(_NUMBER.fullmatch, texts) if one]
    signs = [text for text in texts if not _NUMBER.fullmatch(text)]
    if numbers and (numbers[0] > len(signs) + FEW or any(b <= a for a, b in pairwise(numbers))):
        return False
    return len(numbers) >= REPEATED_AT_LEAST or (not numbers and len(set(signs)) == len(signs))


def _tells(text: str) -> bool:
    """Whether a text is a sentence rather than a title."""
    return bool(_NUMBERED_NOTE.match(text)) or len(text) > 40 or text.endswith(("。", "；"))
