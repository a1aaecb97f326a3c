"""What grows with files or weeks is done once, not once a file or once a step."""

from __future__ import annotations

import copy
import datetime as dt

from consolidator.judging.judge import judge
from consolidator.store import lookups
from consolidator.store.history import History
from consolidator.workflows import decisions, weekly
from consolidator.workflows.collect import Collected
from tests.district import BUREAU, W1, W2, W3, W4, codes, unit


def test_the_hashes_of_the_inbox_are_put_together_once(district, monkeypatch):
    made, whole = [], Collected.hashes.fget
    monkeypatch.setattr(Collected, "hashes", property(lambda self: made.append(self) or whole(self)))
    for number in range(8):
        district.send("甲局", W1, f"{number}.xlsx", base=10 + number)
    district.run(W1)
    assert len(made) == 1


W5, W6 = W4 + dt.timedelta(days=7), W4 + dt.timedelta(days=14)


def past(district, weeks) -> None:
    """Weeks in which every unit reports."""
    for number, week in enumerate(weeks):
        district.send_all(week, base=10 + number)
        district.run(week)


def statements_of(monkeypatch) -> list[str]:
    statements: list[str] = []
    make = History.__init__

    def traced(self, *arguments) -> None:
        make(self, *arguments)
        self.index.set_trace_callback(statements.append)

    monkeypatch.setattr(History, "__init__", traced)
    return statements


def test_a_status_reads_of_each_unit_what_is_nearest_and_of_files_those_at_hand(district, monkeypatch):
    past(district, (W1, W2, W3, W4))
    for file in (district.folder / "inbox").iterdir():
        file.unlink()
    district.send_all(W5, base=14)
    rows: list[str] = []
    read = lookups._read
    monkeypatch.setattr(lookups, "_read", lambda found: [rows.append(str(one.week)) or one for one in read(found)])
    statements = statements_of(monkeypatch)
    weekly.status(district.settings, W5)
    assert set(rows) == {str(W4)}
    of_all = [one for one in statements if one.startswith("SELECT") and "WHERE" not in one
              and any(f" FROM {table}" in one for table in ("seen", "reading", "judged", "standing"))]
    assert not of_all


def test_the_nearest_past_gives_what_the_whole_past_gives(district, monkeypatch):
    """A renamed unit, one carried, figures heard by telephone, jumps, copies, a closed week's form that comes late, an old week again."""
    compared = []

    def both(candidates, week, context, past):
        other, all_of_it = copy.deepcopy(candidates), past.with_all_of()
        mine, whole = judge(candidates, week, context, past), judge(other, week, context, all_of_it)
        assert mine.result == whole.result
        compared.append(len(past.standing) < len(all_of_it.standing))
        return mine

    monkeypatch.setattr("consolidator.judging.judge.judge", both)
    past(district, (W1, W2))
    district.write_roster([("甲局", BUREAU, ""), ("丁局", BUREAU, "2023-06-08 更名自乙局"), ("丙街道", "街道", "")], changes=True)
    for number, week in enumerate((W3, W4, W5, W6)):
        district.send("甲局", week, base=500 if week == W6 else 12 + number)  # a jump at last
        district.send("丁局", week, base=12)  # the same again and again
        district.run(week)
        if week == W4:
            decisions.accept(district.settings, "丙街道", ["checked=15"], "电话", week)
    assert any("jump" in codes(one) for one in district.run(W6).submissions)
    assert any("copied-week" in codes(one) for one in district.run(W6).submissions)
    decisions.close(district.settings, W5)
    district.send("丙街道", W5, "late.xlsx", base=16)
    assert unit(district.run(W6), "丙街道").from_week == W5
    district.run(W3)
    assert compared.count(True) > len(compared) // 2


def test_what_was_read_is_not_kept_over_an_event(district):
    from consolidator.store.outbox import opened

    district.send_all(W1)
    district.run(W1)
    with opened(district.settings.paths.outbox, district.form) as outbox:
        before = outbox.history.standing()
        before.clear()  # the caller's own
        assert len(outbox.history.standing()) == len(district.units())
        one = outbox.history.standing()[0]
        outbox.history.record([{"event": "dismissed", "at": "", "sha256": one.sha256, "file": one.file, "week": str(W1),
                                "reason": "", "by": ""}])
        assert one.unit not in {held.unit for held in outbox.history.standing()}
