"""What right figures are: a form as a pandera schema over a frame of one row a submission.

Columns are the figures in the form's order (float64 for numbers, boolean for yes/no; a blank is missing), then one
column a rule between two figures, so that each broken rule is one exact failure case. Every check has the code of
its problem in :mod:`schemas.problems`. Rules: form.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.form import MONEY_DECIMALS, Form, PartOfWhole, SumOf, Together

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

_BOUNDLESS = 10 ** 300  # what a float64 cannot hold is no figure of any form
_ROUNDING = 1e-9  # what binary fractions of written decimals differ by


def slack_column(rule: PartOfWhole) -> str:
    """The column that holds whole − part: below zero, the part is greater. A blank whole beside a part above zero counts as
    zero; otherwise it is missing where either is blank."""
    return f"{rule.whole}-{rule.part}"


def together_column(rule: Together) -> str:
    """The column that holds the wanted figure where the other one is above zero."""
    return f"{rule.wants}@{rule.figure}"


def sum_column(rule: SumOf) -> str:
    """The column that holds total − sum of the parts: not zero, they differ. Missing where any is blank."""
    return f"{rule.total}=sum"


def frame_of(rows: Sequence[Mapping[str, float | bool | None]], form: Form) -> pd.DataFrame:
    """The frame of ``rows``, with the columns of the rules; a figure that a row lacks is a blank.

    Raises:
        TypeError: a figure is of another kind than the form says (our bug: notation decides types).
    """
    import pandas as pd

    given = form.columns_of(rows)
    numbers = {name: _numbers(name, list(given[name])) for name, figure in form.figures.items() if figure.is_number}
    columns: dict[str, Any] = {name: numbers[name] if name in numbers else pd.array(list(given[name]), dtype="boolean")
                               for name in form.figures}
    for part in form.rules.part_of_whole:
        columns[slack_column(part)] = _slack(_zero_where_needed(numbers[part.whole], numbers[part.part]), numbers[part.part])
    for total in form.rules.sum_of:
        columns[sum_column(total)] = _slack(numbers[total.total], np.sum([numbers[name] for name in total.parts], axis=0))
    for pair in form.rules.together:
        columns[together_column(pair)] = np.where(numbers[pair.figure] > 0, np.nan_to_num(numbers[pair.wants]), np.nan)
    return pd.DataFrame(columns)


Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]
_NUMBERS = {int, float, type(None)}


def _zero_where_needed(whole: Numbers, part: Numbers) -> Numbers:
    with np.errstate(invalid="ignore"):
        return np.where(np.isnan(whole) & (part > 0), 0.0, whole)


def _slack(whole: Numbers, part: Numbers) -> Numbers:
    with np.errstate(invalid="ignore"):  # inf − inf is missing, and each is reported by itself
        return np.round(whole - part, MONEY_DECIMALS)


def _numbers(name: str, values: list[Any]) -> Numbers:
    if not set(map(type, values)) <= _NUMBERS:
        raise TypeError(f"{name} holds something that is no number")
    try:
        return np.array(values, dtype="float64")
    except OverflowError:
        return np.array([value if value is None or abs(value) < _BOUNDLESS else math.inf if value > 0 else -math.inf
                         for value in values], dtype="float64")


def failures_of(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> list[tuple[int, str, str]]:
    """(row, column, code) of each failure case of one validation of ``frame``."""
    import pandera.pandas as pa

    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    if cases["index"].isna().any():
        raise RuntimeError(f"the frame is not as the schema says: {cases['check'].tolist()}")
    return [(int(row), column, code)
            for row, column, code in zip(*(cases[name].tolist() for name in ("index", "column", "check")), strict=True)]


def figures_schema(form: Form) -> pa.DataFrameSchema:
    """The schema of :func:`frame_of`'s frame. Validate lazily: each failure case is one problem at one row."""
    import pandera.pandas as pa

    def check(function: Callable[[pd.Series], pd.Series], code: str) -> pa.Check:
        return pa.Check(function, name=code)

    whole = {"count": [check(is_whole, "not-whole")], "money": [check(has_money_decimals, "too-many-decimals")]}
    columns = {}
    for name, figure in form.figures.items():
        if figure.is_number:
            columns[name] = pa.Column("float64", [check(is_finite, "absurd"), check(is_not_negative, "negative"),
                                                  *whole[figure.kind]], nullable=True)
        else:
            columns[name] = pa.Column("boolean", nullable=True)
    for part in form.rules.part_of_whole:
        code = "part-may-exceed-whole" if part.guessed else "part-exceeds-whole"
        columns[slack_column(part)] = pa.Column("float64", check(is_not_negative, code), nullable=True)
    for total in form.rules.sum_of:
        code = "sum-may-differ" if total.guessed else "sum-differs"
        columns[sum_column(total)] = pa.Column("float64", check(is_zero, code), nullable=True)
    for pair in form.rules.together:
        columns[together_column(pair)] = pa.Column("float64", check(is_positive, "without-other"), nullable=True)
    return pa.DataFrameSchema(columns, strict=True)


def is_finite(values: pd.Series) -> pd.Series:
    """Not without bounds. A blank passes, here and below: pandera leaves missing values out."""
    return np.isfinite(values)


def is_not_negative(values: pd.Series) -> pd.Series:
    return values >= 0


def is_positive(values: pd.Series) -> pd.Series:
    return values > 0


def is_zero(values: pd.Series) -> pd.Series:
    return ~np.isfinite(values) | (values == 0)


def is_whole(values: pd.Series) -> pd.Series:
    return ~np.isfinite(values) | (values == np.round(values))


def has_money_decimals(values: pd.Series) -> pd.Series:
    """At most :data:`~schemas.form.MONEY_DECIMALS` decimals, but for what binary fractions add."""
    return ~np.isfinite(values) | np.isclose(values, np.round(values, MONEY_DECIMALS), rtol=1e-12, atol=_ROUNDING)
