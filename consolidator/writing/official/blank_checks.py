"""What a blank workbook refuses, colours and says at its foot, as formulas: all of it from the form's rules and last week's figures.

Entry refuses what is wrong for certain (text, fractions of counts, a flow below last week's, a part above its whole, money above
its ceiling); a colour and the foot show also what entry cannot refuse: a whole lowered after its part, a blank, a sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consolidator.judging.magnitude import slip_from, yuan_ratio
from consolidator.judging.problem_row import must_fill
from consolidator.model.display import number_text, short_day_text, value_text
from consolidator.notation.number import most_of
from consolidator.writing.official.addressee import Addressee
from schemas.form import MONEY_DECIMALS, Figure, Form, Item

_TITLE_MOST, _TEXT_MOST, _FORMULA_MOST = 32, 255, 255  # the most that Excel takes in a validation's title, text and formula
_LINE_MOST = 7000  # of a formula of the foot; Excel takes 8192 characters


@dataclass(frozen=True, slots=True)
class Checks:
    """The formulas of one blank. ``cells`` has the absolute address of every figure that has a cell of its own on the sheet."""

    form: Form
    to: Addressee
    cells: Mapping[str, str]

    def validation(self, figure: Figure, item: Item, to_fill: bool) -> dict[str, object]:
        """The validation of a figure's cell, with its prompt. A whole that is still blank lets its parts be typed first."""
        prompt = {"input_title": _cut(figure.short if to_fill else "本单位不填", _TITLE_MOST),
                  "input_message": _cut(self._prompt(figure, item, to_fill), _TEXT_MOST)}
        if figure.kind == "yes_no":
            return {"validate": "list", "source": ["是", "否"], "error_title": "请选择", "error_message": "请选择“是”或“否”。", **prompt}
        here, tests, words = self.cells[figure.name], [], []
        for test, written in self._tests(figure):
            tests.append(test)
            words.append(written)
        formula = f"=IF(ISNUMBER({here}),AND({','.join(tests)}){self._or_with_unit(figure)})"
        if len(formula) > _FORMULA_MOST:  # then the foot alone says
            formula = f"=IF(ISNUMBER({here}),AND({','.join(tests[:2])}))"
        # ignore_blank would let anything pass while a cell that the formula names is blank
        return {"validate": "custom", "value": formula, "ignore_blank": False, "error_title": "请核对",
                "error_message": _cut("".join(words), _TEXT_MOST), **prompt}

    def _tests(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """(formula that is true where the figure is right, what to do else)."""
        here = self.cells[figure.name]
        if figure.kind == "money":
            word = f"不小于 0 的数，单位是{figure.unit}，小数不超过 {MONEY_DECIMALS} 位"
            yield f"{here}>=0,ROUND({here},{MONEY_DECIMALS})={here}", f"请只填数字：{word}，没有的填 0。"
        else:
            yield f"{here}>=0,INT({here})={here}", "请只填数字：不小于 0 的整数，没有的填 0。"
        yield f"{here}<={number_text(most_of(figure) or 0)}", ""
        before = self._before(figure)
        if before is not None:
            yield f"{here}>={before}", f"是累计数，不能少于上期的 {before}。"
        for rule in self.form.rules.part_of_whole:
            if rule.part == figure.name and rule.whole in self.cells and not rule.guessed:
                whole = self.cells[rule.whole]
                yield f'OR({whole}="",{here}<={whole})', f"不能大于“{self.form.label(rule.whole)}”。"
        limit = self._limit(figure)
        if limit is not None:
            yield f"{here}<={limit}", f"超过 {limit} 的，是不是按元填的？确实如此的，连单位写，如 {limit}{figure.unit}。"

    def _or_with_unit(self, figure: Figure) -> str:
        """The other branch: an amount above its ceiling is taken where its unit is written behind it."""
        if self._limit(figure) is None:
            return ""
        return f",{self._with_unit(figure)}"

    def _with_unit(self, figure: Figure) -> str:
        here, unit = self.cells[figure.name], _literal(figure.unit)
        return f'AND(RIGHT({here},{len(figure.unit)})={unit},ISNUMBER(VALUE(SUBSTITUTE({here},{unit},""))))'

    def _before(self, figure: Figure) -> str | None:
        """Last week's value of a flow, as it is in a formula; None where there is nothing to fall below."""
        before = self.to.last[1].get(figure.name) if self.to.last else None
        return number_text(before) if before and figure.is_number and figure.measure == "flow" else None

    def _limit(self, figure: Figure) -> str | None:
        """Above it an amount was perhaps filled in by 元."""
        if not yuan_ratio(figure):
            return None
        slip = slip_from(figure, self.to.last[1].get(figure.name) if self.to.last else None)
        limits = [one for one in (figure.ceiling, slip) if one is not None]
        return number_text(min(limits)) if limits else None

    def _prompt(self, figure: Figure, item: Item, to_fill: bool) -> str:
        """What is shown when the cell is entered: last week's value, the item's prompt; of two figures, which one goes here."""
        if not to_fill:
            return f"由{'、'.join(item.filled_by or ())}填写，本单位不填。"
        past = self.to.last
        before = past[1].get(figure.name) if past else None
        last = f"上期（{short_day_text(past[0])}）是 {value_text(before, figure)}。" if past and before is not None else ""
        here = "" if len(item.figures) == 1 else f"本格填{figure.title}（{figure.unit}），两格都要填，没有的填 0。"
        return last + here + (item.prompt or ("请填写数字，没有的填 0。" if figure.is_number else "请选择“是”或“否”。"))

    def marks(self) -> Iterator[tuple[str, str]]:
        """(figure, formula that is true where its cell is to be coloured)."""
        for name, formula, _ in self._faults():
            yield name, formula
        for item in self.form.items:
            for figure, other in zip(item.figures, reversed(item.figures), strict=True):
                if figure is not other and figure.name in self.cells:
                    yield figure.name, f"AND(ISBLANK({self.cells[figure.name]}),NOT(ISBLANK({self.cells[other.name]})))"

    def _faults(self) -> Iterator[tuple[str, str, str]]:
        """(figure, formula that is true where it is wrong, what to say of it)."""
        form, cells = self.form, self.cells
        for name, here in cells.items():
            figure = form.figures[name]
            if not figure.is_number:
                continue
            other = f"AND(NOT(ISBLANK({here})),NOT(ISNUMBER({here})))"
            if self._limit(figure) is not None:
                other = f"IF(AND(NOT(ISBLANK({here})),NOT(ISNUMBER({here}))),ISERROR(1/{self._with_unit(figure)}),FALSE)"
            yield name, other, "不是数字"
            whole = f"INT({here})<>{here}" if figure.kind == "count" else f"ROUND({here},{MONEY_DECIMALS})<>{here}"
            yield name, f"IF(ISNUMBER({here}),OR({here}<0,{whole}),FALSE)", "应为不小于 0 的" + ("整数" if figure.kind == "count" else "数")
            if before := self._before(figure):
                yield name, f"AND(ISNUMBER({here}),{here}<{before})", f"少于上期的 {before}"
            if limit := self._limit(figure):
                yield name, f"AND(ISNUMBER({here}),{here}>{limit})", f"超过 {limit}，是不是按元填的"
        yield from self._between()

    def _between(self) -> Iterator[tuple[str, str, str]]:
        """The same of the rules between figures."""
        form, cells, rules = self.form, self.cells, self.form.rules
        for part in rules.part_of_whole:
            if {part.part, part.whole} <= cells.keys():
                here, whole = cells[part.part], cells[part.whole]
                yield part.part, f"AND(ISNUMBER({here}),ISNUMBER({whole}),{here}>{whole})", f"大于{form.figures[part.whole].short}"
        for total in rules.sum_of:
            if {total.total, *total.parts} <= cells.keys():
                here, parts = cells[total.total], ",".join(cells[name] for name in total.parts)
                wrong = f"ROUND({here}-SUM({parts}),{MONEY_DECIMALS})<>0"
                yield total.total, f"IF(COUNT({here},{parts})={len(total.parts) + 1},{wrong},FALSE)", "不等于各项之和"
        for pair in rules.together:
            if {pair.figure, pair.wants} <= cells.keys():
                here, other = cells[pair.figure], cells[pair.wants]
                yield pair.figure, f"AND(ISNUMBER({here}),N({here})>0,N({other})=0)", f"有数，而{form.figures[pair.wants].short}为 0 或未填"

    def foot(self) -> list[tuple[str, str]]:
        """The lines at the foot: (formula, what it gives in the blank)."""
        asked = [here for name, here in self.cells.items() if must_fill(self.to.kinds, name, self.form)]
        count = "+".join(f'({here}="")' for here in asked) or "0"
        faults = list(self._faults())
        wrong = "+".join(f"N({formula})" for _, formula, _ in faults) or "0"
        lines = []
        if len(count) < _LINE_MOST:
            lines.append((f'="还差 "&({count})&" 项"', f"还差 {len(asked)} 项"))
        if faults and len(wrong) < _LINE_MOST:
            lines.append((f'="要改 "&({wrong})&" 处"', "要改 0 处"))
        written = [f'IF({formula},{_literal(f"{self.form.figures[name].short}{words}；")},"")' for name, formula, words in faults]
        lines += [(f"={one}", "") for one in _joined(written)]
        return lines


def _joined(clauses: list[str]) -> list[str]:
    """The clauses put together with &, as few formulas as Excel takes."""
    lines: list[str] = []
    for clause in clauses:
        if lines and len(lines[-1]) + len(clause) < _LINE_MOST:
            lines[-1] += "&" + clause
        else:
            lines.append(clause)
    return lines


def _literal(text: str) -> str:
    """A text within a formula."""
    return '"{}"'.format(text.replace('"', '""'))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
