"""Which unit a written name means: the name as the roster has it, an alias, or one of the usual ways of writing it.

Nothing here guesses: a name is credited only where one unit alone can be meant. Likeness (rapidfuzz) gives hints for
people, never a credit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.remembering import remembered

How = Literal["name", "alias", "written", "unknown"]

# One body's name, short and long: 光复道街 = 光复道街道 = 光复道街道办 = 光复道街道办事处. The longest comes first.
_ENDINGS = (("街道办事处", "街道办", "街道", "街"), ("镇人民政府", "镇政府", "镇"), ("乡人民政府", "乡政府", "乡"))
_GOVERNMENT = "人民政府"  # 天津市河北区人民政府光复道街道办事处: a street's office is the district's
_AROUND = "：:，,。.、;-—·*\"'“”‘’《》【】[]()"
_SEAL = re.compile(r"\((?:盖章|公章|章|单位)\)$")
# An office within a body fills in the form for it: 光复道街道安监办, 区商务局（安全生产科).
_OFFICE = re.compile(
    r"(?<=[\u4e00-\u9fff]{3})\(?(?:安全生产|安全|安监|应急|综合|办公|平安建设|综合执法|公共安全)?(?:管理|监管|监督|监察|协调)?"
    r"(?:科|股|处|室|办|办公室)\)?$")
# In running text a short name counts only at a word's edge; these end the words that file names put before a unit.
_EDGES = frozenset("表报送于的由日号月年期份版稿位及和与")
_SURE_LENGTH = 4  # a name this long is a word by itself wherever it occurs
_SHORTEST_CORE = 3


@dataclass(frozen=True, slots=True)
class Match:
    """The unit that a text means, and how it was known.

    ``how``: ``name`` (the roster's name, but for blanks, widths and underscores), ``written`` (the name with or without
    its region, or with another ending: 河北区商务局, 光复道街), ``alias``, ``unknown`` (``unit`` is None).
    """

    unit: str | None
    how: How


UNKNOWN = Match(None, "unknown")


@remembered(most=1 << 16, longest=60)  # names come again, narratives do not
def plain(text: str) -> str:
    """``text`` in one width, without blanks and invisible characters: 区商务局 for ``区 商务局\\u200b``."""
    text = unicodedata.normalize("NFKC", text).replace(" ", "")
    if text.isprintable():
        return text
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def loose(text: str) -> str:
    """:func:`plain` without underscores (the form's blank line) and in one case."""
    return plain(text).replace("_", "").casefold()


class NameIndex:
    """Every way of writing every unit, looked up in time that does not grow with the number of units."""

    def __init__(self, units: Iterable[tuple[str, Sequence[str]]], region: Sequence[str]):
        """``units`` are (name, aliases); ``region`` is what is written before a name, widest first (天津市, 河北区)."""
        self._outer, self._own = [plain(word) for word in region[:-1]], plain(region[-1]) if region else ""
        self._level = self._own[-1:]
        self._steps: list[dict[str, Match | None]] = [{}, {}, {}, {}]
        self._cores: dict[str, Match | None] = {}
        self._spoken: dict[str, Match | None] = {}
        self._whole: set[str] = set()
        self._choices: dict[str, str] = {}
        for name, aliases in units:
            self._add(name, name, "name")
            for alias in aliases:
                self._add(alias, name, "alias")
            for part in re.split("[/、]", name) if re.search("[/、]", name) else ():  # 区工信局/科技局
                self._add(part, name, "alias")
        self._lengths = _lengths_by_start(self._spoken)

    def match(self, text: str) -> Match:
        """The one unit that ``text`` names as a whole; :data:`UNKNOWN` where there is none or more than one."""
        found = self._match(text)
        if found is UNKNOWN:
            found = self._match(_SEAL.sub("", loose(text)).strip(_AROUND))
        if found is UNKNOWN:
            body = self._match(_OFFICE.sub("", loose(text)))
            found = Match(body.unit, "alias") if body.unit else UNKNOWN
        return found

    def _match(self, text: str) -> Match:
        strict, relaxed = plain(text), loose(text)
        for step, key in zip(self._steps, (strict, strict, relaxed, relaxed), strict=True):
            if key in step:
                return step[key] or UNKNOWN
        found = self._cores.get(self._core(relaxed))
        if found is None:
            return UNKNOWN
        return found if found.how == "alias" else Match(found.unit, "written")

    def find_in(self, text: str) -> list[str]:
        """The units named within a longer text such as a file's name, in order; where names overlap, the longest.

        Blanks part words; only where that finds nothing are they taken for spacing (月 牙 河 街 道).
        """
        words = " ".join(plain(word) for word in text.split()).casefold()
        return self._units_in(words) or self._units_in(words.replace(" ", ""))

    def _units_in(self, text: str) -> list[str]:
        units: list[str] = []
        start = 0
        while start < len(text):
            found, end = self._longest_at(text, start)
            if found is not None and found.unit is not None and found.unit not in units:
                units.append(found.unit)
            start = end if end > start else start + 1
        return units

    def nearest(self, text: str, n: int = 2) -> list[str]:
        """The ``n`` units whose names look most like ``text``: for hints only."""
        from rapidfuzz import fuzz, process

        wanted = self._core(loose(text))
        likely = process.extract(wanted, self._choices.keys(), scorer=fuzz.ratio, score_cutoff=45, limit=4 * n)
        return list(dict.fromkeys(self._choices[key] for key, _, _ in likely))[:n]

    def _add(self, written: str, unit: str, how: How) -> None:
        strict, relaxed = plain(written), loose(written)
        match, step = Match(unit, how), 0 if how == "name" else 1
        _claim(self._steps[step], strict, match)
        if not relaxed:
            return
        _claim(self._steps[step + 2], relaxed, match)
        core = self._core(relaxed)
        _claim(self._cores, core, match)
        self._choices.setdefault(core, unit)
        self._whole.add(strict.casefold())
        for key in {strict.casefold(), *_endings_of(core)}:
            if len(key) >= _SHORTEST_CORE or key == strict.casefold():
                _claim(self._spoken, key, match)

    def _core(self, key: str) -> str:
        """A name without its own region and with the shortest ending.

        The wider region alone stays: 天津市商务局 is the city's, not 区商务局.
        """
        rest = key
        for word in self._outer:
            rest = rest.removeprefix(word)
        bare = self._without_own(rest)
        return _shortened(bare if bare != rest or rest == key else key)

    def _without_own(self, key: str) -> str:
        rest = key
        if self._own and key.startswith(self._own):
            rest = key.removeprefix(self._own)
            rest = rest.removeprefix(_GOVERNMENT) or rest
        if self._level and len(rest) > 1:
            rest = rest.removeprefix(self._level)
        return rest or key

    def _longest_at(self, text: str, start: int) -> tuple[Match | None, int]:
        """The longest name that begins at ``start`` as a separate word, and where it ends."""
        for length in self._lengths.get(text[start:start + 2], ()):
            end = start + length
            key = text[start:end]
            if key in self._spoken and self._stands_alone(text, start, end):
                return self._spoken[key], end
        return None, start

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        """Whether text[start:end] is a whole name here: 单位1 is not in 单位12, nor 区商务局 in 南开区商务局."""
        key = text[start:end]
        ours = bool(self._level) and key.startswith(self._level)
        begin = start
        if text[:begin].endswith(self._own + _GOVERNMENT):
            begin -= len(_GOVERNMENT)
        if not ours and text[:begin].endswith(self._level):
            begin -= len(self._level)
            ours = bool(self._level)
        if self._level and ours and text[begin - len(self._own) + 1:begin + 1] == self._own:
            begin -= len(self._own) - 1
        for word in reversed(self._outer):
            begin -= len(word) if text[:begin].endswith(word) else 0
        if _glued(text[end - 1:end + 1]) or (begin and _glued(text[begin - 1:begin + 1])):
            return False
        if begin < start and not ours:  # 天津市消防救援支队 is the city's, where the roster has 区消防救援支队
            return key in self._whole
        if begin == 0 or not text[begin - 1].isalpha() or text[begin - 1] in _EDGES:
            return True
        return key in self._whole and len(key) >= _SURE_LENGTH and not ours


def _claim(claims: dict[str, Match | None], key: str, match: Match) -> None:
    """Gives ``key`` to the match's unit; to nobody where another unit has it already."""
    other = claims.setdefault(key, match)
    if other is not None and other.unit != match.unit:
        claims[key] = None


def _shortened(key: str) -> str:
    for endings in _ENDINGS:
        for ending in endings:
            if key.endswith(ending) and len(key) > len(ending):
                return key[:-len(ending)] + endings[-1]
    return key


def _endings_of(core: str) -> list[str]:
    for endings in _ENDINGS:
        if core.endswith(endings[-1]) and len(core) > 1:
            return [core[:-1] + ending for ending in endings]
    return [core]


def _lengths_by_start(keys: Iterable[str]) -> dict[str, list[int]]:
    """First two characters → the lengths of the names that begin so, longest first."""
    lengths: dict[str, set[int]] = {}
    for key in keys:
        lengths.setdefault(key[:2], set()).add(len(key))
    return {start: sorted(found, reverse=True) for start, found in lengths.items()}


def _glued(pair: str) -> bool:
    """Whether two neighbours are one number or one Latin word."""
    return len(pair) == 2 and re.fullmatch(r"[0-9]{2}|[a-z0-9][a-z]|[a-z][0-9]", pair) is not None
