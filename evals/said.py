"""What any checker says of a form: a code, the field it is about, and how grave it is."""

import re
from typing import NamedTuple

from evals.labelled import Case
from fuhe import checking
from fuhe.findings import Severity
from fuhe.policy import pack
from fuhe.rules import RULES

SEVERITY: dict[str, Severity] = {rule.code: rule.severity for rule in RULES}


class Said(NamedTuple):
    """One thing said."""

    code: str
    field: str
    severity: Severity
    message: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """The code and the row, so that a finding beside the labelled cell still counts."""
        return place(self.code, self.field)


def place(code: str, where: str) -> tuple[str, str]:
    """Reduce a field of an indicator to its row."""
    found = re.match(r"indicators\[\d+\]", where)
    return code, found[0] if found else where


def by_rules(case: Case) -> list[Said]:
    """Say what fuhe's rules find."""
    findings = checking.check(case.form, pack(case.policy)).findings
    return [Said(found.code, found.cells[0].field, found.severity, found.message) for found in findings]
