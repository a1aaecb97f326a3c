"""The desk over a small district, spoken to as a browser speaks to it."""

from __future__ import annotations

import datetime as dt
import html
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from consolidator.desk.app import build
from consolidator.desk.safety import Keys
from consolidator.desk.state import Desk
from tests.district import District

PORT = 8765


class Browser:
    """Pages read and forms posted with the cookie, from the desk's own origin."""

    def __init__(self, district: District, client: TestClient, desk: Desk, keys: Keys):
        self.district, self.client, self.desk, self.keys = district, client, desk, keys
        self.own = {"origin": keys.origin, "sec-fetch-site": "same-origin"}

    def enter(self) -> Browser:
        """Open the printed address."""
        assert self.client.get("/", params={"token": self.keys.token}).status_code == 200
        return self

    def get(self, address: str, **query: object) -> str:
        answer = self.client.get(address, params={key: str(value) for key, value in query.items()} or None)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.text

    def post(self, address: str, week: dt.date | None = None, **fields: object) -> str:
        """A form sent; the page that it leads to, once what it began has ended."""
        data = {**({"week": week.isoformat()} if week else {}), **{key.replace("__", "."): value for key, value in fields.items()}}
        answer = self.client.post(address, data=data, headers=self.own)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        self.wait()
        return answer.text if 'class="said' in answer.text else self.get(str(answer.url).removeprefix(self.keys.origin))

    def drop(self, *files: tuple[str, bytes], week: dt.date | None = None) -> str:
        answer = self.client.post("/upload", files=[("files", one) for one in files], data={"week": week.isoformat()} if week else {},
                                  headers=self.own)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.text

    def run(self, week: dt.date) -> str:
        self.post("/run", week)
        return self.get("/", week=week)

    def wait(self) -> None:
        end = time.monotonic() + 60
        while self.desk.jobs.running:
            assert time.monotonic() < end
            time.sleep(0.01)


@contextmanager
def desk_of(district: District, *, watching: bool = False) -> Iterator[Browser]:
    """The desk of a district."""
    desk, keys = Desk(lambda: district.settings), Keys(PORT)
    with TestClient(build(desk, keys, watching=watching), base_url=keys.origin) as client:
        yield Browser(district, client, desk, keys).enter()


def shown(page: str) -> tuple[str, str]:
    """(done or error, what the page says of the last action)."""
    found = re.search(r'<div class="said (\w+)" role="\w+">(.*?)</div>', page, re.DOTALL)
    assert found, page
    return found[1], text(found[2])


def text(page: str) -> str:
    """What a page says, without markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def advice(page: str) -> str:
    """下一步."""
    found = re.search(r'<p class="advice">(.*?)</p>', page, re.DOTALL)
    assert found
    return text(found[1])


def links(page: str, word: str) -> list[str]:
    """The ids of the files whose link says ``word``."""
    return [one for one, words in re.findall(r'href="/file/([^"]+)">([^<]*)<', page) if word in html.unescape(words)]


def free_figures(form) -> list[str]:
    """Counts that no rule names: blank, they are a warning and nothing else."""
    ruled = repr(form.rules)
    return [name for name, one in form.figures.items()
            if one.kind == "count" and one.measure == "flow" and repr(name) not in ruled and len(form.item_of[name].figures) == 1]


def inbox(district: District) -> set[str]:
    return {path.name for path in Path(district.folder / "inbox").iterdir()}
