"""journal.jsonl: what happened, one event a line, each line carrying the hash of the one before.

Append-only and fsynced; it is the truth from which the index can be rebuilt at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import orjson

from schemas.actions import Sentence, act
from schemas.errors import HistoryError

T = TypeVar("T")

NAME = "journal.jsonl"
_BATCH = 1000  # events
_BLOCK = 1 << 16
START = "0" * 64  # what the first line carries instead of a hash


def dump(data: object) -> str:
    """One line of JSON, the same for the same data."""
    return orjson.dumps(data).decode("utf-8")


def chain(events: Iterable[dict], number: int, last: str) -> tuple[list[str], str]:
    """Lines for ``events`` after line ``number`` whose hash is ``last``; the lines, and the hash of the last of them."""
    lines = []
    for event in events:
        number += 1
        line = orjson.dumps({"n": number, "prev": last, **event})
        last = hashlib.sha256(line).hexdigest()
        lines.append(line.decode("utf-8"))
    return lines, last


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of an outbox."""

    path: Path

    def append(self, lines: Iterable[str]) -> None:
        """Add whole lines and see them on the disk."""
        with self.path.open("ab") as file:
            file.writelines(f"{line}\n".encode() for line in lines)
            file.flush()
            os.fsync(file.fileno())

    def tear(self) -> int:
        """Cut off a torn last line (a run killed while it wrote); how many bytes were cut."""
        if not self.path.exists():
            return 0
        with self.path.open("r+b") as file:
            size = at = file.seek(0, os.SEEK_END)
            whole = 0
            while at and not whole:
                start = max(0, at - _BLOCK)
                file.seek(start)
                whole = start + found + 1 if (found := file.read(at - start).rfind(b"\n")) >= 0 else 0
                at = start
            if whole < size:
                file.truncate(whole)
        return size - whole

    def tail(self) -> tuple[int, str]:
        """Number and hash of the last whole line; (0, START) for none."""
        if not self.path.exists() or self.path.stat().st_size == 0:
            return 0, START
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            block = 4096
            while True:
                file.seek(max(0, size - block))
                lines = file.read().split(b"\n")
                if len(lines) > 2 or block >= size:
                    break
                block *= 4
        if lines[-1] == b"":
            lines.pop()
        last = lines[-1]
        try:
            return int(json.loads(last)["n"]), hashlib.sha256(last).hexdigest()
        except (ValueError, KeyError, TypeError) as error:
            raise HistoryError(Sentence("历史记录 journal.jsonl 的最后一行读不懂：请", act("verify"))) from error

    def events(self) -> Iterator[dict]:
        """Every event in order, its place in the chain checked.

        Raises:
            HistoryError: a line is torn in the middle, missing or changed; names the line.
        """
        if self.path.exists():
            with self.path.open("rb") as file:
                for event, _ in events_of(file):
                    yield event

    def replace(self, events: Iterable[dict]) -> None:
        """Begin the journal anew with ``events``, whole or not at all."""
        made = self.path.with_name(f"{self.path.name}.new")
        number, last = 0, START
        with made.open("wb") as file:
            for some in batches(events):
                lines, last = chain(some, number, last)
                number += len(lines)
                file.writelines(f"{line}\n".encode() for line in lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, self.path)


def events_of(lines: Iterable[bytes]) -> Iterator[tuple[dict, str]]:
    """Every event of a journal's lines in order, its place in the chain checked, with the hash of its line.

    Raises:
        HistoryError: a line is torn in the middle, missing or changed; names the line.
    """
    last = START
    for number, raw in enumerate(lines, 1):
        if not raw.endswith(b"\n"):
            return  # a torn last line was never committed
        line = raw[:-1]
        try:
            event = json.loads(line)
            whole = event["n"] == number and event["prev"] == last
        except (ValueError, KeyError, TypeError) as error:
            raise HistoryError(f"历史记录 journal.jsonl 第{number}行读不懂：该行被改动过或不完整") from error
        if not whole:
            raise HistoryError(f"历史记录 journal.jsonl 第{number}行与前一行接不上：此前的记录被改动过")
        last = hashlib.sha256(line).hexdigest()
        yield event, last


def batches(every: Iterable[T]) -> Iterator[list[T]]:
    """The events, or whatever they are, some at a time."""
    rest = iter(every)
    while some := list(islice(rest, _BATCH)):
        yield some
