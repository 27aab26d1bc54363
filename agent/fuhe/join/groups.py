"""Which distinct texts of a batch are copies of each other: within a unit from wide, between units from narrow."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from fuhe.join import Families, chained, starred
from fuhe.similarity import WITHIN_CITY, WITHIN_PROVINCE, WITHIN_UNIT, kind

MOST_OF_A_UNIT = 10_000
"""Distinct texts of one unit up to which the unit's wide scope makes no chance pairs."""
MOST_OF_A_CITY = 100_000
"""Distinct texts up to which chains of near-copies stay groups; beyond, a common frame links everything."""

_AT_ONCE = 20_000

Item = tuple[str, str, int, Any]
"""A distinct text of a unit: its key, the unit, how often it occurs, where first (anything that can be ordered)."""


class Member(NamedTuple):
    """A key of a group: of one unit only, where that is given; its one occurrence `lead` only, where that is given."""

    key: str
    unit: str | None
    lead: Any | None


class NearGroup(NamedTuple):
    """Keys that belong together, in order of first occurrence; `name` is the smallest of them."""

    name: str
    doubtful: bool
    first: Any
    members: list[Member]


class _Items:
    """Distinct texts and in which units they occur: item i is text `key[i]` in unit `unit[i]`; keys come in order."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.keys: list[str] = []
        self.units: dict[str, int] = {}
        self.key, self.unit, self.count = array("i"), array("i"), array("i")
        self.first: list[Any] = []
        self.start = array("i")
        for text, unit, count, first in items:
            if not self.keys or self.keys[-1] != text:
                self.keys.append(text)
                self.start.append(len(self.key))
            self.key.append(len(self.keys) - 1)
            self.unit.append(self.units.setdefault(unit, len(self.units)))
            self.count.append(count)
            self.first.append(first)
        self.start.append(len(self.key))
        self.names = list(self.units)

    def of(self, key: int) -> range:
        """Return the items of a key."""
        return range(self.start[key], self.start[key + 1])


def near_groups(items: Iterable[Item]) -> list[NearGroup]:
    """Group distinct texts, given in order of key; sure groups first, then doubtful ones, each in order of occurrence.

    Groups over several units come from the narrow scope; a unit's own from the wide one, unless one over several units
    holds them all. A single text that occurs twice is a group as well.
    """
    known = _Items(items)
    labels: dict[Any, int] = {}
    kinds = [labels.setdefault(kind(text), len(labels)) for text in known.keys]
    across, within = _across(known, kinds), _within(known, kinds)
    single = [[key] for key in _left_over(len(known.keys), across.sure)]
    alone = [[item] for item in _left_over(len(known.key), within.sure) if known.count[item] > 1]
    sure = _chosen(known, [*across.sure, *single], [*within.sure, *alone], doubtful=False)
    doubt = _chosen(known, across.doubtful, within.doubtful, doubtful=True)
    return sorted((*sure, *doubt), key=lambda group: (group.doubtful, group.first))


def _across(known: _Items, kinds: Sequence[int]) -> Families:
    if len(known.units) < 2:
        return Families([], [])
    if len(known.keys) <= MOST_OF_A_CITY:
        return chained(known.keys, kinds, WITHIN_CITY)
    return starred(known.keys, kinds, WITHIN_PROVINCE)


def _within(known: _Items, kinds: Sequence[int]) -> Families:
    """Compare the texts of each unit, some whole units at a time so that memory does not grow with their number."""
    sizes, found = Counter(known.unit), Families([], [])
    kept = [item for item, unit in enumerate(known.unit) if 1 < sizes[unit] <= MOST_OF_A_UNIT]
    kept.sort(key=known.unit.__getitem__)
    start = 0
    while start < len(kept):
        end = min(start + _AT_ONCE, len(kept))
        while end < len(kept) and known.unit[kept[end]] == known.unit[kept[end - 1]]:
            end += 1
        part, start = kept[start:end], end
        texts, labels = [known.keys[known.key[item]] for item in part], [kinds[known.key[item]] for item in part]
        for groups, more in zip(found, chained(texts, labels, WITHIN_UNIT, [known.unit[i] for i in part]), strict=True):
            groups += [[part[place] for place in group] for group in more]
    return found


def _chosen(
    known: _Items, across: Iterable[list[int]], within: Iterable[list[int]], *, doubtful: bool
) -> Iterator[NearGroup]:
    """Yield groups of keys that occur in several units, then a unit's groups of items that none of those holds."""
    home: dict[int, int] = {}
    for number, keys in enumerate(across):
        if len({known.unit[item] for key in keys for item in known.of(key)}) > 1:
            home.update(dict.fromkeys(keys, number))
            entries = [(min(known.first[item] for item in known.of(key)), key, None) for key in keys]
            yield _group(known, entries, doubtful)
    for group in within:
        homes = {home.get(known.key[item]) for item in group}
        if len(homes) > 1 or None in homes:
            yield _group(known, [(known.first[item], known.key[item], known.unit[item]) for item in group], doubtful)


def _left_over(count: int, groups: Iterable[Sequence[int]]) -> list[int]:
    taken = {entry for group in groups for entry in group}
    return [entry for entry in range(count) if entry not in taken]


def _group(known: _Items, entries: Sequence[tuple[Any, int, int | None]], doubtful: bool) -> NearGroup:
    members = [
        Member(known.keys[key], None if unit is None else known.names[unit], first if doubtful else None)
        for first, key, unit in sorted(entries, key=lambda entry: entry[0])
    ]
    return NearGroup(min(member.key for member in members), doubtful, min(entries)[0], members)
