"""What a note attached to a figure's cell says against the figure: another number, or words that put it in doubt (应为63, 待核实)."""

from __future__ import annotations

import re

from consolidator.model.submission import FigureValue
from consolidator.notation.fold import fold
from consolidator.reading.locating.titles import is_correction

_AUTHOR = re.compile(r"^[^\n:]{1,20}:\s*\n")
_NO_FIGURE = re.compile(
    r"\d{4}[年.\-/]\d{1,2}[月.\-/]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]|\d{4}年(?:\d{1,2}月)?|\d{1,2}月(?:份)?|\d{1,2}:\d{2}|1\d{10}|"
    r"\d{3,4}-\d{7,8}|第\d+|\d+[.、](?=[\u4e00-\u9fff])|[a-zA-Z]+\d+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def speaks_against(comment: str, value: FigureValue) -> bool:
    """Whether ``comment`` has a number that is not ``value`` (days, telephones and ordinals are none), or doubts it.

    >>> speaks_against("应为63", 53), speaks_against("张三:\\n6月5日核对，53家", 53), speaks_against("请填整数", 53)
    (True, False, False)
    """
    text = _AUTHOR.sub("", fold(comment))
    if is_correction(text):
        return True
    numbers = [float(one) for one in _NUMBER.findall(_NO_FIGURE.sub(" ", text))]
    same = isinstance(value, (int, float)) and not isinstance(value, bool) and float(value) in numbers
    return bool(numbers) and not same
