#!/usr/bin/env python3
"""Makes what 使用手册.md shows from the program itself: pictures of a demo run, and the table of what it may say.

    python docs/make_pictures.py            table and pictures (LibreOffice, Chromium, pdftoppm and CJK fonts)
    python docs/make_pictures.py --table    the table only (nothing but the program)
    python docs/make_pictures.py --desk     the desk's pictures only (Playwright and Chromium)
    python docs/make_pictures.py --overview the README's picture again, from the others

Run it after a change of wording or looks; ``tests/test_manual.py`` fails where the table is no longer true.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from schemas.actions import as_commands  # noqa: E402
from schemas.ledger_problems import LEDGER_CODES  # noqa: E402
from schemas.problems import CODES, Code  # noqa: E402

MANUAL, PICTURES = HERE / "使用手册.md", HERE / "pictures"
BEGIN = "<!-- 以下各表由 docs/make_pictures.py --table 生成，请勿手改 -->"
END = "<!-- 生成的表到此为止 -->"
BEGIN_LEDGERS = BEGIN.replace("以下各表", "以下台账各表")
WEEK_BEFORE, FAULTY_WEEK, LAST_WEEK = dt.date(2023, 5, 29), dt.date(2023, 6, 5), dt.date(2023, 6, 12)
MONDAY_MORNING = dt.datetime(2023, 6, 12, 10, 30)
DESK_MORNING = dt.datetime(2023, 6, 5, 10, 10)
JUST_DROPPED = ("区交通局", "区应急局")  # of the faulty week: not run yet
# of the desk: the picture's name, the page, the window, how many parts that fold are opened
DESK = (("工作台", "/", 1200, 900, 0), ("工作台（单位）", "/unit?week=2023-06-05&unit=区工信局", 1200, 1240, 1),
        ("工作台（汇总）", "/merged?week=2023-06-05&figure=self_found#behind", 1200, 620, 0),
        ("工作台（上报）", "/upward?week=2023-06-05", 1200, 1180, 0), ("工作台（台账）", "/ledger?week=2023-06-05", 1200, 1240, 0),
        ("工作台（手机）", "/", 390, 844, 0))
STREET, STILL_TO_COME = "光复道街道", ("区交通局", "江都路街道")
Word = Callable[[str, str], str]  # what stands for a word of a code's sentence
WIDEST, HEAVIEST, COLOURS = 1200, 150_000, (128, 64, 32, 16)  # pixels, bytes, palettes tried in this order
PHONE, PHONE_HEIGHT = 390, 1340
ABOVE_THE_FOOT = 0.93  # of a page's height
# of the README's picture, two in a row: a picture, its part of the width, the pixels of it that are shown
OVERVIEW = (("屏幕", 0.71, 330), ("网页（手机）", 0.29, 330), ("退回的表", 0.5, 400), ("汇总表", 0.5, 400))

HEADINGS = {"error": "错误：退回，全表不计入，改好重报",
            "warning": "提醒：已计入，请核对，数字对的不用改",
            "note": "说明：给经办人看的，报送单位不用改"}
# what stands in a sentence for a name or a day of the submission at hand (× for its numbers, 某某 for all others)
WORDS = {"label": "某项", "whole_label": "总数项", "other_label": "另一项", "written": "……", "hint": "",
         "example": "3次，5.2万元", "save_as": ".xlsx", "title": "……调度表", "unit": "某单位", "units": "某某、某某",
         "week": "某期", "date": "某日", "day": "某日", "first": "某日", "last": "某日", "others": "某日", "year": "当",
         "cells": "某格", "cell": "某格", "home": "某格", "beside": "旁边的格", "sheets": "某某、某某", "reason": "理由",
         "kinds": "规定的单位", "decimals": "6", "weeks": "3", "what": "文件或表格范围太大", "software": "亿赛通等"}
IN_ONE_CODE = {("wrong-format", "what"): "这种文件", ("container-too-large", "what"): "解开后超过限度",
               ("date-unclear", "example"): "2023年6月5日",
               ("ledger-refused", "sentence"): "整张台账没有采用（缺“隐患描述”一列、看不出单位、打不开等）：请按写明的原因改好再报",
               ("wrong-unit", "unit"): "万元"}
# the same for ledgers: a table a severity, what stands for words of the row at hand
LEDGER_HEADINGS = {"error": "错误：这一行没有采用（说的是整张台账、整个文件的，整张没有采用），改好重报",
                   "warning": "提醒：已采用，请核对",
                   "note": "说明：已采用，给经办人看的"}
LEDGER_WORDS = {"heading": "某列", "headings": "某列、某列", "seen": "某列", "choices": "所列的几种", "row": "×", "column": "×",
                "how": "填写", "id": "YH2023-0012", "other": "YH2023-0030", "new": "YH2023-0045", "state": "某状态",
                "second": "某日", "clause": "有关标准", "text": "……", "value": "……"}
OF_ANOTHER_ROW = ("same-visit", "id-twice", "counted-once", "first-stands", "numbered-stands", "later-sheet")
IN_ONE_LEDGER_CODE = {**{(code, "other"): "第×行" for code in OF_ANOTHER_ROW}, ("ledgers-differ", "other"): "某某",
                      ("moved-to", "other"): "某单位", ("id-contradicts", "other"): "……", ("matched-by-likeness", "other"): "……",
                      ("money-converted", "unit"): "元", ("money-converted", "value"): "×", ("money-large", "value"): "×",
                      ("ledger-unreadable", "written"): "有密码、损坏等：请按写明的办法改好再报",
                      ("column-missing", "how"): "写明"}
NUMBERS = {"value", "before", "whole", "increase", "usual", "count", "seconds"}
_COLON = re.compile("：(?![^“”]*”)")  # of the sentence, not of what it quotes
_BETWEEN_HANZI = re.compile(r"(?<=[\u4e00-\u9fff…]) (?=[\u4e00-\u9fff…])")  # a gap meant for a number
# the fonts of official papers, drawn with those that this machine has
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
%s</fontconfig>"""
LIKENESSES = {"宋体": "Noto Serif CJK SC", "SimSun": "Noto Serif CJK SC", "方正小标宋简体": "Noto Serif CJK SC",
              "仿宋": "Noto Serif CJK SC", "仿宋_GB2312": "Noto Serif CJK SC", "FangSong": "Noto Serif CJK SC",
              "楷体": "Noto Serif CJK SC", "楷体_GB2312": "Noto Serif CJK SC", "KaiTi": "Noto Serif CJK SC",
              "黑体": "Noto Sans CJK SC", "SimHei": "Noto Sans CJK SC", "微软雅黑": "Noto Sans CJK SC",
              "Microsoft YaHei": "Noto Sans CJK SC", "等线": "Noto Sans CJK SC"}


def main(arguments: list[str]) -> int:
    if arguments == ["--overview"]:
        make_overview()
        return 0
    if arguments == ["--desk"]:
        from consolidator.workflows import demo

        with tempfile.TemporaryDirectory() as folder:
            demo.make(Path(folder) / "demo")
            for path in make_desk_pictures(Path(folder), Path(folder) / "demo" / demo.DISTRICT):
                print(f"{path.stat().st_size // 1024:4d} KB  {path.name}")
        return 0
    write_table(MANUAL)
    if arguments != ["--table"]:
        with tempfile.TemporaryDirectory() as folder:
            for path in make_pictures(Path(folder)):
                print(f"{path.stat().st_size // 1024:4d} KB  {path.name}")
    return 0


def write_table(manual: Path) -> None:
    """Put the table of problems between its two marks in the manual."""
    text = manual.read_text(encoding="utf-8")
    for begin, table in ((BEGIN, problems_table()), (BEGIN_LEDGERS, ledger_table())):
        before, rest = text.split(begin)
        text = f"{before}{begin}\n\n{table}\n{END}{rest.split(END, 1)[1]}"
    manual.write_text(text, encoding="utf-8", newline="\n")


def problems_table() -> str:
    """Every kind of problem as people read of it: 提示, 意思, 怎么改; a table for each severity."""
    return _tables(HEADINGS, CODES, _word)


def ledger_table() -> str:
    """The same for what is reported of ledgers and their rows."""
    return _tables(LEDGER_HEADINGS, LEDGER_CODES, _ledger_word)


def _tables(headings: Mapping[str, str], codes: Mapping[str, Code], word: Word) -> str:
    parts = []
    for severity, heading in headings.items():
        rows = [_row(name, code, word) for name, code in codes.items() if code.severity == severity]
        parts.append("\n".join([f"#### {heading}", "", "| 提示 | 意思 | 怎么改 |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def _row(name: str, code: Code, word: Word) -> str:
    sentence = _sentence(name, code.template, word)
    *meant, remedy = _COLON.split(sentence)
    meaning = "：".join(meant)
    if not meant or not ("请" in remedy or "{>" in _COLON.split(code.template)[-1]):
        meaning, remedy = sentence, "不用改"
    return f"| {code.title} | {meaning} | {remedy} |"


def _sentence(name: str, template: str, word: Word) -> str:
    """The sentence of the catalogue with plain words for what it is filled with."""
    said = "".join(literal + (word(name, field) if field else "") for literal, field, _, _ in Formatter().parse(as_commands(template)))
    return _BETWEEN_HANZI.sub("", said).replace("某期期", "某期").replace("|", "｜")


def _word(name: str, word: str) -> str:
    return IN_ONE_CODE.get((name, word)) or ("×" if word in NUMBERS else WORDS.get(word, "某某"))


def _ledger_word(name: str, word: str) -> str:
    return IN_ONE_LEDGER_CODE.get((name, word)) or LEDGER_WORDS.get(word) or WORDS.get(word, "某某")


def make_pictures(folder: Path) -> list[Path]:
    """Run the demo in ``folder`` and picture what it made; the pictures' paths."""
    from consolidator.workflows import demo

    demo.make(folder / "demo")
    district = folder / "demo" / demo.DISTRICT
    faulty, last = (district / "outbox" / week.isoformat() for week in (FAULTY_WEEK, LAST_WEEK))
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    merged, = last.glob("*调度表（汇总）*.xlsx")
    checkbook, = faulty.glob("核验底册*.xlsx")
    returned, = (faulty / "退回").glob("*.xlsx")
    made = [
        *_screens(folder, district),
        *_pages(folder, merged, {1: "汇总表", 2: "明细"}),
        *_pages(folder, checkbook, {1: "较上期"}),
        *_pages(folder, returned, {1: "退回说明", 2: "退回的表"}),
        *_pages(folder, last / "阶段工作情况报告.docx", {1: "报告"}, whole=True),
        *_pages(folder, _blank(folder, district), {1: "空白表"}),
        _desktop(folder, faulty / "report.html"),
        _phone(folder, faulty / "report.html"),
        *make_desk_pictures(folder, district),
    ]
    return [*made, make_overview()]


def make_overview() -> Path:
    """The README's picture: what a week looks like on the screen, on paper, in the browser, and in what goes back."""
    from PIL import Image

    width, gap, paper = WIDEST - 2, 16, (246, 246, 246)
    parts = []
    for name, across, down in OVERVIEW:
        with Image.open(PICTURES / f"{name}.png") as image:
            part = image.convert("RGB")
            wide = round((width - gap * 3) * across)
            part = part.resize((wide, round(part.height * wide / part.width)), Image.Resampling.LANCZOS)
            parts.append(part.crop((0, 0, wide, min(part.height, down))))
    rows = [parts[at:at + 2] for at in range(0, len(parts), 2)]
    height = gap + sum(max(part.height for part in row) + gap for row in rows)
    sheet = Image.new("RGB", (width, height), paper)
    top = gap
    for row in rows:
        left = gap
        for part in row:
            sheet.paste(part, (left, top))
            left += part.width + gap
        top += max(part.height for part in row) + gap
    return _keep(sheet, "概览", trim=False)


def _blank(folder: Path, district: Path) -> Path:
    """A department's blank form, as ``blank`` makes it."""
    from consolidator.workflows import handouts

    settings = _settings(district, inbox=district / "inbox", outbox=folder / "handed-out")
    made, _ = handouts.blanks(settings, [STREET], LAST_WEEK)
    return next(made.glob("*.xlsx"))


def _settings(district: Path, *, inbox: Path, outbox: Path, now: dt.datetime | None = None):
    from schemas.settings import Office, Paths, Settings

    return Settings(office=Office(operator="王敏", phone="022-00000000"), paths=Paths(inbox=inbox, outbox=outbox), now=now)


def _screens(folder: Path, district: Path) -> list[Path]:
    """The terminal after ``run`` on the faulty Monday, and ``status`` on the next, some units still to come."""
    from consolidator.cli.console import run_screen, status_screen
    from consolidator.workflows import weekly

    inbox = folder / "收件"
    inbox.mkdir()
    settings = _settings(district, inbox=inbox, outbox=folder / "outbox")
    for week in (WEEK_BEFORE, FAULTY_WEEK):
        _drop(district, week, inbox)
        done = weekly.run(settings, week)
    done.folder = Path("outbox") / FAULTY_WEEK.isoformat()
    after_run = _terminal(folder, "屏幕", run_screen(done))
    _drop(district, LAST_WEEK, inbox, but=STILL_TO_COME)
    progress = weekly.status(settings.model_copy(update={"now": MONDAY_MORNING}), LAST_WEEK)
    return [after_run, _terminal(folder, "进度", status_screen(progress))]


def make_desk_pictures(folder: Path, district: Path) -> list[Path]:
    """The desk on the faulty Monday, in the middle of the morning: run once, a unit's form just dropped."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    inbox, outbox = folder / "工作台收件", folder / "工作台发件"
    inbox.mkdir()
    environment = {"CONSOLIDATE_NOW": DESK_MORNING.isoformat(), "CONSOLIDATE_OPERATOR": "王敏", "CONSOLIDATE_PHONE": "022-00000000",
                   "CONSOLIDATE_INBOX": str(inbox), "CONSOLIDATE_OUTBOX": str(outbox),
                   "CONSOLIDATE_REPORT_TO_ADDRESS": "shianweiban@example.cn"}
    command = [sys.executable, str(HERE.parent / "consolidate.py")]
    for week in (WEEK_BEFORE, FAULTY_WEEK):
        _drop(district, week, inbox, but=() if week == WEEK_BEFORE else JUST_DROPPED)
        subprocess.run([*command, "run", "--week", str(week)], env={**os.environ, **environment}, capture_output=True, timeout=180)
    _drop(district, FAULTY_WEEK, inbox)
    desk = subprocess.Popen([*command, "desk", "--no-browser"], env={**os.environ, **environment}, stdout=subprocess.PIPE,
                            encoding="utf-8")
    made = []
    try:
        address = re.search(r"http://\S+", desk.stdout.readline())[0]
        with sync_playwright() as started:
            browser = started.chromium.launch(executable_path=_tool("chromium", "chromium-browser", "google-chrome"), 
                                                args=["--no-sandbox", "--lang=zh-CN"])
            for name, where, width, height, opened in DESK:
                page = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height}).new_page()
                page.goto(address)
                page.goto(address.split("?")[0].rstrip("/") + where)
                for summary in page.locator("summary").all()[:opened]:
                    summary.click()
                if "#" not in where:
                    page.evaluate("window.scrollTo(0, 0)")
                page.screenshot(path=folder / f"{name}.png")
                with Image.open(folder / f"{name}.png") as image:
                    made.append(_keep(image, name, trim=False))
            browser.close()
    finally:
        desk.terminate()
        desk.communicate()
    return made


def _drop(district: Path, week: dt.date, inbox: Path, but: tuple[str, ...] = ()) -> None:
    """Put the demo's files of a week into ``inbox``, save those of the units ``but``."""
    for path in district.joinpath("inbox").iterdir():
        if (f"{week:%m-%d}" in path.name or f"{week:%m%d}" in path.name) and not path.name.startswith(but or "?"):
            shutil.copyfile(path, inbox / path.name)


def _terminal(folder: Path, name: str, screen) -> Path:
    """A screen of the terminal: rich's own words and colours, drawn by the browser; lines of frames half as wide as 汉字."""
    from rich.console import Console
    from rich.terminal_theme import MONOKAI

    with (folder / "screen.txt").open("w", encoding="utf-8") as unseen:
        console = Console(record=True, width=120, file=unseen, force_terminal=True, highlight=False, emoji=False,
                          legacy_windows=False)
        console.print(screen)
    style = ("<style>@font-face{font-family:frames;src:local('DejaVu Sans Mono');unicode-range:U+2018-201D,U+2500-257F;"
             "size-adjust:83.05%}body{margin:14px 18px}pre,code{font:15px/18px frames,'Noto Sans Mono CJK SC',monospace"
             "!important}</style>")
    place = folder / f"{name}.html"
    page = console.export_html(theme=MONOKAI, inline_styles=True)
    place.write_text(page.replace("</head>", f"{style}</head>"), encoding="utf-8")
    return _browser(folder, place, name, 960, 1200, trim=True)


def _desktop(folder: Path, page: Path) -> Path:
    return _browser(folder, page, "网页", 1200, 1476)


def _phone(folder: Path, page: Path) -> Path:
    """The page as wide as a phone: in a frame, as the browser's own window has a least width."""
    frame = page.with_name("frame.html")
    frame.write_text(f'<!DOCTYPE html><body style="margin:0"><iframe src="{page.name}" '
                     f'style="border:0;width:{PHONE}px;height:{PHONE_HEIGHT}px"></iframe>', encoding="utf-8")
    return _browser(folder, frame, "网页（手机）", 600, PHONE_HEIGHT, crop=PHONE)


def _browser(folder: Path, page: Path, name: str, width: int, height: int, *, crop: int = 0, trim: bool = False) -> Path:
    from PIL import Image

    shot = folder / f"{name}.png"
    _call(_tool("chromium", "chromium-browser", "google-chrome"), "--headless", "--no-sandbox", "--disable-gpu",
          "--hide-scrollbars", "--allow-file-access-from-files", f"--user-data-dir={folder / 'browser'}",
          f"--window-size={width},{height}", "--virtual-time-budget=4000", f"--screenshot={shot}", page.as_uri())
    with Image.open(shot) as image:
        return _keep(image.crop((0, 0, crop or image.width, image.height)), name, trim=trim)


def _pages(folder: Path, document: Path, wanted: dict[int, str], *, whole: bool = False) -> list[Path]:
    """Pages of an Office file, as LibreOffice prints them: page number → the picture's name.

    ``whole``: with their margins; else without, and without the line at the foot of a page.
    """
    from PIL import Image

    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS % "".join(
        f'<match><test name="family"><string>{ours}</string></test><edit name="family" mode="assign" binding="same">'
        f"<string>{theirs}</string></edit></match>\n" for ours, theirs in LIKENESSES.items()), encoding="utf-8")
    _call(_tool("soffice", "libreoffice"), f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless",
          "--convert-to", "pdf", "--outdir", str(folder), str(document), environment={"FONTCONFIG_FILE": str(fonts)})
    made = []
    for number, name in wanted.items():
        _call(_tool("pdftoppm"), "-png", "-r", "110", "-f", str(number), "-l", str(number), "-singlefile",
              str(folder / f"{document.stem}.pdf"), str(folder / name))
        with Image.open(folder / f"{name}.png") as image:
            height = image.height if whole else round(image.height * ABOVE_THE_FOOT)
            made.append(_keep(image.crop((0, 0, image.width, height)), name, trim=not whole))
    return made


def _keep(image, name: str, *, trim: bool) -> Path:
    """Put a picture among the manual's: framed, its empty margins off, and with as many colours as its size allows."""
    from PIL import Image, ImageChops, ImageOps

    image = image.convert("RGB")
    if trim:
        paper = Image.new("RGB", image.size, image.getpixel((0, 0)))
        left, top, right, bottom = ImageChops.difference(image, paper).getbbox()
        image = image.crop((max(0, left - 16), max(0, top - 16), min(image.width, right + 16), min(image.height, bottom + 16)))
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.LANCZOS)
    image = ImageOps.expand(image, border=1, fill=(176, 176, 176))
    place = PICTURES / f"{name}.png"
    for colours in COLOURS:
        image.quantize(colours, dither=Image.Dither.NONE).save(place, optimize=True)
        if place.stat().st_size < HEAVIEST:
            return place
    raise SystemExit(f"{place.name} is heavier than {HEAVIEST} bytes: make it smaller")


def _tool(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        raise SystemExit(f"{names[0]} is not on this machine (.ci/run installs it)")
    return found


def _call(*command: str, environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=180, env={**os.environ, **(environment or {})})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
