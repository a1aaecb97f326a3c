"""Every regular expression of the program against texts made to keep it busy. Run as a script, it prints each before it is tried:
where it does not come to an end, the last line names it.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
import re._constants as sre
import re._parser as parser
import time
from collections.abc import Iterator
from pathlib import Path

SLOW = 0.5  # seconds of processor time over one text: what is linear or quadratic takes a hundredth of it
LENGTHS = (30, 300)
_ALIKE = ("a", "1", " ", "\n", ".", "[", "(", '"', "\\", "一", "<", ";", ",", "年", "1.", "a ", "1 ", "1,", "=", "'")
_CLASSES = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_NOT_DIGIT: "a", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_SPACE: "a",
            sre.CATEGORY_WORD: "a", sre.CATEGORY_NOT_WORD: "!"}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
_CALLS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"}


def expressions(*packages: str) -> dict[str, re.Pattern]:
    """Where it is → each expression: in the variables of modules, and as the constant of a call."""
    found: dict[str, re.Pattern] = {}
    seen: set[tuple] = set()

    def note(pattern: re.Pattern, where: str) -> None:
        if (pattern.pattern, pattern.flags) not in seen:
            seen.add((pattern.pattern, pattern.flags))
            found[where if where not in found else f"{where}#{len(found)}"] = pattern

    def walk(value: object, where: str, depth: int = 0) -> None:
        if isinstance(value, re.Pattern):
            note(value, where)
        elif isinstance(value, dict) and depth < 4:
            for key, one in list(value.items()):
                walk(key, where, depth + 1)
                walk(one, where, depth + 1)
        elif isinstance(value, (list, tuple, set, frozenset)) and depth < 4:
            for one in value:
                walk(one, where, depth + 1)

    for package in packages:
        root = importlib.import_module(package)
        for info in pkgutil.walk_packages(root.__path__, f"{package}."):
            module = importlib.import_module(info.name)
            for name, value in list(vars(module).items()):
                walk(value, f"{info.name}.{name}")
            for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) \
                        and node.func.value.id == "re" and node.func.attr in _CALLS and node.args \
                        and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, (str, bytes)):
                    note(re.compile(node.args[0].value), f"{info.name}:{node.lineno}")
    return found


def hostile(pattern: re.Pattern, length: int) -> Iterator[str]:
    """Texts of about that length: what each repeat takes again and again, behind what leads to it, and an end that fits nothing."""
    chance = random.Random(length)
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    for before, body in _repeats(tree, "", chance):
        unit, other = _sample(body, chance), _sample(body, chance)
        for piece in {unit, unit + other} - {""}:
            many = piece * (length // len(piece))
            yield from (before + many, before + many + "\0", before + many + "\n!")
    whole = _sample(tree, chance)
    for piece in (whole, *_ALIKE):
        if piece:
            yield piece * (length // len(piece))


def _repeats(tree, before: str, chance: random.Random) -> Iterator[tuple[str, object]]:
    for kind, value in tree:
        inner = value[2:3] if kind in _REPEATS else value[3:4] if kind is sre.SUBPATTERN else value[1] if kind is sre.BRANCH \
            else value[1:2] if kind in (sre.ASSERT, sre.ASSERT_NOT) else ()
        if kind in _REPEATS and value[1] > 8:
            yield before, value[2]
        for one in inner:
            yield from _repeats(one, before, chance)
        before += _sample([(kind, value)], chance)


def _sample(tree, chance: random.Random) -> str:
    """A text that the tree most probably matches."""
    made = ""
    for kind, value in tree:
        if kind is sre.LITERAL:
            made += chr(value)
        elif kind is sre.NOT_LITERAL:
            made += "a" if value != ord("a") else "b"
        elif kind is sre.ANY:
            made += chance.choice("a1 ")
        elif kind is sre.IN:
            made += _one_of(value, chance)
        elif kind is sre.BRANCH:
            made += _sample(chance.choice(value[1]), chance)
        elif kind is sre.SUBPATTERN:
            made += _sample(value[3], chance)
        elif kind in _REPEATS:
            made += "".join(_sample(value[2], chance) for _ in range(max(value[0], min(value[1], 1))))
    return made


def _one_of(items: list, chance: random.Random) -> str:
    if items[0][0] is sre.NEGATE:
        return next((char for char in "a1 一.x\t!" if not any(_has(one, char) for one in items[1:])), "丁")
    kind, value = chance.choice(items)
    return chr(value) if kind is sre.LITERAL else chr(value[0]) if kind is sre.RANGE else _CLASSES.get(value, "a")


def _has(item: tuple, char: str) -> bool:
    kind, value = item
    return (kind is sre.LITERAL and value == ord(char)) or (kind is sre.RANGE and value[0] <= ord(char) <= value[1]) \
        or (kind is sre.CATEGORY and _CLASSES.get(value) == char)


def main() -> None:
    """Try them all."""
    for where, pattern in sorted(expressions("consolidator", "schemas").items()):
        print(where, flush=True)
        for length in LENGTHS:
            for text in hostile(pattern, length):
                subject = text if isinstance(pattern.pattern, str) else text.encode()
                begun = time.process_time()
                for work in (pattern.search, pattern.fullmatch):
                    work(subject)
                took = time.process_time() - begun
                if took > SLOW:
                    print(f"SLOW {where} {took:.1f} s over {text[:60]!r}", flush=True)
                    break


if __name__ == "__main__":
    main()
