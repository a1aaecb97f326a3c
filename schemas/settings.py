"""The office's settings: ``settings.toml`` beside ``consolidate.py``, then the environment, which wins."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from schemas.errors import DefinitionError, reason_of

PROGRAM = Path(__file__).resolve().parent.parent  # the folder of the packages consolidator and schemas
# The office's folder: inbox, outbox, settings.toml. Where the program was installed as a package, there is no
# consolidate.py beside it; the folder is then the one in which the command is run.
HOME = PROGRAM if (PROGRAM / "consolidate.py").is_file() else Path.cwd()
FILE = HOME / "settings.toml"


def shipped(name: str) -> Path:
    """The file or folder ``name`` of the office where it has one of its own, else the one that comes with the program."""
    own = HOME / name
    return own if own.exists() else PROGRAM / name


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Office(_Part):
    """本级单位: who consolidates. ``kind`` is its 类别 when it fills in the form itself for the level above.

    ``report_to_address`` is where its merged result goes. Where it is not set, one that has a ``kind`` reports to the form's
    own address; for any other the address is asked for, never guessed.
    """

    name: str = "河北区安委会办公室"
    kind: tuple[str, ...] = ()
    operator: str = ""
    phone: str = ""
    report_to: str = "市安委会办公室"
    report_to_address: str = ""


def _written(path: object) -> object:
    if isinstance(path, str) and (not path.strip() or "\0" in path):  # "" would be the current folder
        raise ValueError("no path")
    return path


_Place = Annotated[Path, BeforeValidator(_written)]


class Paths(_Part):
    """Where things lie; relative paths are taken from where the command is run."""

    inbox: _Place = HOME / "inbox"
    outbox: _Place = HOME / "outbox"
    roster: _Place = shipped("schemas/roster.csv")
    form: _Place = shipped("schemas/major_hazards_2023.yaml")
    firms: _Place = shipped("schemas/firms.csv")


class AnotherForm(_Part):
    """A further form whose files come into the same inbox; its roster and outbox are its own."""

    form: _Place
    roster: _Place
    outbox: _Place


class Report(_Part):
    """What the papers for the level above show."""

    table_of_units: bool = True
    name_missing_units: bool = False
    movers: bool = False  # the page on what moved: every run writes it, ``send`` attaches it
    ledgers: bool = False  # ``send`` attaches 台账（汇总）, where the week has one
    redact: Literal["all", "phones", "none"] = "all"  # people in what goes up, on the page, on the screen and in letters


class Reading(_Part):
    """How files are read. ``convert``: what converts .doc and .wps: ``auto`` (LibreOffice where it is found), ``off``, or its path."""

    convert: str = "auto"


class Mail(_Part):
    """How letters go out."""

    host: str = ""
    port: int = Field(default=0, ge=0, le=65535)
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: str = ""
    password: str = Field(default="", repr=False)
    sender: str = ""
    cc: tuple[str, ...] = ()


class Scale(_Part):
    """Past one machine: the scheduler whose workers read, and whether they see the inbox under the same path."""

    scheduler: str = Field(default="", pattern=r"^((tcp|tls)://\S+)?$")
    shared: bool = False


class Settings(_Part):
    """Everything that an office may set. ``now`` is the clock, fixed in tests by ``CONSOLIDATE_NOW``.

    ``forms`` are further forms that share the inbox, by a name of the office's own.
    """

    office: Office = Office()
    paths: Paths = Paths()
    reading: Reading = Reading()
    report: Report = Report()
    mail: Mail = Mail()
    scale: Scale = Scale()
    forms: dict[str, AnotherForm] = {}
    now: dt.datetime | None = None

    @property
    def form_files(self) -> tuple[Path, ...]:
        """The definitions of all forms whose files come into the inbox."""
        return (self.paths.form, *(one.form for one in self.forms.values()))

    def every_form(self) -> list[Settings]:
        """These settings, then the same for each further form: its definition, roster and outbox in place of the first's.

        Each knows all the others, so that a file finds the form that it is of.
        """
        own = AnotherForm(form=self.paths.form, roster=self.paths.roster, outbox=self.paths.outbox)
        every = {"": own, **self.forms}
        return [self.model_copy(update={
            "paths": self.paths.model_copy(update=one.model_dump()),
            "forms": {name: other for name, other in every.items() if other is not one}}) for one in every.values()]


_PARTS = ("office", "paths", "reading", "report", "mail", "scale", "forms")
_ENVIRONMENT = {
    "CONSOLIDATE_INBOX": ("paths", "inbox"), "CONSOLIDATE_OUTBOX": ("paths", "outbox"),
    "CONSOLIDATE_ROSTER": ("paths", "roster"), "CONSOLIDATE_FORM": ("paths", "form"),
    "CONSOLIDATE_OFFICE": ("office", "name"), "CONSOLIDATE_OPERATOR": ("office", "operator"),
    "CONSOLIDATE_PHONE": ("office", "phone"), "CONSOLIDATE_REPORT_TO_ADDRESS": ("office", "report_to_address"),
    "CONSOLIDATE_SMTP_HOST": ("mail", "host"), "CONSOLIDATE_SMTP_PORT": ("mail", "port"),
    "CONSOLIDATE_SMTP_SECURITY": ("mail", "security"), "CONSOLIDATE_SMTP_USER": ("mail", "user"),
    "CONSOLIDATE_SMTP_PASSWORD": ("mail", "password"), "CONSOLIDATE_MAIL_FROM": ("mail", "sender"),
    "CONSOLIDATE_MAIL_CC": ("mail", "cc"),
    "CONSOLIDATE_SCHEDULER": ("scale", "scheduler"),
}


_HEADINGS = {"本级单位": "name", "类别": "kind", "上级单位": "report_to", "上报邮箱": "report_to_address"}


def of_roster(settings: Settings) -> Settings:
    """``settings`` with the office as the heading of the roster names it (``# 本级单位：区商务局``).

    One installation may consolidate several levels, each with its roster; a roster without a heading changes nothing.
    """
    from schemas.loading.csv_table import headings_of

    found: dict[str, Any] = {key: value for word, value in headings_of(settings.paths.roster).items()
                             if (key := _HEADINGS.get(word))}
    if "kind" in found:
        found["kind"] = tuple(one for one in re.split(r"[；;、，,\s]+", found["kind"]) if one)
    return settings.model_copy(update={"office": settings.office.model_copy(update=found)}) if found else settings


def load_settings(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in ``path`` (default: ``settings.toml`` beside ``consolidate.py``; none is no error), then the environment.

    Raises:
        DefinitionError: the file is no TOML, or holds what cannot be; names the line or the key.
    """
    path = path or FILE
    data: dict[str, Any] = {}
    if path.exists():
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError as error:
            raise DefinitionError(f"设置 {path.name} 不是 UTF-8 编码：请另存为 UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            raise DefinitionError(f"设置 {path.name} 写法不对（{error}）：请对照 settings.example.toml") from error
        except OSError as error:
            raise DefinitionError(f"读不到设置 {path}：{reason_of(error)}") from error
    misplaced = next((key for key, value in data.items() if key in _PARTS and not isinstance(value, dict)), None)
    if misplaced:
        raise DefinitionError(f"设置 {path.name} 的 {misplaced}：应写成 [{misplaced}] 一节，请对照 settings.example.toml")
    for variable, (part, key) in _ENVIRONMENT.items():
        value = environment.get(variable, "")
        if value.strip():
            given = [one.strip() for one in value.split(",") if one.strip()] if key == "cc" else value
            data.setdefault(part, {})[key] = given
    if environment.get("CONSOLIDATE_NOW"):
        data["now"] = environment["CONSOLIDATE_NOW"]
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(str(step) for step in first["loc"])
        named = next((name for name, place in {**_ENVIRONMENT, "CONSOLIDATE_NOW": ("now",)}.items()
                      if place == where[:2] and environment.get(name, "").strip()), None)
        wrong = "不认识这个键" if first["type"] == "extra_forbidden" else "取值不对"
        source = f"环境变量 {named}" if named else f"设置 {path.name} 的 {'.'.join(where)}"
        raise DefinitionError(f"{source}：{wrong}，请对照 settings.example.toml") from error
