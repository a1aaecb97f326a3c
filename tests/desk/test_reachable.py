"""Whatever the command line does can be done by a click: each command has its action, and each action its form on a page."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from consolidator.cli.main import cli
from consolidator.desk.app import build
from consolidator.desk.safety import Keys
from consolidator.desk.state import Desk
from consolidator.writing.environment import TEMPLATES
from schemas.actions import ACTIONS, Sentence, act, in_clicks
from schemas.settings import PROGRAM

CLICKS = {"run": "/run", "blank": "/blanks", "status": "/", "check": "/upload", "accept": "/accept", "confirm": "/confirm",
          "dismiss": "/dismiss", "undismiss": "/undismiss",
          "close": "/close", "reopen": "/reopen", "report": "/report", "send": "/send", "history": "/history",
          "adopt": "/adopt", "assign": "/assign", "opening": "/opening", "archive": "/archive"}
HAZARDS = {"list": "/ledger", "show": "/hazard", "link": "link", "split": "split", "move": "move", "reopen": "reopen", "void": "void",
           "list-up": "list-up"}
NEITHER = {"demo": "is for a first look, from 安装.bat", "desk": "is the desk", "opening": "is done once, before the first run"}
FORMS = "\n".join(path.read_text(encoding="utf-8") for path in (TEMPLATES / "desk").glob("*.html"))


def test_every_command_has_its_click():
    commands = set(cli.commands) - {"hazard"}
    assert commands - set(NEITHER) - set(CLICKS) == set(), "a command that no page offers"
    assert set(CLICKS) <= commands
    assert set(cli.commands["hazard"].commands) == set(HAZARDS)


def test_every_action_is_there_and_some_page_has_its_form():
    routes = {(one.path, method) for one in build(Desk(lambda: None), Keys(1)).app.routes for method in one.methods}
    assert {(path, "POST") for path in CLICKS.values() if path != "/"} <= routes
    assert set(re.findall(r'method="post" action="(/\w+)"', FORMS)) <= {path for path, method in routes if method == "POST"}
    posts = {path for path, method in routes if method == "POST"}
    assert posts == set(re.findall(r'method="post" action="(/\w+)"', FORMS))
    for what in set(HAZARDS.values()):
        assert what.startswith("/") or f'hidden("{what}")' in FORMS


NAMED = re.compile(r"(?<![\w/.-])(?:run|reopen|dismiss|undismiss|confirm|send|close|accept|assign|history)(?![\w.])|(?<![\w-])--[a-z]")
ON_ALL_SURFACES = ("workflows", "mail", "store", "judging", "writing", "ledger", "reading", "model")
WITHOUT_A_CLICK = ("adopt.py", "demo.py")  # options of commands that the desk asks for in fields of their own


def test_no_sentence_names_a_command_but_by_its_action():
    """What the desk shows too names no command as text: it would be shown as it is."""
    paths = [*(path for room in ON_ALL_SURFACES for path in (PROGRAM / "consolidator" / room).rglob("*.py")),
             *(path for path in (PROGRAM / "schemas").rglob("*.py") if path.name != "actions.py")]
    named = []
    for path in paths:
        if path.name in WITHOUT_A_CLICK:
            continue
        for text in re.findall(r'(?<!")f?"(?!")((?:[^"\\\n]|\\.)*[\u4e00-\u9fff](?:[^"\\\n]|\\.)*)"', path.read_text(encoding="utf-8")):
            if NAMED.search(re.sub(r"\{[^}]*\}", "2023-06-05", text)) or re.search(r"运行 [a-z{]|再运行一次", text):
                named.append((path.name, text))
    assert named == []


@pytest.mark.parametrize("kind", ACTIONS)
def test_every_action_has_its_click(kind):
    assert not NAMED.search(ACTIONS[kind].click) and not re.search(r"运行|  ", ACTIONS[kind].click), ACTIONS[kind].click
    words = {word: "某" for _, word, _, _ in Formatter().parse(ACTIONS[kind].command) if word and word != "at"}
    clicked = in_clicks(Sentence("请", act(kind, **words), "。"))
    assert clicked.startswith("请") and "{" not in clicked


def test_every_action_is_named_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for room in ("consolidator", "schemas") for path in (PROGRAM / room).rglob("*.py"))
    assert [kind for kind in ACTIONS if f'act("{kind}"' not in code and f"{{>{kind}}}" not in code] == []
