"""Plain formulas worked out again, to find stored results that contradict them.

Programs that fill in a template often leave the template's old result in a formula (POI, ExcelJS, Aspose); spreadsheets work
it out anew when the file is opened, so that a person sees another number than the file holds. Only what nearly all forms
use is worked out: numbers, references, + − × ÷, SUM and ROUND; of anything else nothing is claimed.

Own code, because the libraries for it (pycel, formulas) compile formulas to Python, which is no way to treat a hostile
file, and cost seconds and some hundred megabytes to import in each worker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from consolidator.model.grid import CellValue, Unread, column_number

_MOST_STEPS = 200_000  # cells looked at for one workbook
_DEEPEST = 40  # formulas that refer to formulas
_LONGEST = 2_000  # characters of a formula

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.(!:])"
    r"|(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*|[0-9]+[^\W\d]\w*)!|(?P<function>[A-Za-z][A-Za-z0-9.]*)\("
    r"|(?P<ref>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})(?![\w(!])|(?P<sign>[-+*/(),:%]))")


class Formula(NamedTuple):
    """A formula without its ``=``, whose relative references are to be moved by ``rows`` and ``columns`` (shared formulas)."""

    text: str
    rows: int = 0
    columns: int = 0


Spot = tuple[str, int, int]  # sheet (case folded), row, column


class _Unknown(Exception):
    """The formula has something that is not worked out here."""


@dataclass(slots=True)
class Calculator:
    """Works out the formulas of a workbook over its stored values.

    ``values`` and ``formulas`` are by sheet (name, case folded), then by 0-based (row, column).
    """

    values: Mapping[str, Mapping[tuple[int, int], CellValue]]
    formulas: Mapping[str, Mapping[tuple[int, int], Formula]]
    known: dict[Spot, float | None] = field(default_factory=dict)
    steps: int = 0
    depth: int = 0

    def result(self, sheet: str, row: int, column: int) -> float | None:
        """What the formula in a cell gives; None where it is not worked out here."""
        spot = (sheet.casefold(), row, column)
        if spot in self.known:
            return self.known[spot]
        self.known[spot] = None  # a circle ends here
        self.depth += 1
        try:
            if self.depth <= _DEEPEST:
                self.known[spot] = _Parser(self, spot).total()
        except (_Unknown, ZeroDivisionError, OverflowError, RecursionError):
            pass
        finally:
            self.depth -= 1
        return self.known[spot]

    def at(self, sheet: str, row: int, column: int) -> CellValue:
        """The value of a cell that a formula refers to.

        Raises:
            _Unknown: it is not certain.
        """
        self.steps += 1
        if self.steps > _MOST_STEPS or sheet not in self.values:
            raise _Unknown
        if (row, column) in self.formulas.get(sheet, ()):
            found = self.result(sheet, row, column)
            if found is not None:
                return found
            raise _Unknown
        value = self.values[sheet].get((row, column), "")
        if isinstance(value, Unread):
            raise _Unknown
        return value


class _Parser:
    """One formula, by recursive descent."""

    def __init__(self, calculator: Calculator, spot: Spot):
        self.calculator, (self.sheet, row, column) = calculator, spot
        self.formula = calculator.formulas[self.sheet][row, column]
        self.tokens, self.at, self.nesting = _tokens(self.formula.text), 0, 0

    def total(self) -> float:
        value = self._sum()
        if self.at != len(self.tokens):
            raise _Unknown
        return value

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, *signs: str) -> str:
        kind, text = self._peek()
        if kind == "sign" and text in signs:
            self.at += 1
            return text
        return ""

    def _sum(self) -> float:
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> float:
        value = self._factor()
        while sign := self._take("*", "/"):
            other = self._factor()
            value = value * other if sign == "*" else value / other
        return value

    def _factor(self) -> float:
        self.nesting += 1
        if self.nesting > 200:
            raise _Unknown
        if sign := self._take("-", "+"):
            value = -self._factor() if sign == "-" else self._factor()
        elif self._take("("):
            value = self._sum()
            self._expect(")")
        else:
            value = self._value()
        while self._take("%"):
            value /= 100
        self.nesting -= 1
        return value

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise _Unknown

    def _value(self) -> float:
        kind, text = self._peek()
        if kind == "number":
            self.at += 1
            return float(text)
        if kind == "function":
            self.at += 1
            return self._function(text.upper())
        cells = self._range()
        if len(cells) != 1:
            raise _Unknown
        value = cells[0]
        if value == "":
            return 0.0
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _Unknown
        return float(value)

    def _function(self, name: str) -> float:
        if name == "SUM":
            total = self._argument()
            while self._take(","):
                total += self._argument()
            self._expect(")")
            return total
        if name == "ROUND":
            value = self._sum()
            self._expect(",")
            places = self._sum()
            self._expect(")")
            if not -15 <= places <= 15 or abs(value) > 1e15:
                raise _Unknown
            return float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))
        raise _Unknown

    def _argument(self) -> float:
        """An argument of SUM: of a range the numbers are added, texts passed over."""
        kind, _ = self._peek()
        start = self.at
        if kind in ("sheet", "ref"):
            cells = self._range()
            if self._peek() in (("sign", ","), ("sign", ")")):
                if any(not isinstance(one, (int, float, str)) for one in cells):
                    raise _Unknown
                return float(sum(one for one in cells if isinstance(one, (int, float)) and not isinstance(one, bool)))
            self.at = start
        return self._sum()

    def _range(self) -> list[CellValue]:
        """The values of the cell or range that is here."""
        sheet = self.sheet
        kind, text = self._peek()
        if kind == "sheet":
            sheet = text.strip("'").replace("''", "'").casefold()
            self.at += 1
        top, left = self._reference()
        bottom, right = self._reference() if self._take(":") else (top, left)
        top, bottom, left, right = min(top, bottom), max(top, bottom), min(left, right), max(left, right)
        if (bottom - top + 1) * (right - left + 1) > _MOST_STEPS:
            raise _Unknown
        return [self.calculator.at(sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]

    def _reference(self) -> tuple[int, int]:
        kind, text = self._peek()
        if kind != "ref":
            raise _Unknown
        self.at += 1
        found = re.fullmatch(r"(\$?)([A-Za-z]+)(\$?)([0-9]+)", text)
        if found is None:
            raise _Unknown
        row = int(found[4]) - 1 + (0 if found[3] else self.formula.rows)
        column = column_number(found[2].upper()) + (0 if found[1] else self.formula.columns)
        if row < 0 or column < 0:
            raise _Unknown
        return row, column


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > _LONGEST:
        raise _Unknown
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _Unknown
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def contradicts(stored: CellValue, result: float) -> bool:
    """Whether a stored result is another than a formula gives."""
    if isinstance(stored, bool) or not isinstance(stored, (int, float)):
        return True
    return abs(stored - result) > 1e-6 * max(1.0, abs(result))
