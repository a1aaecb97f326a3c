"""设置: ``settings.toml`` in the page, with the checks that the file has; and the history looked after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.pages import act, address, desk_of, posted, show, text_of, week_asked, week_in
from consolidator.workflows import verify
from consolidator.workflows.archive import archives_of
from consolidator.workflows.edit_settings import edit_settings, written_settings
from schemas import settings as settings_file
from schemas.errors import ConsolidatorError, UsageError
from schemas.settings import Settings

SECTIONS = {"office": "本单位", "mail": "邮件", "report": "上报材料", "paths": "文件放在哪里"}
WORDS = {"office.name": "本级单位名称", "office.kind": "本级单位的类别（要向上级填表的才写，用；隔开）", "office.operator": "经办人",
         "office.phone": "联系电话", "office.report_to": "上级单位", "office.report_to_address": "上级收汇总结果的信箱",
         "mail.host": "邮件服务器，如 smtp.example.cn", "mail.port": "端口（0 是自动）", "mail.security": "加密",
         "mail.user": "登录的用户名", "mail.password": "登录的密码或授权码（不改的不填）", "mail.sender": "发件地址（不填的用用户名）",
         "mail.cc": "抄送（用；隔开）",
         "report.table_of_units": "报告附各单位情况表", "report.name_missing_units": "报告和信件写明未报单位的名称",
         "report.movers": "每期写一页《数据变动说明》，随汇总结果上报",
         "report.ledgers": "《台账（汇总）》随汇总结果上报",
         "report.redact": "台账中的人名、电话", "paths.inbox": "收件夹", "paths.outbox": "发件夹", "paths.roster": "名册",
         "paths.form": "表样定义", "paths.firms": "企业名录"}
CHOICES = {"starttls": "STARTTLS", "ssl": "SSL", "none": "不加密", "all": "都隐去", "phones": "只隐去电话"}
SECRET = "password"


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the settings as the page shows it: ``kind`` is text, number, secret, yes or choice."""

    name: str
    words: str
    kind: str
    value: Any
    choices: tuple[tuple[str, str], ...] = ()


def settings_page(request: Request) -> Response:
    """The settings. They can be corrected here where no week can be shown."""
    desk = desk_of(request)
    desk.events.heard()
    try:
        view = desk.view(week_asked(request))
    except ConsolidatorError:
        view = None
    try:
        now, wrong = written_settings(settings_file.FILE), ""
        archives = [one.name for one in archives_of(desk.load())]
    except ConsolidatorError as error:
        now, wrong, archives = Settings(), str(error), []
    return show(request, "settings.html", "/settings", view, wrong=wrong, file=settings_file.FILE.name, archives=archives,
                sections=[(words, [_field(section, key, getattr(now, section)) for key in type(getattr(now, section)).model_fields])
                          for section, words in SECTIONS.items()])


def _field(section: str, key: str, part: Any) -> Field:
    value, info = getattr(part, key), type(part).model_fields[key]
    name, choices = f"{section}.{key}", get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
    words = WORDS.get(name, name)
    if choices:
        shown = {"none": "照写"} if section == "report" else {}
        return Field(name, words, "choice", value, tuple((one, shown.get(one, CHOICES.get(one, one))) for one in choices))
    if key == SECRET:
        return Field(name, words, "secret", "")
    if isinstance(value, bool):
        return Field(name, words, "yes", value)
    if isinstance(value, int):
        return Field(name, words, "number", value)
    return Field(name, words, "text", "；".join(value) if isinstance(value, tuple) else str(value))


@posted
def save(request: Request, form: FormData) -> Response:
    """The settings as the page has them."""
    week = week_in(form)

    def work(settings: Settings, step: object) -> list[str]:
        now = Settings()
        edit_settings(settings_file.FILE, {section: _given(form, section, getattr(now, section)) for section in SECTIONS})
        desk_of(request).load()
        return ["设置已改好"]
    return act(request, "改设置", work, address("/settings", week))


def _given(form: FormData, section: str, part: Any) -> dict[str, Any]:
    """What the page gives for a section: key → value, those left out that it did not show."""
    found: dict[str, Any] = {}
    for key in type(part).model_fields:
        name, value = f"{section}.{key}", getattr(part, key)
        if isinstance(value, bool):
            found[key] = text_of(form, name) == "yes"
        elif name not in form or (key == SECRET and not text_of(form, name)):
            continue
        elif isinstance(value, int):
            if not text_of(form, name).isascii() or not text_of(form, name).isdigit():
                raise UsageError(f"{WORDS.get(name, name)}：请写数字")
            found[key] = int(text_of(form, name))
        elif isinstance(value, tuple):
            found[key] = [one.strip() for one in text_of(form, name).replace(";", "；").split("；") if one.strip()]
        else:
            found[key] = text_of(form, name)
    return found


@posted
def history(request: Request, form: FormData) -> Response:
    """The history checked, or its index made anew; or one of the archives that lie in the outbox checked."""
    how, archive, week = text_of(form, "how"), text_of(form, "archive"), week_in(form)

    def work(settings: Settings, step: object) -> list[str]:
        if archive:
            path = next((one for one in archives_of(settings) if one.name == archive), None)
            if path is None:
                raise UsageError("这份归档不在发件夹里了")
            done = verify.verify_archive(settings, path)
        else:
            done = verify.rebuild(settings) if how == "rebuild" else verify.verify(settings)
        if done.wrong:
            raise ConsolidatorError("；".join(done.lines))
        return done.lines
    return act(request, "核对归档" if archive else "重建索引" if how == "rebuild" else "核对历史记录", work, address("/settings", week))


ROUTES = [Route("/settings", settings_page), Route("/settings", save, methods=["POST"]), Route("/history", history, methods=["POST"])]
