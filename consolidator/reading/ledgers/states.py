"""What is written for the state of a hazard → the state. Negation is tried first: 未完成整改 is open, whatever it contains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from consolidator.model.text import squeeze
from consolidator.reading.ledgers.state_patterns import ABOUT, BY, DATE, DAYS, StatePatterns
from consolidator.reading.ledgers.ticks import EDGES, YES, ticked
from schemas.ledger_definition import Ledger
from schemas.remembering import remembered

LONGEST = 100  # characters: what is longer tells a story
_CLAUSE = re.compile("[^,，。;；、]*")
_LAST_CLAUSE = re.compile("[^,，。;；、:!！)]*$")
_BETWEEN = re.compile("[,;。、()]")
_COUNT = re.compile("[\\d一二两三四五六七八九十]+(?=[处项条个])")
_NUMBER = re.compile(r"0?\.\d+|[01](?:\.0+)?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
PUT_RIGHT = frozenset(("rectified", "on_the_spot", "closed"))
NOT_YET = frozenset(("open", "under_way"))


class StateReader(StatePatterns):
    """Reads the states of one ledger; texts are remembered, as a few hundred serve for thousands of rows."""

    def __init__(self, ledger: Ledger):
        super().__init__(ledger)
        self.read = remembered(most=8192, longest=100)(self._read)

    def of(self, value: object) -> str | None:
        """The state of a cell; "" for a blank, None for what cannot be read."""
        if isinstance(value, float | int) and not isinstance(value, bool):
            return "under_way" if 0 < value < 1 else {0.0: "open", 1.0: "rectified"}.get(float(value))  # a share of the work, or yes and no
        if value is True or value is False:
            return "rectified" if value else "open"
        return self.read(value) if value.__class__ is str else None

    def is_remedy(self, value: object) -> bool:
        """Whether a cell that is read as put right says so only by what was done: 已更换灭火器."""
        if value.__class__ is not str or not self.any_remedy.search(squeeze(value)):
            return False
        written = self._plain(ticked(squeeze(value)).casefold().strip(EDGES))
        return written not in self.words and not self._states(written) & PUT_RIGHT and bool(self._remedied(written))

    def tells_remedy(self, value: object) -> bool:
        """Whether a text tells what is done of a fault, and neither that it is done nor that it is not: 更换灭火器."""
        if value.__class__ is not str or not self.any_remedy.search(squeeze(value)) or self.of(value) is not None:
            return False
        written = squeeze(value).casefold()
        wrong = (self.no_remedy, self.control, self.plans, self.steps, self.ordered, self.gone, self.later, self.behind_done)
        return len(written) <= LONGEST and not self.is_doubtful(value) and not any(one.search(written) for one in wrong)

    def is_doubtful(self, text: str, *, negated: bool = True) -> bool:
        """Whether a text that is read as no state may say that something is left: 仍有一处未完成, 据称已整改; a plain story does not.

        Without ``negated`` a text with a word of what is still to come is no doubtful one.
        """
        written = squeeze(text).casefold()
        return bool(self._states(written) or self._remedied(written) or self.unsure.search(written) or self.partial.search(written)
                    or self.except_for.search(written) or self.share.search(written) or len(set(_COUNT.findall(written))) > 1
                    or (negated and self.doubtful.search(written)))

    def asked_of(self, text: str) -> str:
        """The problem of a text that is read as no state, where there is a better one than that it is not."""
        written = squeeze(text).casefold()
        if self.needless.search(written):
            return "status-needless"
        return "status-gone" if self.gone.search(written) and not self._states(written) else "status-unread"

    def done_on(self, text: str) -> str:
        """The day on which a text says that a hazard was put right (已于6月5日整改完毕), as it is written; "" for none or several."""
        written = squeeze(text)
        days = re.findall(DATE, written)
        found = self.day_done.search(written) if len(days) == 1 else None
        return (found["day"] or found["behind"]) if found else ""

    @staticmethod
    def says_yes(value: object) -> bool:
        """Whether a cell says yes and nothing more: √, 是, ☑是 □否."""
        if isinstance(value, str):
            return ticked(squeeze(value)).casefold().strip(EDGES) in YES
        return value is True or value == 1

    def _read(self, text: str) -> str | None:
        squeezed = squeeze(text)
        written = ticked(squeezed).casefold().strip(EDGES)
        if not written:
            return ""
        if written in self.alone:
            return self.alone[written]
        if _NUMBER.fullmatch(squeezed):
            return self.of(float(squeezed))
        if len(written) > LONGEST or self.unsure.search(written):
            return None
        written = self._plain(written)
        if written in self.alone:
            return self.alone[written]
        states = self._states(written)
        percent = _PERCENT.search(written)
        if percent and float(percent[1]) < 100:
            return "under_way" if float(percent[1]) else "open"
        if percent:
            return "rectified" if not states - {"rectified"} else None
        if remedied := self._remedied(written):
            if not states & PUT_RIGHT and (self.in_part.search(written) or not self._leaves_nothing(written)):
                return "under_way" if self.in_part.search(written) and not states else None
            states |= remedied
        elif not states and self.in_part.search(written) and not self.plans.search(written):
            return "under_way"
        state = self._of_states(written, states)
        if (state == "open" and not states and self.of_fault.search(written)) or (state == "closed" and self.shut.search(written, 1)):
            return None  # 未设护栏问题整改完成
        return None if state in PUT_RIGHT and self._may_leave_something(written) else state

    def _may_leave_something(self, written: str) -> bool:
        """Whether a text with a word of what is done may be about what was ordered, is planned, or was done in part."""
        return bool(ABOUT in written or self._says_no(written) or self.share.search(written) or self._counts_some(written)
                    or self._ends_with(self.ordered, written) or self._ends_with(self.left_undone, written)
                    or self._takes_back(written))

    def _says_no(self, written: str) -> bool:
        """Whether a clause of a text is nothing but a sign that says no: 否，已整改."""
        return any(len(clause) == 1 and self.alone.get(clause) in NOT_YET for clause in _BETWEEN.split(written))

    def _takes_back(self, written: str) -> bool:
        """Whether something is said behind 但 that is neither that it is done nor that it is not yet closed: 已整改，但不彻底."""
        found = self.however.search(written)
        rest = self.left_open.sub("", written[found.end():]).strip(EDGES) if found else ""
        return bool(rest) and not self._states(rest) & PUT_RIGHT and not self._remedied(rest)

    def _ends_with(self, phrase: re.Pattern[str], written: str) -> bool:
        """Whether a text has a phrase of what is not done, and nothing behind it that is: 已整改，未更换灭火器, not 未安装，已安装."""
        found = [one.end() for one in phrase.finditer(written)]
        return bool(found) and not self._states(written[found[-1]:]) & PUT_RIGHT and not self._remedied(written[found[-1]:])

    def _plain(self, written: str) -> str:
        """A text without days, and without words that say nothing between 已 and what was done."""
        written = self.later.sub(self._without_part, DAYS.sub(self._without_day, written)).replace("()", "").strip(EDGES)
        written = self.adverbs.sub("", written)
        if "已" not in written:
            return written
        return self.led.sub(lambda found: found[0] if self._is_ordered(found) else "已", written)

    def _is_ordered(self, led: re.Match[str]) -> bool:
        """Whether what is between 已 and a remedy says that it was only to be done: 已对企业责令拆除."""
        return bool(self.doubtful.search(led["led"]) or self.ordered.search(led.string, led.start()))

    def _without_day(self, found: re.Match[str]) -> str:
        """What is left of a day in a text that is read: nothing, or that it is one by which something is to be done."""
        if (found["past"] or "").startswith("已") or found.string[:found.start()].endswith("已"):
            return "已"[:bool(found["past"])]
        if found["by"] or found["by_part"]:
            return "" if found.string[found.end():found.end() + 1] == "已" else BY
        if found["part"] or found["month"]:
            return self._without_part(found)
        return ""

    def _without_part(self, found: re.Match[str]) -> str:
        """What is left of a part of a year: nothing where what follows is done already."""
        done = found.string[found.end():found.end() + 1] == "已" or self.in_time.search(found.string[:found.start()])
        return "" if done else ABOUT

    def _counts_some(self, written: str) -> bool:
        """Whether a text counts what was put right, so that more may be left: 3处已完成2处."""
        counts = _COUNT.findall(written)
        return bool(counts) and (len(set(counts)) > 1 or not self.whole.search(written))

    def _of_states(self, written: str, states: set[str]) -> str | None:
        """The one state that a text says with the words of ``states``; None where they contradict each other."""
        if "moved" in states and states <= {"moved", *NOT_YET}:
            return "moved"
        if self.undone.search(written) and not states & PUT_RIGHT:
            return states.pop() if len(states) == 1 else "open"
        if (self.except_for.search(written) or self.partial.search(written)) and states and states <= {"rectified", "under_way"}:
            return "under_way"
        if states == {"on_the_spot", "rectified"}:
            return "on_the_spot"
        if states & {"closed", "failed"} and "on_the_spot" in states:
            states = states - {"on_the_spot"} | {"rectified"}
        if "closed" in states and states <= {"rectified", "closed"}:
            if left := self.left_open.search(written):  # 已验收未销号 is put right, 未验收已销号 is unclear
                return "rectified" if "rectified" in states or left.end() == len(written) else None
            return "closed"
        if "failed" in states and states <= {"rectified", "failed", *NOT_YET}:
            return "failed"
        return states.pop() if len(states) == 1 else None

    def _states(self, written: str) -> set[str]:
        """The states whose words are in the text, longest first, each piece of the text used once; negated ones left out.

        What was 已整改 is never negated by what is before it: 责令限期，已整改.
        """
        undone = [one.span() for one in self.undone.finditer(written)]
        found: set[str] = set()
        rest = written
        for word in self.long:
            at = rest.find(word)
            while at >= 0:
                end = at + len(word)
                if not self._is_denied(word, written, at, undone):
                    found.add(self.words[word])
                rest = f"{rest[:at]}{chr(0) * len(word)}{rest[end:]}"
                at = rest.find(word)
        return found

    def _is_denied(self, word: str, written: str, at: int, undone: Sequence[tuple[int, int]]) -> bool:
        """Whether a word of a state does not mean it where it is: it is negated, or a step or a plan is what was done."""
        before, behind = written[:at], written[at + len(word):]
        if self.negated.search(before):
            return True
        state = self.words[word]
        if state not in PUT_RIGHT:
            return state == "failed" and bool(self.part.match(behind))
        if word in self.bare and not (self.of_bare.match(behind) and self._is_of_work(before)):  # 已完成现场勘查
            return True
        if self.for_plan.match(behind):  # 已完成整改方案 is a plan made
            return True
        if self.of_step.search(before):  # 招标已完成
            return True
        if word.startswith("已"):
            return False
        if self.behind_done.match(behind) and not before.endswith("已"):
            return True
        if state == "closed" and len(word) == 2 and (self.of_closing.match(behind) or self.after.search(before)):  # 整改完成后销号
            return True
        beside = word in self.bare  # 尚未整改|完毕
        return any(first < at < last + beside for first, last in undone) or bool(state == "closed" and self.not_closed.search(before))

    def _is_of_work(self, before: str) -> bool:
        """Whether what is done by a bare 完成 is the work on a hazard, by what is before it in its clause: 登记完成 is not."""
        clause = _LAST_CLAUSE.search(before)[0]  # type: ignore[index]
        return bool(self.fillers.fullmatch(clause) or (
            self.done.search(clause) and not self.steps.search(clause) and not self.control.search(clause)))

    def _remedied(self, written: str) -> set[str]:
        """The states that remedies in the text mean: 已更换灭火器, 货物清理完毕, 当场拆除. One that is negated, planned or of something
        that puts nothing right (已更换方案, 已安装警示牌) means none."""
        undone: list[tuple[int, int]] | None = None
        found: set[str] = set()
        if not self.any_remedy.search(written):
            return found
        for one in self.going.finditer(written):
            if not self.negated.search(written[:one.start()]):
                found.add("under_way")
        for one in self.remedy.finditer(written):
            before, behind = written[:one.start()], written[one.end():]
            clause = (_CLAUSE.match(behind) or one)[0]
            alone = one["spot"] and not clause and not (before and _CLAUSE.fullmatch(before[-1]))
            if not (one["done"] or one["ended"] or alone) or self.negated.search(before):
                continue
            if self.no_remedy.search(clause) or self.plans.search(clause) or self.of_step.search(before) or self.control.search(
                    f"{_LAST_CLAUSE.search(before)[0]}{clause}"):  # type: ignore[index]
                continue
            if not one["done"]:
                undone = [other.span() for other in self.undone.finditer(written)] if undone is None else undone
                if self.behind_done.match(behind) or any(first < one.start() < last for first, last in undone):
                    continue
            found.add("on_the_spot" if one["spot"] else "rectified")
        return found

    def _leaves_nothing(self, written: str) -> bool:
        """Whether a text has no word of what may be left to be done, but that it is not yet closed: 已更换，待验收."""
        return not (self.doubtful.search(self.left_open.sub("", written)) or self.partial.search(written))


@lru_cache(maxsize=8)
def state_reader(ledger: Ledger) -> StateReader:
    """The reader of a ledger's states, made once for each definition."""
    return StateReader(ledger)
