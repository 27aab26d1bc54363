"""Drafts for a batch: bounded, within a budget, kept form by form, tried again where the model failed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from batch.conftest import TERMS, quiet
from conftest import build
from fuhe.batch.draft_forms import Drafted, draft_all
from fuhe.model.asked_once import EndpointModel
from fuhe.model.ledger import Ledger
from fuhe.store import lease, schema
from fuhe.store.database import Store
from model.stub import Body, Said, Stub, said, serving
from model.test_sending import model
from store.test_store import new_batch, put


def writer(body: Body) -> Said:
    """Answer every row asked about with a measure that passes."""
    ids = re.findall(r'"id": "(r\d+)", "要写"', body["messages"][-1]["content"])
    rows = [{"id": name, "measure": "逐段核对施工记录，按月登记工程量"} for name in ids]
    words = {"rows": rows, "overall": "指标设置和扣分说明还需要补充完整", "advice": ["逐项补写扣分指标的具体原因"]}
    return said(json.dumps(words, ensure_ascii=False))


@pytest.fixture
def waiting(lite: Store) -> Store:
    """Six forms with a deduction that wants a reason."""
    batch = new_batch(lite)
    for number in range(6):
        rows = [f"数量指标｜维修里程｜≥20公里｜{10 + number}公里｜100｜95｜"]
        put(lite, batch, build({"project": f"{number}号路", "rows": rows, "total": "100｜95"}), f"{number}.docx")
    return lite


def draft(store: Store, asked: EndpointModel | None, at_once: int = 2) -> Drafted:
    held = lease.take(store, 1, TERMS.ruleset, "2025")
    drafted = draft_all(held, TERMS, asked, quiet, at_once=at_once)
    held.end("done", {}, "2025")
    return drafted


def kept(store: Store) -> list[Any]:
    with store.reading() as connection:
        return list(connection.execute(select(schema.form.c.drafts).order_by(schema.form.c.id)).scalars())


def asking(stub: Stub, ledger: Path | None = None, **values: Any) -> EndpointModel:
    stub.profile = writer
    return model(stub, Ledger(ledger), **values)


def test_without_a_model_the_rules_draft(waiting: Store) -> None:
    assert draft(waiting, None).forms == 6
    assert all(drafts and drafts[0].model is None for drafts in kept(waiting))
    assert draft(waiting, None).forms == 0


def test_requests_stay_within_the_number_at_a_time(waiting: Store) -> None:
    with serving() as stub:
        stub.latency = 0.05
        draft(waiting, asking(stub, concurrency=3), at_once=3)
        assert 1 < stub.busiest <= 3


def test_money_spent_leaves_the_rest_to_the_rules_until_there_is_more(waiting: Store) -> None:
    with serving() as stub:
        prices: dict[str, Any] = {"price_in": 2.0, "price_out": 8.0}  # a request of the stub costs 0.00036
        first = draft(waiting, asking(stub, yuan_budget=0.0007, **prices), at_once=1)
        assert "0.0007 元" in first.faults[0]
        assert all(kept(waiting))
        before = stub.count
        again = draft(waiting, asking(stub, yuan_budget=1.0, **prices), at_once=1)
        assert 0 < again.forms <= 6
        assert stub.count > before
        assert not [fault for fault in again.faults if "上限" in fault]


def test_what_the_ledger_has_is_not_asked_again(waiting: Store, tmp_path: Path) -> None:
    with serving() as stub:
        draft(waiting, asking(stub, tmp_path / "ledger"))
        asked = stub.count
        with waiting.writing() as connection:
            connection.execute(schema.form.update().values(drafts=None))
        draft(waiting, asking(stub, tmp_path / "ledger"))
        assert stub.count - asked < asked


def test_interrupted_drafting_keeps_what_is_there(waiting: Store) -> None:
    def stop(name: str, done: int, total: int, last: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    held = lease.take(waiting, 1, TERMS.ruleset, "2025")
    with pytest.raises(KeyboardInterrupt):
        draft_all(held, TERMS, None, stop)
    held.end("interrupted", {}, "2025")
    assert sum(drafts is not None for drafts in kept(waiting)) == 3
    assert draft(waiting, None).forms == 3
