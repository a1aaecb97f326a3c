"""Caches that are bounded in size, not only in number: what comes from a file may be of any length."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Key = TypeVar("Key", str, bytes)
T = TypeVar("T")


def remembered(*, most: int, longest: int) -> Callable[[Callable[[Key], T]], Callable[[Key], T]]:
    """A function of one text or some bytes, its last ``most`` results remembered but for keys longer than ``longest``."""
    def decorate(work: Callable[[Key], T]) -> Callable[[Key], T]:
        known = lru_cache(maxsize=most)(work)

        @wraps(work)
        def call(key: Key) -> T:
            return known(key) if len(key) <= longest else work(key)
        return call
    return decorate
