"""Whatever the command line does can be done by a click: each command has its action, and each action its form on a page."""

from __future__ import annotations

import re

from consolidator.cli.main import cli
from consolidator.desk.app import build
from consolidator.desk.safety import Keys
from consolidator.desk.state import Desk
from consolidator.desk.wording import in_clicks
from consolidator.writing.environment import TEMPLATES
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


def test_no_sentence_that_the_desk_shows_names_a_command():
    """Every sentence of the program that names a command or an option is said with what to click."""
    named = re.compile(r"(?<![\w/.-])(?:run|reopen|dismiss|undismiss|confirm|send|close|accept|history|hazard)(?![\w.])|(?<![\w-])--[a-z]")
    sentences = set()
    rooms = ("workflows", "mail", "store", "judging", "writing", "ledger", "reading", "model")
    paths = [*(path for room in rooms for path in (PROGRAM / "consolidator" / room).rglob("*.py")), *(PROGRAM / "schemas").glob("*.py"),
             *(PROGRAM / "schemas" / "loading").glob("*.py")]
    for path in paths:
        if path.name in ("adopt.py", "demo.py", "archived.py"):
            continue
        for text in re.findall(r'(?<!")f?"(?!")((?:[^"\\\n]|\\.)*[\u4e00-\u9fff](?:[^"\\\n]|\\.)*)"', path.read_text(encoding="utf-8")):
            if re.search(r"--[a-z]|\b(run|reopen|dismiss|undismiss|confirm|send)\b", re.sub(r"\{[^}]*\}", "2023-06-05", text)):
                sentences.add(re.sub(r"\{[^}]*\}", "2023-06-05", text))
    assert len(sentences) > 20
    left = sorted(clicked for one in sentences if named.search(clicked := in_clicks(one)) or re.search(r"运行 ?[a-z]|  ", clicked))
    assert left == []
