"""Sentences of the program as the desk says them: where they name a command, what to click instead."""

from __future__ import annotations

import re

_WEEK = r"(?: --week (?P<{0}>[\w-]+))?"
_OPTIONS = r"(?: --(?:inbox|outbox|roster|form) (?:\"[^\"]*\"|\S+))*"
_REASON = r"(?: --reason 理由)?"
_CLICKS = [(re.compile(pattern), words) for pattern, words in (
    (r"(?:重新)?运行 reopen" + _WEEK.format("w") + _REASON, "在“上报”页重开这一期"),
    (r"reopen" + _WEEK.format("w") + _REASON, "在“上报”页重开这一期"),
    (r"先 reopen 该期", "先在“上报”页重开该期"),
    (r"(?:重新)?运行 run" + _WEEK.format("w") + _OPTIONS, "点“汇总”"),
    (r"先 run\b", "先点“汇总”"),
    (r"放好更正的表后", "放好更正的表后"),
    (r"运行 dismiss 文件" + _REASON, "点该文件的“不用这个文件”"),
    (r"运行 undismiss", "点该文件的“改回来”"),
    (r"用 confirm 单位 指标" + _REASON + r" 记下", "在单位页点“确认”"),
    (r"运行 send --by-hand" + _WEEK.format("w"), "点“手工报送”"),
    (r"close" + _WEEK.format("w") + r" 定稿", "点“定稿”"),
    (r"运行 send" + _WEEK.format("w"), "在“上报”页点“寄出”"),
    (r"请加 --anyway", "请勾选“有错误也寄出”"),
    (r"用 --to 写明", "在“改寄到”里写明"),
    (r"请用 --reason 写明理由", "请写明理由"),
    (r"用 --week 写明，例如 --week [\d-]+", "在上方选一期"),
    (r"请改写 --week", "请另选一期"),
    (r"可用 hazard list --text 企业或内容 查找", "可在“台账”页查找"),
    (r"请先运行 history --verify 查看，再运行 history --rebuild", "请在“设置”页先点“核对台账”，再点“重建索引”"),
    (r"请运行 history --rebuild 由台账和原件重建", "请在“设置”页点“重建索引”"),
    (r"或用 --outbox 另指一个(?:文件夹)?|，或用 --outbox 指对发件夹", "或在“设置”页另指一个"),
    (r"请检查 --(?:inbox|roster|firms) 的路径", "请在“设置”页检查路径"),
    (r"再运行一次", "再试一次"),
    (r"请稍后再运行", "请稍后再试"),
)]


def in_clicks(sentence: str) -> str:
    """``sentence`` with what to click where it names a command.

    >>> in_clicks("2023-06-05 期已定稿，不再变动：需要更正的，请先运行 reopen --week 2023-06-05 --reason 理由")
    '2023-06-05 期已定稿，不再变动：需要更正的，请先在“上报”页重开这一期'
    """
    for pattern, words in _CLICKS:
        sentence = pattern.sub(words, sentence)
    return sentence
