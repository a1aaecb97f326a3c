"""空白表: blanks for all units as one download; a new form adopted from its issuer's blank."""

from __future__ import annotations

import zipfile
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consolidator.desk.pages import act, address, desk_of, page, posted, show, text_of, texts_of, week_asked, week_in
from consolidator.desk.uploads import sent_file
from consolidator.workflows import adopt as adopting
from consolidator.workflows import handouts
from consolidator.workflows.overview import Overview
from schemas.errors import UsageError
from schemas.ledger_definition import Kind
from schemas.settings import HOME, Settings

KINDS = {"xlsx": "调度表（Excel）", "print": "调度表（打印手填，不带上期）", "docx": "调度表（Word）",
         "html": "填报页（在浏览器里边填边核对）",
         "ledger": "隐患台账（已有的隐患填好）", "checks": "抽查检查登记表", "duties": "企业履职情况表（已知的企业填好）"}
LEDGERS: dict[str, Kind] = {"ledger": "hazards", "checks": "checks", "duties": "duties"}
MOST_LINES = 60


@page
def blanks_page(request: Request, view: Overview) -> Response:
    """Blanks to be made, and those that were made last."""
    made = desk_of(request).made
    kinds = {key: words for key, words in KINDS.items() if view.form.ledger_definitions or key in handouts.EXTENSIONS}
    return show(request, "blanks.html", "/blanks", view, kinds=kinds, units=[one.unit for one in view.result.units if one.on_roster],
                made=(made.name, desk_of(request).offers.offer(made)) if made and made.is_file() else None,
                forms=sorted(path.stem for path in (HOME / "schemas").glob("*.yaml")), form_name=view.form.name)


@posted
def make(request: Request, form: FormData) -> Response:
    """Make the blanks and pack them."""
    kind, units, week = text_of(form, "kind"), texts_of(form, "unit"), week_in(form)
    desk = desk_of(request)

    def work(settings: Settings, step: object) -> list[str]:
        if kind not in KINDS:
            raise UsageError("请选一种空白表")
        folder = settings.paths.outbox / "blank"
        before = _moments(folder)
        if kind in LEDGERS:
            _, count = handouts.blank_ledgers(settings, units, week, kind=LEDGERS[kind])
        else:
            _, count = handouts.blanks(settings, units, week, kind=kind)
        new = [path for path, moment in _moments(folder).items() if before.get(path) != moment]
        packed = desk.folder() / f"空白表_{KINDS[kind].partition('（')[0]}{week or ''}.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(new):
                archive.write(path, path.name)
        desk.made = packed
        return [f"已做好 {count} 份，点下面的“下载”"]
    return act(request, "做空白表", work, address("/blanks", week))


def _moments(folder: Path) -> dict[Path, tuple[int, int]]:
    """When each file of the folder was made."""
    if not folder.is_dir():
        return {}
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir() if path.is_file()}


async def adopt(request: Request) -> Response:
    """A new form, from the blank that its issuer sends."""
    async with request.form(max_files=1, max_fields=8) as form:
        name, old = text_of(form, "name"), text_of(form, "instead_of")
        back = address("/blanks", week_in(form) or week_asked(request))
        async with sent_file(form.get("blank")) as blank:
            def work(settings: Settings, step: object) -> list[str]:
                if blank is None:
                    raise UsageError("请选发文单位下发的空白表")
                done = adopting.adopt(blank, name or None, instead_of=adopting.definition_path(old) if old else None)
                proof = [f"没有通过核对：{one}" for one in done.proof.wrong] or [
                    f"核对通过：做出的空白表与原表 {done.proof.blanks_same} 格相同；试填 {done.proof.fillings} 次都原样读回"]
                return [f"已写好 schemas/{done.path.name}，要填的数 {len(done.rows)} 个", *proof[:MOST_LINES],
                        f"请在下面“核对定义”里打开 {done.path.stem}，核对推测的 {len(done.proof.guesses)} 处，"
                        "再在“设置”里把“表样定义”改成它"]
            return await run_in_threadpool(act, request, "采用新表", work, back, 300.0)


ROUTES = [Route("/blanks", blanks_page), Route("/blanks", make, methods=["POST"]), Route("/adopt", adopt, methods=["POST"])]
