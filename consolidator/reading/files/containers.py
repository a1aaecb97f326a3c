"""Archives and mails, opened for the forms inside: .zip, .eml and .msg, with the limits that hostile files need.

.rar and .7z are reported: the libraries for them need a program that is not there, or ten libraries of their own.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from consolidator.model.inbox import is_left_behind, printable
from consolidator.model.mail_parts import content_of, inner_message
from consolidator.reading.files import ole, opc
from consolidator.reading.files.mail_heading import mail_heading
from consolidator.reading.files.unreadable import Unfit
from consolidator.reading.files.zip_package import MB, MOST_FILE, Package
from schemas.problems import problem

if TYPE_CHECKING:
    from email.message import Message

NAMES = (".zip", ".eml", ".msg")  # a container is opened only where its name says so too
INSIDE = "!/"  # between a container and what is inside
MOST_FILES = 1000
MOST_BYTES = 256 * MB  # of all that is inside, inflated
_DEEPEST = 3
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, OverflowError, IndexError)
_UTF8 = 0x800
_ATTACHMENT, _LONG_NAME, _SHORT_NAME, _DATA = "__attach_version1.0_", ("3707001F", "3001001F"), ("3704001F",), "37010102"


class Member(NamedTuple):
    """A file inside: ``name`` is its path there, printable, with ``!/`` behind each container; ``mail`` says who sent it and when,
    where it came in a mail."""

    name: str
    data: bytes
    mail: str = ""


def is_container(name: str) -> bool:
    """Whether a file is opened for what is inside, by its name."""
    return name.casefold().endswith(NAMES)


def members(data: bytes, name: str) -> list[Member]:
    """The files inside a container, in its order; [] where it is no container, whatever its name says.

    Containers inside are opened too; one that cannot be opened is a file like others. What systems leave behind is left out.

    Raises:
        Unfit: it is broken or has a password, or holds too much.
    """
    found: list[Member] = []
    opened = _opened(data, name)
    if opened is None:
        return []
    _collect(opened, "", 1, found, mail_heading(data, name))
    if not found:
        raise Unfit(problem("empty-container"))
    return _kept_apart(found)


def _collect(opened: Iterator[Member], before: str, depth: int, found: list[Member], mail: str) -> None:
    for member in opened:
        inside = None
        if is_container(member.name):
            if depth >= _DEEPEST:
                raise _too_much(f"压缩包里套着 {_DEEPEST} 层以上的压缩包")
            try:
                inside = _opened(member.data, member.name)
                if inside is not None:
                    of_mail = mail_heading(member.data, member.name) or mail
                    _collect(inside, f"{before}{member.name}{INSIDE}", depth + 1, found, of_mail)
            except Unfit as unfit:
                if unfit.problem.code == "container-too-large":
                    raise
                inside = None
        if inside is None:
            found.append(Member(before + member.name, member.data, mail))
        if len(found) > MOST_FILES or sum(len(one.data) for one in found) > MOST_BYTES:
            raise _too_much(f"里面的文件超过 {MOST_FILES} 个或 {MOST_BYTES // MB} MB")


def _opened(data: bytes, name: str) -> Iterator[Member] | None:
    """What is directly inside; None where the bytes are no container."""
    if data.startswith(b"PK"):
        return None if _is_document(data) else _of_zip(data)
    if data.startswith(ole.MAGIC):
        return _of_msg(data) if name.casefold().endswith(".msg") else None
    return _of_mail(data) if name.casefold().endswith(".eml") else None


def _is_document(data: bytes) -> bool:
    """Whether a zip is a workbook or the like, whatever it is called."""
    try:
        package = Package(data)
        return bool(opc.main_part(package)) or "content.xml" in package.parts or "[content_types].xml" in package.parts
    except Unfit:
        return False


def _of_zip(data: bytes) -> Iterator[Member]:
    left, count = MOST_BYTES, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                name = _name_in_zip(info)
                if info.is_dir() or is_left_behind(name):
                    continue
                count += 1
                if info.flag_bits & 1:
                    raise Unfit(problem("encrypted-container"))
                if info.file_size > MOST_FILE or info.file_size > left or count > MOST_FILES:
                    raise _too_much(f"“{name}”解开后有 {info.file_size // MB} MB")
                with archive.open(info) as member:
                    body = member.read(MOST_FILE + 1)
                left -= len(body)
                if len(body) > MOST_FILE or left < 0:
                    raise _too_much(f"里面的文件超过 {MOST_BYTES // MB} MB")
                yield Member(name, body)
    except _ZIP_FAULTS:
        raise Unfit(problem("broken-container")) from None


def _name_in_zip(info: zipfile.ZipInfo) -> str:
    """The name in UTF-8 where the zip says so; else as Windows in China writes it, in GBK."""
    name = info.orig_filename.partition("\0")[0]
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return _clean(name)


def _clean(name: str) -> str:
    """A name as a path below, without drives, leading slashes and ``..``."""
    parts = [part.strip() for part in name.replace("\\", "/").split("/")]
    return printable("/".join(part for part in parts if part not in ("", ".", "..") and not part.endswith(":"))) or "未命名"


def _of_mail(data: bytes) -> Iterator[Member]:
    """The attachments of a mail; without any, its text, in which a table may stand."""
    import email.policy
    from email.message import EmailMessage

    message = email.message_from_bytes(data, policy=email.policy.default)
    some = False
    for part in message.walk():
        if part.is_multipart():
            if part.get_content_type() == "message/rfc822" and part is not message:
                some = True
                yield Member(_clean(f"{part.get_filename() or '转发的邮件'}").removesuffix(".eml") + ".eml", inner_message(part))
            continue
        name = _name_in_mail(part)
        picture = part.get_content_maintype() == "image" and (part["Content-ID"] or part.get_content_disposition() == "inline")
        if name and not picture:
            some = True
            yield Member(_clean(name), content_of(part))
    if not some:
        body = message.get_body(("html", "plain")) if isinstance(message, EmailMessage) else None
        if body is not None:
            yield Member("正文.html" if body.get_content_subtype() == "html" else "正文.txt", content_of(body))


def _name_in_mail(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, ValueError):  # a header in an encoding that Python does not know
        return "附件"


def _of_msg(data: bytes) -> Iterator[Member]:
    """The attachments of an Outlook message ([MS-OXMSG] 2.2.2)."""
    with ole.opened(data) as compound:
        for folder in sorted({path[0] for path in compound.listdir() if path[0].startswith(_ATTACHMENT)}):
            body = f"{folder}/__substg1.0_{_DATA}"
            if compound.exists(body):
                names = [compound.openstream(where).read().decode("utf-16-le", errors="replace").strip("\0")
                         for number in (*_LONG_NAME, *_SHORT_NAME) if compound.exists(where := f"{folder}/__substg1.0_{number}")]
                yield Member(_clean(next(filter(None, names), "附件")), compound.openstream(body).read())


def _kept_apart(found: list[Member]) -> list[Member]:
    """The same files, those of one name numbered."""
    seen: dict[str, int] = {}
    apart = []
    for member in found:
        count = seen[member.name] = seen.get(member.name, 0) + 1
        stem, dot, ending = member.name.rpartition(".")
        apart.append(member if count == 1 else member._replace(name=f"{stem}（{count}）{dot}{ending}"))
    return apart


def _too_much(what: str) -> Unfit:
    return Unfit(problem("container-too-large", what=what))
