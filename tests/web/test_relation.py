"""What is outlined, tinted and joined on the table for a finding."""

import pytest

from fuhe.store.database import Store
from fuhe.web.work.evidence_marks import EvidenceMarks, relation
from fuhe.web.work.open_form import OpenForm, open_form


@pytest.fixture
def seen(store: Store) -> OpenForm:
    """The form whose stated total is ten points too high."""
    with store.reading() as connection:
        found = open_form(connection, 2)
    assert found is not None
    return found


def _of(seen: OpenForm, code: str) -> EvidenceMarks:
    entry = next(entry for entry in seen.findings if entry.finding.code == code)
    return relation(entry.finding, seen.marked)


def test_sum_rail_ends_at_the_stated_figure(seen: OpenForm) -> None:
    found = _of(seen, "A002")
    assert (found.rail, found.tag, len(found.railed)) == ("sum", "合计 88.5", 10)
    assert found.stated == found.railed[-1] == seen.marked.slot("total_score")


def test_copied_names_are_joined_and_called_so(seen: OpenForm) -> None:
    found = _of(seen, "D001")
    assert (found.rail, found.tag, len(found.focus)) == ("same", "内容相近", 2)


def test_lost_point_is_paired_with_its_reason(seen: OpenForm) -> None:
    found = _of(seen, "S001")
    assert found.rail == "pair"
    assert found.focus == tuple(seen.marked.slot(f"indicators[6].{name}") for name in ("score", "reason"))


def test_no_cell_is_both_outlined_and_tinted(seen: OpenForm) -> None:
    for entry in seen.findings:
        found = relation(entry.finding, seen.marked)
        assert not set(found.focus) & set(found.evidence)
