"""The golden folders' inputs and what is expected of them: ``python -m tests.make_examples`` makes both anew.

A case is a folder of ``tests/examples``: ``roster*.csv``; folders of files that come in; ``cmd.txt``, the story, one step a
line; ``expected/``, what was said and what stood after each step. Look at ``git diff tests/examples`` before committing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import shutil
import struct
import sys
import zipfile
from xml.sax.saxutils import escape

from schemas.form_loading import load_form
from schemas.settings import HOME
from tests.forms import Sheet, fill, to_bytes
from tests.packages import edited

EXAMPLES = HOME / "tests" / "examples"
FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
W1, W2, W3, W4, W5 = (dt.date(2023, 5, 29) + dt.timedelta(days=7 * n) for n in range(5))
BOTH, SECTOR, STREET = "行业主管部门；执法部门", "行业主管部门", "街道"


def figures(kinds: str, scale: int, **changes) -> dict:
    """Figures that grow with ``scale`` and keep the form's rules; what others fill in is left blank."""
    found: dict = {}
    for number, (name, figure) in enumerate(FORM.figures.items()):
        if figure.filled_by and not set(figure.filled_by) & set(kinds.split("；")):
            found[name] = None
        elif figure.kind == "yes_no":
            found[name] = True
        elif figure.kind == "money":
            found[name] = round(min(scale, figure.ceiling or scale) * (0.8 if number % 2 else 0.25), 2)
        else:
            found[name] = scale * (2 + number % 3)
    for rule in FORM.rules.part_of_whole:
        if found[rule.part] is not None and found[rule.part] > found[rule.whole]:
            found[rule.part] = found[rule.whole]
    return {**found, **changes}


def form_file(unit: str, day: dt.date, values: dict, kind: str = "xlsxwriter", **options) -> bytes:
    """A filled form; texts among ``values`` stand in their cells as they are."""
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    sheet = fill(FORM, {**values, **dict.fromkeys(texts)}, unit=unit, date=day, **options)
    for name, text in texts.items():
        (row, column), *_ = sheet.at[FORM.items.index(FORM.item_of[name])]["values"]
        sheet.rows[row][column] = text
    return word(sheet) if kind == "docx" else timeless(to_bytes([sheet], kind))


def timeless(data: bytes) -> bytes:
    """The same file without the moment at which it was made."""
    if not data.startswith(b"PK"):
        return data
    source, made = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for one in source.infolist():
            body = source.read(one)
            if one.filename in ("docProps/core.xml", "meta.xml"):
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"2023-05-29T09:00:00", body)
            target.writestr(zipfile.ZipInfo(one.filename), body, one.compress_type, 9)
    return made.getvalue()


def word(sheet: Sheet) -> bytes:
    """The sheet as Word has it: lines, then one table. python-docx's own files are ten times as large."""
    def paragraph(text: str) -> str:
        return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    rows = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(_shown(cell))}</w:tc>" for cell in row) + "</w:tr>"
                   for row in sheet.rows[sheet.top:])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in (
            ("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
             'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
             'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
             'document.main+xml"/></Types>'),
            ("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
             'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
             'Target="word/document.xml"/></Relationships>'),
            ("word/document.xml", '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
             + "".join(map(paragraph, sheet.lines)) + f"<w:tbl>{rows}</w:tbl></w:body></w:document>"),
        ):
            target.writestr(zipfile.ZipInfo(name), '<?xml version="1.0" encoding="UTF-8"?>' + body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _shown(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)


class Case:
    """One golden folder being made."""

    def __init__(self, name: str):
        self.folder = EXAMPLES / name
        for old in [path for path in self.folder.glob("*") if path.is_dir() and path.name != "expected"]:
            shutil.rmtree(old)
        self.folder.mkdir(parents=True, exist_ok=True)

    def roster(self, *rows: tuple[str, ...], name: str = "roster.csv") -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["单位名称", "类别", "别名", "邮箱", "沿革"])
            writer.writerows([*row[:2], "", f"u{number}@example.org", *row[2:3]] for number, row in enumerate(rows, 1))

    def file(self, place: str, data: bytes) -> None:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def story(self, text: str) -> None:
        (self.folder / "cmd.txt").write_text(text.lstrip("\n"), encoding="utf-8")


def month() -> None:
    """Five units, five weeks."""
    case = Case("a_month_of_a_small_district")
    kinds = {"区商务局": BOTH, "区应急局": BOTH, "区民政局": SECTOR, "宁园街道": STREET, "铁东路街道": STREET}
    case.roster(*kinds.items())
    case.roster(("区商务委", BOTH, "2023-06-20 更名自区商务局"), ("区应急局", BOTH), ("区民政局", SECTOR),
                ("宁园街道", STREET, "2023-06-20 并入铁东路街道"), ("铁东路街道", STREET), name="roster_new.csv")

    def put(place: str, unit: str, day: dt.date, scale: int, **changes) -> None:
        case.file(place, form_file(unit, day, figures(kinds.get(unit, BOTH), scale, **changes)))

    for unit in kinds:
        if unit != "铁东路街道":
            put(f"0529/{unit}0529.xlsx", unit, W1, 4)
    put("0530/铁东路街道（补报）.xlsx", "铁东路街道", W1 + dt.timedelta(days=1), 4)
    put("0530/区商务局0529更正.xlsx", "区商务局", W1, 4, suspended=11)
    for unit in ("宁园街道", "铁东路街道"):
        put(f"0605/{unit}0605.xlsx", unit, W2, 6)
    put("0605/区商务局0605.xlsx", "区商务局", W2, 6, self_found=12, self_rectified=13)
    put("0605/区应急局0605.xlsx", "区应急局", W2, 6, lectures=3)
    put("0606/区应急局0605（改）.xlsx", "区应急局", W2, 6)
    put("0607/宁园街道0529更正.xlsx", "宁园街道", W1, 4, checked=20)
    for unit in ("区商务局", "区应急局", "宁园街道", "铁东路街道"):
        put(f"0612/{unit}0612.xlsx", unit, W3, 8)
    for unit in kinds:
        put(f"0619/{unit}0619.xlsx", unit, W4, 10)
    put("0626/区商务委0626.xlsx", "区商务委", W5, 12)
    put("0626/区应急局0626.xlsx", "区应急局", W5, 12)
    put("0626/区民政局0626.xlsx", "区民政局", W5, 12)
    put("0626/铁东路街道0626.xlsx", "铁东路街道", W5, 24)
    case.story("""
# 每行一步：now 时刻；receive 收到的文件；remove 移走的文件；roster 换名册；其余为“退出码 命令”。

# 第一期：铁东路街道迟一天，区商务局报来更正
now 2023-05-29T11:00:00
receive 0529
0 status
0 run
now 2023-05-30T15:00:00
receive 0530
0 run
0 close

# 第二期：区应急局一项累计数下降，区商务局整改数大于发现数，区民政局没报
now 2023-06-05T11:30:00
receive 0605
1 run
3 send --by-hand
1 accept 区商务局 self_rectified --reason 含上年结转，电话核实
3 run --week 2023-05-29

# 改好的表第二天到；宁园街道要更正已定稿的第一期
now 2023-06-06T09:00:00
receive 0606
remove 区应急局0605.xlsx
0 run
0 send --by-hand
now 2023-06-07T10:00:00
receive 0607
0 status --week 2023-06-05
0 reopen --week 2023-05-29 --reason 宁园街道更正抽查数
0 run --week 2023-05-29
0 close --week 2023-05-29
3 run --week 2023-06-05

# 第三期：区民政局仍没报
now 2023-06-12T11:00:00
receive 0612
0 run

# 第四期：区民政局补齐
now 2023-06-19T11:00:00
receive 0619
0 run
2 accept 区民局 D3 --reason 试
0 close

# 第五期：区商务局更名，宁园街道并入铁东路街道
now 2023-06-26T11:00:00
roster roster_new.csv
receive 0626
0 run
0 report --edition stage
0 history --verify
0 history --rebuild
0 run
""")


def hostile() -> None:
    """Everything that an inbox may hold and that is no right form, beside one that is."""
    case = Case("a_hostile_folder")
    case.roster(("区商务局", BOTH), ("区应急局", BOTH), ("区民政局", SECTOR), ("宁园街道", STREET), ("铁东路街道", STREET))
    good = form_file("区商务局", W1, figures(BOTH, 4))
    case.file("0529/区商务局.xlsx", good)
    case.file("0529/空.xlsx", b"")
    case.file("0529/截断.xlsx", good[:len(good) // 2])
    locked = EXAMPLES / "a_hostile_folder" / "encrypted.bin"
    if not locked.exists():  # it is salted: never twice the same
        from msoffcrypto.format.ooxml import OOXMLFile

        made = io.BytesIO()
        OOXMLFile(io.BytesIO(good)).encrypt("123", made)
        locked.write_bytes(made.getvalue())
    case.file("0529/区应急局（加密）.xlsx", locked.read_bytes())
    case.file("0529/花名册.xlsx", timeless(to_bytes([_table()], "xlsxwriter")))
    case.file("0529/外区.xlsx", form_file("南开区商务局", W1, figures(BOTH, 4)))
    case.file("0529/宁园街道调度表.doc", _old_word())
    case.file("0529/照片.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40) + b"\xff\xd9")
    case.file("0529/铁东路街道扫描件.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    case.file("0529/公式单位.xlsx", form_file('=HYPERLINK("http://x","区民政局")', W1, figures(SECTOR, 4)))
    case.file("0529/炸弹.xlsx", _bomb(good))
    case.file("0529/实体.xlsx", edited(good, {"xl/sharedStrings.xml": _ENTITIES}))
    case.file("0529/远格.xlsx", edited(good, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')}))
    case.file("0529/~$区商务局.xlsx", b"\x05")
    case.file("0529/子文件夹/[red]错字[／red].xlsx", form_file("区民政局", W1, figures(SECTOR, 4, self_found="约20", checked="待核实",
                                                                              rewards="=1+1", study_sessions="-3")))
    case.story("""
# 每行一步：now 时刻；receive 收到的文件；remove 移走的文件；roster 换名册；其余为“退出码 命令”。
now 2023-05-29T11:00:00
receive 0529
1 check 0529/区商务局.xlsx 0529/空.xlsx 0529/截断.xlsx
0 status
1 run
0 history --verify
# 同样的文件再来一遍，结果一样
receive 0529
1 run
""")


def _table() -> Sheet:
    return Sheet("名单", [["姓名", "电话", "单位"], ["张三", 13800000000.0, "区商务局"], ["李四", 13900000000.0, "区应急局"]],
                 merged=[(3, 0, 3, 2)])


_ENTITIES = (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaa">'
             + b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 16) for n in range(7))
             + b']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&h;</t></si></sst>')


def _bomb(good: bytes) -> bytes:
    """A workbook of some kilobytes whose sheet is 80 MB; bzip2 packs blanks far more densely than deflate."""
    source, made = zipfile.ZipFile(io.BytesIO(good)), io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for one in source.infolist():
            sheet = one.filename.startswith("xl/worksheets/")
            body = source.read(one) + b" " * (80 << 20) if sheet else source.read(one)
            target.writestr(zipfile.ZipInfo(one.filename), body, zipfile.ZIP_BZIP2 if sheet else zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _old_word() -> bytes:
    """The smallest compound file with a stream WordDocument: header, one FAT sector, one directory sector."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", 0xFFFFFFFF) * 108
    fat = struct.pack("<III", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE) + struct.pack("<I", 0xFFFFFFFF) * 125

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) if name else 0, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
                + bytes(36) + struct.pack("<IQ", start, size))

    directory = (entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("WordDocument", 2, 0xFFFFFFFF, 2, 512)
                 + entry("", 0, 0xFFFFFFFF, 0, 0) * 2)
    return header + fat + directory + bytes(512)


def mixed() -> None:
    """A first week in which every unit uses another program and another habit; nothing of it is wrong."""
    case = Case("a_first_week_of_mixed_formats")
    units = [("区商务局", BOTH, "xlsx", {}), ("区应急局", BOTH, "xls", {"style": "unit-units", "heading": "labelled"}),
             ("区住建委", BOTH, "ods", {"style": "wide-stop", "dates": "dots"}),
             ("区民政局", SECTOR, "docx", {"style": "text-comma"}), ("区教育局", SECTOR, "xlsxwriter",
                                                               {"layout": "vertical", "heading": "in next cells"}),
             ("宁园街道", STREET, "xlsxwriter", {"layout": "split", "dates": "spoken", "style": "tick-slash"}),
             ("铁东路街道", STREET, "docx", {"layout": "no sections", "labels": "half"}),
             ("光复道街道", STREET, "xls", {"layout": "label and value", "heading": "date cell"})]
    case.roster(*[(unit, kinds) for unit, kinds, _, _ in units])
    for number, (unit, kinds, kind, options) in enumerate(units, 1):
        extension = {"xlsxwriter": "xlsx"}.get(kind, kind)
        case.file(f"0529/{unit}.{extension}", form_file(unit, W1, figures(kinds, number), kind, **options))
    case.file("0529/宁园街道动员部署情况.docx", word(Sheet("", [["无"]], lines=[
        "宁园街道重大事故隐患排查整治动员部署情况", "5月24日，宁园街道召开动员部署会，主要负责同志对专项行动作出安排。"] * 3)))
    case.story("""
# 每行一步：now 时刻；receive 收到的文件；remove 移走的文件；roster 换名册；其余为“退出码 命令”。
now 2023-05-29T11:45:00
0 blank
0 blank --unit 宁园街道 --docx
receive 0529
0 check 0529/区商务局.xlsx 0529/区民政局.docx 0529/光复道街道.xls
0 run
0 send --draft
0 close
0 status
""")


def main() -> int:
    """Make the inputs, then what is expected."""
    from tests.test_examples import cases, remake

    month(), hostile(), mixed()
    for case in cases():
        remake(case)
    size = sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file())
    print(f"{len(cases())} cases, {size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
