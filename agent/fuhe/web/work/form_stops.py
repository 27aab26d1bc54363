"""What a person goes through on a form one after the other: its points, weightiest first; a unit answers each of their facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from fuhe.findings import SEVERITIES, Decision, Severity
from fuhe.outputs.decided import said_of
from fuhe.point import HINTS, SHARED, Point
from fuhe.pointing.phrasebook import order
from fuhe.web.work.open_form import GROUPS, MarkedFinding, OpenForm

_TAKEN = ("rewritten", "listed")


@dataclass(frozen=True)
class Stop:
    """One card: the findings it is about, the one that names it first; `text` is what is said of those not struck out.

    `offered` is the wording before anybody wrote his own, `stake` the points that rest on it, `group` how its number looks.
    """

    number: int
    entries: tuple[MarkedFinding, ...]
    group: str
    title: str
    text: str
    offered: str
    kind: str
    stake: float | None = None

    @property
    def head(self) -> MarkedFinding:
        """The finding the card is named and its wording is kept by."""
        return self.standing[0]

    @property
    def answered(self) -> int:
        """How many of its facts the unit has answered."""
        return sum(entry.counterpart is not None for entry in self.entries)

    @property
    def decided(self) -> int:
        """How many of its facts this side has done something about."""
        return sum(entry.state != "open" for entry in self.entries)

    def fact(self, wanted: str | None) -> MarkedFinding:
        """Return the fact a unit is at: the one asked for, else the first nothing was done about."""
        open_ones = [entry for entry in self.entries if entry.state == "open"]
        asked = [entry for entry in self.entries if entry.finding.fingerprint == wanted]
        return (*asked, *open_ones, *self.entries)[0]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The fingerprints of its findings."""
        return tuple(entry.finding.fingerprint for entry in self.entries)

    @property
    def standing(self) -> tuple[MarkedFinding, ...]:
        """The findings a verb acts on: those not struck out, all where none is left."""
        return _standing(self.entries)

    @property
    def struck(self) -> tuple[MarkedFinding, ...]:
        """The findings struck out of the point."""
        return tuple(entry for entry in self.entries if entry not in self.standing)

    @property
    def state(self) -> str:
        """What was done about it: open as long as anything is."""
        states = {entry.state for entry in self.standing}
        return next((state for state in ("open", *_TAKEN, "doubtful") if state in states), "dismissed")

    @property
    def is_taken(self) -> bool:
        """Whether anything of it goes into the opinion."""
        return any(entry.state in _TAKEN for entry in self.standing)

    @property
    def is_light(self) -> bool:
        """Whether it is no more than what may be bettered."""
        return self.kind in (HINTS, SHARED)

    @property
    def is_shared(self) -> bool:
        """Whether it stands in most forms of the batch."""
        return self.kind == SHARED

    @property
    def severity(self) -> Severity:
        """The worst level among its findings."""
        return min(map(_severity, self.entries), key=SEVERITIES.index)


@dataclass(frozen=True)
class FormStops:
    """The cards of a form in order."""

    cards: tuple[Stop, ...]

    @property
    def settled(self) -> int:
        """How many are decided."""
        return sum(stop.state != "open" for stop in self.cards)

    @property
    def at(self) -> dict[str, list[Stop]]:
        """The cards whose mark stands in a cell of the table, by cell."""
        found: dict[str, list[Stop]] = {}
        for stop in self.cards:
            for slot in dict.fromkeys(entry.mark.slots[0] for entry in stop.entries if entry.mark.slots):
                if slot:
                    found.setdefault(slot, []).append(stop)
        return found

    def numbered(self, number: int) -> Stop | None:
        """Return the card of a number."""
        return self.cards[number - 1] if 1 <= number <= len(self.cards) else None

    def holding(self, fingerprint: str) -> Stop | None:
        """Return the card a finding is on."""
        return next((stop for stop in self.cards if fingerprint in stop.fingerprints), None)

    def next_open(self, after: int) -> int | None:
        """Return the next number nothing was done about, wrapping round; None where all are settled."""
        ahead = [*self.cards[after:], *self.cards[:after]]
        return next((stop.number for stop in ahead if stop.state == "open"), None)

    def groups(self) -> list[tuple[str, list[Stop]]]:
        """Return the cards as the navigator shows them: points that weigh, then what may be bettered."""
        parts = (("要点", False), ("其他", True))
        found = [(label, [stop for stop in self.cards if stop.is_light is light]) for label, light in parts]
        return [(label, stops) for label, stops in found if stops]

    def levels(self) -> list[tuple[str, list[Stop]]]:
        """Return the cards by level, empty levels left out."""
        found = [(label, [stop for stop in self.cards if stop.group == key]) for key, label in GROUPS]
        return [(label, stops) for label, stops in found if stops]


def stops_of(seen: OpenForm) -> FormStops:
    """Return the cards of an open form."""
    return FormStops(tuple(_card(seen, number, point) for number, point in enumerate(seen.points, 1)))


def _standing(entries: Sequence[MarkedFinding]) -> tuple[MarkedFinding, ...]:
    return tuple(entry for entry in entries if entry.state != "dismissed") or tuple(entries)


def _card(seen: OpenForm, number: int, point: Point) -> Stop:
    entries = tuple(sorted((seen.findings[fact] for fact in point.facts), key=_place))
    group = "info" if point.kind in (HINTS, SHARED) else min(map(_severity, entries), key=SEVERITIES.index)
    standing, record = _standing(entries) if seen.side == "review" else entries, seen.current.form.record
    left = {entry.finding.fingerprint for entry in standing}
    found = [f for f in (seen.findings[fact].finding for fact in point.facts) if f.fingerprint in left]
    kept = {entry.finding.fingerprint: asked for entry in standing if (asked := _asked(seen, entry))}
    (offered,) = said_of(record, point, found, {}).points
    (said,) = said_of(record, point, found, kept).points
    title = point.headline if point.kind == SHARED else offered.headline
    return Stop(number, entries, group, title, said.text, offered.text, point.kind, point.stake)


def _asked(seen: OpenForm, entry: MarkedFinding) -> Decision | None:
    """Return what the reviewer decided, from either side."""
    return entry.decision if seen.side == "review" else entry.counterpart


def _severity(entry: MarkedFinding) -> Severity:
    return entry.finding.severity


def _place(entry: MarkedFinding) -> tuple[bool, int, int]:
    """Order the findings of a point as its main cell is chosen: hints last, then as they are said."""
    return entry.finding.severity == "info", order(entry.finding.code), entry.number
