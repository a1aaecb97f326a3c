"""The bundle for Windows as far as Linux can tell, upgrades that leave edited files alone, launchers for 麒麟 and 统信."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bundle import make_windows
from consolidator.cli import upgrade as command
from consolidator.workflows.upgrade import upgrade
from schemas.errors import ConsolidatorError, UsageError
from schemas.settings import HOME

VALIDATE = shutil.which("desktop-file-validate")  # CI has it
LIBRARIES = make_windows.locked(HOME / "requirements.lock")


def _binary(machine: int) -> bytes:
    """The head of a Windows library for a processor."""
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", machine)


def _wheel(folder: Path, name: str, tag: str = "py3-none-any", **members: bytes) -> make_windows.Locked:
    distribution, version = name.split("==")
    path = folder / f"{distribution}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(f"{distribution}/__init__.py", "")
        for member, data in members.items():
            made.writestr(member.replace("__", "/"), data)
    return make_windows.Locked(distribution, version, frozenset({hashlib.sha256(path.read_bytes()).hexdigest()}))


def test_the_lock_file_is_read_whole_for_windows():
    names = [one.name for one in LIBRARIES]
    lines = re.findall(r"(?m)^([A-Za-z0-9._-]+)==", (HOME / "requirements.lock").read_text(encoding="utf-8"))
    assert set(names) <= set(lines) and {"tzdata", "pandas", "numpy", "lxml"} <= set(names)
    assert "uvloop" not in names and all(one.hashes for one in LIBRARIES) and len(names) == len(set(names))


def test_every_wheel_is_looked_at(tmp_path):
    good = [_wheel(tmp_path, "a==1"), _wheel(tmp_path, "b_c==2", "cp311-cp311-win_amd64", **{"b_c__x.pyd": _binary(0x8664)})]
    assert make_windows.faults([good[0], make_windows.Locked("b-c", "2", good[1].hashes)], tmp_path) == []
    other = _wheel(tmp_path, "d==1", "cp311-cp311-win_amd64", **{"d__x.dll": _binary(0x14C)})
    linux = _wheel(tmp_path, "e==1", "cp311-cp311-manylinux_2_28_x86_64")
    _wheel(tmp_path, "f==1")
    out = _wheel(tmp_path, "h==1", **{"..__..__x.py": b""})
    shown = make_windows.faults([*good, other, linux, make_windows.Locked("f", "1", frozenset({"0" * 64})),
                                make_windows.Locked("g", "1", frozenset()), out], tmp_path)
    assert [one.split(": ")[-1] for one in shown] == ["d/x.dll is not for this processor", "not for Windows",
                                                     "its hash is not in the lock file", "no wheel", "../../x.py leads out of it"]
    assert make_windows.faults(good[:1], tmp_path)[-1].endswith("not in the lock file")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A bundle with stand-ins for Python and the libraries."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "wheels").mkdir()
    one = _wheel(folder / "wheels", "library==1", **{"library-1.data__purelib__more.py": b"x = 1", "library-1.data__scripts__run": b"#!"})
    with zipfile.ZipFile(folder / "python.zip", "w") as python:
        python.writestr("python.exe", "stand-in")
        python.writestr("python311._pth", "python311.zip\n.\n")
    make_windows.make(folder / "out", folder / "wheels", [one], folder / "python.zip")
    return folder / "out"


def test_the_batch_files_find_what_they_start(made):
    batch_files = sorted(made.glob("*.bat"))
    assert {path.name for path in batch_files} == {path.name for path in HOME.glob("*.bat")}
    for path in batch_files:
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r'"(?:%~dp0)?(\.venv\\Scripts\\python\.exe)"', text)) | set(re.findall(r"\bconsolidate\.py\b", text))
        assert named and all((made / name.replace("\\", "/")).is_file() for name in named)
    places = (made / ".venv" / "Scripts" / "python311._pth").read_text(encoding="ascii").split()
    found = [(made / ".venv" / "Scripts" / place.replace("\\", "/")).resolve() for place in places[1:]]
    assert (found[1] / "library" / "__init__.py").is_file() and (found[1] / "more.py").is_file() and not list(made.rglob("run"))
    assert (found[2] / "consolidate.py").is_file() and (found[2] / "consolidator").is_dir()


def test_its_list_names_every_file_and_nothing_of_an_office(made):
    listed = json.loads((made / make_windows.MANIFEST).read_text(encoding="utf-8"))
    there = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()} - {make_windows.MANIFEST}
    assert set(listed) == there and "schemas/roster.csv" in listed and "docs/使用手册.md" in listed
    assert not [name for name in there if name.startswith(("inbox/", "outbox/", "tests/", "settings.toml")) and ".gitkeep" not in name]
    assert all(hashlib.sha256((made / name).read_bytes()).hexdigest() == sha for name, sha in listed.items())


def test_the_program_runs_from_the_bundle(made, tmp_path):
    folder = tmp_path / "调度 表"
    shutil.copytree(made, folder)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLIDATE_")}
    done = subprocess.run([sys.executable, "consolidate.py", "status"], cwd=folder, capture_output=True, timeout=120,
                          env={**clean, "CONSOLIDATE_NOW": "2023-06-05T09:00:00"})
    assert done.returncode == 0 and "2023-06-05" in done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def _version(folder: Path, **files: str) -> Path:
    """A folder of the program as a bundle lays it; ``__`` in a name is ``/``."""
    files = {name.replace("__", "/"): text for name, text in {"consolidate.py": "1", **files}.items()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    listed = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    (folder / "files.json").write_text(json.dumps(listed), encoding="utf-8")
    return folder


NAMES = {"roster": "schemas__roster.csv", "form": "schemas__form.yaml", "template": "templates__desk__a.html", "code": "consolidator__a.py"}


def _text(folder: Path, name: str) -> str:
    return (folder / name.replace("__", "/")).read_text(encoding="utf-8")


def test_an_upgrade_replaces_what_was_not_edited_and_lays_the_new_beside_what_was(tmp_path):
    old = _version(tmp_path / "old", gone="old", **dict.fromkeys(NAMES.values(), "old"))
    new = _version(tmp_path / "new", added="new", **dict.fromkeys(NAMES.values(), "new"))
    mine = ("settings.toml", "schemas/own.yaml", "inbox/x.xlsx", "outbox/journal.jsonl", "schemas/roster.csv", "templates/desk/a.html")
    for name in mine:
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_text("mine", encoding="utf-8")
    done = upgrade(new, old)
    assert sorted(done.edited) == ["schemas/roster.csv", "templates/desk/a.html"] and done.removed == 1
    assert {_text(old, name) for name in mine} == {"mine"}
    assert (_text(old, NAMES["form"]), _text(old, NAMES["code"]), _text(old, "added")) == ("new", "new", "new")
    assert not (old / "gone").exists() and _text(old, "schemas/roster（新）.csv") == "new"
    again = upgrade(new, old)
    assert (again.replaced, again.removed, sorted(again.edited)) == (0, 0, sorted(done.edited))
    assert sorted(path.name for path in (old / "schemas").iterdir()) == ["form.yaml", "own.yaml", "roster.csv", "roster（新）.csv"]


def test_edited_code_is_not_kept_and_a_folder_older_than_bundles_loses_nothing(tmp_path):
    old = _version(tmp_path / "old", **dict.fromkeys(NAMES.values(), "old"))
    new = _version(tmp_path / "new", **dict.fromkeys(NAMES.values(), "new"))
    (old / "files.json").unlink()
    done = upgrade(new, old)
    assert sorted(done.edited) == ["schemas/form.yaml", "schemas/roster.csv", "templates/desk/a.html"]
    assert _text(old, NAMES["code"]) == "new" and _text(old, "schemas/form（新）.yaml") == "new"


def test_an_upgrade_that_broke_off_goes_on(tmp_path, monkeypatch):
    old = _version(tmp_path / "old", **dict.fromkeys(NAMES.values(), "old"))
    new = _version(tmp_path / "new", **dict.fromkeys(NAMES.values(), "new"))
    with monkeypatch.context() as patched:
        def refuse(source, target):
            raise PermissionError(13, "open", str(target))

        patched.setattr("consolidator.workflows.upgrade.os.replace", refuse)
        with pytest.raises(ConsolidatorError, match="再升级一次"):
            upgrade(new, old)
    assert upgrade(new, old).replaced == len(NAMES) and _text(old, NAMES["roster"]) == "new"


def test_only_folders_of_the_program_are_upgraded(tmp_path, capsys):
    new = _version(tmp_path / "new")
    for old in (tmp_path / "none", tmp_path, new):
        with pytest.raises(UsageError):
            upgrade(new, old)
    (new / "files.json").write_text('{"../x": "0"}', encoding="utf-8")
    with pytest.raises(UsageError, match="读不懂"):
        upgrade(new, _version(tmp_path / "old"))
    assert command.main("", []) == 2 and command.main("", ["x", "y"]) == 2
    assert command.main(rf'cmd.exe /c ""C:\升级.bat" {tmp_path} "', []) == 3
    assert "旧" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="for 麒麟 and 统信")
@pytest.mark.parametrize("name", ["调度表", '甲 $HOME "乙" `x` 100% \\丙'])
def test_launchers_start_the_program_wherever_it_lies(tmp_path, name):
    program, home = tmp_path / name, tmp_path / "home"
    (program / "bundle").mkdir(parents=True)
    shutil.copyfile(HOME / "bundle" / "install_linux.sh", program / "bundle" / "install_linux.sh")
    subprocess.run(["sh", program / "bundle" / "install_linux.sh", "--launchers-only"], check=True, capture_output=True,
                   env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHON": sys.executable})
    for folder in (home / "Desktop", home / ".local" / "share" / "applications"):
        assert sorted(path.name for path in folder.iterdir()) == ["consolidate-desk.desktop", "consolidate-run.desktop"]
        for path, last in ((folder / "consolidate-desk.desktop", "desk"), (folder / "consolidate-run.desktop", "run")):
            entry = dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines()[1:])
            assert os.access(path, os.X_OK) and entry["Terminal"] == "true" and entry["Type"] == "Application"
            string = entry["Exec"].replace("\\\\", "\\").replace("%%", "%")
            words = [re.sub(r'\\(["`$\\])', r"\1", quoted) for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', string)]
            assert words == [str(program / ".venv/bin/python"), str(program / "consolidate.py")] and string.endswith(f'" {last}')
            assert entry["Path"] == str(program).replace("\\", "\\\\")
            if VALIDATE:
                done = subprocess.run([VALIDATE, "--no-hints", path], capture_output=True, text=True, check=False)
                assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_an_old_python_is_refused_with_a_line(tmp_path):
    stub = tmp_path / "python3"
    stub.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    stub.chmod(0o755)
    done = subprocess.run(["sh", HOME / "bundle" / "install_linux.sh"], capture_output=True, env={**os.environ, "PYTHON": str(stub)})
    assert done.returncode == 3 and "3.11" in done.stderr.decode("utf-8")
