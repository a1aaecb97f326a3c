"""What a file's bytes are: a file is what its content says, never its extension."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from consolidator.reading.files import encryption, ole, opc
from consolidator.reading.files.unreadable import Unfit, broken, wrong_format
from consolidator.reading.files.zip_package import Package
from schemas.problems import problem


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that shows pages but holds no cells: ``kind`` is ``pdf`` or ``image``."""

    kind: str


# -- what the bytes are -----------------------------------------------------------------------------------------

_MAGIC = (
    (b"%PDF", "pdf"), (b"\xff\xd8\xff", "image"), (b"\x89PNG\r\n\x1a\n", "image"), (b"GIF8", "image"),
    (b"BM", "image-bmp"), (b"II*\0", "image"), (b"MM\0*", "image"), (b"{\\rtf", "rtf"), (b"7z\xbc\xaf'\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ", "archive"),
)
_BIFF_STARTS = (b"\x09\x00\x04\x00", b"\x09\x00\x06\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00",
                b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")

_FTYPES = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")  # pictures of telephones

_TOLD = {
    "rtf": ("RTF 文件", ".docx"),
    "mail": ("没有以 .eml 为扩展名的邮件", "单个 .xlsx 文件（从邮件里取出附件）"),
    "xml-word": ("“Word XML”格式的文件", ".docx"),
    "doc": ("Word 97-2003（.doc）文件", ".docx"),
    "wps": ("WPS 文字（.wps）文件", ".docx"),
    "odt": ("OpenDocument 文字（.odt）文件", ".docx"),
    "ppt": ("演示文稿", ".xlsx"),
    "flat-ods": ("单一 XML 的 OpenDocument 表格（.fods）", ".xlsx"),
    "xml": ("XML 文件", ".xlsx"),
    "msg": ("没有以 .msg 为扩展名的邮件", "单个 .xlsx 文件（从邮件里取出附件）"),
    "ole": ("这种格式的文件", ".xlsx"),
    "zip": ("这种格式的文件", ".xlsx"),
    "unknown": ("这种格式的文件", ".xlsx"),
}


def what_is(data: bytes, name: str) -> str:
    """``zip``, ``xls``, ``biff``, ``encrypted``, ``text``, ``pdf``, ``image`` or a kind to :func:`refuse`, by the first bytes.

    ``name`` only tells .doc from .wps, whose bytes are alike.

    Raises:
        Unfit: a file that a company's software has encrypted; a compound file whose directory cannot be read.
    """
    head = data[:4096]
    encryption.refuse_company(head)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "zip"
    if head.startswith(ole.MAGIC):
        return _what_compound(data, name)
    if head[:4] in _BIFF_STARTS:
        return "biff"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            if kind == "image-bmp":
                if len(data) >= 6 and struct.unpack_from("<I", data, 2)[0] == len(data):
                    return "image"
                continue
            return kind
    if (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:12] in _FTYPES:
        return "image"
    return _what_text(head)


def _what_compound(data: bytes, name: str) -> str:
    names = {one.casefold() for one in ole.names(data)}
    if any("drmencrypted" in one or one.endswith("drmcontent") for one in names):
        raise Unfit(problem("company-encrypted", software="权限管理（IRM）"))
    if "encryptedpackage" in names:
        return "encrypted"
    if names & {"workbook", "book"}:
        return "xls"
    if "worddocument" in names:
        return "wps" if name.casefold().endswith(".wps") else "doc"
    if "powerpoint document" in names:
        return "ppt"
    return "msg" if "__properties_version1.0" in names else "ole"


_MAIL = re.compile(r"(?=[^\0]*^(?:message-id|mime-version|received|return-path):)(?:[a-z][a-z0-9-]*:.*\r?\n(?:[ \t].*\r?\n)*){3}",
                   re.MULTILINE)


def _what_text(head: bytes) -> str:
    text = decoded(head, cut=True)
    if text is None:
        return "unknown"
    start = text.lstrip("\ufeff \t\r\n").casefold()
    if start.startswith("mime-version:") or "\ncontent-type: multipart/related" in start:
        return "mhtml"
    if _MAIL.match(start):
        return "mail"
    if start.startswith("id;p"):
        return "sylk"
    if start.startswith(("<?xml", "<")):
        if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<html" not in start:
            return "xml-2003"
        if "office/word/2003/wordml" in start or "schemas.microsoft.com/office/2006/xmlpackage" in start:
            return "xml-word"
        if "opendocument:xmlns:office" in start:
            return "flat-ods"
        if re.search(r"<(?:!doctype html|html|table|head|body|meta|style|div)\b", start):
            return "html"
        if start.startswith("<?xml"):
            return "xml"
    return "text"


def decoded(data: bytes, cut: bool = False) -> str | None:
    """Text as Windows and others write it: UTF-8, UTF-16 with its mark, GB 18030; None where it is no text.

    ``cut``: the bytes are the beginning of a file, and may end within a character.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", errors="replace")
    if b"\0" in data or re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", data):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        for end in range(len(data), len(data) - (4 if cut else 1), -1):
            try:
                return data[:end].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def refuse(kind: str) -> Unfit:
    """The report of a kind that is not read."""
    if kind == "archive":
        return Unfit(problem("other-archive"))
    return wrong_format(*_TOLD[kind])


# -- what a zip package holds --------------------------------------------------------------------------------

def kind_of(package: Package) -> str:
    """``xlsx``, ``xlsb``, ``ods``, ``docx``, ``archive`` or a kind to refuse, by the parts.

    Raises:
        Unfit: an encrypted OpenDocument file; an office file without its main part.
    """
    parts = package.parts
    main = opc.main_part(package)
    if main:
        return opc.kind_of_document(package, main) or "zip"
    if "content.xml" in parts:
        if "meta-inf/manifest.xml" in parts and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise Unfit(problem("encrypted-file"))
        mimetype = package.read("mimetype", 4096) if "mimetype" in parts else package.read("content.xml")
        return "ods" if b"spreadsheet" in mimetype else "odt" if b"text" in mimetype else "zip"
    if any(name.startswith("ppt/") for name in parts):
        return "ppt"
    if any(name.startswith(("xl/", "word/")) or name == "[content_types].xml" for name in parts):
        raise broken()  # a document whose main part is lost: unpacking it would help nobody
    return "zip" if any(name.endswith(".iwa") for name in parts) else "archive"
