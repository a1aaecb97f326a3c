#!/usr/bin/env python3
"""Times reading through Dask against reading here: ``scale.py [200 1000 4000] [--threads N]``; a scheduler and two workers over loopback.

On one machine both share its cores, so Dask can only cost: the table says how much a run and a form. From that, and from what
reading costs here, follows at how many forms a second machine pays.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from consolidator.model.inbox import InboxFile, list_files  # noqa: E402
from consolidator.workers.cluster import ClusterWorkers  # noqa: E402
from consolidator.workers.pool import Workers  # noqa: E402
from schemas.form_loading import load_form  # noqa: E402

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")


def dask(what: str, *arguments: object) -> subprocess.Popen:
    """A scheduler or a worker."""
    return subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{what}", *map(str, arguments)], cwd=HOME,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(HOME)})


def timed(workers: Workers, files: list[InboxFile]) -> tuple[float, float]:
    """Seconds to be ready, and to read ``files``."""
    start = time.perf_counter()
    with workers as ready:
        ready.read(files[:8])  # a process that is started has not imported the reader yet
        at = time.perf_counter()
        ready.read(files)
        return at - start, time.perf_counter() - at


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[200, 1000, 4000])
    parser.add_argument("--threads", type=int, default=1, help="of each of the two workers")
    given = parser.parse_args()
    counts = sorted(given.counts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, HOME / "benchmarks" / "make_forms.py", str(counts[-1]), folder / "forms"], check=True)
        files = list_files(folder / "forms" / "inbox")
        file = folder / "scheduler.json"
        processes = [dask("scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", file)]
        processes += [dask("worker", "--scheduler-file", file, "--host", "127.0.0.1", "--no-nanny", "--no-dashboard", "--nthreads",
                           given.threads, "--local-directory", folder / f"worker{n}") for n in range(2)]
        try:
            measure(files, counts, file, 2 * given.threads)
        finally:
            for one in processes:
                one.kill()
                one.wait()


def measure(files: list[InboxFile], counts: list[int], file: Path, readers: int) -> None:
    """The table, and what follows from it."""
    from distributed import Client

    while not file.exists() or not file.stat().st_size:
        time.sleep(0.1)
    address = json.loads(file.read_text(encoding="utf-8"))["address"]
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    timed(ClusterWorkers(FORM, address), files[:50])  # the workers start their processes once, and keep them
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {readers} readers\n")
    print("| forms | here | through Dask | ready |\n|---|---|---|---|")
    rows = []
    for count in counts:
        _, here = timed(Workers(FORM, processes=readers), files[:count])
        ready, far = timed(ClusterWorkers(FORM, address), files[:count])
        rows.append((count, here, far + ready))
        print(f"| {count} | {here:.2f} s | {far:.2f} s | {ready:.2f} s |", flush=True)
    (few, here_few, far_few), (many, here_many, far_many) = rows[0], rows[-1]
    if many == few:
        return
    here_form, far_form = ((late - early) / (many - few) * readers for early, late in ((here_few, here_many), (far_few, far_many)))
    fixed = max(0.0, far_few - few * far_form / readers)
    print(f"\nprocessor time a form: here {here_form * 1000:.2f} ms, through Dask {far_form * 1000:.2f} ms; a run: {fixed:.2f} s more")
    for machines in (2, 4, 8):
        saved = here_form / readers - far_form / (readers * machines)
        text = f"from {fixed / saved:,.0f} forms on" if saved > 0 else "never"
        print(f"{machines} machines of {readers} cores pay {text}")


if __name__ == "__main__":
    main()
