"""The closed loop: put drafts into a copy of the form, check it again, and see what is gone and what has come."""

from collections.abc import Iterable, Sequence

from fuhe import checking
from fuhe.drafting.draft_guard import Violation, stand_in
from fuhe.drafting.proposal import Proposal, printed
from fuhe.findings import Finding
from fuhe.policy import Pack
from fuhe.records import Form

NOT_BY_WORDS = ("S002", "S003", "S007")
"""Codes a reason cannot clear: a choice or a correction does."""


def filled_in(form: Form, proposals: Iterable[Proposal]) -> Form:
    """Return a copy of the form with every proposal in its cell, blanks filled by stand-ins."""
    record = form.record
    rows, funds = list(record.indicators), list(record.funding)
    for proposal in proposals:
        group, index = proposal.field.partition("[")[0], int(proposal.field.partition("[")[2].partition("]")[0])
        target: list[object] = rows if group == "indicators" else funds  # type: ignore[assignment]
        text = stand_in(printed(proposal.template, proposal.facts))
        target[index] = target[index].model_copy(update={"reason": text})  # type: ignore[attr-defined]
    updated = record.model_copy(update={"indicators": tuple(rows), "funding": tuple(funds)})
    return form.model_copy(update={"record": updated})


def check_again(
    form: Form, before: Sequence[Finding], proposals: Sequence[Proposal], pack: Pack
) -> dict[str, list[Violation]]:
    """Return by field what speaks against a proposal: a code it answers that stays, or a finding it brings."""
    after = checking.check(filled_in(form, proposals), pack).findings
    known = {(finding.code, _row(finding)) for finding in before}
    return {proposal.field: list(_against(proposal, after, known)) for proposal in proposals}


def _against(proposal: Proposal, after: Sequence[Finding], known: set[tuple[str, str]]) -> Iterable[Violation]:
    row = proposal.field.rpartition(".")[0]
    for finding in after:
        here = _row(finding) == row or any(cell.field == proposal.field for cell in finding.cells)
        if not here or finding.code in NOT_BY_WORDS:
            continue
        if finding.code in proposal.answers:
            yield Violation("闭环", f"{finding.code} {finding.title}：写入后仍然存在")
        elif (finding.code, _row(finding)) not in known:
            yield Violation("闭环", f"{finding.code} {finding.title}：写入后新出现")


def _row(finding: Finding) -> str:
    return finding.cells[0].field.rpartition(".")[0]
