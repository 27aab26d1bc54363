"""Names of many fields: what they measure, which way is better, whether it can be measured at all."""

from pathlib import Path

import pytest
import yaml

from fuhe.readings.measure import measurable, measure
from fuhe.readings.value import parse

CASES = [line.split("｜") for line in yaml.safe_load((Path(__file__).parent / "measure.yaml").read_text("utf-8"))]
_ANSWERS = {True: "yes", False: "no", None: "-"}


@pytest.mark.parametrize(("name", "level2", "target", "kind", "better", "can"), CASES, ids=[case[0] for case in CASES])
def test_name_is_read_as_a_reviewer_reads_it(
    name: str, level2: str, target: str, kind: str, better: str, can: str
) -> None:
    value = parse(target)
    made = measure(name, level2, target=value)
    assert (made.kind, _ANSWERS[measurable(made, value)]) == (kind, can)
    if better != "-":
        assert (made.better, made.derived) == (better, True)
