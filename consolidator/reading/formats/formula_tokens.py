"""Plain formulas of binary workbooks in words: what :mod:`consolidator.reading.formats.recompute` works out, and no more.

[MS-XLS] 2.5.198 and [MS-XLSB] 2.5.97: tokens in reverse Polish order. xlrd puts tokens together too, but raises over
references to other sheets.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from consolidator.model.grid import cell_name

_SIGNS = {0x03: "+", 0x04: "-", 0x05: "*", 0x06: "/"}
_AROUND = {0x12: "{}", 0x13: "(-{})", 0x14: "({}%)", 0x15: "({})"}
_FUNCTIONS = {4: "SUM", 27: "ROUND"}


class _Unknown(Exception):
    """A token that is not worked out."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a kind of workbook writes references: ``row`` is struct's letter of a row number, the masks cut relative ones."""

    row: str
    rows: int
    columns: int


BIFF8, BIFF12 = Dialect("H", 0xFFFF, 0xFF), Dialect("I", 0xF_FFFF, 0x3FFF)


@dataclass(slots=True)
class Decoder:
    """Puts the tokens of one formula together. ``spot`` is its cell, ``sheet_of`` names the sheet that a number stands for (""
    for none of this workbook)."""

    dialect: Dialect
    spot: tuple[int, int]
    sheet_of: Callable[[int], str]
    tokens: bytes = b""
    at: int = 0

    def text(self, tokens: bytes) -> str:
        """The formula; "" where it has anything that is not worked out."""
        self.tokens, self.at = tokens, 0
        stack: list[str] = []
        try:
            while self.at < len(tokens):
                self._step(stack)
        except (struct.error, IndexError, _Unknown):
            return ""
        return stack[0] if len(stack) == 1 else ""

    def _take(self, form: str) -> tuple:
        values = struct.unpack_from("<" + form, self.tokens, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def _step(self, stack: list[str]) -> None:
        kind, = self._take("B")
        if kind > 0x1F:  # references, values and arrays alike
            kind = kind & 0x1F | 0x20
        if kind in _SIGNS:
            right = stack.pop()
            stack.append(f"({stack.pop()}{_SIGNS[kind]}{right})")
        elif kind in _AROUND:
            stack.append(_AROUND[kind].format(stack.pop()))
        elif kind == 0x19:  # an attribute: SUM of one argument, or spaces
            marks, _ = self._take("BH")
            if marks & 0x10:
                stack.append(f"SUM({stack.pop()})")
            elif marks & ~0x41:
                raise _Unknown
        elif kind in (0x21, 0x22):
            count, number = (2, *self._take("H")) if kind == 0x21 else self._take("BH")
            if number not in _FUNCTIONS:
                raise _Unknown
            arguments = [stack.pop() for _ in range(count)][::-1]
            stack.append(f"{_FUNCTIONS[number]}({','.join(arguments)})")
        else:
            stack.append(self._operand(kind))

    def _operand(self, kind: int) -> str:
        if kind == 0x1E:
            return str(self._take("H")[0])
        if kind == 0x1F:
            return repr(self._take("d")[0])
        if kind in (0x24, 0x2C):
            return self._reference(kind == 0x2C)
        if kind in (0x25, 0x2D):
            return self._area(kind == 0x2D)
        if kind in (0x3A, 0x3B):
            sheet = self.sheet_of(*self._take("H"))
            if not sheet:
                raise _Unknown
            quoted = sheet.replace("'", "''")
            return f"'{quoted}'!{self._area(False) if kind == 0x3B else self._reference(False)}"
        raise _Unknown

    def _reference(self, moves: bool) -> str:
        row, column = self._take(self.dialect.row + "H")
        return self._name(row, column, moves)

    def _area(self, moves: bool) -> str:
        top, bottom, left, right = self._take(self.dialect.row * 2 + "HH")
        return f"{self._name(top, left, moves)}:{self._name(bottom, right, moves)}"

    def _name(self, row: int, column: int, moves: bool) -> str:
        """A cell; where it ``moves`` (shared formulas), relative numbers count from the formula's own cell."""
        by_row, by_column, column = column & 0x8000, column & 0x4000, column & 0x3FFF
        if moves and by_row:
            row = (row + self.spot[0]) & self.dialect.rows
        if moves and by_column:
            column = (column + self.spot[1]) & self.dialect.columns
        return cell_name(row, column)
