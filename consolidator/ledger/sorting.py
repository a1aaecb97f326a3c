"""Which rows of a ledger's sheet are read, and which a named rule passes over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from consolidator.ledger.headings import Headings, heading_text
from consolidator.ledger.values import text_of
from consolidator.model.grid import CellValue, Grid
from consolidator.model.ledger import LedgerSheet
from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger

BLANK, HEADING, REPEATED, SERIAL_ONLY, BANNER, NOTE = "空行", "表头", "重复表头", "只有序号", "分组标题", "说明"
WELL_FILLED = 6  # filled cells of a row that is no heading, note or total
LONGEST_WORD = 12  # characters: a longer text is none of the words by which rows are passed over
_NUMBERED_NOTE = re.compile(r"\d{1,2}[.、．:：)）]")
_DASHES = frozenset(("", "/", "-", "—", "——", "\\"))


@dataclass(slots=True)
class _Rules:
    """The words of one ledger by which rows are passed over."""

    whole: dict[str, str]
    starts: re.Pattern[str] | None

    @classmethod
    def of(cls, ledger: Ledger) -> _Rules:
        whole = {squeeze(word): rule for rule, words in ledger.passed.items() for word in words}
        starts = "|".join(map(re.escape, sorted(whole, key=len, reverse=True)))
        return cls(whole, re.compile(f"({starts})(?:[:：(（]|$|\\s)") if starts else None)


@dataclass(slots=True)
class _Quick:
    """Knows the rows that are plainly read, as nearly all are; texts are looked at once. ``blanks`` are those that look like none."""

    headings: Headings
    rules: _Rules
    blanks: frozenset[CellValue]
    keys: dict[str, bool] = field(default_factory=dict)
    leads: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Sequence[CellValue]], headings: Headings, rules: _Rules) -> _Quick:
        every: set[CellValue] = set().union(*rows)
        return cls(headings, rules, frozenset(value for value in every if value.__class__ is str and not value.strip()))

    def is_read(self, row: Sequence[CellValue]) -> bool:
        """Whether a row with many cells is surely one to be read: it says what the ledger is about, and that is neither the heading
        again nor a word by which rows are passed over, nor is its first text. The others are looked at one by one."""
        at = self.headings.roles.get(self.headings.key, -1)
        key = row[at] if 0 <= at < len(row) else ""
        if key.__class__ is not str or len(row) - sum(map(row.count, self.blanks)) < WELL_FILLED:
            return False
        described = self.keys.get(key)
        if described is None:
            described = self.keys[key] = self._describes(key, heading_text(self.headings.seen_at(at)))
        if not described:
            return False
        filled = (value for value in row if value not in self.blanks)
        first = lead = next(filled)
        while lead.__class__ is not str:
            lead = next(filled)
        if len(lead) > LONGEST_WORD:
            return True
        if lead not in self.leads:
            self.leads[lead] = squeeze(lead) not in self.rules.whole
        return self.leads[lead] and first.__class__ is not str

    def _describes(self, key: str, heading: str) -> bool:
        text = squeeze(key)
        is_heading = heading[:1] in text and heading_text(text) == heading
        return text not in _DASHES and not is_heading and not _by_words(text, self.rules)


def sort_rows(grid: Grid, headings: Headings, sheet: LedgerSheet) -> list[int]:
    """The 0-based rows that are read; all others are counted in ``passed`` of ``sheet`` by their rule."""
    rules = _Rules.of(headings.ledger)
    quick = _Quick.of(grid.rows, headings, rules)
    passed: Counter[str] = Counter()
    wide = {top: (left, right) for top, left, bottom, right in grid.merged if right - left >= 2 and bottom == top}
    labels = {column: role for role, column in headings.roles.items()}
    last = next((n for n in range(len(grid.rows) - 1, -1, -1) if any(map(is_filled, grid.rows[n]))), -1)
    sheet.total = last + 1
    kept, noted = [], False
    for number, row in enumerate(grid.rows[:last + 1]):
        if number > headings.last and quick.is_read(row):
            kept.append(number)
            noted = False
            continue
        cells = [(column, value) for column, value in enumerate(row) if is_filled(value)]
        if not cells:
            passed[BLANK] += 1
        elif number <= headings.last:
            passed[HEADING] += 1
        else:
            rule = _rule(cells, headings, rules, labels, wide.get(number), noted=noted)
            noted = rule == NOTE
            if rule:
                passed[rule] += 1
            else:
                kept.append(number)
    sheet.passed = dict(passed)
    sheet.rows = [number + 1 for number in kept]
    return kept


def is_filled(value: CellValue) -> bool:
    """Whether anything is seen in a cell."""
    return value != "" and not (value.__class__ is str and not value.strip())


def _rule(cells: list[tuple[int, CellValue]], headings: Headings, rules: _Rules, labels: dict[int, str],
          wide: tuple[int, int] | None, *, noted: bool) -> str:
    """The rule by which a filled row below the headings is passed over; "" for one to be read."""
    texts = {column: squeeze(value if value.__class__ is str else text_of(value)) for column, value in cells}
    own = [(column, text) for column, text in texts.items() if column != headings.serial]
    if not own:
        text = texts[headings.serial]
        return _by_words(text, rules) or (NOTE if _tells(text) else SERIAL_ONLY if len(text) <= 6 else BANNER)
    key = texts.get(headings.roles.get(headings.key, -1), "")
    column, first = own[0]
    leading = texts[cells[0][0]]
    repeated = sum(1 for at, text in texts.items() if at in labels and text and heading_text(text) == heading_text(
        headings.seen_at(at)))
    if repeated >= 3 or (repeated == len(own) > 1):
        return REPEATED
    words = [text for _, text in own]
    if all(rules.whole.get(text.rstrip("。.!！")) == "无" or text in _DASHES for text in words):
        return "无"
    if rules.whole.get(leading) == "合计" or rules.whole.get(first) == "合计":
        return "合计"
    described = bool(key) and not _by_words(key, rules)
    if not described or (len(own) == 1 and column != headings.roles.get(headings.key)):
        rule = _by_words(leading, rules) or _by_words(first, rules)
        if rule:
            return rule
    if len(cells) == 1 and noted and _NUMBERED_NOTE.match(first):
        return NOTE  # 填表说明 goes on, be it below the column of descriptions
    if len(cells) == 1 and not (described and column == headings.roles.get(headings.key)):
        if noted and wide:
            return NOTE
        if wide:
            return NOTE if _tells(first) else BANNER
        if column <= 1 and first and _tells(first):
            return NOTE
        if column <= 1 and first and len(first) <= 30 and column not in labels:
            return BANNER
    return ""


def _by_words(text: str, rules: _Rules) -> str:
    if not text:
        return ""
    whole = rules.whole.get(text.rstrip(":：。"))
    if whole:
        return whole
    starts = rules.starts.match(text) if rules.starts else None
    return rules.whole[starts[1]] if starts else ""


def _tells(text: str) -> bool:
    """Whether a text is a sentence rather than a title."""
    return bool(_NUMBERED_NOTE.match(text)) or len(text) > 40 or text.endswith(("。", "；"))
