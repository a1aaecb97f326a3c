"""The words of a ledger's states as data: what is written for each state, and the phrases by which a text says that work is done, left,
planned or ordered. Part of a ledger's definition (:mod:`schemas.ledger_definition`)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.frozen import Frozen, Words

NEVER = "(?!)"  # the expression of what a ledger has no words for
_WORD = re.compile("<(\\w+)>")


class StateWords(Frozen):
    """A state as people call it, and what they write for it: ``words`` within a text, too, ``alone`` only where nothing else is written."""

    name: Words
    words: tuple[Words, ...] = ()
    alone: tuple[Words, ...] = ()


class StatePhrases(Frozen):
    """Regular expressions of phrases in texts of states, squeezed. ``<done>`` in them stands for the ledger's ``done_words`` and
    ``remedies``, ``<remedy>`` for the latter, ``<closed>`` for the words of the state ``closed``; a ledger without a phrase reads
    nothing of the kind.

    ``later``: a time to come. ``in_time``: before a time to come that has been kept. ``except_for``: all but a part. ``undone``: what
    is done only in words. ``behind_done``: behind a word of what is done, which is then not done. ``ordered``: work that somebody is
    told to do. ``of_fault``: a fault named with a negation, which negates nothing else. ``share``: so much of the work. ``part``:
    behind a word of a failed review, which then only names what failed. ``whole``: what may stand behind a bare 完成. ``left_open``:
    put right, and not closed. ``after``: before a word of ``closed``, which is then still to come. ``shut``: a thing is shut, no
    hazard closed. ``of_closing``: behind a word of ``closed``, which then names a step. ``done_first`` and ``done_last``: behind and
    before the day on which a text says that it was done. ``bare``: the end of a word of ``rectified`` that does not say what was
    done; ``fillers``: what may be before that. ``did``: before a remedy that is done, ``going``: behind one that is under way.
    ``spot``: before a remedy on the day found; ``ended``: behind one that is done; ``in_part``: one that is done in part;
    ``left_undone``: one that is not done, behind what is. ``however``: before what takes back what is before it. ``led``: between 已
    and a remedy. ``no_remedy``: what is behind a remedy that puts nothing right; ``control``: what only keeps people from harm.
    ``gone``: the firm or the thing is no longer there. ``needless``: nothing is to be done.
    """

    later: Words = NEVER
    in_time: Words = NEVER
    except_for: Words = NEVER
    undone: Words = NEVER
    behind_done: Words = NEVER
    ordered: Words = NEVER
    of_fault: Words = NEVER
    share: Words = NEVER
    part: Words = NEVER
    whole: Words = NEVER
    left_open: Words = NEVER
    after: Words = NEVER
    shut: Words = NEVER
    of_closing: Words = NEVER
    done_first: Words = NEVER
    done_last: Words = NEVER
    bare: Words = NEVER
    fillers: Words = NEVER
    did: Words = "已"
    going: Words = NEVER
    spot: Words = NEVER
    ended: Words = NEVER
    in_part: Words = NEVER
    left_undone: Words = NEVER
    however: Words = NEVER
    led: Words = NEVER
    no_remedy: Words = NEVER
    control: Words = NEVER
    gone: Words = NEVER
    needless: Words = NEVER


class ReviewWords(Frozen):
    """Columns of reviews (复查, 验收, 销号): ``nothing``: what is written where there was none. ``of_review`` and ``of_work``: expressions
    of texts that are of the review alone, and of the work. ``of_closing``, ``again`` and ``passed``: expressions of headings of days that
    close a hazard, of those that look at it again, and of columns that ask whether it passed."""

    nothing: tuple[Words, ...] = ()
    of_review: Words = NEVER
    of_work: Words = NEVER
    of_closing: Words = NEVER
    again: Words = NEVER
    passed: Words = NEVER


def any_of(words: tuple[str, ...]) -> str:
    """An expression of any of ``words``, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or NEVER


def expression(text: str, words: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    """``text`` with the words that it names, as an expression.

    Raises:
        KeyError: it names words that are none of ``words``.
        re.error: it is no expression.
    """
    return re.compile(_WORD.sub(lambda found: f"(?:{any_of(words[found[1]])})", text))
