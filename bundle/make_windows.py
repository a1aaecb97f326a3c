#!/usr/bin/env python3
"""Makes the bundle for Windows PCs without Python, rights or network: a folder that is copied, and a double click.

``make_windows.py OUT --python python-3.11.9-embed-amd64.zip --sha256 HASH`` takes Python's own embeddable package, which whoever makes
the bundle has fetched from python.org with its hash; the libraries come from the lock file, each wheel by its hash. Python and
libraries stand where the batch files look for them (``.venv``), so these are the same as in an ordinary installation.

``make_windows.py OUT --without-python`` makes everything else, to be looked at on any system.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.markers import Marker

HOME = Path(__file__).resolve().parent.parent
PYTHON, PLATFORM = "3.11", "win_amd64"  # Windows 10 (64 bit) or newer
WINDOWS = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64",
           "python_version": PYTHON, "python_full_version": f"{PYTHON}.9", "implementation_name": "cpython",
           "platform_python_implementation": "CPython"}
LIBRARIES = PurePosixPath(".venv/Lib/site-packages")
SCRIPTS = PurePosixPath(".venv/Scripts")
MANIFEST = "files.json"  # path → sha256 of everything in the bundle: by it an upgrade knows what an office has edited
PROGRAM = ("consolidate.py", "consolidator", "schemas", "templates", "docs", "README.md", "LICENSE", "CHANGELOG.md",
           "settings.example.toml", "requirements.txt", "requirements.lock", "*.bat")
_AMD64 = 0x8664  # of a Windows program: for which processor it is
_PTH = f"python{PYTHON.replace('.', '')}._pth"
_LEFT_OUT = ("__pycache__", "pictures.py", "make_pictures.py")


@dataclass(frozen=True, slots=True)
class Locked:
    """A line of the lock file: a library, its version, the hashes that its files may have."""

    name: str
    version: str
    hashes: frozenset[str]


def locked(path: Path) -> list[Locked]:
    """The libraries of the lock file that Windows needs."""
    found = []
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)\s*(?:;\s*(.*?))?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*$", line)
        if match:
            name, version, marker, hashes = match.groups()
            if not marker or Marker(marker).evaluate(WINDOWS):
                found.append(Locked(name, version, frozenset(re.findall(r"sha256:([0-9a-f]{64})", hashes))))
        elif line.strip() and not line.startswith("#"):
            raise SystemExit(f"{path.name}: not understood: {line[:60]}")
    return found


def download(libraries: list[Locked], folder: Path) -> None:
    """The wheels of ``libraries`` for Windows, by their hashes; pip itself would ask the markers of the system it runs on."""
    lines = [f"{one.name}=={one.version} " + " ".join(f"--hash=sha256:{sha}" for sha in sorted(one.hashes)) for one in libraries]
    with tempfile.TemporaryDirectory() as name:
        wanted = Path(name) / "wanted.txt"
        wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes",
                        "--only-binary=:all:", "--platform", PLATFORM, "--python-version", PYTHON, "--implementation", "cp",
                        "-r", str(wanted), "-d", str(folder)], check=True)


def faults(libraries: list[Locked], folder: Path) -> list[str]:
    """What is wrong with the wheels in ``folder``: one missing, of another system, with another hash, or for another processor."""
    wheels = {re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower(): path for path in folder.glob("*.whl")}
    wrong = []
    for one in libraries:
        path = wheels.pop(re.sub(r"[-_.]+", "-", one.name).lower(), None)
        if path is None or path.name.split("-")[1] != one.version:
            wrong.append(f"{one.name} {one.version}: no wheel")
        elif hashlib.sha256(path.read_bytes()).hexdigest() not in one.hashes:
            wrong.append(f"{path.name}: its hash is not in the lock file")
        elif not path.stem.endswith(("-any", f"-{PLATFORM}")):
            wrong.append(f"{path.name}: not for Windows")
        else:
            with zipfile.ZipFile(path) as wheel:
                wrong += [f"{path.name}: {name} is not for this processor" for name in wheel.namelist()
                          if name.endswith((".pyd", ".dll")) and machine_of(wheel.read(name)) != _AMD64]
                wrong += [f"{path.name}: {name} leads out of it" for name in wheel.namelist() if _leads_out(name)]
    return wrong + [f"{path.name}: not in the lock file" for path in wheels.values()]


def machine_of(data: bytes) -> int:
    """The processor that a Windows program or library is for; 0 where it is none."""
    if data[:2] != b"MZ" or len(data) < 64:
        return 0
    (at,) = struct.unpack_from("<I", data, 60)
    return struct.unpack_from("<H", data, at + 4)[0] if data[at:at + 4] == b"PE\0\0" else 0


def unpack(wheel: Path, target: Path) -> None:
    """The libraries of a wheel; its ``.data`` folder goes where an installer would put it, its scripts nowhere."""
    with zipfile.ZipFile(wheel) as opened:
        for info in opened.infolist():
            parts = PurePosixPath(info.filename).parts
            if parts[0].endswith(".data"):
                parts = parts[2:] if parts[1] in ("purelib", "platlib") else ()
            if parts and not info.is_dir():
                place = target.joinpath(*parts)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(opened.read(info))


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or ":" in name or "\\" in name


def program_files() -> Iterator[Path]:
    """The files of the program, relative to its folder: those that git knows, so that nothing of an office's gets in."""
    listed = subprocess.run(["git", "ls-files", "-z", *PROGRAM], cwd=HOME, check=True, capture_output=True).stdout.decode("utf-8")
    for name in sorted(listed.rstrip("\0").split("\0")):
        if not any(part in _LEFT_OUT for part in Path(name).parts):
            yield Path(name)


def make(out: Path, wheels: Path, libraries: list[Locked], python: Path | None) -> int:
    """Lay the bundle in ``out``; how many files it has."""
    for file in program_files():
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HOME / file, out / file)
    for name in ("inbox", "outbox"):
        (out / name).mkdir()
    for wheel in sorted(wheels.glob("*.whl")):
        unpack(wheel, out / LIBRARIES)
    scripts = out / SCRIPTS
    scripts.mkdir(parents=True)
    if python is not None:
        with zipfile.ZipFile(python) as opened:
            if any(_leads_out(name) for name in opened.namelist()) or "python.exe" not in opened.namelist():
                raise SystemExit(f"{python.name} is no embeddable Python")
            opened.extractall(scripts)
    # what it finds where; nothing else on that PC is looked at
    (scripts / _PTH).write_text(f"{_PTH.removesuffix('._pth')}.zip\n.\n..\\Lib\\site-packages\n..\\..\n", encoding="ascii", newline="\r\n")
    notes = "\n".join(f"{one.name} {one.version}" for one in libraries)
    (out / ".venv" / "libraries.txt").write_text(notes + "\n", encoding="utf-8", newline="\r\n")
    files = {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
             for path in sorted(out.rglob("*")) if path.is_file()}
    (out / MANIFEST).write_text(json.dumps(files, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8", newline="\n")
    return len(files)


def main() -> None:
    """Make the bundle, or say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the folder to make; it must not be there")
    parser.add_argument("--python", type=Path, help="Python's embeddable package for Windows, 64 bit")
    parser.add_argument("--sha256", help="its hash, from its page at python.org")
    parser.add_argument("--wheels", type=Path, help="a folder with the wheels, fetched before; else they are downloaded")
    parser.add_argument("--without-python", action="store_true", help="everything else, to be looked at")
    given = parser.parse_args()
    if bool(given.python) == given.without_python:
        parser.error("--python or --without-python")
    if given.python and hashlib.sha256(given.python.read_bytes()).hexdigest() != (given.sha256 or "").lower():
        parser.error(f"{given.python.name} has another hash than --sha256 says")
    libraries = locked(HOME / "requirements.lock")
    with tempfile.TemporaryDirectory() as name:
        wheels = given.wheels or Path(name)
        if given.wheels is None:
            download(libraries, wheels)
        wrong = faults(libraries, wheels)
        if wrong:
            raise SystemExit("\n".join(wrong))
        given.out.mkdir(parents=True)
        count = make(given.out, wheels, libraries, given.python)
    print(f"{given.out}: {count} files, {len(libraries)} libraries for Windows 10 (64 bit) or newer"
          + ("" if given.python else "; Python itself is lacking"))


if __name__ == "__main__":
    main()
