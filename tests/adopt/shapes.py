"""Blank forms of the shapes that offices send, drawn from a seed, with what is in them: place, label, unit of every figure, and rules."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field

import docx
import openpyxl
from openpyxl.styles import Border, Side
from openpyxl.utils import get_column_letter

_THIN = Side(style="thin")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
THINGS = (
    ("检查企业", "家"), ("发现隐患", "处"), ("完成整改", "处"), ("下达文书", "份"), ("立案", "起"), ("罚款", "万元"), ("停产停业", "家"),
    ("开展宣传", "场"), ("发放材料", "份"), ("组织演练", "次"),
    ("参加演练", "人次"), ("培训人员", "人"), ("投入资金", "万元"),
    ("约谈", "人次"), ("取缔窝点", "处"), ("受理举报", "件"), ("督办案件", "件"), ("巡查河道", "公里"), ("出动车辆", "台次"),
    ("设置警示牌", "块"))
GROUPS = ("工矿商贸", "危险化学品", "建筑施工", "道路交通", "消防安全", "城镇燃气", "特种设备")
PARENTS = ("排查情况", "整治情况", "执法情况", "保障情况")
COLUMNS = (("当月", "累计"), ("本月数", "本年累计数"), ("计划", "完成"), ("市级", "县级", "乡镇级"), ("1月", "2月", "3月"), ("男", "女"))
TITLES = ("专项整治进展情况月报表", "安全生产重点工作统计表（季报）", "隐患排查治理情况周报表", "2026年度工作情况年报表")
SHAPES = ("unit rows", "items by columns", "stacked", "fields above", "nested parts", "vertical", "equation", "list beside", "two sheets")


@dataclass
class Shape:
    """``rows`` is the sheet as texts; ``values`` are the figures: (sheet, cell) → (words of the label, unit)."""

    name: str
    sheets: list[list[list[str]]] = field(default_factory=list)
    merges: list[list[tuple[int, int, int, int]]] = field(default_factory=list)
    frames: list[list[tuple[int, int, int, int]]] = field(default_factory=list)
    values: dict[tuple[int, str], tuple[tuple[str, ...], str]] = field(default_factory=dict)
    parts: set[tuple[str, str]] = field(default_factory=set)
    sums: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def xlsx(self, *, borders: bool) -> bytes:
        book = openpyxl.Workbook()
        for number, rows in enumerate(self.sheets):
            sheet = book.active if number == 0 else book.create_sheet()
            sheet.title = f"表{number + 1}"
            for r, row in enumerate(rows, 1):
                for c, text in enumerate(row, 1):
                    if text:
                        sheet.cell(r, c, int(text) if text.isdigit() else text)
            for top, left, bottom, right in self.frames[number] if borders else ():
                for line in sheet.iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right):
                    for cell in line:
                        cell.border = BOX
            for top, left, bottom, right in self.merges[number]:
                sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def word(self) -> bytes:
        """The first sheet's frame as a Word table, the lines above it as paragraphs."""
        top, _, bottom, right = self.frames[0][0]
        document = docx.Document()
        for row in self.sheets[0][:top - 1]:
            document.add_paragraph("".join(row))
        rows = self.sheets[0][top - 1:bottom]
        table = document.add_table(len(rows), right)
        for r, row in enumerate(rows):
            for c, text in enumerate(row[:right]):
                table.cell(r, c).text = text
        for first, one, last, other in self.merges[0]:
            if first >= top and last <= bottom:
                merged = table.cell(first - top, one - 1).merge(table.cell(last - top, other - 1))
                merged.text = merged.text.strip()
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()


def shape(seed: int, name: str | None = None) -> Shape:
    """The form of a seed."""
    chance = random.Random(seed)
    name = name or SHAPES[seed % len(SHAPES)]
    made = Shape(name)
    draw = {"unit rows": _unit_rows, "items by columns": _by_columns, "stacked": _stacked, "fields above": _fields, "nested parts": _nested,
            "vertical": _vertical, "equation": _equation, "list beside": _list_beside, "two sheets": _two_sheets}[name]
    draw(chance, made)
    return made


def _begin(chance: random.Random, made: Shape, width: int, *, line: bool = True) -> list[list[str]]:
    """A sheet with its title and a line of unit and day."""
    rows = [[chance.choice(TITLES)]]
    made.sheets.append(rows)
    made.merges.append([(1, 1, 1, width)])
    made.frames.append([])
    if line:
        rows.append(["填报单位（盖章）：", *[""] * (width - 2), "2026年  月  日"])
    return rows


def _things(chance: random.Random, least: int, most: int) -> list[tuple[str, str]]:
    return chance.sample(THINGS, chance.randint(least, most))


def _unit_rows(chance: random.Random, made: Shape) -> None:
    """A row a unit under one to four rows of titles with merged parents; units of measure in a row of their own, code letters."""
    depth = chance.randint(1, 3)
    leaves: list[tuple[tuple[str, ...], str]] = []
    tree: list[list[str]] = []
    if depth == 1:
        leaves = [((thing,), unit) for thing, unit in _things(chance, 3, 8)]
    else:
        for parent in chance.sample(PARENTS, chance.randint(2, 3)):
            for group in chance.sample(GROUPS, chance.randint(1, 3)) if depth == 3 else [""]:
                leaves += [((parent, *([group] if group else []), thing), unit) for thing, unit in _things(chance, 1, 3)]
    width = 2 + len(leaves)
    rows = _begin(chance, made, width, line=chance.random() < 0.6)
    top = len(rows) + 1
    own_row, codes = chance.random() < 0.4, chance.random() < 0.4
    for level in range(depth):
        tree.append(["", "", *(path[level] + ("" if own_row or level < depth - 1 else f"（{unit}）") for path, unit in leaves)])
    tree[0][0], tree[0][1] = "序号", chance.choice(("单位名称", "县（市、区）", "街道", "区域"))
    for level in range(depth - 1):  # equal parents beside each other are one merged title
        c = 2
        while c < width:
            end = c
            while end + 1 < width and leaves[end - 1][0][:level + 1] == leaves[c - 2][0][:level + 1]:
                end += 1
            for k in range(c + 1, end + 1):
                tree[level][k] = ""
            if end > c:
                made.merges[0].append((top + level, c + 1, top + level, end + 1))
            c = end + 1
    if own_row:
        tree.append(["", "", *(f"（{unit}）" for _, unit in leaves)])
    for c in (1, 2):
        if len(tree) > 1:
            made.merges[0].append((top, c, top + len(tree) - 1, c))
    if codes:
        tree.append(["甲", "乙", *(str(n) for n in range(1, len(leaves) + 1))])
    rows += tree
    blank = chance.randint(1, 4)
    rows += [[""] * width for _ in range(blank)]
    made.frames[0].append((top, 1, len(rows), width))
    for n, (path, unit) in enumerate(leaves):
        made.values[0, f"{get_column_letter(3 + n)}{top + len(tree)}"] = (path, unit)


def _by_columns(chance: random.Random, made: Shape) -> None:
    columns, things = chance.choice(COLUMNS), _things(chance, 4, 10)
    grouped, own = chance.random() < 0.5, chance.random() < 0.5
    heads = ["序号", *(["类别"] if grouped else []), "项目", *(["计量单位"] if own else []), *columns]
    rows = _begin(chance, made, len(heads))
    top = len(rows) + 1
    rows.append(heads)
    first = len(heads) - len(columns)
    for n, (thing, unit) in enumerate(things, 1):
        group = [PARENTS[(n - 1) // 3] if (n - 1) % 3 == 0 else ""] if grouped else []
        rows.append([str(n), *group, thing if own else f"{thing}（{unit}）", *([unit] if own else []), *[""] * len(columns)])
        for c, column in enumerate(columns):
            words = (*([PARENTS[(n - 1) // 3]] if grouped else []), thing, column)
            made.values[0, f"{get_column_letter(first + c + 1)}{len(rows)}"] = (words, unit)
    if grouped:
        for start in range(0, len(things), 3):
            last = min(start + 2, len(things) - 1)
            if last > start:
                made.merges[0].append((top + 1 + start, 2, top + 1 + last, 2))
    made.frames[0].append((top, 1, len(rows), len(heads)))


def _stacked(chance: random.Random, made: Shape) -> None:
    """Two or three tables in one frame, each with a heading and titles of its own."""
    rows = _begin(chance, made, 4)
    top = len(rows) + 1
    things = list(_things(chance, 9, 12))
    for number, head in enumerate(("事故类型", "培训类别", "会议类型")[:chance.randint(2, 3)]):
        columns = ("次数（次）", "人数（人）", "损失（万元）")
        rows.append([f"{'一二三'[number]}、{PARENTS[number]}", "", "", ""])
        made.merges[0].append((len(rows), 1, len(rows), 4))
        rows.append([head, *columns])
        for thing, _ in things[number * 3:number * 3 + 3]:
            rows.append([thing, "", "", ""])
            for c, column in enumerate(columns):
                made.values[0, f"{get_column_letter(c + 2)}{len(rows)}"] = ((thing, column[:2]), column[3:-1])
    made.frames[0].append((top, 1, len(rows), 4))


def _fields(chance: random.Random, made: Shape) -> None:
    """Title and fields within the frame, above the titles of the columns."""
    columns = chance.choice(COLUMNS)
    width = 3 + len(columns)
    rows = _begin(chance, made, width, line=False)
    rows.append(["填报单位", "", "填报日期", *[""] * (width - 3)])
    rows.append(["项目名称", "", "联系电话", *[""] * (width - 3)])
    rows.append(["序号", "项目", "单位", *columns])
    for n, (thing, unit) in enumerate(_things(chance, 4, 9), 1):
        rows.append([str(n), thing, unit, *[""] * len(columns)])
        for c, column in enumerate(columns):
            made.values[0, f"{get_column_letter(c + 4)}{len(rows)}"] = ((thing, column), unit)
    made.frames[0].append((1, 1, len(rows), width))


def _nested(chance: random.Random, made: Shape) -> None:
    """其中 inside 其中, by indentation."""
    rows = _begin(chance, made, 2)
    top = len(rows) + 1
    rows.append(["项目", "数量"])
    for thing, unit in chance.sample((("检查企业", "家"), ("发现隐患", "处"), ("培训人员", "人")), 2):
        lines = [(f"{thing}（{unit}）", None), (f"其中：{GROUPS[0]}（{unit}）", 0), (f"　　　{GROUPS[1]}（{unit}）", 0),
                 (f"　　　其中：{GROUPS[2]}（{unit}）", 2)]
        cells = []
        for text, over in lines:
            rows.append([text, ""])
            cells.append(f"B{len(rows)}")
            made.values[0, cells[-1]] = ((text.strip("　").split("（")[0].removeprefix("其中："),), unit)
            if over is not None:
                made.parts.add((cells[-1], cells[over]))
    made.frames[0].append((top, 1, len(rows), 2))


def _vertical(chance: random.Random, made: Shape) -> None:
    """Label and value, two halves beside each other, no titles; sections over the whole width."""
    rows = _begin(chance, made, 4)
    top = len(rows) + 1
    things = _things(chance, 6, 12)
    for start in range(0, len(things), 4):
        rows.append([f"{'一二三四'[start // 4]}、{PARENTS[start // 4]}", "", "", ""])
        made.merges[0].append((len(rows), 1, len(rows), 4))
        for pair in (things[start:start + 2], things[start + 2:start + 4]):
            if pair:
                rows.append([text for thing, unit in pair for text in (f"{thing}（{unit}）", "")] + [""] * (4 - 2 * len(pair)))
                for k, (thing, unit) in enumerate(pair):
                    made.values[0, f"{'BD'[k]}{len(rows)}"] = ((thing,), unit)
    made.frames[0].append((top, 1, len(rows), 4))


def _equation(chance: random.Random, made: Shape) -> None:
    """合计=1+…+n over numbered lines."""
    rows = _begin(chance, made, 3)
    top = len(rows) + 1
    rows.append(["序号", "项目", "数量（起）"])
    count = chance.randint(4, 12)
    cells = []
    for n in range(1, count + 1):
        rows.append([str(n), f"{GROUPS[n % 7]}领域{'甲乙丙丁'[n // 7]}类", ""])
        cells.append(f"C{len(rows)}")
        made.values[0, cells[-1]] = ((rows[-1][1],), "起")
    rows.append([str(count + 1), f"合计（=1+…+{count}）" if chance.random() < 0.5 else f"合计=1+2+…+{count}", ""])
    made.values[0, f"C{len(rows)}"] = (("合计",), "起")
    made.sums[f"C{len(rows)}"] = tuple(cells)
    made.frames[0].append((top, 1, len(rows), 3))


def _list_beside(chance: random.Random, made: Shape) -> None:
    """A list that somebody keeps to the right of the form."""
    rows = _begin(chance, made, 4)
    top = len(rows) + 1
    rows.append(["编号", "填表项目", "单位", "数量"])
    for n, (thing, unit) in enumerate(_things(chance, 12, 16), 101):
        rows.append([str(n), thing, unit, "", "", GROUPS[n % 7], f"第{n}村"])
        made.values[0, f"D{len(rows)}"] = ((thing,), unit)
    made.frames[0].append((top, 1, len(rows), 7))


def _two_sheets(chance: random.Random, made: Shape) -> None:
    for number in range(2):
        other = Shape("")
        (_by_columns if chance.random() < 0.5 else _vertical)(chance, other)
        made.sheets += other.sheets
        made.merges += other.merges
        made.frames += other.frames
        made.values |= {(number, cell): meant for (_, cell), meant in other.values.items()}
