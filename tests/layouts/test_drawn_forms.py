"""Layouts with header blocks, side columns and blocks of other shapes read the same from Word, Excel and any text."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fuhe.intake.reading import read_file
from layouts.drawing import as_texts, drawn
from readers.tables import docx_of, xlsx_of

FORMS = yaml.safe_load((Path(__file__).parent / "drawn_forms.yml").read_text("utf-8"))
FUNDING = ("label", "initial_budget", "full_year_budget", "executed", "weight", "rate", "score")
INDICATOR = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")
HEAD = ("project", "department", "unit", "year", "goal", "outcome", "total_weight", "total_score", "fund_unit")


def _files(text: str) -> dict[str, bytes]:
    before, rows = drawn(text)
    width = max(sum(across for _, _, across in row) for row in rows)
    files = {kind: made.encode() for kind, made in as_texts(before, rows)}
    files["word"] = docx_of(rows, before)
    files["excel"] = xlsx_of([[(line, 1, width)] for line in before] + rows)
    return files


def _same(read: object, true: object) -> bool:
    return true == "*" or "".join(str(read or "").split()) == "".join(str(true or "").split())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["name"])
def test_drawn_form_reads_the_same_from_every_file(form: dict[str, Any]) -> None:
    for kind, data in _files(form["drawn"]).items():
        (read,) = read_file(data, "表").forms
        record = dict(read.record)
        pairs = [(name, record[name], form[name]) for name in HEAD if name in form]
        for names, key in ((FUNDING, "funding"), (INDICATOR, "indicators")):
            assert len(record[key]) == len(form[key]), kind
            for row, true in zip(record[key], form[key], strict=True):
                pairs += [(name, dict(row)[name], value) for name, value in zip(names, true, strict=True)]
        assert [pair for pair in pairs if not _same(*pair[1:])] == [], kind
