"""Ledgers' definitions loaded from YAML: parts that contradict each other are refused with their line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import yaml

from schemas.errors import DefinitionError
from schemas.ledger_definition import Column, Ledger
from schemas.ledger_problems import LEDGER_CODES
from schemas.loading.yaml_document import Document, Where, read_document
from schemas.problems import shorten

_COUNTS = {"found": "hazards", "rectified": "hazards", "suspended": "hazards", "firms": "checks", "faults": "checks", "penalised": "checks",
           "fined": "checks"}
_TYPES: dict[str, dict[str, str]] = {  # of roles that the program works with
    "hazards": {**dict.fromkeys(("id", "own_id", "unit", "firm", "place", "description", "basis", "measures", "plan", "remarks",
                                 "review_result", "person", "phone", "reviewer", "inspector", "listed_level", "listed_number",
                                 "listed_by"), "text"),
                "credit_code": "credit_code", "level": "choice", "source": "choice", "found": "day", "completed": "day", "reviewed": "day",
                "due": "deadline", "listed_until": "deadline", "money": "money", "state": "state", "listed": "listed",
                "suspended": "yes_no"},
    "checks": {"firm": "text", "place": "text", "credit_code": "credit_code", "day": "day", "inspector": "text", "penalty": "money"},
    "duties": {"firm": "text", "credit_code": "credit_code", "risky": "yes_no"},
}
_PEOPLE = frozenset(("person", "phone", "reviewer", "inspector", "owner"))
_TORN = re.compile("[\\u4e00-\\u9fff]\\s+[\\u4e00-\\u9fff]|[\"“”，、；：]")  # two words without the comma, or half a quotation
_STATES = ("open", "rectified", "closed")
_MUST = {"hazards": ("firm", "description", "found"), "checks": ("firm", "day"), "duties": ("firm",)}


def load_ledger(path: Path) -> Ledger:
    """The ledger defined in ``path``.

    Raises:
        DefinitionError: the file cannot be read or defines what cannot be; names file and line.
    """
    document = read_document(path, "台账定义", "ledgers")
    _check_lists(document.node, document)
    ledger = document.validated(Ledger)
    _check(ledger, document)
    return ledger


def load_ledgers(names: tuple[str, ...], beside: Path) -> tuple[Ledger, ...]:
    """The ledgers that the form in ``beside`` names, each relative to it.

    Raises:
        DefinitionError: one of them is wrong, or two have one name.
    """
    ledgers = tuple(load_ledger(beside.parent / name) for name in names)
    if len({one.name for one in ledgers}) < len(ledgers):
        raise DefinitionError(f"表样定义 {beside.name} 的 ledgers：两份台账定义同名")
    duties = [key for one in ledgers for key in one.duties]
    if len(set(duties)) < len(duties):
        raise DefinitionError(f"表样定义 {beside.name} 的 ledgers：两份台账定义写了同一项履职（duties）")
    for one in ledgers:
        for key, column in one.columns.items():
            if column.duty and column.duty not in duties:
                raise DefinitionError(f"台账定义 {one.name} 的 columns.{key}：没有名为 {column.duty} 的履职（duties）")
    return ledgers


def _check(ledger: Ledger, document: Document) -> None:
    """Refuse a definition that contradicts itself.

    Raises:
        DefinitionError: it does; names the line.
    """
    for key in _MUST[ledger.kind]:
        if key not in ledger.columns:
            raise document.refused(("columns",), f"缺少 {key} 一列")
    if ledger.is_hazards and ledger.id is None:
        raise document.refused(("id",), "缺少编号的写法（prefix）")
    headings: dict[str, str] = {}
    for key, column in ledger.columns.items():
        for heading in (column.name, *column.also):
            if heading in headings:
                raise document.refused(("columns", key), f"表头“{heading}”已是 {headings[heading]} 的")
            headings[heading] = key
        _check_column(key, column, ledger, document)
    for n, key in enumerate(ledger.five):
        if key not in ledger.columns:
            raise document.refused(("five", n), f"没有名为 {key} 的列")
    for key in ledger.clauses:
        if key not in ledger.faults:
            raise document.refused(("clauses", key), f"{key} 不在 faults 中")
    for n, pair in enumerate(ledger.bridge):
        if ledger.kind != _COUNTS[pair.count]:
            raise document.refused(("bridge", n, "count"), f"{pair.count} 不能由这种台账计数")
        if pair.level and pair.level not in ledger.choices.get("level", {}):
            raise document.refused(("bridge", n, "level"), f"“{pair.level}”不是级别（choices.level）的取值")
        if pair in ledger.bridge[:n]:
            raise document.refused(("bridge", n), "与前面一行相同")
    _check_choices(ledger, document)
    _check_words(ledger, document)


def _check_column(key: str, column: Column, ledger: Ledger, document: Document) -> None:
    _check_expression(lambda: ledger.likes(key), ("columns", key, "like"), document)
    for text in column.like:
        _check_brackets(text, ("columns", key, "like"), document)
    if column.type == "choice" and not ledger.choices.get(key):
        raise document.refused(("columns", key, "type"), f"choices 中没有 {key} 的取值")
    if column.perhaps and (column.type != "choice" or not set(column.perhaps) <= {column.name, *column.also}):
        raise document.refused(("columns", key, "perhaps"), "perhaps 只用于有取值（choice）的列，且要写在 name 或 also 中")
    if column.type == "tick" and column.state is None and column.value not in ledger.choices.get(column.of, {}):
        raise document.refused(("columns", key, "type"), "勾选列要写明 state，或 of（一列）和 value（它的一个取值）")
    if column.denies and column.type not in ("yes_no", "tick"):
        raise document.refused(("columns", key, "denies"), "写明 denies 的列，type 应为 yes_no 或 tick")
    if column.instead and (column.instead not in ledger.columns or column.type != "text"):
        raise document.refused(("columns", key, "instead"), "instead 要写另一列的名称，本列 type 应为 text")
    if column.duty and column.type != "days":
        raise document.refused(("columns", key, "duty"), "写明 duty 的列，type 应为 days")
    if column.of and column.type != "tick":
        raise document.refused(("columns", key, "of"), "写明 of 的列，type 应为 tick")
    if column.state and column.type not in ("tick", "state", "text"):
        raise document.refused(("columns", key, "state"), "写明 state 的列，type 应为 tick、state 或 text")
    wanted = _TYPES[ledger.kind].get(key, column.type)
    if column.type != wanted:
        raise document.refused(("columns", key, "type"), f"{key} 的 type 应为 {wanted}")
    if key in _PEOPLE and not column.personal:
        raise document.refused(("columns", key), f"{key} 写的是人名、电话，要写明 personal: true")


def _check_choices(ledger: Ledger, document: Document) -> None:
    for key, choices in ledger.choices.items():
        if key not in ledger.columns:
            raise document.refused(("choices", key), f"没有名为 {key} 的列")
        for name, one in choices.items():
            _check_expression(lambda one=one: [*map(re.compile, (*one.like, one.unless))], ("choices", key, name), document)  # type: ignore[misc]
            if one.by_unit and not ("" in one.by_unit and set(one.by_unit.values()) <= {other for other in choices if other != name}):
                raise document.refused(("choices", key, name, "by_unit"), "要写明各类单位的取值，其余单位写在 '' 下，取值要是这一列的")
            if one.warning and one.warning not in LEDGER_CODES:
                raise document.refused(("choices", key, name, "warning"), f"没有 {one.warning} 这一种问题")


def _check_words(ledger: Ledger, document: Document) -> None:
    """Words of two states, and expressions that are none."""
    if any(column.type == "state" for column in ledger.columns.values()):
        for key in (key for key in _STATES if key not in ledger.states):
            raise document.refused(("states",), f"缺少 {key} 的写法")
        for key in (key for key in ("negation", "done_words") if not getattr(ledger, key)):
            raise document.refused(("states",), f"缺少 {key}：没有它，“未完成”会读成“完成”")
    words: dict[str, str] = {}
    for state, entry in ledger.states.items():
        for word in (*entry.words, *entry.alone):
            if words.setdefault(word, state) != state:
                raise document.refused(("states", state), f"“{word}”已是 {words[word]} 的写法")
    _check_expression(lambda: ledger.says_nothing, ("nothing",), document)
    _check_expression(lambda: re.compile(ledger.hints), ("hints",), document)
    _check_expression(lambda: ledger.names_firm and ledger.names_firm.groupindex["firm"], ("titled",), document)
    _check_expression(lambda: re.compile(ledger.of_level), ("of_level",), document)
    for key in ("none_like", "was"):
        _check_expression(lambda key=key: re.compile(getattr(ledger.deadlines, key)), ("deadlines", key), document)  # type: ignore[misc]
    for part, texts in (("phrases", ledger.phrases), ("reviews", ledger.reviews)):
        for key, text in texts:
            if isinstance(text, str):
                _check_expression(lambda text=text: ledger.phrase(text), (part, key), document)  # type: ignore[misc]
                _check_brackets(text, (part, key), document)


def _check_lists(node: yaml.Node, document: Document) -> None:
    """Refuse what is no word in a list of words: a blank, two words without a comma between them, half a quotation."""
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            _check_lists(value, document)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _check_lists(one, document)
            if isinstance(one, yaml.ScalarNode) and (not one.value.strip() or (not one.style and _is_torn(one.value))):
                raise DefinitionError(f"{document.what} {document.path.name} 第{one.start_mark.line + 1}行："
                                      f"“{shorten(one.value, 40)}”不像一个词：请检查逗号和引号")


def _is_torn(word: str) -> bool:
    return bool(_TORN.search(word)) or sum(map(word.count, "（(")) != sum(map(word.count, "）)"))


def _check_brackets(text: str, where: Where, document: Document) -> None:
    """Refuse an expression in which something other than a ``<word>`` begins with the bracket of one."""
    if re.search("[<>]", re.sub(r"\(\?(?:P?<\w+>|<?[=!]|>)|<\w+>", "", text)):
        raise document.refused(where, "写法有误：“<”后面应是一个词和“>”")


def _check_expression(made: Callable[[], object], where: Where, document: Document) -> None:
    try:
        made()
    except (KeyError, re.error) as error:
        raise document.refused(where, f"写法有误：{error}") from error
