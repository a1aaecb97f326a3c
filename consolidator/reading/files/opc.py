"""Which part of an OOXML package is what: the one resolver of relationships and content types (ECMA-376 part 2).

Every reader of .xlsx, .xlsb and .docx asks here, so that none finds another part than the others: a main part elsewhere
than ``xl/workbook.xml``, targets with ``..``, ``%20`` or ``\\``, styles under any name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

from consolidator.reading.files.safe_xml import elements
from consolidator.reading.files.unreadable import broken
from consolidator.reading.files.zip_package import Package

State = TypeVar("State", int, str)
_TYPES = "[Content_Types].xml"
_USUAL_MAIN = ("xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml")


class Relation(NamedTuple):
    """A relationship: ``kind`` is the last word of its type (``worksheet``, ``styles``), ``part`` the part's name."""

    kind: str
    part: str


def relations(package: Package, part: str = "") -> Mapping[str, Relation]:
    """The relationships of a part ("": of the package) by id, without those that lead out of the package.

    Raises:
        Unfit: they are broken.
    """
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    return package.once(rels, _relations_below(folder)) if rels in package else {}


@lru_cache(maxsize=32)  # one function a folder, as parts are remembered by function
def _relations_below(folder: str) -> Callable[[bytes], dict[str, Relation]]:
    def read(xml: bytes) -> dict[str, Relation]:
        return {attributes.get("Id", ""): Relation(attributes.get("Type", "").rpartition("/")[2],
                                                   _resolved(folder, attributes.get("Target", "")))
                for local, attributes in elements(xml)
                if local == "Relationship" and attributes.get("TargetMode", "").casefold() != "external"}

    return read


def _resolved(folder: str, target: str) -> str:
    target = unquote(target.replace("\\", "/")).partition("#")[0]
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def related(package: Package, part: str, kind: str) -> str:
    """The part of that kind to which ``part`` is related; "" where there is none in the package."""
    return next((one.part for one in relations(package, part).values() if one.kind == kind and one.part in package), "")


def main_part(package: Package) -> str:
    """The part that is the document: as ``_rels/.rels`` says, else as the content types say, else where it usually lies; ""
    where there is none.

    Raises:
        Unfit: a part that says so is broken.
    """
    found = related(package, "", "officeDocument")
    if found:
        return found
    found = next((name for name, kind in content_types(package).items() if name in package and _is_main(kind)), "")
    return found or next((name for name in _USUAL_MAIN if name in package), "")


def content_types(package: Package) -> Mapping[str, str]:
    """Part (case folded) → content type, of the parts that have one of their own."""
    return package.once(_TYPES, _overrides) if _TYPES in package else {}


def _overrides(xml: bytes) -> dict[str, str]:
    return {attributes.get("PartName", "").lstrip("/").casefold(): attributes.get("ContentType", "").casefold()
            for local, attributes in elements(xml) if local == "Override"}


def kind_of_document(package: Package, main: str) -> str:
    """``xlsx``, ``xlsb``, ``docx`` or ``ppt``, by the content type of the main part, else by its root element; "" for others."""
    kind = content_types(package).get(main.casefold(), "")
    kind = kind if _is_main(kind) else ""
    for word, short in (("sheet.binary", "xlsb"), ("wordprocessingml", "docx"), ("ms-word", "docx"), ("presentationml", "ppt"),
                        ("ms-powerpoint", "ppt"), ("spreadsheetml", "xlsx"), ("ms-excel", "xlsx")):
        if word in kind:
            return short
    if main.casefold().endswith(".bin"):
        return "xlsb"
    try:
        root = package.once(main, elements)[0][0]
    except IndexError:
        raise broken() from None
    return {"workbook": "xlsx", "document": "docx", "presentation": "ppt"}.get(root, "")


def _is_main(kind: str) -> bool:
    return kind.endswith((".main+xml", "macroenabled.main", "sheet.binary.macroenabled.main")) or "sheet.binary" in kind


def sheets_in(package: Package, main: str, listed: Sequence[tuple[str, State, str]]) -> Iterator[tuple[str, State, str]]:
    """(name, state, part) of each worksheet of the ``listed`` ones, whose last word is a relationship of ``main``.

    Raises:
        Unfit: one of them is not there.
    """
    parts = relations(package, main)
    for name, state, number in listed:
        if not number and len(listed) > 1:  # a module of old macros, of which nothing is kept
            continue
        relation = parts.get(number)
        if relation is None or relation.part not in package:
            raise broken()
        if relation.kind == "worksheet":  # no chart, no dialog, no macros of Excel 4
            yield name, state, relation.part
