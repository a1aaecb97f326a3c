"""The words of a ledger's states as expressions, made once for each definition."""

from __future__ import annotations

import re

from consolidator.model.text import squeeze
from schemas.ledger_definition import Ledger
from schemas.state_words import any_of

DATE = r"(?:20\d\d[年./\-])?\d{1,2}[月./\-]\d{1,2}[日号]?|20\d{6}"
DAYS = re.compile(rf"(?P<past>已?于|在)?(?:(?:{DATE})(?P<by>之?前|以前)?(?:上午|下午|起)?|(?P<month>(?:20\d\d年)?\d{{1,2}}月|[本下当]?月)"
                  r"(?:(?P<part>[底末初]|[上中下]旬)?份?(?P<by_part>之?前|以前)?))")
BY, ABOUT = "\x01", "\x02"  # in a text that is read: a day by which, and a part of a month in which
_PAUSE = "[^,，。;；、]{0,6}"


class StatePatterns:
    """What :class:`~consolidator.reading.ledgers.states.StateReader` looks for; :mod:`schemas.state_words` says what each phrase is."""

    def __init__(self, ledger: Ledger):
        self.ledger = ledger
        self.words = {squeeze(word).casefold(): state for state, entry in ledger.states.items() for word in entry.words}
        self.alone = self.words | {squeeze(word).casefold(): state for state, entry in ledger.states.items() for word in entry.alone}
        ends = tuple(word for word, state in self.words.items() if state == "closed")
        denied = tuple(word for word in self.words if word.startswith(ledger.negation) and word.endswith(ends))
        # 未销号 alone is open, yet 已整改未销号 is rectified
        self.long = sorted((word for word in self.words if len(word) > 1 and word not in denied), key=len, reverse=True)
        self._compile_phrases(ledger)
        self._compile_words(ledger)
        self._compile_remedies(ledger)

    def _compile_phrases(self, ledger: Ledger) -> None:
        phrases, phrase = ledger.phrases, ledger.phrase
        self.left_open, self.later, self.in_time = map(phrase, (phrases.left_open, phrases.later, phrases.in_time))
        self.except_for, self.behind_done, self.after = map(phrase, (phrases.except_for, phrases.behind_done, phrases.after))
        self.ordered, self.of_fault, self.shut = map(phrase, (phrases.ordered, phrases.of_fault, phrases.shut))
        self.of_closing, self.share, self.part = map(phrase, (phrases.of_closing, phrases.share, phrases.part))
        self.gone, self.needless, self.however = map(phrase, (phrases.gone, phrases.needless, phrases.however))
        self.day_done = re.compile(
            rf"^[^,，。;；]*?(?:于|在)?(?P<day>{DATE})(?:上午|下午|当天|当日)?(?:{phrase(phrases.done_first).pattern})|"
            rf"(?:{phrase(phrases.done_last).pattern})[(,，]?于?(?P<behind>{DATE})\)?$")

    def _compile_words(self, ledger: Ledger) -> None:
        phrases, phrase = ledger.phrases, ledger.phrase
        negation, asked, partial = (any_of(words) for words in (ledger.negation, ledger.asked, ledger.partial))
        done, adverbs = any_of((*ledger.done_words, *ledger.remedies)), any_of(ledger.adverbs)
        self.undone = re.compile(f"(?:{negation}|{BY}){_PAUSE}(?:{done})+|{phrase(phrases.undone).pattern}")
        bare = re.compile(f"(?:{phrase(phrases.bare).pattern})$")
        self.bare = frozenset(word for word, state in self.words.items() if state == "rectified" and (end := bare.search(word))
                              and not any(one in word[:end.start()] for one in ledger.done_words))
        self.fillers = re.compile(f"(?:{phrase(phrases.fillers).pattern}|{partial})*")
        self.of_bare = re.compile(f"$|[,，。;；、():!！ {BY}{ABOUT}]|{partial}|{phrase(phrases.whole).pattern}")
        self.doubtful, self.unsure, self.whole, self.steps, self.plans = (re.compile(any_of(words)) for words in (
            ledger.doubtful, ledger.unsure, ledger.whole_words, ledger.steps, ledger.of_plans))
        self.done, self.partial = re.compile(done), re.compile(partial)
        self.negated = re.compile(f"(?:{negation}|{BY})$")
        self.not_closed = re.compile(f"(?:{negation}|{asked}){_PAUSE}$")
        self.of_step = re.compile(f"(?:{self.steps.pattern})(?:均|都|已)*$")
        self.for_plan = re.compile(f"(?:{done}|的)*(?:{self.plans.pattern})")
        self.adverbs = re.compile(f"(?<=已)(?:{adverbs})+|^(?:{adverbs})+(?=已)")

    def _compile_remedies(self, ledger: Ledger) -> None:
        phrases, phrase, remedy = ledger.phrases, ledger.phrase, any_of(ledger.remedies)
        did, spot, ended = (phrase(text).pattern for text in (phrases.did, phrases.spot, phrases.ended))
        self.any_remedy = re.compile(remedy)
        self.remedy = re.compile(f"(?P<done>{did})?(?P<spot>{spot})?(?:{remedy})(?P<ended>{ended})?")
        self.going = re.compile(f"(?:{remedy})(?:{phrase(phrases.going).pattern})")
        self.led = re.compile(f"已(?P<led>{phrase(phrases.led).pattern})(?=(?:{remedy}))")
        self.left_undone, self.in_part = map(phrase, (phrases.left_undone, phrases.in_part))
        self.no_remedy, self.control = map(phrase, (phrases.no_remedy, phrases.control))
