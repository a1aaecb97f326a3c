"""退回/: every rejected form gets a notice; the copies are known again, change nothing else and run nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference
from openpyxl.comments import Comment

from consolidator.model.marks import RETURN_COLUMNS, RETURN_SHEET, read_copy_mark, read_replies
from consolidator.model.result import SubmissionResult, WeekResult
from consolidator.reading.read_file import read_submission
from consolidator.writing.environment import TEMPLATES, TemplateProblem
from consolidator.writing.official.blank import write_blank
from consolidator.writing.returns import annotating
from consolidator.writing.returns.annotating import Return, annotated
from consolidator.writing.returns.carrying import LARGE, LOST, MOST_STYLES, ODD, OTHER_KIND, NotCarried, carried_as
from consolidator.writing.returns.returns import Copy, make_copy, rejected_of, write_returns
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import Office, Paths, Settings
from tests.forms import fill, some_figures, to_bytes

FORM = load_form(Paths().form)
WEEK = dt.date(2023, 6, 5)
SETTINGS = Settings(office=Office(operator="王敏", phone="022-26290000"))
UNIT = "区商务局"
FIRST, SECOND, THIRD = list(FORM.figures)[:3]


@pytest.fixture(scope="module")
def clean() -> bytes:
    figures = some_figures(FORM, random.Random(5))
    return to_bytes([fill(FORM, figures, unit=UNIT, date=WEEK)], "xlsx")


@pytest.fixture(scope="module")
def cells(clean) -> dict[str, str]:
    return read_submission(clean, "a.xlsx", FORM).cells


def _changed(data: bytes, change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _submission(data: bytes, problems=None, unit: str | None = UNIT, file: str = "sub/报表.xlsx") -> SubmissionResult:
    read = read_submission(data, "a.xlsx", FORM)
    if problems is None:
        problems = [
            problem(
                "estimate",
                figure=FIRST,
                sheet=read.sheet,
                cell=read.cells[FIRST],
                written="约20",
                label=FORM.label(FIRST),
            ),
            problem("blank", figure=SECOND, sheet=read.sheet, cell=read.cells[SECOND], label=FORM.label(SECOND)),
        ]
    return SubmissionResult(
        file, hashlib.sha256(data).hexdigest(), unit=unit, date=WEEK, status="rejected", figures=read.figures, problems=problems,
        cells=read.cells, sheet=read.sheet
    )


def _written(tmp_path, *pairs: tuple[SubmissionResult, bytes | None], **more):
    result = WeekResult(FORM.name, WEEK, submissions=[sub for sub, _ in pairs], units=[], totals={}, increments={})
    data = {id(sub): data for sub, data in pairs}
    copies = []
    for number, sub in enumerate(rejected_of(result)):
        if sub.cells and data[id(sub)] is not None:
            original = tmp_path / f"original{number}"
            original.write_bytes(data[id(sub)])
            copies.append(make_copy(original, tmp_path / f"copy{number}", sub, WEEK, FORM))
        else:
            copies.append(Copy())
    return write_returns(result, FORM, SETTINGS, tmp_path / "退回", copies, **more)


def _copy(data: bytes, problems=None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(_copied(data, problems)))


def _copied(data: bytes, problems=None, replies=None) -> bytes:
    sub = _submission(data, problems)
    made = annotated(
        data, Return(UNIT, WEEK, sub.sha256, "退回说明", "请改正", problems=tuple(sub.problems), sheet=sub.sheet, replies=replies), FORM
    )
    return made


def _why(data: bytes) -> str:
    with pytest.raises(NotCarried) as refused:
        carried_as(data)
    return str(refused.value)


# -- notices -------------------------------------------------------------------------------------------------------


def test_a_notice_says_unit_week_file_each_problem_and_how_to_hand_in_again(tmp_path, clean, cells):
    notice, copy = _written(tmp_path, (_submission(clean), clean))
    assert (notice.name, copy.name) == ("区商务局_退回2023-06-05.txt", "区商务局_退回2023-06-05.xlsx")
    data = notice.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\n") == data.count(b"\r\n")
    text = data.decode("utf-8-sig")
    assert text.startswith("区商务局：\r\n") and "2023年6月5日一期" in text and "“报表.xlsx”" in text
    assert f"1. 〔{FORM.sheet} {cells[FIRST]}〕{FORM.label(FIRST)}填的是“约20”，是约数：请填写准确的数字" in text
    assert f"另请核对的 1 处：\r\n1. 〔{FORM.sheet} {cells[SECOND]}〕{FORM.label(SECOND)}未填写" in text
    assert "《区商务局_退回2023-06-05.xlsx》" in text and "6月5日（星期一）12:00前重新报送" in text
    assert text.rstrip().endswith("河北区安委会办公室\r\n联系人：王敏　电话：022-26290000")


def test_what_was_written_is_reported_where_the_sentence_does_not_and_notes_are_not(tmp_path, clean):
    shown = [
        problem("formula-unread", figure=FIRST, cell="D3", written="=SUM(A1)", label="甲"),
        problem("read-as", figure=SECOND, cell="D4", written="3家", label="乙", value=3),
        problem("unit-reply", figure=FIRST, written="上周多报", reply="上周多报"),
    ]
    (notice,) = _written(tmp_path, (_submission(clean, shown), None))
    text = notice.read_text(encoding="utf-8-sig")
    assert "（原填“=SUM(A1)”）（你单位说明：上周多报）" in text and "按此读取" not in text and "另请核对" not in text
    assert "请在原来的表上改正" in text


def test_a_file_of_no_known_unit_lies_apart(tmp_path):
    sub = SubmissionResult(
        "邮件/乱表.doc", "0" * 64, unit=None, date=None, status="rejected", problems=[problem("not-a-form", title="表")]
    )
    (notice,) = _written(tmp_path, (sub, b"x"))
    assert notice.relative_to(tmp_path).as_posix() == "退回/_未识别/乱表.txt"
    assert notice.read_text(encoding="utf-8-sig").startswith("报送单位：\n")


def test_two_rejected_files_of_one_unit_do_not_collide(tmp_path, clean):
    other = _changed(clean, lambda book: book.active.cell(40, 1, "改"))
    pairs = [
        (_submission(clean), clean),
        (_submission(other, file="又一份.xlsx"), other),
        (_submission(clean, file="第三份.xlsx"), clean),
    ]
    paths = _written(tmp_path, *pairs)
    assert len({str(path).casefold() for path in paths}) == 6 and all(path.is_file() for path in paths)
    assert all(path.name.startswith("区商务局_退回2023-06-05_") for path in paths)


@pytest.mark.parametrize("unit", ["../../甲", "CON", "甲/乙\n丙", "=1+1", "长" * 200, "甲\udc80"])
def test_however_a_unit_is_called_its_files_lie_in_the_folder(tmp_path, clean, unit):
    paths = _written(tmp_path, (_submission(clean, unit=unit), clean))
    assert [path.parent for path in paths] == [tmp_path / "退回"] * 2
    assert sorted((tmp_path / "退回").iterdir()) == sorted(paths)


def test_accepted_and_superseded_files_get_nothing(tmp_path, clean):
    subs = [
        replace(_submission(clean), status=status) for status in ("accepted", "superseded", "duplicate", "other-week")
    ]
    assert _written(tmp_path, *((sub, clean) for sub in subs)) == []


def test_a_misspelt_name_in_the_notice_is_reported(tmp_path, clean):
    for one in TEMPLATES.glob("*.txt"):
        (tmp_path / one.name).write_bytes(one.read_bytes())
    (tmp_path / "退回通知.txt").write_text("{{ unit }}：\n{{ weeek }}\n", encoding="utf-8")
    with pytest.raises(TemplateProblem, match=r"^模板 退回通知\.txt 第2行：没有名为 weeek 的内容$"):
        _written(tmp_path, (_submission(clean), clean), templates=tmp_path)


# -- annotated copies ----------------------------------------------------------------------------------------------


def test_wrong_cells_are_coloured_and_say_what_to_write(clean, cells):
    sheet = _copy(clean)[FORM.sheet]
    error, warning = sheet[cells[FIRST]], sheet[cells[SECOND]]
    assert error.fill.fgColor.rgb != warning.fill.fgColor.rgb
    assert "约20" in error.comment.text and "请填写准确的数字" in error.comment.text
    assert "没有的填 0" in warning.comment.text
    assert sheet[cells[THIRD]].comment is None and sheet[cells[THIRD]].fill.fill_type is None


def test_nothing_else_of_the_workbook_changes(clean):
    before, after = openpyxl.load_workbook(io.BytesIO(clean)), _copy(clean)
    assert after.sheetnames == [RETURN_SHEET, *before.sheetnames]
    for sheet in before:
        copy = after[sheet.title]
        assert [[cell.value for cell in row] for row in copy.iter_rows()] == [
            [cell.value for cell in row] for row in sheet.iter_rows()
        ]
        assert copy.merged_cells.ranges == sheet.merged_cells.ranges
        assert {k: v.width for k, v in copy.column_dimensions.items()} == {
            k: v.width for k, v in sheet.column_dimensions.items()
        }


def test_the_first_sheet_lists_the_problems_with_links_and_room_to_answer(clean, cells):
    book = _copy(clean)
    sheet = book.worksheets[0]
    assert sheet.title == RETURN_SHEET and book.active is sheet
    rows = list(sheet.iter_rows(values_only=True))
    head = rows.index(RETURN_COLUMNS)
    assert rows[head + 1] == (
        "1",
        FORM.label(FIRST),
        cells[FIRST],
        "填的是“约20”，是约数",
        "约20",
        "请填写准确的数字",
        None,
    )
    assert rows[head + 2][3:6:2] == ("提醒：未填写", "请填写数字，没有的填 0")
    assert sheet.cell(head + 2, 3).hyperlink.location == f"'{FORM.sheet}'!{cells[FIRST]}"


def test_a_corrected_copy_reads_as_any_form_and_is_known_again(clean, cells):
    def correct(book):
        book[FORM.sheet][cells[FIRST]] = 12
        sheet = book[RETURN_SHEET]
        head = next(row for row in range(1, 20) if sheet.cell(row, 1).value == RETURN_COLUMNS[0])
        sheet.cell(head + 1, 7, "上周多报了2个")

    corrected = _changed(_copied(clean), correct)
    read, original = read_submission(corrected, "a.xlsx", FORM), read_submission(clean, "a.xlsx", FORM)
    assert read.figures == {**original.figures, FIRST: 12}
    assert (read.units, read.dates, read.cells) == (original.units, original.dates, original.cells)
    assert read.copy_of == {"week": "2023-06-05", "unit": UNIT, "sha256": hashlib.sha256(clean).hexdigest()}
    assert read.replies == {FIRST: "上周多报了2个"}


def test_a_copy_rejected_again_has_one_list_and_no_old_colours(clean, cells):
    once = _copied(clean)
    shown = [
        problem("negative", figure=THIRD, sheet=FORM.sheet, cell=cells[THIRD], written="-1", label=FORM.label(THIRD))
    ]
    book = openpyxl.load_workbook(io.BytesIO(_copied(once, shown, {THIRD: "笔误", "": "请稍候"})))
    assert book.sheetnames == [RETURN_SHEET, FORM.sheet]
    sheet = book[FORM.sheet]
    assert sheet[cells[FIRST]].comment is None and sheet[cells[FIRST]].fill.fill_type is None
    assert sheet[cells[THIRD]].comment is not None
    listed = [row for row in book[RETURN_SHEET].iter_rows(values_only=True) if row[1] == FORM.label(THIRD)]
    assert [row[6] for row in listed] == ["笔误"]


def test_a_units_own_comment_stays_below_ours(clean, cells):
    data = _changed(clean, lambda book: setattr(book.active[cells[FIRST]], "comment", Comment("李科长核过", "李")))
    twice = _copied(_copied(data))
    text = openpyxl.load_workbook(io.BytesIO(twice))[FORM.sheet][cells[FIRST]].comment.text
    assert text.startswith(FORM.label(FIRST)) and text.count("李科长核过") == 1


def test_several_problems_of_one_cell_stand_together_and_the_gravest_colours(clean, cells):
    shown = [
        problem(code, figure=FIRST, sheet=FORM.sheet, cell=cells[FIRST], written="-1", label="甲")
        for code in ("negative", "blank")
    ]
    cell = _copy(clean, shown)[FORM.sheet][cells[FIRST]]
    assert cell.comment.text == f"{shown[0].message}\n{shown[1].message}" and cell.fill.fgColor.rgb == "FFFF9999"


def test_formulas_keep_their_stored_results(tmp_path, clean, cells):
    import xlsxwriter

    sheet = fill(FORM, some_figures(FORM, random.Random(5)), unit=UNIT, date=WEEK)
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        new = book.add_worksheet(FORM.sheet)
        for row, values in enumerate(sheet.rows):
            for column, value in enumerate(values):
                if value != "":
                    new.write(row, column, str(value) if isinstance(value, dt.date) else value)
        new.write_formula(cells[FIRST], "=10+7", None, 17)
        new.write_formula("Z1", '="a"&"<b>"', None, "a<b>")
        new.write_formula("Z2", "=1/0", None, "#DIV/0!")
        new.write_formula("Z3", "=1=1", None, True)
    copied = _copied(path.read_bytes())
    formulas = openpyxl.load_workbook(io.BytesIO(copied))[FORM.sheet]
    stored = openpyxl.load_workbook(io.BytesIO(copied), data_only=True)[FORM.sheet]
    assert formulas[cells[FIRST]].value == "=10+7"
    assert [stored[at].value for at in (cells[FIRST], "Z1", "Z2", "Z3")] == [17, "a<b>", "#DIV/0!", True]


def test_a_protected_sheet_is_annotated_and_stays_protected(clean, cells):
    def protect(book):
        book.active.protection.sheet = True
        book.active.protection.password = "abc"

    sheet = _copy(_changed(clean, protect))[FORM.sheet]
    assert sheet.protection.sheet and sheet[cells[FIRST]].comment is not None


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "#N/A", "甲\x01乙"])
def test_no_text_becomes_a_formula_in_what_is_added(clean, cells, text):
    shown = [
        replace(
            problem("not-a-number", figure=FIRST, sheet=FORM.sheet, cell=cells[FIRST], written=text, label=text),
            stored=text,
        )
    ]
    data = _copied(clean, shown, {FIRST: text})
    for cached in (False, True):
        for row in openpyxl.load_workbook(io.BytesIO(data), data_only=cached)[RETURN_SHEET].iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n", "inlineStr"} and not [
                cell for cell in row if cell.data_type == "n" and cell.value
            ]
    row = next(row for row in openpyxl.load_workbook(io.BytesIO(data))[RETURN_SHEET].iter_rows() if row[0].value == "1")
    assert row[3].value == row[4].value == row[6].value == text.replace("\x01", " ")
    assert row[4].quotePrefix == (text[0] in "=+@")


def test_problems_without_a_place_are_listed_only(clean):
    shown = [
        problem("unit-missing", sheet=FORM.sheet),
        problem("negative", figure=FIRST, sheet="没有", cell="D3", written="-1", label="甲"),
        problem("negative", figure=SECOND, sheet=FORM.sheet, cell="表1第5行第3列", written="-1", label="乙"),
    ]
    book = _copy(clean, shown)
    assert not [cell for row in book[FORM.sheet].iter_rows() for cell in row if cell.comment]
    rows = [row for row in book[RETURN_SHEET].iter_rows(values_only=True) if row[0] in ("1", "2", "3")]
    assert [row[1] for row in rows] == ["全表", FORM.label(FIRST), FORM.label(SECOND)]


def test_the_same_original_gives_the_same_bytes(clean):
    assert _copied(clean) == _copied(clean)


def test_marks_are_where_the_reader_looks(clean):
    from consolidator.reading.formats.dispatch import read_grids

    grids = [
        grid
        for grid in read_grids(_copied(clean, None, {FIRST: "已改", "": "说明"}), "a.xlsx")
        if grid.sheet == RETURN_SHEET
    ]
    assert read_copy_mark(grids)["week"] == "2023-06-05" and read_replies(grids, FORM) == {FIRST: "已改"}


# -- what is not carried over --------------------------------------------------------------------------------------


def _with_part(data: bytes, name: str, body: bytes, **replaced: tuple[bytes, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            for end, (this, that) in replaced.items():
                if info.filename.removesuffix(".xml").endswith(end):
                    assert this in part
                    part = part.replace(this, that)
            new.writestr(info.filename, part)
        if name:
            new.writestr(name, body)
    return made.getvalue()


def test_a_plain_workbook_is_carried(clean):
    assert carried_as(clean) == ".xlsx"


def test_an_empty_drawing_of_a_web_exporter_is_no_loss(clean):
    drawing = b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'
    assert carried_as(_with_part(clean, "xl/drawings/drawing1.xml", drawing)) == ".xlsx"
    full = drawing.replace(b"/>", b"><xdr:oneCellAnchor/></xdr:wsDr>")
    assert _why(_with_part(clean, "xl/drawings/drawing1.xml", full)) == LOST


def test_the_blank_forms_that_are_handed_out_can_come_back_annotated(tmp_path):
    write_blank(FORM, UNIT, FORM.kinds, WEEK, tmp_path / "a.xlsx")
    assert carried_as((tmp_path / "a.xlsx").read_bytes()) == ".xlsx"


def test_macros_are_kept(clean):
    macros = _with_part(
        clean,
        "xl/vbaProject.bin",
        b"\xd0\xcf\x11\xe0macro",
        Types=(b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'),
    )
    assert carried_as(macros) == ".xlsm"
    with zipfile.ZipFile(io.BytesIO(_copied(macros))) as package:
        assert package.read("xl/vbaProject.bin") == b"\xd0\xcf\x11\xe0macro"
        assert b"sheet.macroEnabled.main+xml" in package.read("[Content_Types].xml")


def test_a_workbook_that_openpyxl_would_impoverish_gets_the_notice_only(tmp_path, clean, monkeypatch):
    def chart(book):
        drawn = LineChart()
        drawn.add_data(Reference(book.active, min_col=1, min_row=1, max_row=3))
        book.active.add_chart(drawn, "J3")

    sheet_end = (b"</worksheet>", b'<extLst><ext uri="{x}"/></extLst></worksheet>')
    styles = b"<!--" + b"x" * MOST_STYLES + b"-->"
    for data, why in (
        (_changed(clean, chart), LOST),
        (_with_part(clean, "xl/threadedComments/threadedComment1.xml", b"<x/>"), LOST),
        (_with_part(clean, "xl/media/image1.png", b"x"), LOST),
        (_with_part(clean, "", b"", sheet1=sheet_end), LOST),
        (
            _with_part(
                clean,
                "",
                b"",
                workbook=(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ),
            ),
            ODD,
        ),
        (_with_part(clean, "", b"", styles=(b"</styleSheet>", styles + b"</styleSheet>")), LARGE),
        (_with_part(clean, "", b"", workbook=(b"<workbook", b"<!DOCTYPE x []><workbook")), ODD),
        (clean[:2000], ODD),
        (b"", OTHER_KIND),
        (b"\xd0\xcf\x11\xe0" * 300, OTHER_KIND),
        (to_bytes([fill(FORM, {}, unit=UNIT, date=WEEK)], "ods"), OTHER_KIND),
    ):
        assert _why(data) == why
    (notice,) = _written(tmp_path, (_submission(clean), _changed(clean, chart)))
    text = notice.read_text(encoding="utf-8-sig")
    assert f"请在原来的表上改正，另存后重新发来。（{LOST}，所以没有附批注件。）\n请于" in text


def test_where_openpyxl_fails_the_notice_still_goes(tmp_path, clean, monkeypatch):
    def fail(*_, **__):
        raise TypeError("expected <class 'openpyxl.styles.fills.Fill'>")

    sub = _submission(clean)
    monkeypatch.setattr(openpyxl, "load_workbook", fail)
    (notice,) = _written(tmp_path, (sub, clean))
    assert notice.suffix == ".txt" and ODD in notice.read_text(encoding="utf-8-sig")


def test_a_failure_of_our_own_is_not_taken_for_the_files(clean, monkeypatch):
    monkeypatch.setattr(annotating, "_mark", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _copied(clean)


def test_what_is_the_clerks_to_see_to_gets_no_notice(tmp_path, clean):
    sub = _submission(clean, [problem("program-fault"), problem("blank", figure=FIRST, label="甲")])
    assert _written(tmp_path, (sub, clean)) == []


# -- what would take minutes and gigabytes -------------------------------------------------------------------------


def _large(clean, tag: str, count: int = 1) -> bytes:
    inner = {
        "mergeCell": '<mergeCells><mergeCell ref="H1:H1048576"/></mergeCells>',
        "whole columns": '<mergeCells><mergeCell ref="H:J"/></mergeCells>',
        "hyperlink": '<hyperlinks><hyperlink ref="H1:H1048576" location="A1"/></hyperlinks>',
        "sqref": '<conditionalFormatting sqref="' + " ".join(f"H{n}" for n in range(1, 30_000)) + '"/>',
        "nested": '<mergeCells><mergeCell ref="H1:H1048576"/></mergeCells>',
    }[tag]
    if tag == "nested":
        return _with_part(clean, "", b"", sheet1=(b"<sheetData>", b"<sheetData>" + inner.encode()))
    return _with_part(clean, "", b"", sheet1=(b"</sheetData>", b"</sheetData>" + inner.encode()))


@pytest.mark.parametrize("tag", ["mergeCell", "whole columns", "hyperlink", "sqref", "nested"])
def test_ranges_beyond_measure_get_no_copy(clean, tag):
    assert _why(_large(clean, tag)) == LARGE


def test_a_sheet_named_as_ours_with_a_cell_far_out_is_soon_looked_through(clean):
    def far(book):
        book.create_sheet(RETURN_SHEET)["XFD1048576"] = 1

    assert _copy(_changed(clean, far)).sheetnames[0] == f"{RETURN_SHEET}1"


# -- what openpyxl drops -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protected", [True, False])
def test_ranges_that_may_be_edited_under_protection_survive(clean, protected):
    ranges = b'<protectedRanges><protectedRange password="CC1A" sqref="D3:D9 H1" name="&#22635;&quot;&lt;"/></protectedRanges>'
    shield = b'<sheetProtection sheet="1" password="83AF"/>' if protected else b""
    data = _with_part(clean, "", b"", sheet1=(b"</sheetData>", b"</sheetData>" + shield + ranges))
    copied = _copied(_copied(data))
    with zipfile.ZipFile(io.BytesIO(copied)) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode("utf-8")
    assert 'sqref="D3:D9 H1"' in sheet and 'password="CC1A"' in sheet and sheet.count("<protectedRange ") == 1
    after = sheet.partition("<protectedRanges>")[0]
    assert after.rstrip().endswith("/>" if protected else "</sheetData>") and ("<sheetProtection" in after) == protected
    assert openpyxl.load_workbook(io.BytesIO(copied))[FORM.sheet].protection.sheet == protected


def test_a_returned_copy_can_be_annotated_again_as_openpyxl_wrote_it(clean):
    assert carried_as(_copied(clean)) == ".xlsx"
