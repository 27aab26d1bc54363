"""The flat tables for analysis hold every current form, row and finding, in both formats alike."""

import json
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from conftest import build, findings_of
from fuhe.errors import UsageError
from fuhe.store.database import Store
from fuhe.store.flat_tables import export
from store.test_backup import filled
from store.test_store import FAULTY, put


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_findings_carry_decision_and_cell(store: Store, tmp_path: Path) -> None:
    filled(store)
    export(store, tmp_path, "jsonl")
    first = lines(tmp_path / "findings.jsonl")[0]
    assert (first["state"], first["reason"], first["severity"]) == ("不采纳", "规则误报", "错误")
    assert len(lines(tmp_path / "findings.jsonl")) == len(findings_of(build(FAULTY)))


def test_superseded_forms_stay_out(lite: Store, tmp_path: Path) -> None:
    filled(lite)
    put(lite, 1, build(FAULTY | {"total": "100｜100"}))
    assert export(lite, tmp_path, "jsonl")["forms"] == 1
    assert lines(tmp_path / "forms.jsonl")[0]["total"] == "100"


def test_parquet_holds_what_the_lines_hold(lite: Store, tmp_path: Path) -> None:
    filled(lite)
    export(lite, tmp_path, "jsonl")
    export(lite, tmp_path, "parquet")
    for name in ("forms", "indicators", "findings"):
        assert parquet.read_table(tmp_path / f"{name}.parquet").to_pylist() == lines(tmp_path / f"{name}.jsonl")


def test_missing_pyarrow_is_said_and_leaves_nothing(
    lite: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"扩展 engine"):
        export(lite, tmp_path / "out", "parquet")
    assert not list((tmp_path / "out").iterdir())
