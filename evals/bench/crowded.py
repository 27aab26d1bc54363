"""A store with many forms for the workbench's benchmarks: the six samples again and again under other names."""

from pathlib import Path

from evals.bench.start import SAMPLES
from fuhe import pipeline
from fuhe.intake.reading import read_file
from fuhe.pipeline import Checked
from fuhe.policy import pack
from fuhe.records import File, Form
from fuhe.settings import Settings
from fuhe.store.database import Store
from fuhe.store.recording import FileRows, file_head, record_rows, rows_of
from fuhe.web.desk import Desk

_UNITS = 40
_AT_ONCE = 100


def fill(path: Path, forms: int) -> None:
    """Put a batch of that many forms into a new store at `path`."""
    with Store(str(path)) as store:
        desk = Desk(store)
        rules, options = pack(Settings().policy), desk.options
        read = read_file(SAMPLES.read_bytes(), SAMPLES.name)
        entries = pipeline.with_drafts(pipeline.check_file(read, rules, options), rules)
        made = [_renamed(entries[number % len(entries)], number) for number in range(forms)]
        files = [
            FileRows(file_head(_file(entry.form, number)), (rows_of(f"附件{number}.docx", entry, rules),))
            for number, entry in enumerate(made)
        ]
        with store.writing() as connection:
            batch = desk.open_batch(connection, "2024年度项目支出绩效自评复核")
            for at in range(0, forms, _AT_ONCE):
                record_rows(connection, batch, files[at : at + _AT_ONCE], ruleset="bench", at=desk.now())


def _renamed(entry: Checked, number: int) -> Checked:
    named = {"project": f"{entry.form.record.project}（{number}）", "unit": f"第{number % _UNITS + 1}局"}
    record = entry.form.record.model_copy(update=named)
    return Checked(entry.form.model_copy(update={"id": "1", "record": record}), entry.findings, entry.drafts)


def _file(form: Form, number: int) -> File:
    return File(path=f"附件{number}.docx", status="ok", sha256=f"{number:064x}", forms=(form,))
