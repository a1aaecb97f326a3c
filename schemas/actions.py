"""What a sentence tells the clerk to do, as data, and how each surface words it: a command, a click, a double click.

A sentence that names an action is a :class:`Sentence`. As text it is what the command line shows; the desk, the batch files and
what goes back to a unit word the same actions in their own way (:func:`in_clicks`, :func:`in_double_clicks`, :func:`for_units`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import NamedTuple


class _Wording(NamedTuple):
    """How an action is worded on the command line, on the desk, for who double-clicks ("": as on the command line), and for a unit,
    which can only ask for it ("": as on the command line).

    ``{at}`` are the options that name the week and the places; what else is in braces are words of the action.
    """

    command: str
    click: str
    double_click: str = ""
    unit: str = ""


ACTIONS: dict[str, _Wording] = {
    # a run
    "run": _Wording("运行 run{at}", "点“汇总”", "双击“汇总.bat”"),
    "run-anew": _Wording("重新运行 run{at}", "点“汇总”", "双击“汇总.bat”"),
    "run-first": _Wording(" run", "点“汇总”"),
    "after-a-run": _Wording("重新 run 后", "点“汇总”"),
    "again": _Wording("再运行一次", "再试一次", "再双击一次“汇总.bat”"),
    "later": _Wording("请稍后再运行", "请稍后再试"),
    # decisions
    "accept": _Wording("accept {unit} {figure}={value} --reason {reason}", "在 {unit} 的单位页用“电话报数”写成 {value}"),
    "confirm": _Wording("用 confirm 单位 指标 --reason 理由 记下", "在单位页点“确认”"),
    "dismiss": _Wording("运行 dismiss 文件 --reason 理由", "点该文件的“不用这个文件”"),
    "undismiss": _Wording("运行 undismiss", "点该文件的“改回来”"),
    "assign": _Wording('运行 assign "{file}" --week {this} --reason 日期忘了改，或 assign "{file}" --week {week} --reason 更正该期',
                       "在该文件的“改算哪一期”里选 {this}（日期忘了改）或 {week}（更正该期）"),
    "close": _Wording("运行 close{at}", "在“上报”页点“定稿”"),
    "reopen": _Wording("运行 reopen{at} --reason 理由", "在“上报”页重开这一期", "双击“工作台.bat”，在“上报”页重开这一期"),
    "reopen-where-needed": _Wording("reopen{at} --reason 理由", "在“上报”页重开这一期"),
    "reopen-first": _Wording(" reopen", "在“上报”页重开这一期"),
    "reason": _Wording("用 --reason 写明", "写明"),
    # letters
    "send": _Wording("运行 send{at}", "在“上报”页点“寄出”", "双击“工作台.bat”，在“上报”页报送"),
    "send-anyway": _Wording("加 --anyway", "勾选“有错误也寄出”"),
    "send-by-hand": _Wording("用 send --by-hand", "点“手工报送”"),
    "send-otherwise": _Wording("用 send --draft、send --by-hand", "点“存草稿”“手工报送”"),
    "send-to": _Wording("用 --to 写明", "在“改寄到”里写明"),
    "record-sent": _Wording("运行 send --by-hand{at} 记为已报，或 close{at} 定稿", "点“手工报送”记为已报，或点“定稿”"),
    # weeks and editions
    "name-week": _Wording("用 --week 写明，例如 --week 2023-06-05", "在上方选一期"),
    "other-week": _Wording("改写 --week", "另选一期"),
    "span-of-editions": _Wording("--from、--to 请与 --edition stage 或 final 同用", "起止日期请与“阶段进展”或“工作总结”同用"),
    "look-at-span": _Wording("核对 --from、--to", "核对“从”“到”"),
    # the history
    "verify": _Wording("运行 history --verify 查看", "在“设置”页点“核对历史记录”"),
    "verify-and-rebuild": _Wording("运行 history --verify 查看，再运行 history --rebuild", "在“设置”页先点“核对历史记录”，再点“重建索引”"),
    "verify-shows": _Wording("见 history --verify", "在“设置”页点“核对历史记录”可以看到"),
    "verify-archive": _Wording("用 history --verify 归档文件 核对", "放回发件夹的 archive 文件夹，再在“设置”页点“核对归档”"),
    "rebuild": _Wording("运行 history --rebuild 由历史记录和原件重建", "在“设置”页点“重建索引”"),
    "archive-again": _Wording("再运行一次同样的命令", "再归档一次"),
    # places
    "find-outbox": _Wording("用 --outbox 指对发件夹", "在“设置”页指对发件夹"),
    "other-outbox": _Wording("用 --outbox 另指一个", "在“设置”页另指一个"),
    "look-at-path": _Wording("检查 {option} 的路径", "在“设置”页检查路径"),
    # hazards
    "hazard-reopen": _Wording("由区级运行 hazard reopen {id} --reason 理由", "在“台账”页点开 {id}，再点“恢复”",
                              unit="请告知区里，由区里恢复"),
    "hazard-void": _Wording("请说明理由；区级运行 hazard void {id} --reason 理由", "请说明理由；在“台账”页点开 {id}，再点“撤销”",
                            unit="请告知区里并说明理由"),
    "hazard-move": _Wording("由区级运行 hazard move {id} --to 接收单位 --reason 移交", "在“台账”页点开 {id}，再点“移交”",
                            unit="或告知区里移交给谁"),
    "hazard-link": _Wording("由区级运行 hazard link {id} {other} --reason 同一条", "在“台账”页点开 {id}，点“合并”，写上 {other}",
                            unit="请告知区里，由区里合并"),
    "hazard-find": _Wording("用 hazard list --text 企业或内容 查找", "在“台账”页查找"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something for the clerk to do: a kind of :data:`ACTIONS` and the words that fill its wording; ``str()`` is the command."""

    kind: str
    words: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.worded(ACTIONS[self.kind].command)

    def worded(self, wording: str) -> str:
        """The action in one of its wordings; a word that it lacks is left out, for an error is reported by it."""
        words = defaultdict(str, self.words)
        words["at"] = (f" --week {words['week']}" if words["week"] else "") + words["options"]
        return wording.format_map(words)


class Sentence(str):
    """A sentence with the actions that it names. To put one into another, make another: within an f-string they are lost."""

    parts: tuple[str | Action, ...]

    def __new__(cls, *parts: str | Action) -> Sentence:
        flat = tuple(piece for part in parts for piece in (part.parts if isinstance(part, Sentence) else (part,)))
        made = super().__new__(cls, "".join(map(str, flat)))
        made.parts = flat
        return made

    def __getnewargs__(self) -> tuple[str | Action, ...]:  # type: ignore[override]
        return self.parts


def act(kind: str, **words: object) -> Action:
    """An action; a word that is None is left out.

    Raises:
        KeyError: no such kind.
    """
    ACTIONS[kind]
    return Action(kind, tuple((name, str(value)) for name, value in words.items() if value is not None))


def in_clicks(sentence: str) -> str:
    """``sentence`` with what to click where it names an action.

    >>> in_clicks(Sentence("需要更正的，请先", act("reopen", week="2023-06-05")))
    '需要更正的，请先在“上报”页重开这一期'
    """
    return _worded(sentence, lambda wording: wording.click)


def in_double_clicks(sentence: str) -> str:
    """``sentence`` with what to double-click where it names an action that has such a way."""
    return _worded(sentence, lambda wording: wording.double_click or wording.command)


def for_units(sentence: str) -> str:
    """``sentence`` as a unit reads it: what only the district can do is asked for, not commanded."""
    return _worded(sentence, lambda wording: wording.unit or wording.command)


def _worded(sentence: str, chosen: Callable[[_Wording], str]) -> str:
    if not isinstance(sentence, Sentence):
        return sentence
    return "".join(part if isinstance(part, str) else part.worded(chosen(ACTIONS[part.kind])) for part in sentence.parts)


@lru_cache(maxsize=512)
def as_commands(template: str) -> str:
    """A template of a sentence with each ``{>kind}`` as the command line words that action.

    >>> as_commands("请{>reopen}，再重报")
    '请运行 reopen --week {week} --reason 理由，再重报'
    """
    if "{>" not in template:
        return template
    for kind, wording in ACTIONS.items():
        template = template.replace(f"{{>{kind}}}", wording.command.replace("{at}", " --week {week}"))
    return template


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template filled in: a :class:`Sentence` where it, or a value, names an action (``{>kind}``)."""
    if "{>" not in template and Sentence not in map(type, values.values()):
        return template.format(**values)
    parts: list[str | Action] = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(text)
        if name and name.startswith(">"):
            needed = {word for _, word, _, _ in Formatter().parse(as_commands(f"{{{name}}}")) if word}
            parts.append(act(name[1:], **{word: values[word] for word in sorted(needed)}))
        elif name:
            parts.append(values[name])
    return Sentence(*parts)


def parts_to(sentence: str) -> list:
    """The parts of a sentence as plain JSON; empty where it names no action."""
    if not isinstance(sentence, Sentence):
        return []
    return [part if isinstance(part, str) else [part.kind, dict(part.words)] for part in sentence.parts]


def parts_from(sentence: str, parts: Sequence) -> str:
    """The sentence that :func:`parts_to` took apart; ``sentence`` itself where it named no action, or one that is no more known."""
    if not parts or any(part[0] not in ACTIONS for part in parts if not isinstance(part, str)):
        return sentence
    return Sentence(*(part if isinstance(part, str) else act(part[0], **part[1]) for part in parts))


def message_to(message: str) -> dict:
    """A sentence as ``result.json`` has it: the text, and its parts where it names an action."""
    parts = parts_to(message)
    return {"message": message, "parts": parts} if parts else {"message": message}


def message_from(data: Mapping) -> str:
    """The sentence that :func:`message_to` wrote."""
    return parts_from(data.get("message", ""), data.get("parts", ()))


def each_text(sentence: str, change: Callable[[str], str]) -> str:
    """``sentence`` with ``change`` done to its text, not to the actions that it names."""
    if not isinstance(sentence, Sentence):
        return change(sentence)
    return Sentence(*(change(part) if isinstance(part, str) else part for part in sentence.parts))
