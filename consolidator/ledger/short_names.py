"""Which of many names of firms can be short names of which others: sought for all at once, in columns of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from consolidator.ledger.likeness import SHORTEST_FIRM, can_be_one_firm
from consolidator.ledger.repeated import Rows

_BREAK = "\n"  # is in no key
_BITS = 21  # of a sign
_AT_ONCE = 1 << 16  # pairs: as what they call on takes memory


def short_and_long(keys: Sequence[str], owners: Rows) -> Iterator[tuple[int, int]]:
    """The places of the keys of which the first can be a short name of the second. The longer one holds all signs of the shorter one,
    and as they are the two pairs of neighbouring signs of it that the fewest keys hold.

    Two keys with one and the same of ``owners`` are left out; -1 is several owners.
    """
    if not keys:
        return
    lengths = np.fromiter(map(len, keys), np.intp, len(keys))
    signs = np.frombuffer(_BREAK.join(["", *keys]).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    starts = np.cumsum(lengths + 1) - lengths - 1
    bits = np.bitwise_or.reduceat(np.where(signs == ord(_BREAK), 0, 1 << (signs & 63)), starts)  # of a key's signs; some share one
    for short, long in _with_rarest_pairs(lengths, signs):
        can_be = (lengths[short] < lengths[long]) & (bits[short] & ~bits[long] == 0)
        can_be &= (owners[short] != owners[long]) | (owners[short] < 0)
        for one, other in zip(short[can_be].tolist(), long[can_be].tolist(), strict=True):
            if can_be_one_firm(keys[one], keys[other]):
                yield one, other


def _with_rarest_pairs(lengths: Rows, signs: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Short keys, and longer ones that hold their two rarest pairs. The short ones wait under the two, each longer one calls on all
    twos of its pairs: on those that are next to each other in rarity, then on those that are one further apart, and so on."""
    import pandas as pd

    key, rank, bits = _pairs_by_rarity(lengths, signs)
    ends = np.cumsum(np.bincount(key, minlength=len(lengths)))  # of the pairs of each key
    starts = np.concatenate(([0], ends[:-1]))
    short = np.flatnonzero((lengths >= SHORTEST_FIRM) & (lengths < lengths.max()))
    second = np.minimum(starts[short] + 1, ends[short] - 1)
    group, twos = pd.factorize(rank[starts[short]] << bits | rank[second])
    waiting, sizes, known = short[np.argsort(group, kind="stable")], np.bincount(group), pd.Index(twos)
    first = np.cumsum(sizes) - sizes
    at, apart = np.flatnonzero((lengths > max(lengths.min(), SHORTEST_FIRM))[key]), 0
    while len(at):
        for some in np.split(at, range(_AT_ONCE, len(at), _AT_ONCE)):
            called = known.get_indexer(pd.Index(rank[some] << bits | rank[some + apart]))
            long, called = key[some[called >= 0]], called[called >= 0]
            size = sizes[called]
            nth = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)  # 0, 1, … of each that is called
            yield waiting[np.repeat(first[called], size) + nth], np.repeat(long, size)
        apart += 1
        at = at[at + apart < ends[key[at]]]


def _pairs_by_rarity(lengths: Rows, signs: Rows) -> tuple[Rows, Rows, int]:
    """(key, rank) of each different pair of neighbouring signs in each key, the rarest of a key first; and the bits of a rank."""
    held, pairs, bits = _pairs_held(lengths, signs)
    code = held & (1 << bits) - 1
    rank = np.empty(len(pairs), np.int64)
    rank[np.lexsort((pairs, np.bincount(code)))] = np.arange(len(pairs))
    held -= code
    held |= rank[code]
    held.sort()
    return held >> bits, held & (1 << bits) - 1, bits


def _pairs_held(lengths: Rows, signs: Rows) -> tuple[Rows, Rows, int]:
    """Each key and each different pair that it holds, as one number of both, in order: the pair's place among ``pairs`` in its last
    ``bits``. What this is made from takes so much memory that it is left behind here."""
    import pandas as pd

    within = (signs[:-1] != ord(_BREAK)) & (signs[1:] != ord(_BREAK))
    held, pairs = pd.factorize((signs[:-1] << _BITS | signs[1:])[within])
    bits = len(pairs).bit_length()
    held |= np.repeat(np.arange(len(lengths)) << bits, lengths + 1)[:-1][within]
    held.sort()  # one column sorts in a tenth of the time of two
    return held[np.diff(held, prepend=-1) > 0], pairs, bits  # once a key
