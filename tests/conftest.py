"""Builders of forms from short lines, and the wall around every test: no socket but loopback."""

import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fuhe import checking
from fuhe.findings import Finding
from fuhe.intake.paths import read_paths
from fuhe.layouts.settle import settle_levels
from fuhe.policy import pack
from fuhe.records import Form, FundingRow, Indicator, Record, Remark
from fuhe.settings import Settings
from fuhe.store.database import Store

# A shell that starts the tests in the background lets them ignore Ctrl+C, and every program they start with them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ROW = ("level2", "name", "target", "actual", "weight", "score", "reason")
FUNDS = ("initial_budget", "full_year_budget", "executed", "weight", "rate", "score")
COLUMNS = frozenset(
    ["project", "department", "unit", "year", "goal", "outcome", "total_weight", "total_score", "level1", *ROW]
    + [f"funding.{name}" for name in FUNDS]
)


@pytest.fixture(autouse=True)
def no_socket_but_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_page_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognise every scanned page anew; a test of the shelf names a folder of its own."""
    monkeypatch.setenv("FUHE_SCAN_CACHE", "off")


def build(case: dict[str, Any]) -> Form:
    """Make a form of a case: rows and funding as lines of cells divided by ｜, the rest by name."""
    rows = [_filled(Indicator, ROW, line) for line in case.get("rows", [])]
    for index, more in (case.get("more") or {}).items():
        rows[index] = rows[index].model_copy(update=more)
    for index, levels in (case.get("level1") or {}).items():
        rows[index] = rows[index].model_copy(update={"level1": levels})
    settled, inferred = settle_levels(rows)
    weight, _, score = (case.get("total") or "｜").partition("｜")
    record = Record(
        project=case.get("project", "县道改造项目"),
        department="县交通运输局",
        unit=case.get("unit", "县公路中心"),
        year=case.get("year", "2024"),
        goal=case.get("goal"),
        outcome=case.get("outcome"),
        fund_unit="万元",
        total_weight=weight or None,
        total_score=score or None,
        grade=case.get("grade"),
        funding=tuple(_fund(line) for line in case.get("funding", [])),
        indicators=tuple(settled),
        remarks=tuple(Remark(label=label, text=text) for label, text in (case.get("remarks") or {}).items()),
        notes=tuple(case.get("notes", ())),
    )
    lacks = frozenset(case.get("lacks", []))
    return Form(
        id="1",
        record=record,
        form_type=case.get("form_type", "project"),
        inferred=(*inferred, *case.get("inferred", ())),
        columns=COLUMNS - lacks,
        truncated=case.get("truncated", False),
    )


def _filled(model: Callable[..., Any], names: tuple[str, ...], line: str) -> Any:
    cells = [cell.strip() or None for cell in line.split("｜")]
    return model(**dict(zip(names, cells, strict=False)))


def _fund(line: str) -> FundingRow:
    label, _, rest = line.partition("｜")
    row: FundingRow = _filled(FundingRow, FUNDS, rest)
    return row.model_copy(update={"label": label.strip()})


def findings_of(form: Form, policy: str | None = None, **options: Any) -> tuple[Finding, ...]:
    """Check a form with a pack, else with the default one; a rule that crashes raises."""
    return checking.check(form, pack(policy or Settings().policy), checking.Options(**options), strict=True).findings


@pytest.fixture
def samples() -> Path:
    """The folder of the six real forms."""
    return SAMPLES


@pytest.fixture(scope="session")
def sample_forms() -> list[Form]:
    """The six sample forms as read from their text file."""
    return [form for file in read_paths((str(SAMPLES),), b"") for form in file.forms]


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a made batch of 150 forms in 12 units, part of it decided."""
    from made_batch import decided, made_forms, recorded

    path = tmp_path_factory.mktemp("made") / "made.db"
    with Store(str(path)) as store, store.writing() as connection:
        batch = recorded(connection, "2024年度第一批", made_forms(150), due="2025-04-30")
        decided(connection, batch, 0.45)
    return path


@pytest.fixture
def made(made_file: Path, tmp_path: Path) -> Iterator[Any]:
    """That batch in a store of this test's own."""
    from made_batch import Made

    path = tmp_path / "made.db"
    shutil.copy(made_file, path)
    with Store(str(path)) as store:
        yield Made(store, 1)
