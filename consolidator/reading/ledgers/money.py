"""Amounts as people write them: 5万, 5000元, 2万5千元; in 万元, as a definition's columns of money are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from consolidator.model.display import number_text
from consolidator.model.grid import CellValue, Unread
from consolidator.model.ledger_sheet import Value
from consolidator.model.people import is_phone
from consolidator.model.text import squeeze
from consolidator.notation.fold import fold
from consolidator.notation.tokens import chinese_number
from schemas.ledger_definition import Ledger
from schemas.state_words import any_of

Taken = tuple[Value, str, dict]
LONGEST = 30  # signs
ELEVEN_SIGNS = 10 ** 10  # as many as a telephone number has
_PARTS = re.compile(r"(\d{1,4}(?:\.0+)?)万(?:(\d)千)?(?:(\d)百)?元?")
_SPOKEN = re.compile("[一二两三四五六七八九十百]{1,4}(?=[万千元块])")
_FACTOR = {"亿元": 10_000, "万元": 1, "万": 1, "千元": 0.1, "千": 0.1, "元": 0.0001, "块": 0.0001}
_UNITS = "|".join(unit for unit in _FACTOR if unit.endswith("元"))
UNIT = re.compile(rf"[,/:]?(?P<label>单位:?)?(?:人民币)?\(?(?P<unit>{_UNITS})(?=[),;]|$)")  # in a squeezed text: 整改资金/万元, (单位:元)


class MoneyReader:
    """Reads the amounts of one ledger; ``nothing`` are the texts of a blank, ``text_of`` gives a cell as a text."""

    def __init__(self, ledger: Ledger, nothing: Collection[str], text_of: Callable[[CellValue], str]):
        self.nothing, self.text_of = nothing, text_of
        self.none = frozenset(map(squeeze, ledger.no_money))
        beside = any_of((*ledger.beside_money, ":"))
        self.amount = re.compile(rf"(?:{beside})*(?P<sign>(?:人民币|￥|¥)*)(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
                                 rf"\(?(?P<unit>亿元|万元|万|千元|千|元|块)?\)?整?(?:\((?:{beside})+\))?")

    def read(self, value: CellValue, unit: str, large: float = 0) -> Taken:
        """An amount in 万元; ``unit`` is the heading's. A bare number from ``large`` on may be meant in 元."""
        factor = _FACTOR.get(unit, 1)
        if value.__class__ in (int, float):
            if not 0 <= value < 1e12:
                return None, "money-unread", {"written": self.text_of(value)}
            return self._bare(value, factor, unit, large)
        if value.__class__ is Unread:
            return None, "money-unread", {"written": value.text}
        text = squeeze(fold(self.text_of(value))).replace("，", ",")
        text = _SPOKEN.sub(lambda found: str(chinese_number(found[0]) or found[0]), text)
        if text in self.none:
            return 0.0, "", {}
        if text in self.nothing:
            return 0.0 if text == "0" else None, "", {}
        found = self.amount.fullmatch(_PARTS.sub(_in_yuan, text))
        bare = bool(found and found["sign"] and not found["unit"] and factor == 1)  # ￥5000 below 万元: nobody knows which
        if not found or bare or len(text) > LONGEST:
            return None, "money-unread", {"written": self.text_of(value)}
        number = float(found["number"].replace(",", ""))
        if not found["unit"]:
            return self._bare(number, factor, unit, large)
        return _converted(number, _FACTOR[found["unit"]], found["unit"])

    @staticmethod
    def _bare(number: float, factor: float, unit: str, large: float) -> Taken:
        if number >= ELEVEN_SIGNS and is_phone(f"{number:.0f}"):
            return None, "money-unread", {"written": f"{number:.0f}"}
        if factor == 1 and 0 < large <= number:
            return round(float(number), 6), "money-large", {"value": number_text(number)}
        return _converted(number, factor, unit)


def _in_yuan(found: re.Match[str]) -> str:
    """What is so many 万, 千 and 百, in 元; the text itself where it is in 万 alone."""
    if not (found[2] or found[3]):
        return found[0]
    return f"{int(float(found[1])) * 10_000 + int(found[2] or 0) * 1_000 + int(found[3] or 0) * 100}元"


def _converted(number: float, factor: float, unit: str) -> Taken:
    amount = round(number * factor, 6)
    if factor == 1 or amount == 0:
        return amount, "", {}
    return amount, "money-converted", {"unit": unit, "value": number_text(amount)}
