"""What decisions made of figures and totals, in lines."""

from __future__ import annotations

from collections.abc import Sequence

from consolidator.model.display import total_text, value_text
from consolidator.model.result import DecisionOutcome
from schemas.form import Form


def outcome_lines(outcomes: Sequence[DecisionOutcome], form: Form) -> list[str]:
    """What decisions made of figures and totals, a line each; where a total is the same, why."""
    lines = []
    for one in outcomes:
        figure = form.figures[one.figure]
        before, after = (value_text(value, figure, "未填") for value in (one.before, one.after))
        was, now = (total_text(value, figure, "0") for value in (one.total_before, one.total_after))
        line = f"{one.unit} {figure.short}：{before} → {after}；合计 {was} → {now}"
        if before == after and one.held:
            line = f"{one.unit} {figure.short}：已记录，但合计没有变（{was}）：该单位的表还有别的错误没有采纳，见下面的问题"
        elif before == after:
            line = f"{one.unit} {figure.short}：已记录，数字与原来相同（{after}），合计没有变（{was}）"
        lines.append(line)
    return lines
