"""What is written for the state of a hazard → the state. Negation is tried first: 未完成整改 is open, whatever it contains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger
from schemas.remembering import remembered

LONGEST = 100  # characters: what is longer tells a story
_DATE = r"(?:20\d\d[年./\-])?\d{1,2}[月./\-]\d{1,2}[日号]?|20\d{6}"
_DAYS = re.compile(rf"(?P<past>已?于|在)?(?:(?:{_DATE})(?P<by>之?前|以前)?(?:上午|下午|起)?|(?P<month>(?:20\d\d年)?\d{{1,2}}月|[本下当]?月)"
                   r"(?:(?P<part>[底末初]|[上中下]旬)?份?(?P<by_part>之?前|以前)?))")
_BY, _ABOUT = "\x01", "\x02"  # in a text that is read: a day by which, and a part of a month in which
_DONE_ON = re.compile(rf"^[^,，。;；]*?(?:于|在)?(?P<day>{_DATE})(?:上午|下午|当天|当日)?(?:由?企业)?[已均经全部按期如]*"
                      rf"(?:整改|完成|治理|改正|消除|现场|当场|立行)|(?:整改|完成|完毕|到位|改正|消除|治理)[(,，]?于?(?P<behind>{_DATE})\)?$")
_LATER = re.compile(r"年[底末内]|[明后]年|下个?[周月季]度?|本周[内末]?|近[期日]|汛[期前后]+|[节会]后|[节会学]前"
                    r"|明[日天]|(?:周|星期)[一二三四五六日天末]|后天|过几[天日]"
                    r"|[\d一二两三四五六七八九十几数]+个?(?:工作)?[日天周月]之?内|星期内|期限内|时限内|时间内|限期内|[一二三四]季度末?")
_EXCEPT = re.compile("(?<![消拆清排解扫])除[^,，。;；]{1,20}外")  # 除东侧外已整改
_BEHIND_DONE = re.compile("之?[前后]|方可|才[能可]|不了")  # 验收合格后销号, 整改完毕前停用: no word of what is done
_DONE_BEFORE = re.compile("已(?:[在于]|按照?)?(?:规定|要求|整改)?的?$")  # 已在规定期限内完成
_URGED = re.compile("(?:督促|敦促|责成|(?<![按照据合到依改定项])要求)[^,，。;；已]{0,8}(?:完成|整改)")
_OF_FAULT = re.compile("[未不没](?!按|全|及|能|完|彻|如|开|进|真|得|在|予|有|见|对|到|切|实|落)"
                       "[^,，。;；、]{2,6}(?:整改|治理|消除)已?(?:完[成毕]|到位|结束)")
_SHUT = re.compile("(?<![,，。;；隐患问题已])已?关闭")  # 防火门已关闭 is no hazard closed
_BEHIND_CLOSED = re.compile("中|阀|门|电|手续|申请|流程|材料|资料|程序|报告|时间|条件|审[核批]|工作")  # 销号申请已提交
_AFTER = re.compile("后[^,，。;；已]{0,6}$")
_YES = frozenset(("是", "√", "✓", "✔", "☑", "对", "y", "yes", "ok", "v", "1", "1.0"))
_LEFT = re.compile("[的项点]|之处|问题|情况|部分")  # 不合格项已整改
_COUNT = re.compile("[\\d一二两三四五六七八九十]+(?=[处项条个])")
_SHARE = re.compile("(?:整改|完成|治理)(?:了|约|近)?\\d|[\\d一二三四五六七八九]成")  # 完成6成
_NUMBER = re.compile(r"0?\.\d+|[01](?:\.0+)?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_EDGES = "()。.,，;；:：、!！~ "
_TICKS, _BOXES = "☑√✓✔■●", "□○☐"
_TICKED, _BOX = re.compile(f"[{_TICKS}]"), re.compile(f"[{_BOXES}]")
_CHOSEN = re.compile(f"([^()]+)\\(([{_TICKS}]?)\\)")  # 是(√)否()
_PRINTED = re.compile(f"(?:{_CHOSEN.pattern}){{2,}}")
PUT_RIGHT = frozenset(("rectified", "on_the_spot", "closed"))
NOT_YET = frozenset(("open", "under_way"))
_PAUSE = "[^,，。;；、]{0,6}"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


class StateReader:
    """Reads the states of one ledger; texts are remembered, as a few hundred serve for thousands of rows."""

    def __init__(self, ledger: Ledger):
        self.ledger = ledger
        self.words = {squeeze(word).casefold(): state for state, entry in ledger.states.items() for word in entry.words}
        ends = tuple(word for word, state in self.words.items() if state == "closed")
        denied = tuple(word for word in self.words if word.startswith(ledger.negation) and word.endswith(ends))
        # 未销号 alone is open, yet 已整改未销号 is rectified
        self.long = sorted((word for word in self.words if len(word) > 1 and word not in denied), key=len, reverse=True)
        negation, done, asked = (_any_of(words) for words in (ledger.negation, ledger.done_words, ledger.asked))
        self.undone = re.compile(f"(?:{negation}|{_BY}){_PAUSE}(?:{done})+|(?:{done})+不了|(?:{done})*(?:完[成毕]|到位|结束)之?前"
                                 ) if negation and done else None
        closed = _any_of(word for word, state in self.words.items() if state == "closed" and not word.startswith("已"))
        self.left_open = re.compile(f"(?:未|没有|没)[^,，。;；、已]{{0,6}}(?:{closed}|验收|复查)") if closed else None
        self.bare = frozenset(word for word, state in self.words.items() if state == "rectified" and word.endswith("完成")
                              and not any(one in word[:-2] for one in ledger.done_words))
        self.of_bare = re.compile(f"$|[,，。;；、():!！ {_BY}{_ABOUT}]|了|并|且|{_any_of((*ledger.partial, *ledger.done_words))}|"
                                  f"(?:该|此|全部|所有|各|上述|相关|隐患|问题|的|[项处条个]|\\d)*(?:{done}|{closed}|验收|复查|改正)"
                                  ) if done and closed else None
        self.doubtful = re.compile(_any_of(ledger.doubtful)) if ledger.doubtful else None
        self.negated = re.compile(f"(?:{negation}|{_BY})$") if negation else None
        self.not_closed = re.compile(f"(?:{'|'.join(filter(None, (negation, asked)))}){_PAUSE}$") if negation else None
        self.of_step = re.compile(f"(?:{_any_of(ledger.steps)})(?:均|都|已)*$") if ledger.steps else None
        self.for_plan = re.compile(f"(?:{done}|的)*(?:{_any_of(ledger.of_plans)})") if ledger.of_plans else None
        self.unsure = re.compile(_any_of(ledger.unsure)) if ledger.unsure else None
        self.adverbs = re.compile(f"(?<=已)(?:{'|'.join(map(re.escape, ledger.adverbs))})+|"
                                  f"^(?:{'|'.join(map(re.escape, ledger.adverbs))})+(?=已)") if ledger.adverbs else None
        self.whole = re.compile(_any_of(ledger.whole_words)) if ledger.whole_words else None
        self.partial = re.compile(_any_of(ledger.partial)) if ledger.partial else None
        self.read = remembered(most=8192, longest=100)(self._read)

    def of(self, value: object) -> str | None:
        """The state of a cell; "" for a blank, None for what cannot be read."""
        if isinstance(value, float | int) and not isinstance(value, bool):
            return "under_way" if 0 < value < 1 else {0.0: "open", 1.0: "rectified"}.get(float(value))  # a share of the work, or yes and no
        if value is True or value is False:
            return "rectified" if value else "open"
        return self.read(value) if value.__class__ is str else None

    def is_doubtful(self, text: str, *, negated: bool = True) -> bool:
        """Whether a text that is read as no state may say that something is left: 仍有一处未完成, 据称已整改; a plain story does not.

        Without ``negated`` a text with a word of what is still to come is no doubtful one.
        """
        written = squeeze(text).casefold()
        states = self._states(written)
        return bool(states or (self.unsure and self.unsure.search(written)) or (self.partial and self.partial.search(written))
                    or _EXCEPT.search(written) or _SHARE.search(written) or len(set(_COUNT.findall(written))) > 1
                    or (negated and self.doubtful and self.doubtful.search(written)))

    @staticmethod
    def says_yes(value: object) -> bool:
        """Whether a cell says yes and nothing more: √, 是, ☑是 □否."""
        if isinstance(value, str):
            return ticked(squeeze(value)).casefold().strip(_EDGES) in _YES
        return value is True or value == 1

    def _read(self, text: str) -> str | None:
        squeezed = squeeze(text)
        written = ticked(squeezed).casefold().strip(_EDGES)
        if not written:
            return ""
        if written in self.words:
            return self.words[written]
        if _NUMBER.fullmatch(squeezed):
            return self.of(float(squeezed))
        if len(written) > LONGEST or (self.unsure and self.unsure.search(written)):
            return None
        written = _LATER.sub(_without_part, _DAYS.sub(_without_day, written)).replace("()", "").strip(_EDGES)
        if self.adverbs:
            written = self.adverbs.sub("", written)
        if written in self.words:
            return self.words[written]
        percent = _PERCENT.search(written)
        if percent and float(percent[1]) < 100:
            return "under_way" if float(percent[1]) else "open"
        if percent:
            return "rectified" if not self._states(written) - {"rectified"} else None
        states = self._states(written)
        state = self._of_states(written, states)
        if (state == "open" and not states and _OF_FAULT.search(written)) or (state == "closed" and _SHUT.search(written, 1)):
            return None  # 未设护栏问题整改完成
        is_unsure = _URGED.search(written) or _ABOUT in written or _SHARE.search(written) or self._counts_some(written)
        return None if state in PUT_RIGHT and is_unsure else state

    def _counts_some(self, written: str) -> bool:
        """Whether a text counts what was put right, so that more may be left: 3处已完成2处."""
        counts = _COUNT.findall(written)
        return bool(counts) and (len(set(counts)) > 1 or not (self.whole and self.whole.search(written)))

    def _of_states(self, written: str, states: set[str]) -> str | None:
        """The one state that a text says with the words of ``states``; None where they contradict each other."""
        if "moved" in states and states <= {"moved", *NOT_YET}:
            return "moved"
        if self.undone and self.undone.search(written) and not states & PUT_RIGHT:
            return states.pop() if len(states) == 1 else "open"
        if (_EXCEPT.search(written) or (self.partial and self.partial.search(written))) and states and states <= {"rectified", "under_way"}:
            return "under_way"
        if states == {"on_the_spot", "rectified"}:
            return "on_the_spot"
        if "closed" in states and states <= {"rectified", "closed"}:
            if self.left_open and (left := self.left_open.search(written)):  # 已验收未销号 is put right, 未验收已销号 is unclear
                return "rectified" if "rectified" in states or left.end() == len(written) else None
            return "closed"
        if "failed" in states and states <= {"rectified", "failed", *NOT_YET}:
            return "failed"
        return states.pop() if len(states) == 1 else None

    def _states(self, written: str) -> set[str]:
        """The states whose words stand in the text, longest first, each piece of the text used once; negated ones left out.

        What was 已整改 is never negated by what is before it: 责令限期，已整改.
        """
        undone = [one.span() for one in self.undone.finditer(written)] if self.undone else []
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
        """Whether a word of a state does not mean it where it stands: it is negated, or a step or a plan is what was done."""
        before, behind = written[:at], written[at + len(word):]
        if self.negated and self.negated.search(before):
            return True
        state = self.words[word]
        if state not in PUT_RIGHT:
            return state == "failed" and bool(_LEFT.match(behind))
        if word in self.bare and self.of_bare and not self.of_bare.match(behind):  # 已完成现场勘查
            return True
        if self.for_plan and self.for_plan.match(behind):  # 已完成整改方案 is a plan made
            return True
        if self.of_step and self.of_step.search(before):  # 招标已完成
            return True
        if word.startswith("已"):
            return False
        if _BEHIND_DONE.match(behind) and not before.endswith("已"):
            return True
        if state == "closed" and len(word) == 2 and _BEHIND_CLOSED.match(behind):
            return True
        if state == "closed" and len(word) == 2 and _AFTER.search(before):  # 整改完成后销号
            return True
        return any(first < at < last for first, last in undone) or bool(
            state == "closed" and self.not_closed and self.not_closed.search(before))


def _without_day(found: re.Match[str]) -> str:
    """What is left of a day in a text that is read: nothing, or that it is one by which something is to be done."""
    if (found["past"] or "").startswith("已") or found.string[:found.start()].endswith("已"):
        return "已"[:bool(found["past"])]
    if found["by"] or found["by_part"]:
        return "" if found.string[found.end():found.end() + 1] == "已" else _BY
    if found["part"] or found["month"]:
        return _without_part(found)
    return ""


def _without_part(found: re.Match[str]) -> str:
    """What is left of a part of a year: nothing where what follows is done already."""
    done = found.string[found.end():found.end() + 1] == "已" or _DONE_BEFORE.search(found.string[:found.start()])
    return "" if done else _ABOUT


def done_on(text: str) -> str:
    """The day on which a text says that a hazard was put right (已于6月5日整改完毕), as it is written; "" for none or several."""
    written = squeeze(text)
    days = re.findall(_DATE, written)
    found = _DONE_ON.search(written) if len(days) == 1 else None
    return (found["day"] or found["behind"]) if found else ""


def ticked(text: str) -> str:
    """What is ticked of printed choices: ☑是 □否 is 是; the text itself where none is."""
    if not _TICKED.search(text):
        return text
    if "(" in text and _PRINTED.fullmatch(text):
        own = [word for word, mark in _CHOSEN.findall(text) if mark]
        return own[0] if len(own) == 1 else text
    if not _BOX.search(text):
        return text
    parts = [part for part in re.split(f"(?=[{_TICKS}{_BOXES}])", text) if part]
    chosen = [part for part in parts if _TICKED.match(part)]
    if parts and not _TICKED.match(parts[0]) and not _BOX.match(parts[0]):  # the box is behind its word: 是☑ 否□
        words = re.split(f"[{_TICKS}{_BOXES}]", text)
        marks = re.findall(f"[{_TICKS}{_BOXES}]", text)
        chosen = [word for word, mark in zip(words, marks, strict=False) if _TICKED.match(mark)]
    return " ".join(part.strip(_TICKS + " ") for part in chosen) or text


@lru_cache(maxsize=8)
def state_reader(ledger: Ledger) -> StateReader:
    """The reader of a ledger's states, made once for each definition."""
    return StateReader(ledger)
