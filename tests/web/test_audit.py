"""The trail in words: every kind of step has a name, and a finding is told by its rule."""

import ast
import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

import fuhe
from fuhe.findings import Decision
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from fuhe.web.desk import Desk
from fuhe.web.pages.audit_page import ACTIONS, in_words, trail
from web.test_detail import compare

MODULES = [ast.parse(path.read_text("utf-8")) for path in Path(fuhe.__file__).parent.rglob("*.py")]


def _handed_on() -> Iterator[ast.expr]:
    """Yield what the program gives as the action of a step, wherever a function takes one."""
    takers: dict[str, tuple[int, ast.AST]] = {}
    for module in MODULES:
        for made in ast.walk(module):
            if isinstance(made, ast.FunctionDef):
                named = [one.arg for one in made.args.args + made.args.kwonlyargs]
                defaults = dict(zip(reversed(made.args.kwonlyargs), reversed(made.args.kw_defaults), strict=True))
                yield from (value for one, value in defaults.items() if one.arg == "action" and value is not None)
                if "action" in named:
                    takers[made.name] = (named.index("action"), made)
    for module in MODULES:
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else None
            yield from (word.value for word in call.keywords if word.arg == "action" and name in takers)
            if name in takers and len(call.args) > takers[name][0]:
                yield call.args[takers[name][0]]


def _assigned() -> dict[str, list[ast.expr]]:
    """Return what is assigned to each name; of several at once, to each what stands there on the right."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for made in (node for module in MODULES for node in ast.walk(module) if isinstance(node, ast.Assign)):
        for target in made.targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            for number, name in enumerate(names):
                pairs = [made.value.body, made.value.orelse] if isinstance(made.value, ast.IfExp) else [made.value]
                values = [
                    value.elts[number] if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) else value
                    for value in pairs
                ]
                if isinstance(name, ast.Name):
                    found[name.id] += values
    return found


def test_every_step_has_a_name_and_every_name_a_step() -> None:
    assigned, found = _assigned(), set()
    for given in _handed_on():
        tests = {id(node) for one in ast.walk(given) if isinstance(one, ast.IfExp) for node in ast.walk(one.test)}
        for node in (node for node in ast.walk(given) if id(node) not in tests):
            values = assigned[node.id] if isinstance(node, ast.Name) and node.id != "action" else [node]
            found |= {
                value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)
            }
    assert found == set(ACTIONS)


def test_finding_over_forms_is_told_by_its_rule(client: TestClient, store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        compare(connection, desk)
        row = connection.execute(select(schema.batch_finding)).first()
        assert row is not None
        decide(connection, 2, row.fingerprint, Decision(state="listed"), by="李敏", at=desk.now())
        told = trail(connection, 1)[0].finding
        connection.execute(schema.batch_finding.delete())
        gone = trail(connection, 1)[0].finding
    assert told.startswith(f"{row.code} ")
    assert row.fingerprint not in told + gone


def test_file_of_the_trail_names_bulk_steps(client: TestClient) -> None:
    client.post("/bulk/list", data={"form": ["2"]})
    lines = list(csv.reader(io.StringIO(client.get("/audit.csv").text)))
    assert "批量列入意见" in {line[3] for line in lines}


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (None, ""),
        ('{"state": "listed", "text": "请改。"}', "已列入；文字：请改。"),
        ('{"state": "dismissed", "reason": "规则误报"}', "不采纳；理由：规则误报"),
        ('"closed"', "已办结"),
        ('["甲.docx", "乙.docx"]', "甲.docx、乙.docx"),
        ('{"name": "张三", "role": "reviewer", "active": true}', "张三；角色：复核；可登录：是"),
    ],
)
def test_trail_is_told_in_plain_words(kept: str | None, told: str) -> None:
    assert in_words(kept) == told
