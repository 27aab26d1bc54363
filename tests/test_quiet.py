"""Well-filled forms of many fields, written for this: a careful reviewer sends none of them back, so no rule may."""

from pathlib import Path

import pytest

from conftest import findings_of
from fuhe.intake.reading import read_file

FORMS = sorted((Path(__file__).parent / "quiet").glob("*.txt"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_well_filled_form_is_left_in_peace(path: Path) -> None:
    file = read_file(path.read_bytes(), path.name)
    (form,) = file.forms
    assert file.status == "ok"
    loud = [finding for finding in findings_of(form) if finding.severity != "info"]
    assert [f"{finding.code} {finding.message}" for finding in loud] == []


def test_there_are_such_forms() -> None:
    assert len(FORMS) > 70
