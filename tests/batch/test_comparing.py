"""What shows over several forms: kept beside the batch, and over the years where another batch has the project's form."""

from typing import Any

import pytest
from sqlalchemy import func, select

from batch.conftest import TERMS
from conftest import build
from fuhe.batch.comparing import compare
from fuhe.store import lease, schema
from fuhe.store.batch_contents import batch_findings, totals
from fuhe.store.database import Store
from store.test_store import new_batch, put

ROWS = ["质量指标｜热线办结率｜≥90%｜98%｜50｜50｜", "数量指标｜热线接听量｜≥20万件｜20万件｜50｜50｜"]


def form_of(year: str, **more: Any) -> Any:
    told = {"year": year, "project": f"{year}年热线项目", "goal": "保障热线全年畅通，群众诉求及时办结。", "rows": ROWS}
    return build(told | more)


def found(store: Store, batch: int) -> list[str]:
    held = lease.take(store, batch, "r", "2025")
    compare(store, held, TERMS)
    held.end("done", {}, "2025")
    return sorted(finding.code for finding, _ in batch_findings(store, batch))


def test_form_handed_in_twice_is_found_and_linked(store: Store) -> None:
    batch = new_batch(store)
    put(store, batch, form_of("2024"), "a.docx")
    put(store, batch, form_of("2024"), "b.docx")
    assert "B002" in found(store, batch)
    named = [names for finding, names in batch_findings(store, batch) if finding.code == "B002"]
    assert named == [[("县公路中心", "2024年热线项目")] * 2]


def test_comparing_again_replaces_what_was_found(store: Store) -> None:
    batch = new_batch(store)
    put(store, batch, form_of("2024"), "a.docx")
    put(store, batch, form_of("2024"), "b.docx")
    first = found(store, batch)
    assert found(store, batch) == first
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.batch_finding)).scalar() == len(first)
        assert totals(connection, batch).errors >= first.count("B002")


def test_last_years_form_is_looked_for_in_other_batches(store: Store) -> None:
    put(store, last := new_batch(store, "2023年批"), form_of("2023"))
    put(store, batch := new_batch(store, "2024年批"), form_of("2024"))
    assert found(store, batch) == ["D005"]
    ((finding, named),) = batch_findings(store, batch)
    assert {cell.file for cell in finding.cells} == {"a.docx", "2023年批：a.docx"}
    assert len(named) == 1
    assert found(store, last) == []


def test_approved_targets_of_another_batch_count(store: Store) -> None:
    less = [ROWS[0].replace("≥90%", "≥95%"), ROWS[1]]
    put(store, new_batch(store, "目标申报"), form_of("2024", form_type="target", rows=less))
    put(store, batch := new_batch(store, "自评"), form_of("2024"))
    assert found(store, batch) == ["B004"]


def test_copies_in_other_batches_are_not_of_this_one(store: Store) -> None:
    put(store, new_batch(store, "另一批"), form_of("2024"))
    put(store, batch := new_batch(store), form_of("2024"))
    assert found(store, batch) == []


@pytest.mark.parametrize("count", [0, 1])
def test_few_forms_have_nothing_in_common(store: Store, count: int) -> None:
    batch = new_batch(store)
    for _ in range(count):
        put(store, batch, form_of("2024"))
    assert found(store, batch) == []
