"""What grows with files or weeks is done once, not once a file or once a step."""

from __future__ import annotations

from consolidator.store.history import History
from consolidator.workflows import weekly
from consolidator.workflows.collect import Collected
from tests.district import W1, W2


def test_the_hashes_of_the_inbox_are_put_together_once(district, monkeypatch):
    made, whole = [], Collected.hashes.fget
    monkeypatch.setattr(Collected, "hashes", property(lambda self: made.append(self) or whole(self)))
    for number in range(8):
        district.send("甲局", W1, f"{number}.xlsx", base=10 + number)
    district.run(W1)
    assert len(made) == 1


def test_what_stands_in_all_weeks_is_read_once_a_status_and_anew_after_an_event(district, monkeypatch):
    district.send_all(W1)
    district.run(W1)
    district.send_all(W2, base=12)
    statements: list[str] = []
    make = History.__init__

    def traced(self, *arguments) -> None:
        make(self, *arguments)
        self.index.set_trace_callback(statements.append)

    monkeypatch.setattr(History, "__init__", traced)
    weekly.status(district.settings)
    assert sum("FROM standing WHERE week >" in one for one in statements) == 1
    result = district.run(W2)
    assert result.previous_week == W1


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
