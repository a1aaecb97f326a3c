"""What each cell style of a workbook of OOXML shows: its number format, strokes, alignment."""

from __future__ import annotations

from collections.abc import Mapping

from consolidator.reading.files.opc import Relation
from consolidator.reading.files.safe_xml import elements
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.number_formats import BUILT_IN, GENERAL
from consolidator.reading.formats.sheet import PLAIN, Look
from consolidator.reading.formats.xlsx_xml import OFF, whole_part


def looks_in(package: Package, parts: Mapping[str, Relation]) -> tuple[Look, ...]:
    part = whole_part(parts, "styles", package)
    return package.once(part, looks_of) if part else ()


def looks_of(xml: bytes) -> tuple[Look, ...]:
    """What each cell style (by its ``s``) shows of a value.

    Raises:
        Unfit: the part is broken.
    """
    codes: dict[str, str] = {}
    fonts: list[list[bool]] = []  # struck, raised
    found: list[tuple[str, str]] = []
    where = ""
    for local, attributes in elements(xml):
        if local in ("fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "numFmts"):
            where = local
        elif local == "numFmt" and where == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)
        elif where == "fonts" and local == "font":
            fonts.append([False, False])
        elif where == "fonts" and local == "strike" and fonts:
            fonts[-1][0] = attributes.get("val", "1") not in OFF
        elif where == "fonts" and local == "vertAlign" and fonts:
            fonts[-1][1] = attributes.get("val") in ("superscript", "subscript")
        elif where == "cellXfs" and local == "xf":
            found.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))
    looks = []
    for number, font in found:
        code = codes.get(number) or (BUILT_IN.get(int(number), GENERAL) if number.isdecimal() else GENERAL)
        strokes = fonts[int(font)] if font.isdecimal() and int(font) < len(fonts) else (False, False)
        look = Look(code, *strokes)
        looks.append(PLAIN if look == PLAIN else look)
    return tuple(looks)
