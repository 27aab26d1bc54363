"""What a changed policy pack, word list or choice of rules would newly report and no longer report over some forms."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from fuhe import checking, county, policy
from fuhe.checking import Options
from fuhe.findings import Severity
from fuhe.records import Form


class Told(NamedTuple):
    """How loud a finding is, and its message."""

    severity: Severity
    message: str


Place = tuple[str, str, str, str]
"""File, form, code, field."""
Hits = dict[Place, Told]


@dataclass(frozen=True)
class TrialTerms:
    """What to check by: a pack's name or path, a folder of words over the packaged ones, the rules and their levels."""

    policy: str
    options: Options = field(default_factory=Options)
    words: Path | None = None


def hits(forms: Iterable[tuple[str, Form]], terms: TrialTerms) -> Hits:
    """Return every finding on (file, form) pairs by its place; of two of one code at one place the last."""
    chosen = policy.pack(terms.policy)
    return {
        (path, form.id, finding.code, finding.cells[0].field): Told(finding.severity, finding.message)
        for path, form in forms
        for finding in checking.check(form, chosen, terms.options).findings
    }


def hits_apart(forms: Sequence[tuple[str, str]], terms: TrialTerms) -> Hits:
    """Return the findings on (file, form as JSON) pairs; in a process of its own, which keeps the words for its life."""
    if terms.words is not None:
        county.add_words(terms.words)
    return hits(((path, Form.model_validate_json(text)) for path, text in forms), terms)


@dataclass(frozen=True)
class Difference:
    """What two checks of the same forms report differently."""

    before: Hits
    after: Hits

    @property
    def more(self) -> Hits:
        """What only the second reports."""
        return {place: told for place, told in sorted(self.after.items()) if place not in self.before}

    @property
    def less(self) -> Hits:
        """What only the first reports."""
        return {place: told for place, told in sorted(self.before.items()) if place not in self.after}

    @property
    def relevelled(self) -> Hits:
        """What both report at different levels, as the second does."""
        both = (place for place in sorted(self.after) if place in self.before)
        return {place: self.after[place] for place in both if self.after[place].severity != self.before[place].severity}


def by_code(found: Hits) -> dict[str, int]:
    """Count findings by code, codes in order."""
    return dict(sorted(Counter(code for _, _, code, _ in found).items()))
