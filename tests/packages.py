"""Files for tests of the readers: made by the libraries that people's programs use, then bent at the byte level."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ROWS = [["项目", "数"], ["检查（家）", 12], ["罚款（万元）", 3.5], ["栏目", "是"]]


def openpyxl_xlsx(rows=ROWS, change: Callable | None = None) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "调度表"
    for row in rows:
        sheet.append(row)
    if change:
        change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def xlsxwriter_xlsx(fill: Callable, **options) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("调度表"))
    return made.getvalue()


def xlwt_xls(fill: Callable, encoding: str = "utf-8") -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding=encoding)
    fill(book, book.add_sheet("调度表"))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def edited(data: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes] | None]) -> bytes:
    """A zip with some parts replaced (bytes), changed (a function), removed (None) or added."""
    source, made = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            change = parts.get(name, source.read(name))
            if change is not None:
                target.writestr(name, change(source.read(name)) if callable(change) else change)
        for name, body in parts.items():
            if name not in source.namelist() and body is not None:
                target.writestr(name, body)
    return made.getvalue()


def sheet_xml(rows: str, namespace: str = MAIN, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> bytes:
    return f'{head}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def raw_xlsx(rows: str, **more) -> bytes:
    """A workbook of one sheet whose rows are the given XML."""
    return edited(openpyxl_xlsx(), {"xl/worksheets/sheet1.xml": sheet_xml(rows, **more)})


def ods(table: str, styles: str = "", mimetype: bytes = b"application/vnd.oasis.opendocument.spreadsheet") -> bytes:
    """An .ods whose tables are the given XML."""
    names = {"office": "office", "table": "table", "text": "text", "style": "style", "draw": "drawing"}
    spaces = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for key, name in names.items())
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    xml = (f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:automatic-styles>{styles}'
           f"</office:automatic-styles><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
           "</office:document-content>")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", mimetype)
        target.writestr("content.xml", xml)
    return made.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A .docx whose body is the given XML (prefixes w, w14, mc, wps, v); ``parts`` are headers and footers."""
    spaces = (f'xmlns:w="{WORD}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
              'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
              'xmlns:v="urn:schemas-microsoft-com:vml" '
              'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"')
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("word/document.xml", f"<w:document {spaces}><w:body>{body}</w:body></w:document>")
        for name, inside in parts.items():
            target.writestr(f"word/{name}.xml", f"<w:hdr {spaces}>{inside}</w:hdr>")
    return made.getvalue()
