"""What a file's bytes are: a file is what its content says, never its extension."""

from __future__ import annotations

import re
import struct
from collections import Counter
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
                b"\x09\x08\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")

_JUNK = (b"\r", b"\n", b" ", b"\t", b"\xef")
_JUNK_BEFORE = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n]){1,4096}(?=PK\x03\x04|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1)")
_FTYPES = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")  # pictures of telephones

_NAMES = {
    "rtf": ("RTF 文件", ".docx"),
    "mail": ("没有以 .eml 为扩展名的邮件", "单个 .xlsx 文件（从邮件里取出附件）"),
    "xml-word": ("“Word XML”格式的文件", ".docx"),
    "doc": ("Word 97-2003（.doc）文件", ".docx"),
    "wps": ("WPS 文字（.wps）文件", ".docx"),
    "odt": ("OpenDocument 文字（.odt）文件", ".docx"),
    "ppt": ("演示文稿", ".xlsx"),
    "flat-odt": ("单一 XML 的 OpenDocument 文件", ".xlsx 或 .docx"),
    "xml": ("XML 文件", ".xlsx"),
    "msg": ("没有以 .msg 为扩展名的邮件", "单个 .xlsx 文件（从邮件里取出附件）"),
    "ole": ("这种格式的文件", ".xlsx"),
    "zip": ("这种格式的文件", ".xlsx"),
    "scrambled": ("像是被加密软件加了密（或已损坏）的文件", "解密后的 .xlsx"),
    "unknown": ("这种格式的文件", ".xlsx"),
}


def what_is(data: bytes, name: str) -> str:
    """``zip``, ``xls``, ``biff``, ``encrypted``, ``text``, ``pdf``, ``image`` or a kind to :func:`refuse`, by the first bytes.

    ``name`` only says .doc from .wps, whose bytes are alike, and a web page saved as one file from a mail.

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
    return _what_text(data, name)


def without_junk(data: bytes) -> bytes:
    """A zip or compound file without the blank lines and byte order mark that web systems send before it."""
    if data[:1] in _JUNK and (start := _JUNK_BEFORE.match(data)) is not None:
        return data[start.end():]
    return data


def _what_compound(data: bytes, name: str) -> str:
    names = {one.casefold() for one in ole.names(data)}
    if not names:  # every compound file has something in it
        raise broken()
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


_SIGNS = re.compile(r"""[<>,;="'/\t\r\n0-9]""")  # in every table and page
_PRINTED = re.compile("[\t\r\n\x1b\x20-\x7e\xa0-\ud7ff\uf900-\ufffd]*")
_HEAD, _LONG_HEAD = 4096, 65_536
_OFFICE = (".xls", ".xlsx", ".xlsm", ".xlsb", ".et", ".ods", ".csv", ".doc", ".docx", ".wps", ".odt")
_MAIL = re.compile(r"(?=[^\0]*^(?:message-id|mime-version|received|return-path):)(?:[a-z][a-z0-9-]*:.*\r?\n(?:[ \t].*\r?\n)*){3}",
                   re.MULTILINE)


_PAGE_AS_MAIL = re.compile(r"(?s)(?:(?!\n\r?\n).){0,3000}\ncontent-type: (?:multipart/related|text/html)")


def _what_text(data: bytes, name: str) -> str:
    text = decoded(data[:_HEAD], cut=True)
    if text is None:
        return "unknown"
    start = text.lstrip("\ufeff \t\r\n").casefold()
    if start.startswith("mime-version:") or (not name.casefold().endswith(".eml") and _PAGE_AS_MAIL.match(start)):
        return "mhtml"
    if _MAIL.match(start):
        return "mail"
    if start.startswith("id;p"):
        return "sylk"
    if start.startswith(("<?xml", "<")):
        if start.startswith(("<?xml", "<!--")) and len(data) > _HEAD:  # comments may stand before the first element
            start = (decoded(data[:_LONG_HEAD], cut=True) or text).casefold()
        if "urn:schemas-microsoft-com:office:spreadsheet" in start and not re.search(r"<html[\s>]", start):
            return "xml-2003"
        if "office/word/2003/wordml" in start or "schemas.microsoft.com/office/2006/xmlpackage" in start:
            return "xml-word"
        if "opendocument:xmlns:office" in start:
            return "flat-ods" if "opendocument.spreadsheet" in start else "flat-odt"
        if re.search(r"<(?:!doctype html|html|table|head|body|meta|style|div)\b", start):
            return "html"
        if start.startswith("<?xml"):
            return "xml"
    return "text"


def decoded(data: bytes, cut: bool = False) -> str | None:
    """Text as Windows and others write it: UTF-8, UTF-16 and 32 with their marks, UTF-16 without, GB 18030; None where it is no text.

    ``cut``: the bytes are the beginning of a file, and may end within a character.
    """
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return data[: len(data) // 4 * 4].decode("utf-32", errors="replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", errors="replace")
    bare = data.rstrip(b"\0\x1a") if data[-1:] in (b"\0", b"\x1a") else data  # the end of a file under DOS
    if b"\0" in bare:
        return _wide_text(data)
    if not bare and data:
        return None
    data = bare
    if re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", data):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        for end in range(len(data), len(data) - (4 if cut else 1), -1):
            try:
                return data[:end].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def _wide_text(data: bytes) -> str | None:
    """UTF-16 without its mark, in the order of bytes in which more signs of ASCII come out."""
    data = data[: len(data) // 2 * 2]
    samples = {order: data[:_HEAD].decode(order, errors="replace")[:-1] for order in ("utf-16-le", "utf-16-be")}
    order = max(samples, key=lambda one: len(_SIGNS.findall(samples[one])))
    sample = samples[order]
    if len(_SIGNS.findall(sample)) * 50 < len(sample) or "\ufffd" in sample or not _PRINTED.fullmatch(sample):
        return None
    return data.decode(order, errors="replace")


def scrambled(data: bytes, name: str) -> bool:
    """Whether a file that is called an office file is bytes without any order: encrypted by software of a company, or broken."""
    sample = data[:_LONG_HEAD]
    return len(sample) >= _HEAD and name.casefold().endswith(_OFFICE) and max(Counter(sample).values()) < len(sample) // 64


def refuse(kind: str) -> Unfit:
    """The report of a kind that is not read."""
    if kind == "archive":
        return Unfit(problem("other-archive"))
    return wrong_format(*_NAMES[kind])


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
    if any(name.startswith(("xl/", "word/")) or name.rpartition("/")[2] in ("[content_types].xml", "workbook.xml") for name in parts):
        raise broken()  # a document whose main part is lost, or packed with its folder: unpacking it would help nobody
    return "zip" if any(name.endswith(".iwa") for name in parts) else "archive"
