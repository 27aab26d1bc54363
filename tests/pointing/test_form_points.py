"""Points of one form: every finding in exactly one, in a stable order, in words that say nothing twice."""

from pathlib import Path

import pytest
import yaml

from conftest import build, findings_of
from fuhe.findings import Finding
from fuhe.intake.reading import read_file
from fuhe.point import HINTS, SHARED, THEMES, Point
from fuhe.pointing.form_points import form_points
from fuhe.pointing.phrasebook import OWN_RULE, kinds, phrasings, theme_names
from fuhe.records import Form
from fuhe.rules import BATCH_RULES, RULES

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/quiet/*.txt", "evals/data/fresh/forms_*/*.tsv", "evals/data/fresh/layouts_a/*", "tests/fixtures/*")


def _files() -> list[Path]:
    return [path for pattern in FOLDERS for path in sorted(ROOT.glob(pattern)) if path.is_file()]


def _sound(findings: tuple[Finding, ...], points: tuple[Point, ...]) -> None:
    assert sorted(fact for point in points for fact in point.facts) == list(range(len(findings)))
    assert [point.rank for point in points] == list(range(1, len(points) + 1))
    for point in points:
        assert point.headline
        assert point.says.endswith("。")
        assert point.ask.endswith("。")
        assert "{" not in point.text
        assert "。。" not in point.text


def _told(form: Form) -> tuple[Point, ...]:
    findings = findings_of(form)
    points = form_points(form.record, findings)
    _sound(findings, points)
    assert points == form_points(form.record, findings)
    return points


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.name)
def test_every_finding_is_in_one_point(path: Path) -> None:
    for form in read_file(path.read_bytes(), path.name).forms:
        _told(form)


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/cases/*.yml")), ids=lambda path: path.stem)
def test_every_case_makes_sound_points(path: Path) -> None:
    for case in yaml.safe_load(path.read_text("utf-8"))["fail"]:
        _told(build(case))


def test_samples_have_few_points(sample_forms: list[Form]) -> None:
    counts = [len(_told(form)) for form in sample_forms]
    assert all(4 <= count <= 8 for count in counts), counts


def test_every_rule_has_a_clause() -> None:
    codes = {entry.code for entry in (*RULES, *BATCH_RULES)}
    assert codes | {OWN_RULE} == set(phrasings())


def test_every_kind_has_a_theme() -> None:
    assert tuple(theme_names()) == THEMES
    assert {clause.kind for clause in phrasings().values()} | {HINTS, SHARED} == set(kinds())


def test_nine_and_a_half_of_twenty_is_one_point(sample_forms: list[Form]) -> None:
    findings, points = findings_of(sample_forms[1]), _told(sample_forms[1])
    assert {findings[fact].code for fact in points[0].facts} == {"A002", "S001", "S002", "S008"}
    assert "19.5分" in points[0].says


def test_a_copied_row_is_one_point(sample_forms: list[Form]) -> None:
    findings, points = findings_of(sample_forms[0]), _told(sample_forms[0])
    copied = next(point for point in points if point.kind == "copied")
    assert {"D001", "D002", "V001", "V003", "S001"} <= {findings[fact].code for fact in copied.facts}
    assert copied.stake == 20


def test_rows_without_reason_are_one_point() -> None:
    names = ("松树栽植", "围栏架设", "水渠清淤", "路灯更换", "桥面养护")
    form = build({"rows": [f"数量｜{name}数量｜≥10处｜12处｜5｜4｜" for name in names], "total": "25｜20"})
    reasons = [point for point in _told(form) if point.kind == "reasons"]
    assert len(reasons) == 1
    assert "等5行" in reasons[0].says
    assert reasons[0].stake == 25


def test_own_words_of_a_person_stand(sample_forms: list[Form]) -> None:
    findings = findings_of(sample_forms[0])
    reworded = [
        entry.model_copy(update={"message": "话是人写的。"}) if entry.code == "N001" else entry for entry in findings
    ]
    own = {entry.fingerprint for entry in reworded if entry.code == "N001"}
    points = form_points(sample_forms[0].record, reworded, own=own)
    assert any("话是人写的" in point.says for point in points)


def test_what_is_alike_in_other_forms_is_no_part_of_the_sum(sample_forms: list[Form]) -> None:
    form = sample_forms[1]
    findings = list(findings_of(form))
    row = next(finding for finding in findings if finding.code == "S002")
    findings.append(
        row.model_copy(update={"code": "D003", "slug": "copied-indicator-names", "message": "名称与他表相同。"})
    )
    points = form_points(form.record, findings)
    alike = next(point for point in points if len(findings) - 1 in point.facts)
    assert [findings[fact].code for fact in alike.facts] == ["D003"]
    assert any("A002" in {findings[fact].code for fact in point.facts} for point in points if point is not alike)
