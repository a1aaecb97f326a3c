"""A YAML file as a person writes it: read and laid into a model, or refused in Chinese with the line that is wrong."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.actions import Sentence, act
from schemas.errors import DefinitionError, reason_of

Model = TypeVar("Model", bound=BaseModel)
Where = tuple[str | int | dt.date, ...]  # a path in the document: ("sections", 0, "items", 2)

_INVISIBLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u00ad\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]")
_FAULTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的键",
    "string_pattern_mismatch": "写法不对，应合 {pattern}",
    "literal_error": "只能是 {expected}",
    "string_type": "应为文字",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "too_long": "至多 {max_length} 个",
    "greater_than_equal": "不能小于 {ge}",
    "int_type": "应为整数", "int_parsing": "应为整数", "int_from_float": "应为整数",
    "date_type": "应为日期，如 2023-05-29", "date_parsing": "应为日期，如 2023-05-29",
    "date_from_datetime_parsing": "应为日期，如 2023-05-29", "date_from_datetime_inexact": "应为日期，如 2023-05-29",
    "tuple_type": "应为一列，如 [甲, 乙]", "list_type": "应为一列，如 [甲, 乙]",
    "dict_type": "应为“键: 值”的内容", "model_type": "应为“键: 值”的内容", "model_attributes_type": "应为“键: 值”的内容",
}


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file holds, with its lines. ``what`` is how the clerk calls the file."""

    path: Path
    what: str
    data: dict[str, Any]
    node: yaml.Node

    def validated(self, model: type[Model]) -> Model:
        """The document as ``model``.

        Raises:
            DefinitionError: it is none; names the first line that is wrong.
        """
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            first = error.errors()[0]
            template = _FAULTS.get(first["type"], "取值不对")
            raise self.refused(first["loc"], template.format(**first.get("ctx", {}))) from error

    def refused(self, where: Where, fault: str) -> DefinitionError:
        """What to raise of the place ``where``."""
        spot = ".".join(str(step) for step in where)
        return DefinitionError(f"{self.what} {self.path.name} 第{self._line_of(where)}行（{spot}）：{fault}")

    def _line_of(self, where: Where) -> int:
        """The line to which ``where`` leads, as far as it can be followed."""
        node, line = self.node, 1
        for step in where:
            found = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        line, found = key.start_mark.line + 1, value
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node.value[step]
                line = found.start_mark.line + 1
            if found is None:
                break
            node = found
        return line


def read_document(path: Path, what: str, option: str) -> Document:
    """The YAML mapping in ``path``; ``option`` is the one that names the file.

    Raises:
        DefinitionError: it cannot be read, is no YAML, has a key twice or is no mapping; names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except OSError as error:
        raise DefinitionError(Sentence(f"读不到{what} {path}：请", act("look-at-path", option=option),
                                       f"（{reason_of(error)}）")) from error
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{what} {path.name} 不是 UTF-8 编码：请另存为 UTF-8") from error
    except yaml.reader.ReaderError as error:
        line = _line_of_invisible(text)
        raise DefinitionError(f"{what} {path.name} 第{line}行：不是合规的 YAML，有看不见的字符，请删去重打这一行") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise DefinitionError(f"{what} {path.name} 第{line}行：不是合规的 YAML，请检查缩进与冒号") from error
    if not isinstance(data, dict) or node is None:
        raise DefinitionError(f"{what} {path.name} 第1行：应为“键: 值”的内容")
    if line := _line_of_invisible(text):
        raise DefinitionError(f"{what} {path.name} 第{line}行：有看不见的字符，请删去重打这一行")
    return Document(path, what, data, node)


def _line_of_invisible(text: str) -> int:
    """The first line that holds what cannot be seen, as no word with it is ever written; 0 where none does."""
    found = _INVISIBLE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


if TYPE_CHECKING:
    _SafeLoader = yaml.SafeLoader
else:
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it was built with it


class _Loader(_SafeLoader):
    """Refuses a key that occurs twice: YAML's own loader would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key that is no text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value} twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """A value, refused with its line where it is not what it is marked as, or seems to be (2023-02-30, !!int x)."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError) as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error
