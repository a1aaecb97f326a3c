"""click in Chinese: the catalogue is what its source says, covers the click that is installed, and needs no Chinese system."""

from __future__ import annotations

import datetime as dt
import gettext
import os
import re
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from consolidator.cli.chinese import LOCALE, Day, Whole, in_chinese
from consolidator.cli.main import main
from schemas.settings import HOME
from tests.command import spawn

FOLDER = LOCALE / "zh_CN" / "LC_MESSAGES"


def catalogue():
    with (FOLDER / "click.po").open("rb") as file:
        return read_po(file)


def test_the_compiled_catalogue_is_the_written_one():
    with (FOLDER / "click.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = [one for one in catalogue() if one.id]
    assert len(written) > 15
    for one in written:
        if isinstance(one.id, tuple | list):
            assert {compiled.ngettext(*one.id, 1), compiled.ngettext(*one.id, 2)} == set(one.string)
        else:
            assert compiled.gettext(one.id) == one.string


def test_every_text_of_the_catalogue_is_one_of_the_installed_click():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    texts = [one for message in catalogue() if message.id for one in
             (message.id if isinstance(message.id, tuple | list) else (message.id,))]
    assert len(texts) > 20 and [text for text in texts if f'"{text}"' not in source] == []


def test_every_translation_is_chinese_and_fills_in_what_the_original_does():
    for message in catalogue():
        if message.id:
            original = message.id[-1] if isinstance(message.id, tuple | list) else message.id
            written, = message.string if isinstance(message.string, tuple | list) else (message.string,)
            names = set(re.findall(r"{(\w+)", original))
            assert set(re.findall(r"{(\w+)", written)) <= names
            assert re.search(r"[\u4e00-\u9fff]|^({\w+} ?)+$", written), written


@pytest.mark.parametrize("environment", [{"LANG": "C", "LC_ALL": "C"}, {"LANGUAGE": "fr"}, {"LANG": "de_DE.UTF-8", "LANGUAGE": ""}])
def test_help_is_chinese_on_any_system(environment, tmp_path):
    shown = spawn("run", "--help", folder=tmp_path, **environment)
    assert shown.out.startswith("用法：") and "显示本说明" in shown.out and not re.search(r"Usage|Options", shown.out)


@pytest.mark.parametrize("before", [None, "fr"])
def test_the_language_of_the_process_is_as_before_afterwards(monkeypatch, before):
    monkeypatch.delenv("LANGUAGE", raising=False)
    if before:
        monkeypatch.setenv("LANGUAGE", before)
    domain = gettext.textdomain()
    with pytest.raises(ZeroDivisionError), in_chinese():
        assert gettext.gettext("Options") == "选项"
        raise ZeroDivisionError
    assert os.environ.get("LANGUAGE") == before and gettext.textdomain() == domain
    assert gettext.gettext("Options") == "Options"


@pytest.mark.parametrize(("written", "day"), [("2023-06-05", dt.date(2023, 6, 5)), (" 2023年6月5日 ", dt.date(2023, 6, 5)),
                                              ("２０２３－６－５", dt.date(2023, 6, 5)),
                                              ("20230605", dt.date(2023, 6, 5)), (dt.date(2024, 2, 29), dt.date(2024, 2, 29))])
def test_a_day_is_taken_as_people_write_it(written, day):
    assert Day().convert(written, None, None) == day


@pytest.mark.parametrize("written", ["", "2023-06-31", "2023-13-01", "0000-01-01", "2023-6", "202365", "2023-06-05-01", "6月5日"])
def test_what_is_no_day_is_refused_with_an_example(written):
    with pytest.raises(click.BadParameter, match="不是日期：请写成 2023-06-05"):
        Day().convert(written, None, None)


def test_the_command_that_compiles_it_is_written_in_it():
    assert "babel.messages.frontend compile" in (FOLDER / "click.po").read_text(encoding="utf-8")
    assert re.search(r"^babel~=", (HOME / "requirements-dev.txt").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("arguments", "words"), [
    (["archive", "abc"], "“abc”不行：请写 1980 到 2999 之间的整数"), (["archive", "1800"], "“1800”不行：请写 1980 到 2999 之间的整数"),
    (["desk", "--port", "abc"], "“abc”不行：请写 0 到 65535 之间的整数"), (["desk", "--port", "-1"], "0 到 65535"),
    (["desk", "--port", "65536"], "0 到 65535"), (["desk", "--port", "9" * 5000], "0 到 65535"), (["desk", "--port", "²"], "0 到 65535")])
def test_a_number_that_is_none_is_answered_in_chinese(arguments, words, capsys):
    assert main(arguments) == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize("written", ["8765", " 8765 ", "８７６５", 8765])
def test_a_whole_number_is_taken(written):
    assert Whole(0, 65_535).convert(written, None, None) == 8765
