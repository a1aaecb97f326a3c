"""Sentences of the program as the desk says them: where they name a command, what to click instead."""

from __future__ import annotations

import re

_WEEK = r"(?: --week [\w-]+)?"
_OPTIONS = _WEEK + r"(?: --(?:inbox|outbox|roster|form) (?:\"[^\"]*\"|[^\s\"]\S*))*"
_REASON = r"(?: --reason (?:理由|TEXT))?"
_CLICKS = [(re.compile(pattern), words) for pattern, words in (  # the first that fits: what is longer is before
    (r"运行 assign \\?\".*?\\?\" --week (\S+) --reason (\S+)，或 assign \\?\".*?\\?\" --week (\S+) --reason (\S+)",
     r"在该文件的“改算哪一期”里选 \1（\2）或 \3（\4）"),
    (r"(?:由区级 )?hazard reopen", "在“台账”页点开它，再点“恢复”"),
    (r"可用 hazard list --text 企业或内容 查找", "可在“台账”页查找"),
    (r"(?:重新)?运行 reopen" + _WEEK + _REASON, "在“上报”页重开这一期"),
    (r" ?reopen 该期", "在“上报”页重开该期"),
    (r" ?\breopen" + _WEEK + _REASON, "在“上报”页重开这一期"),
    (r"(?:重新)?运行 run\b" + _OPTIONS, "点“汇总”"),
    (r"(?:重新)? run\b(?: 后)?" + _OPTIONS, "点“汇总”"),
    (r"运行 dismiss 文件" + _REASON, "点该文件的“不用这个文件”"),
    (r"运行 undismiss", "点该文件的“改回来”"),
    (r"用 confirm 单位 指标" + _REASON + r" 记下", "在单位页点“确认”"),
    (r"accept (\S+) \S+?=(\S+) --reason \S+", r"在 \1 的单位页用“电话报数”写成 \2"),
    (r"运行 send --by-hand" + _WEEK + " ?", "点“手工报送”"),
    (r"用 send --draft、send --by-hand", "点“存草稿”“手工报送”"),
    (r"用 send --by-hand", "点“手工报送”"),
    (r"用 history --verify 归档文件 核对", "放回发件夹的 archive 文件夹，再在“设置”页点“核对归档”"),
    (r"运行 close" + _WEEK, "在“上报”页点“定稿”"),
    (r"请不写 --docx，", "请另选 Excel，"),
    (r"(?<=或) close" + _WEEK + r" 定稿", "点“定稿”"),
    (r"运行 send" + _WEEK, "在“上报”页点“寄出”"),
    (r"加 --anyway", "勾选“有错误也寄出”"),
    (r"用 --to 写明", "在“改寄到”里写明"),
    (r"用 --reason 写明", "写明"),
    (r"用 --week 写明，例如 --week [\d-]+", "在上方选一期"),
    (r"改写 --week", "另选一期"),
    (r"--from、--to 请与 --edition stage 或 final 同用", "起止日期请与“阶段进展”或“工作总结”同用"),
    (r"核对 --from、--to", "核对“从”“到”"),
    (r"运行 history --verify 查看，再运行 history --rebuild", "在“设置”页先点“核对台账”，再点“重建索引”"),
    (r"运行 history --verify 查看", "在“设置”页点“核对台账”"),
    (r"运行 history --rebuild 由台账和原件重建", "在“设置”页点“重建索引”"),
    (r"，或用 --outbox 指对发件夹", "，或在“设置”页指对发件夹"),
    (r"用 --outbox 另指一个", "在“设置”页另指一个"),
    (r"请?检查 (?:--inbox|--roster|--firms|firms\.csv) 的路径", "请在“设置”页检查路径"),
    (r"再运行一次同样的命令", "再归档一次"),
    (r"，见 history --verify", "，在“设置”页点“核对台账”可以看到"),
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
