"""What a form says of itself: that it is void or a draft, that its figures are not the total, that they are not yet certain.

Such words are looked for where a form speaks of itself: in brackets at its title, and in the sentences around the table. The
printed remarks and the guide of the form do not count (issuers explain 新增 and 累计 there).
"""

from __future__ import annotations

import re

from consolidator.model.text import squeeze
from consolidator.reading.header.lines import Line, plain
from consolidator.reading.locating.label_index import NOTE, Book
from consolidator.reading.locating.locate import Located
from consolidator.reading.locating.slips import turns_meaning
from consolidator.reading.locating.titles import PART, title_kind
from schemas.problems import Problem, problem

_VOID = re.compile(
    r"作废|废止|停用|样表|样张|样本|示例|范例|例表|模板|范本|草稿|草表|初稿|底稿|试填|测试|练习|演示|空表|"
    r"征求意见稿|讨论稿|未定稿|待审稿|送审稿|勿用|不用报|无效")
_UNSURE = re.compile(
    r"待核[实对准查]?|待确认|待定|待补|待更新|待审|未核[实对]|未经核|未审|未确认|尚未(核|确认|审)|核实中|"
    r"暂(估|定|报|填)|预估|估计|估算|估数|"
    r"初步(数|统计|数据)|仅供参考|不准确?|有误|错误|填错|不完整|不全|未完成统计|统计中|以.{1,12}为准|另行更正|重新报送")
_FIGURES = (r"(?:本表|此表|该表|表[内中上]|以上|上表|上述|上列|下列|以下|下表|本次|所[填报]|填报)"
            r"(?:各项|所有|全部|的)*(?:数据|数字|数值|数|指标|内容)?")
_CLAIM = re.compile(rf"(?:^|[,。;、:(]){_FIGURES}(?:,|均|都|皆|全|全部|仅|只|系|是|为|指|属|按|不是|非|并非|不含|不包括)+[^,。;]*")
_DENIES = re.compile(r"(?:非|不是|并非|不为|未)[^,。;]{0,3}(?:累计|累积|总数|合计)")
_ASKS = re.compile(r"请|应当?|须|必须|不得|如有|如果|若|填报?时|指")
_BRACKETED = re.compile(r"[(\[【〔<《]([^()\[\]【】〔〕<>《》]{1,14})[)\]】〕>》]")
_ISSUE = re.compile(r"(?:\d{1,2}月(?:份)?)?第?[\d一二三四五六七八九十]+[周期次旬].*|本期|本次|当期|[周旬月季日]报")  # which one of a series
_ALONE = 14  # characters of a line that says one thing


def statements(lines: list[Line], book: Book) -> list[Problem]:
    """The problems that the words around the table (``lines`` with :func:`notes`) make of the whole form, one of a kind at most."""
    found: dict[str, Problem] = {}
    for line in lines:
        if line.text:
            code = book.remembered(_stated_above if line.above else _stated_below, line.text)
            if code:
                found.setdefault(code, problem(code, written=line.text.strip(), title=book.form.joined_title).at(None, line.cell))
    return list(found.values())


def notes(located: Located, book: Book) -> list[Line]:
    """The lines of notes at the table (备注 …) that are not the form's own."""
    grid = located.grid
    at_notes = [cell for cell, meaning in located.known.items() if meaning.kind == NOTE]
    return [Line(text, grid.address(*cell), above=False) for cell in at_notes if isinstance(value := grid.value(*cell), str)
            for text in book.remembered(_not_printed, value)]


def _not_printed(note: str, book: Book) -> tuple[str, ...]:
    """The lines of a note that are none of the form's remarks."""
    return tuple(text for text in map(plain, note.splitlines()) if squeeze(text) not in book.remarks)


def _stated_above(text: str, book: Book) -> str:
    return _of_title(text, book) if _is_title(text, book) else _of_line(text)


def _stated_below(text: str, book: Book) -> str:
    return _of_line(text)


def _is_title(text: str, book: Book) -> bool:
    """Whether a line is the form's title or a part of it, with words of its own or a character or two exchanged."""
    from rapidfuzz.fuzz import partial_ratio

    short = squeeze(_BRACKETED.sub("", text))
    return len(short) >= 6 and max(partial_ratio(short, title) for title in book.titles) >= 80


def _of_title(text: str, book: Book) -> str:
    for inside in (squeeze(one) for one in _BRACKETED.findall(text)):
        if inside in book.title:
            continue
        if _VOID.search(inside):
            return "says-void"
        if _UNSURE.search(inside):
            return "says-unsure"
        if title_kind(inside) == PART and not _ISSUE.fullmatch(inside):
            return "says-part"
    bare = squeeze(_BRACKETED.sub("", text))
    if _VOID.search(bare.replace(book.title, "")) and not _VOID.search(book.title):
        return "says-void"
    return "other-title" if _is_another(bare, book) else ""


def _is_another(bare: str, book: Book) -> bool:
    """Whether a title of the same length and nearly the same words asks for something else: 一般事故隐患 for 重大事故隐患."""
    parts = [squeeze(_BRACKETED.sub("", part)) for part in (*book.form.title, book.form.joined_title)]
    if bare in parts or parts[-1] in bare:
        return False
    from rapidfuzz.distance import Levenshtein

    near = [part for part in parts if len(part) >= 8 and Levenshtein.distance(bare, part, score_cutoff=4) <= 4]
    return any(turns_meaning(bare, part) for part in near)


def _of_line(text: str) -> str:
    short = squeeze(text)
    asks = _ASKS.search(short)
    words = [squeeze(one) for one in _BRACKETED.findall(text)] + ([short] if len(short) <= _ALONE else [])
    for claim in _CLAIM.findall("," + short):
        if _DENIES.search(claim) or (title_kind(_flagged(claim)) == PART and not asks):
            return "says-part"
        if _VOID.search(claim) and not asks:
            return "says-void"
    if _DENIES.search(short) and not asks:
        return "says-part"
    for one in words:
        if not _ASKS.search(one):
            if re.fullmatch(rf"(?:本表|此表|该表)?(?:已|为|是|空白)?(?:{_VOID.pattern})(?:[,。!]|仅供.*)*", one):
                return "says-void"
            if re.search(r"数|表", one) and _UNSURE.search(one):
                return "says-unsure"
    if not asks and re.search(r"数据|数字|各项|以上|本表|此表|上述", short) and _UNSURE.search(short) and len(short) <= 40:
        return "says-unsure"
    return ""


def _flagged(claim: str) -> str:
    """What a claim says, without the words for what it is about."""
    return re.sub(rf"^[,。;、:(]?{_FIGURES}(?:,|均|都|皆|全|全部|仅|只|系|是|为|指|属|按)*", "", claim)
