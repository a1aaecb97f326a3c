"""The name of the period that a text gives: 2026年10月 is 2026-10."""

from __future__ import annotations

import re

_YEAR_MONTH = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*月?(?!\s*[\d./-])")
_QUARTER = re.compile(r"(20\d\d)\s*年?\s*[第]?\s*([1-4一二三四])\s*季")
_HALF = re.compile(r"(20\d\d)\s*年?\s*(上|下)半年")
_YEAR = re.compile(r"(20\d\d)\s*年?")


def period_in(text: str) -> tuple[str, ...]:
    """The names of the period that a text gives: 2026年10月 → 2026-10."""
    if found := _QUARTER.search(text):
        quarter = "一二三四".find(found[2]) + 1 or int(found[2])
        return (f"{found[1]}Q{quarter}",)
    if found := _HALF.search(text):
        return (f"{found[1]}{found[2]}半年",)
    if found := _YEAR_MONTH.search(text):
        month = int(found[2])
        return (f"{found[1]}-{month:02d}", f"{found[1]}Q{(month + 2) // 3}") if 1 <= month <= 12 else ()
    if found := _YEAR.search(text):
        return (found[1],)
    return ()
