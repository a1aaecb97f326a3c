"""The lines of a definition as ``adopt`` writes it: one is changed, put in or taken out, all others stay with their comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from consolidator.adopt.definition import CHECK

_FIGURE = re.compile(r"(\s*- \{name: )([a-z][a-z0-9_]*)(, .*\})(\s*#.*)?$")
_ITEM = "      - number: "
_NO_TEXTS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")  # in YAML
_RULES = ("part_of_whole", "sum_of", "together", "nothing_found")


@dataclass(slots=True)
class Lines:
    """The lines of one file."""

    lines: list[str]

    @classmethod
    def read(cls, path: Path) -> Lines:
        return cls(path.read_text(encoding="utf-8").split("\n"))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def open_guesses(self) -> dict[str, str]:
        """Figure → what is still to be checked of it, and of the rules that begin with it."""
        found: dict[str, str] = {}
        for line in self.lines:
            if f"# {CHECK}" not in line:
                continue
            named = _FIGURE.match(line)
            rule = re.match(r"    - \{(part|total): ([a-z][a-z0-9_]*),", line)
            if named:
                found[named[2]] = line.partition(f"# {CHECK}")[2].lstrip("：:")
            elif rule:
                words = "其中、属于哪一项是推测" if rule[1] == "part" else "合计是推测"
                found[rule[2]] = "；".join(filter(None, (found.get(rule[2], ""), words)))
        return found

    def figure(self, name: str) -> int:
        """The line of a figure."""
        return next(n for n, line in enumerate(self.lines) if (named := _FIGURE.match(line)) and named[2] == name)

    def item(self, name: str) -> tuple[int, int]:
        """The first line of a figure's item, and the one after its last."""
        at = self.figure(name)
        first = max(n for n in range(at) if self.lines[n].startswith(_ITEM))
        end = next((n for n in range(first + 1, len(self.lines))
                    if self.lines[n].strip() and not self.lines[n].startswith("        ")), len(self.lines))
        return first, end

    def set_figure(self, name: str, **values: str) -> None:
        at = self.figure(name)
        figure = yaml.safe_load(self.lines[at].partition("- ")[2].partition("        #")[0]) | values
        self.lines[at] = f"{self.lines[at].partition('- ')[0]}- {flow_map(figure)}"

    def set_label(self, name: str, label: Iterable[str]) -> None:
        """The label in force from the latest week on; those before it stay."""
        first, end = self.item(name)
        at = next(n for n in range(first, end) if self.lines[n].startswith("        labels:"))
        body = self.lines[at].partition("labels: ")[2].partition("        #")[0]
        labels = yaml.safe_load(body)
        labels[-1]["text"] = list(label)
        self.lines[at] = f"        labels: [{', '.join(flow_map(one) for one in labels)}]"

    def set_filled_by(self, name: str, kinds: list[str]) -> None:
        first, end = self.item(name)
        self.lines[first:end] = [line for line in self.lines[first:end] if not line.startswith("        filled_by:")]
        if kinds:
            at = next(n for n in range(first, end) if self.lines[n].startswith("        figures:"))
            self.lines.insert(at, f"        filled_by: {flow_list(kinds)}")
            self._know_kinds(kinds)

    def _know_kinds(self, kinds: list[str]) -> None:
        at = next(n for n, line in enumerate(self.lines) if line.startswith("kinds: "))
        body, mark, comment = self.lines[at].partition("kinds: ")[2].partition("        #")
        known = yaml.safe_load(body)
        self.lines[at] = f"kinds: {flow_list([*known, *(one for one in kinds if one not in known)])}{mark}{comment}"

    def know_unit(self, unit: str, kind: str) -> None:
        """The table of units has ``unit``."""
        at = self.lines.index("units:")
        end = next((n for n in range(at + 1, len(self.lines)) if not self.lines[n].startswith("  ")), len(self.lines))
        if unit not in yaml.safe_load("\n".join(self.lines[at:end]))["units"]:
            self.lines.insert(end, f"  {scalar(unit)}: {kind}")

    def set_campaign(self, values: Mapping[str, str]) -> None:
        at = self.lines.index("campaign:")
        for key, value in values.items():
            n = next(n for n in range(at + 1, len(self.lines)) if self.lines[n].startswith(f"  {key}: "))
            self.lines[n] = f"  {key}: {value}"

    def set_cell(self, name: str, cell: str) -> None:
        at = self._placed(name)
        self.lines[at] = f"      {name}: {cell}"
        self._free(at, cell)

    def _placed(self, name: str) -> int:
        """The line of a figure's cell in the pictures."""
        start = self.lines.index("pictures:")
        return next(n for n in range(start, len(self.lines)) if re.fullmatch(rf"      {name}: [A-Z]+\d+( *#.*)?", self.lines[n]))

    def _sheet(self, at: int) -> tuple[int, int]:
        """The lines of the picture that holds line ``at``."""
        starts = [n for n, line in enumerate(self.lines) if line.startswith("  - sheet: ") and n > self.lines.index("pictures:")]
        first = max(n for n in starts if n <= at)
        return first, next((n for n in starts if n > first), len(self.lines))

    def _free(self, at: int, cell: str) -> None:
        """A cell that becomes a figure's is no text and nothing computed any more."""
        first, end = self._sheet(at)
        within, kept = "", []
        for n in range(first, end):
            line = self.lines[n]
            if re.match(r"    [a-z]", line):
                within = line.split(":")[0].strip()
            words = within == "texts" and re.match(rf"      {cell}: ", line)
            worked = within == "computed" and f"{{cell: {cell}," in line
            if not words and not worked:
                kept.append(line)
        self.lines[first:end] = [line for n, line in enumerate(kept)
                                 if not (re.match(r"    (texts|computed):", line) and not kept[n + 1].startswith("      "))]

    def set_rule(self, kind: str, key: str, name: str, rules: list[str]) -> None:
        """The rules of a kind that begin with a figure: those there are go, ``rules`` come."""
        self.lines = [line for line in self.lines if not line.startswith(f"    - {{{key}: {name},")]
        if rules:
            self._rules_of(kind)
            at = self.lines.index(f"  {kind}:")
            self.lines[at + 1:at + 1] = [f"    - {rule}" for rule in rules]
        self._drop_empty_rules()

    def _rules_of(self, kind: str) -> None:
        """There is a heading for rules of a kind."""
        if f"  {kind}:" in self.lines:
            return
        if "rules:" not in self.lines:
            at = self.lines.index("report:") if "report:" in self.lines else next(
                n for n, line in enumerate(self.lines) if line == "pictures:")
            self.lines[at:at] = ["rules:", ""]
        self.lines.insert(self.lines.index("rules:") + 1, f"  {kind}:")

    def _drop_empty_rules(self) -> None:
        for kind in _RULES:
            if f"  {kind}:" in self.lines:
                at = self.lines.index(f"  {kind}:")
                if not self.lines[at + 1:at + 2] or not self.lines[at + 1].startswith("    "):
                    del self.lines[at]
        if "rules:" in self.lines:
            at = self.lines.index("rules:")
            if not self.lines[at + 1:at + 2] or not self.lines[at + 1].startswith("  "):
                del self.lines[at]

    def drop_item(self, names: list[str]) -> None:
        """An item's lines go, those of its cell, and whatever rule or report names it."""
        first, end = self.item(names[0])
        del self.lines[first:end]
        self._drop_empty_section(first)
        for name in names:
            del self.lines[self._placed(name)]
        named = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        start = self.lines.index("rules:") if "rules:" in self.lines else len(self.lines)
        stop = self.lines.index("pictures:")
        self.lines = [line for n, line in enumerate(self.lines)
                      if not (start < n < stop and line.startswith("    - {") and named.search(line))]
        self._unsay(names)
        self._drop_empty_rules()

    def _unsay(self, names: list[str]) -> None:
        """What is computed of a figure that is gone is worked out no more; reports do not show it."""
        named = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        for n, line in enumerate(self.lines):
            if line.startswith("      - {cell: ") and named.search(line.partition(" is: ")[2]):
                self.lines[n] = f"{line.partition(' is: ')[0]} is: \"\"}}"
            elif line.startswith("  headline: ["):
                body, mark, comment = line.partition("headline: ")[2].partition("        #")
                kept = [one for one in yaml.safe_load(body) if one not in names]
                self.lines[n] = f"  headline: [{', '.join(kept)}]{mark}{comment}"

    def _drop_empty_section(self, at: int) -> None:
        """The section whose last item ended before line ``at`` goes if none is left."""
        if self.lines[at - 1] == "    items:" and not (at < len(self.lines) and self.lines[at].startswith(_ITEM)):
            first = max(n for n in range(at) if self.lines[n].startswith("  - title: "))
            del self.lines[first:at]

    def add_item(self, section: int, label: Iterable[str], figure: Mapping[str, str], sheet: int, cell: str) -> None:
        """A further item at the end of a section, and its cell on a sheet."""
        start = self.lines.index("sections:")
        titles = [n for n in range(start, self.lines.index("pictures:")) if self.lines[n].startswith("  - title: ")]
        first = titles[section]
        end = next(n for n in range(first + 1, len(self.lines)) if not self.lines[n].startswith("    "))
        numbers = [int(line.removeprefix(_ITEM)) for line in self.lines[first:end] if line.startswith(_ITEM)]
        self.lines[end:end] = [f"{_ITEM}{max(numbers, default=0) + 1}", f"        labels: [{{text: {flow_list(label)}}}]",
                               "        figures:", f"          - {flow_map(figure)}"]
        sheets = [n for n, line in enumerate(self.lines) if line.startswith("  - sheet: ") and n > self.lines.index("pictures:")]
        at = next(n for n in range(sheets[sheet], len(self.lines)) if self.lines[n] == "    figures:")
        self.lines.insert(at + 1, f"      {figure['name']}: {cell}")
        self._free(at, cell)


def flow_list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(scalar(text) for text in texts) + "]"


def flow_map(values: Mapping[str, object]) -> str:
    written = (f"{key}: {flow_list(value) if isinstance(value, list) else scalar(value)}" for key, value in values.items())
    return "{" + ", ".join(written) + "}"


def scalar(value: object) -> str:
    """A YAML scalar on one line."""
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value) and value not in _NO_TEXTS:
        return value
    return yaml.safe_dump(value, allow_unicode=True, default_style='"' if isinstance(value, str) else None, width=10_000_000) \
        .strip().removesuffix("...").strip()
