"""What is outlined, tinted and joined on the table for a finding."""

import pytest

from fuhe.store.database import Store
from fuhe.web.work.evidence_marks import Relation, relation
from fuhe.web.work.open_form import Review, load_review


@pytest.fixture
def review(store: Store) -> Review:
    """The form whose stated total is ten points too high."""
    with store.reading() as connection:
        found = load_review(connection, 2)
    assert found is not None
    return found


def _of(review: Review, code: str) -> Relation:
    entry = next(entry for entry in review.entries if entry.finding.code == code)
    return relation(entry.finding, review.marked)


def test_sum_rail_ends_at_the_stated_figure(review: Review) -> None:
    found = _of(review, "A002")
    assert (found.rail, found.tag, len(found.railed)) == ("sum", "合计 88.5", 10)
    assert found.stated == found.railed[-1] == review.marked.slot("total_score")


def test_copied_names_are_joined_and_called_so(review: Review) -> None:
    found = _of(review, "D001")
    assert (found.rail, found.tag, len(found.focus)) == ("same", "内容相近", 2)


def test_lost_point_is_paired_with_its_reason(review: Review) -> None:
    found = _of(review, "S001")
    assert found.rail == "pair"
    assert found.focus == tuple(review.marked.slot(f"indicators[6].{name}") for name in ("score", "reason"))


def test_no_cell_is_both_outlined_and_tinted(review: Review) -> None:
    for entry in review.entries:
        found = relation(entry.finding, review.marked)
        assert not set(found.focus) & set(found.evidence)
