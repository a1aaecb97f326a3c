"""What the clerk sees after ``adopt``: what was found, what is to be checked, and what to do next."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from consolidator.workflows.adopt import Adopted, Proof
from consolidator.workflows.rehearse import Rehearsal
from schemas.problems import shorten

_RHYTHMS = {"weekly": "每周一", "weekly_any_day": "每周", "ten_days": "每旬", "half_monthly": "每半月", "monthly": "每月",
            "quarterly": "每季",            "half_yearly": "每半年", "yearly": "每年", "dates": "按日期"}


def adopted_screen(done: Adopted, places: str = "") -> Group:
    """Title, rhythm and places; a row a figure; the proof; the next step, with the options ``places`` that were given."""
    understood = done.understood
    table = Table(title=Text(shorten("".join(understood.title))))
    for head in ("单元格", "项目", "单位", "口径", "请核对"):
        table.add_column(head, overflow="fold")
    for row in done.rows:
        table.add_row(*(Text(shorten(text)) for text in row))
    guessed = "（请核对）" if understood.rhythm_guessed else ""
    lines: list[RenderableType | str] = [
        table, f"多久报一次：{_RHYTHMS[understood.rhythm]}{guessed}；工作表 {len(understood.sheets)} 张；要填的数 {len(done.rows)} 个"]
    relations = len(understood.parts) + len(understood.sums)
    if relations:
        lines.append(f"看出的关系：其中和已整改 {len(understood.parts)} 处，合计 {len(understood.sums)} 处，"
                     f"比率 {len(understood.computed)} 个")
    if understood.unused:
        lines.append(f"表内没有用上的文字 {len(understood.unused)} 处，请核对是否漏了要填的格：")
        lines += [f"  {shorten(' '.join(one.split()))}" for one in understood.unused[:20]]
    if done.mapped is not None:
        lines.append(f"沿用原表的指标 {len(done.mapped.kept)} 个，新增 {len(done.mapped.new)} 个，不再有 {len(done.mapped.gone)} 个")
        lines += [f"  {new} ← {old}（相近，请核对）" for new, old, sure in done.mapped.kept if not sure]
        lines += [f"  新增：{label}" for label in done.mapped.new]
        lines += [f"  不再有：{label}" for label in done.mapped.gone]
    if done.roster is not None:
        lines.append(f"名册：{done.roster!s}")
    lines += _proof_lines(done.proof)
    lines.append(f"已写好：{done.path!s}")
    lines.append(f"下一步：打开它，核对注有“请核对”的 {len(done.proof.guesses)} 行，再运行 adopt --check {done.path.stem}；"
                 f"以后的命令都加 --form schemas/{done.path.name}{places}")
    return Group(*(Text(line) if isinstance(line, str) else line for line in lines))


def proof_screen(proof: Proof, name: str) -> Group:
    """The proof of a definition, and its lines still to be checked."""
    lines = _proof_lines(proof)
    lines += [f"  第{number}行：{note}" for number, note in proof.guesses]
    if proof.guesses:
        lines.append(f"还有 {len(proof.guesses)} 行注有“请核对”：核对后改好，删去注释")
    return Group(*(Text(line) if isinstance(line, str) else line for line in lines))


def _proof_lines(proof: Proof) -> list[str]:
    if proof.wrong:
        return ["没有通过核对：", *(f"  {one}" for one in proof.wrong)]
    return [f"核对通过：做出的空白表与原表 {proof.blanks_same} 格相同；试填 {proof.fillings} 次都原样读回；"
            f"放进 {proof.planted} 处错，都在那一格报出"]


def rehearsal_screen(done: Rehearsal) -> Group:
    """The last period of the old form as the new one would have it."""
    if done.week is None:
        return Group(Text("发件夹里还没有原表的历史，没有试演"))
    words = f"会提示 {len(done.flagged)} 处：" if done.flagged else "读回都相同，没有提示"
    lines = [f"试演：{done.week} 期 {done.units} 家的数填进新表，{words}"]
    lines += [f"  {shorten(one)}" for one in done.flagged[:30]]
    if done.without:
        lines.append(f"原表没有、下一期要新填的 {len(done.without)} 项：{shorten('、'.join(done.without), 200)}")
    return Group(*(Text(line) for line in lines))
