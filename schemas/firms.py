"""The register of firms: ``schemas/firms.csv``, which the clerk keeps. It holds what the clerk knows of a firm.

Columns 企业名称,别名,信用代码,街道,行业,高危. 别名 holds several, separated by ；. 高危 is 是 or blank. A row that names an alias makes
two written names one firm; likeness never does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import DefinitionError
from schemas.loading.csv_table import read_table
from schemas.naming import plain
from schemas.problems import shorten

if TYPE_CHECKING:
    import pandas
    import pandera.pandas as pa

NAME, ALIASES, CODE, STREET, TRADE, RISKY = "企业名称", "别名", "信用代码", "街道", "行业", "高危"
COLUMNS = (NAME, ALIASES, CODE, STREET, TRADE, RISKY)
_BETWEEN = re.compile(r"[；;\n]+")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_SUFFIX = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司)(?=$|分)|个体工商户$", re.MULTILINE)
_BRACKETS = re.compile(r"""[()\[\]{}（）【】〔〕“”"'‘’·.,，、\-—_]+""")
_FAULTS = {
    "no-name": (NAME, "没有写企业名称"),
    "name-twice": (NAME, "企业“{cell}”的名称或别名与另一行重复"),
    "bad-code": (CODE, "信用代码“{cell}”不是 18 位或校验不符"),
    "bad-risky": (RISKY, "“{cell}”应写“是”或空着"),
}
_SHOWN_AT_ONCE = 3
_one_width = partial(unicodedata.normalize, "NFKC")  # of a name by itself, as most are in one width, which is seen at once


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm as the clerk's register has it."""

    name: str
    aliases: tuple[str, ...] = ()
    credit_code: str = ""
    street: str = ""
    trade: str = ""
    _: KW_ONLY
    risky: bool = False


def is_credit_code(text: str) -> bool:
    """Whether ``text`` is a 统一社会信用代码: 18 signs, of which the last checks the others (GB 32100-2015)."""
    if len(text) != 18 or set(text) - set(_SIGNS):
        return False
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _SIGNS[(31 - total % 31) % 31] == text[17]


class FirmNames:
    """What written names of firms are compared by, and which firm of the register they mean."""

    def __init__(self, firms: Sequence[Firm] = (), region: Sequence[str] = ()):
        self.region = tuple(sorted(dict.fromkeys(map(plain, region)), key=len, reverse=True))
        self.firms = tuple(firms)
        self._known: dict[str, Firm] = {}
        self._keys: dict[str, str] = {}
        for firm in firms:
            for name in (firm.name, *firm.aliases):
                self._known.setdefault(self.bare(name), firm)
        self._by_code = {firm.credit_code: firm for firm in firms if firm.credit_code}

    def bare(self, name: str) -> str:
        """A name in one width, without blanks, the region before it, brackets and the company's legal form behind it."""
        return self._bare_of_all([name])[0]

    def key(self, name: str) -> str:
        """:meth:`bare`, of an alias that of the firm's own name."""
        found = self._keys.get(name)
        return self.keys((name,))[0] if found is None else found

    def keys(self, names: Sequence[str]) -> list[str]:
        """:meth:`key` of each of ``names``, in half the time that one after the other takes."""
        try:
            return list(map(self._keys.__getitem__, names))
        except KeyError:  # some are new
            new = [name for name in dict.fromkeys(names) if name not in self._keys]
        for name, bare in zip(new, self._bare_of_all(new), strict=True):
            firm = self._known.get(bare)
            self._keys[name] = self.bare(firm.name) if firm else bare
        return list(map(self._keys.__getitem__, names))

    def _bare_of_all(self, names: Sequence[str]) -> list[str]:
        """:meth:`bare` of each of ``names``: all are changed at once, as lines of one text."""
        if not names:
            return []
        text = "\n".join(map(_one_width, names)).replace(" ", "")
        if text.count("\n") >= len(names) or not text.replace("\n", "").isprintable():  # breaks or invisible signs within names
            text = "\n".join(map(plain, names))
        text = text.casefold()
        for word in self.region:
            if f"\n{word}\n" in f"\n{text}\n":  # of a name that is the region's own nothing would be left
                text = "\n".join(line if line == word else line.replace(word, "") for line in text.split("\n"))
            else:
                text = text.replace(word, "")
        bare = _SUFFIX.sub("", _BRACKETS.sub("", text))
        return [short or long for short, long in zip(bare.split("\n"), text.split("\n"), strict=True)]

    def firm(self, name: str, credit_code: str = "") -> Firm | None:
        """The firm of the register that is meant."""
        return self._by_code.get(credit_code) or (self._known.get(self.bare(name)) if self._known else None)


def load_firms(path: Path, *, checked: bool = False) -> tuple[Firm, ...]:
    """The register in ``path``; empty where there is none. A worker takes it as ``checked`` before, as checking imports pandas.

    Raises:
        DefinitionError: it cannot be read, or a name occurs twice, a code or 高危 is wrong; names file, line and column.
    """
    if not path.exists():
        return ()
    header, rows, lines = read_table(path, "企业名录", "firms.csv", COLUMNS)
    faults = _faults(header, rows, lines) if rows and not checked else []
    if faults:
        more = f"；另有 {len(faults) - _SHOWN_AT_ONCE} 处" if len(faults) > _SHOWN_AT_ONCE else ""
        raise DefinitionError(f"企业名录 {path.name} {'；'.join(faults[:_SHOWN_AT_ONCE])}{more}")
    return tuple(Firm(row[NAME], _aliases(row[ALIASES]), plain(row[CODE]).upper(), row[STREET], row[TRADE], risky=plain(row[RISKY]) == "是")
                 for row in rows)


def _aliases(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in _BETWEEN.split(cell) if one.strip()))


def firms_schema() -> pa.DataFrameSchema:
    """The pandera schema of the register's frame: every column text, a blank ``""``."""
    import pandera.pandas as pa

    checks = {NAME: [pa.Check(_named, name="no-name")], CODE: [pa.Check(_code_right, name="bad-code")],
              RISKY: [pa.Check(_risky_right, name="bad-risky")]}
    columns = {column: pa.Column(str, checks.get(column, [])) for column in COLUMNS}
    return pa.DataFrameSchema(columns, checks=pa.Check(_names_free, name="name-twice"))


def _named(names: pandas.Series) -> pandas.Series:
    return names.map(plain) != ""


def _code_right(codes: pandas.Series) -> pandas.Series:
    return codes.map(lambda text: not text or is_credit_code(plain(text).upper()))


def _risky_right(cells: pandas.Series) -> pandas.Series:
    return cells.map(plain).isin(["", "是", "否"])


def _names_free(frame: pandas.DataFrame) -> pandas.Series:
    import pandas

    seen: dict[str, int] = {}
    free = []
    for number, (name, aliases) in enumerate(zip(frame[NAME], frame[ALIASES], strict=True)):
        own = {plain(one) for one in (name, *_aliases(aliases)) if plain(one)}
        free.append(all(seen.setdefault(one, number) == number for one in own))
    return pandas.Series(free, frame.index)


def _faults(header: list[str], rows: list[dict[str, str]], lines: list[int]) -> list[str]:
    import pandas
    import pandera.pandas as pa

    try:
        firms_schema().validate(pandas.DataFrame(rows, columns=header, dtype="str"), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        found = sorted({(int(row), check) for row, check in zip(cases["index"], cases["check"], strict=True)})
    else:
        return []
    faults = []
    for row, check in found:
        column, template = _FAULTS[check]
        faults.append(f"第{lines[row]}行第{header.index(column) + 1}列（{column}）：{template.format(cell=shorten(rows[row][column]))}")
    return faults
