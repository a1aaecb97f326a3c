"""Settings: the file, then the environment, which wins; what is wrong in either is one line that names it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from schemas import settings as module
from schemas.errors import DefinitionError
from schemas.settings import HOME, Settings, load_settings


def _file(tmp_path, text: str | bytes) -> Path:
    path = tmp_path / "settings.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def _refused(path: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(DefinitionError) as reported:
        load_settings(path, environment or {})
    assert "\n" not in str(reported.value)
    return str(reported.value)


def test_without_a_file_or_environment_everything_has_its_default(tmp_path):
    settings = load_settings(tmp_path / "settings.toml", {})
    assert settings == Settings() and settings.now is None and settings.mail.security == "starttls"
    assert settings.paths.inbox == HOME / "inbox" and settings.paths.roster == HOME / "schemas" / "roster.csv"


def test_the_file_beside_the_program_is_the_one_that_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FILE", _file(tmp_path, "[office]\nname = '甲办'"))
    assert load_settings(environment={}).office.name == "甲办"


def test_the_file_sets_what_it_names_and_leaves_the_rest(tmp_path):
    settings = load_settings(_file(tmp_path, "﻿[office]\nname = '甲办'\nkind = ['执法部门']\n[mail]\nport = 465\ncc = ['a@x.cn']\n"), {})
    assert (settings.office.name, settings.office.kind, settings.office.operator) == ("甲办", ("执法部门",), "")
    assert (settings.mail.port, settings.mail.cc, settings.mail.host) == (465, ("a@x.cn",), "")


@pytest.mark.parametrize(("variable", "place"), sorted(module._ENVIRONMENT.items()))
def test_every_variable_wins_over_the_file(tmp_path, variable, place):
    part, key = place
    in_file = {"port": "25", "security": "'none'", "cc": "['file@x.cn']", "scheduler": "'tcp://file'"}.get(key, "'file'")
    path = _file(tmp_path, f"[{part}]\n{key} = {in_file}\n")
    given, wanted = {"port": ("465", 465), "security": ("ssl", "ssl"), "cc": (" a@x.cn, b@x.cn,", ("a@x.cn", "b@x.cn")),
                     "scheduler": ("tcp://given", "tcp://given")}.get(
        key, ("given", Path("given") if part == "paths" else "given"))
    assert getattr(getattr(load_settings(path, {variable: given}), part), key) == wanted
    from_file = getattr(getattr(load_settings(path, {variable: "  "}), part), key)
    assert from_file != wanted and str(from_file).strip("(),'") in {"file", "25", "none", "file@x.cn", "tcp://file"}


def test_the_clock_may_be_fixed():
    assert load_settings(Path("none"), {"CONSOLIDATE_NOW": "2023-06-05T11:00:00"}).now == dt.datetime(2023, 6, 5, 11)
    assert "CONSOLIDATE_NOW" in _refused(Path("none"), {"CONSOLIDATE_NOW": "noon"})


@pytest.mark.parametrize(("text", "words"), [
    ("[office]\nnom = '甲'", "office.nom：不认识这个键"), ("[ofice]\nname = '甲'", "ofice：不认识这个键"),
    ("[mail]\nport = 'many'", "mail.port：取值不对"), ("[mail]\nport = 70000", "mail.port：取值不对"),
    ("[mail]\nsecurity = 'tls'", "mail.security：取值不对"), ("[office]\nname = 3", "office.name：取值不对"),
    ("[mail]\ncc = 'a@x.cn'", "mail.cc：取值不对"), ("office = '甲'", "office：应写成 [office] 一节"),
    ("[report]\ntable_of_units = '也许'", "report.table_of_units：取值不对"),
    ("[office\nname = '甲'", "写法不对"), ("[office]\nname = 甲", "写法不对"), ("[office]\nname = 'a'\nname = 'b'", "写法不对"),
    ("[office]\nname = '甲办'".encode("gbk"), "UTF-8"),
])
def test_a_wrong_file_is_refused_by_key_or_line(tmp_path, text, words):
    shown = _refused(_file(tmp_path, text))
    assert "settings.toml" in shown and words in shown


def test_a_wrong_file_is_refused_with_the_environment_set_too(tmp_path):
    assert "office：应写成 [office] 一节" in _refused(_file(tmp_path, "office = '甲'"), {"CONSOLIDATE_OFFICE": "乙"})


@pytest.mark.parametrize(("variable", "value"), [("CONSOLIDATE_SMTP_PORT", "many"), ("CONSOLIDATE_SMTP_SECURITY", "tls")])
def test_a_wrong_variable_is_named_and_not_the_file(tmp_path, variable, value):
    shown = _refused(tmp_path / "settings.toml", {variable: value})
    assert shown.startswith(f"环境变量 {variable}：取值不对") and "settings.toml 的" not in shown


def test_a_folder_in_its_place_is_reported(tmp_path):
    assert "是文件夹" in _refused(tmp_path)


def test_a_password_is_never_shown(tmp_path):
    settings = load_settings(tmp_path / "none", {"CONSOLIDATE_SMTP_PASSWORD": "s3cret"})
    assert settings.mail.password == "s3cret" and "s3cret" not in repr(settings) and "s3cret" not in str(settings)
    assert "s3cret" not in _refused(_file(tmp_path, "[mail]\npassword = 's3cret'\nport = 'x'"))


def test_settings_do_not_change():
    from pydantic import ValidationError

    with pytest.raises(ValidationError):
        Settings().office.name = "乙办"
