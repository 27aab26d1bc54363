"""Listed typos among a form's findings, as words to change."""

from collections.abc import Iterable
from typing import NamedTuple

from fuhe.drafts import Draft
from fuhe.outputs.contract import FormReport
from fuhe.outputs.decided import taken_in
from fuhe.policy import simplify
from fuhe.readings.misspelt import misspelt, right_for
from fuhe.text import squeeze


class Typo(NamedTuple):
    """A word to change: the field it stands in, as it is, as it should be."""

    field: str
    wrong: str
    right: str


def typos_of(form: FormReport, drafts: Iterable[Draft]) -> list[Typo]:
    """Return the listed typos among a form's findings, but for cells that get a draft, each with the right word."""
    drafted = {draft.field for draft in drafts}
    taken = {finding.fingerprint for finding in taken_in(form) if finding.code == "N006"}
    found = (finding for finding in form.findings or () if finding.fingerprint in taken)
    return [
        Typo(finding.cells[0].field, wrong, right_for(wrong))
        for finding in found
        if finding.cells[0].field not in drafted
        for wrong in dict.fromkeys(misspelt(simplify(squeeze(finding.cells[0].text))))
        if f"“{wrong}”疑为“{right_for(wrong)}”" in finding.message
    ]
