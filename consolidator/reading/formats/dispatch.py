"""Any file's bytes to grids: what it is, and the reader of its format.

Each format has one reader that knows everything a cell shows. Workbooks of OOXML in which there is nothing to know but
values are read by shorter ways (:mod:`consolidator.reading.formats.xlsx_plain`, :mod:`consolidator.reading.formats.xlsx_large`).
"""

from __future__ import annotations

from consolidator.model.grid import Grid
from consolidator.reading.files import encryption, ole, sniff, zip_package
from consolidator.reading.files.containers import is_container, members
from consolidator.reading.files.sniff import Scan
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.text import read_text
from consolidator.reading.formats.xlsx_plain import read_plain
from schemas.problems import Problem, problem


def read_grids(data: bytes, name: str) -> list[Grid] | Scan | Problem:
    """All sheets (or Word tables) of a file in order, a :class:`Scan` for PDF and pictures, or the file's problem.

    Decided by the bytes alone; ``name`` only says .doc from .wps and a .csv from other text. Hidden sheets come with
    ``visible`` False, cells of hidden rows and columns are marked as such; chart sheets are left out. A blank sheet has one
    empty row: only a text file, and a Word file without tables, are a grid without rows, their words in ``lines``.
    Never raises for what a file holds.
    """
    if not data:
        return problem("empty-file")
    if len(data) > zip_package.MOST_FILE:
        return problem("too-large", what=f"文件有 {len(data) // zip_package.MB} MB")
    try:
        return _read(data, name)
    except Unfit as unfit:
        return unfit.problem


def _read(data: bytes, name: str, opened: bool = False, depth: int = 0) -> list[Grid] | Scan:
    """As :func:`read_grids`; ``opened``: an encryption has been taken off; ``depth`` above 0: in a Word document.

    Raises:
        Unfit: the file cannot be read.
    """
    data = sniff.without_junk(data)
    kind = sniff.what_is(data, name)
    if kind == "zip":
        package = _package(data, name)
        kind = sniff.kind_of(package)
        if kind == "xlsx":
            return _with_rows(_xlsx(package))
        if kind == "xlsb":
            from consolidator.reading.formats.xlsb import read_xlsb
            return _with_rows(read_xlsb(package))
        if kind == "ods":
            from consolidator.reading.formats.ods import read_ods
            return _with_rows(read_ods(package))
        if kind == "docx":
            from consolidator.reading.formats.docx import read_docx
            return read_docx(package, None if depth else _read_inside)
    elif kind in ("xls", "biff"):
        from consolidator.reading.formats.xls import read_xls
        return _with_rows(read_xls(data))
    elif kind == "encrypted":
        return _read_decrypted(data, name, opened)
    elif kind == "text":
        return read_text(data, name)
    elif kind in ("html", "mhtml"):
        from consolidator.reading.formats.html import read_html, read_mhtml
        return read_html(data, depth > 0) if kind == "html" else read_mhtml(data, depth > 0)
    elif kind == "xml-2003":
        from consolidator.reading.formats.xml_2003 import read_xml_2003
        return _with_rows(read_xml_2003(data))
    elif kind == "flat-ods":
        from consolidator.reading.formats.ods import read_flat_ods
        return _with_rows(read_flat_ods(data))
    elif kind == "sylk":
        from consolidator.reading.formats.sylk import read_sylk
        return _with_rows(read_sylk(data))
    elif kind in ("pdf", "image"):
        return Scan(kind)
    if kind in ("archive", "mail", "msg"):
        members(data, name)  # says why it could not be opened
    raise sniff.refuse("scrambled" if kind == "unknown" and sniff.scrambled(data, name) else kind)


def _package(data: bytes, name: str) -> Package:
    """The parts of a zip.

    Raises:
        Unfit: it is broken: an archive by its name, a workbook or document else.
    """
    try:
        return Package(data)
    except Unfit:
        if is_container(name):
            members(data, name)
        raise


def _read_decrypted(data: bytes, name: str, opened: bool) -> list[Grid] | Scan:
    if opened:
        raise Unfit(problem("encrypted-file"))
    return _read(encryption.decrypted(data), name, True)


def _read_inside(data: bytes, name: str) -> list[Grid]:
    """The grids of a file in a Word document: a workbook, a page, a document; packed into an OLE object, perhaps.

    Raises:
        Unfit: it cannot be read.
    """
    if data.startswith(ole.MAGIC) and "Package" in ole.names(data):
        data = ole.stream(data, "Package")
    found = _read(data, name, depth=1)
    return [] if isinstance(found, Scan) else found


def _xlsx(package: Package) -> list[Grid]:
    grids = read_plain(package)
    if grids is not None:
        return grids
    from consolidator.reading.formats.xlsx import read_xlsx
    from consolidator.reading.formats.xlsx_large import read_large
    return read_large(package) or read_xlsx(package)


def _with_rows(grids: list[Grid]) -> list[Grid]:
    """Sheets with a row at least, so that a blank workbook is not taken for a text."""
    for grid in grids:
        if not grid.rows:
            grid.rows.append([])
    return grids
