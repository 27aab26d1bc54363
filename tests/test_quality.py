"""The quality score: a sum of dimensions a reviewer can check by hand."""

from conftest import build, findings_of
from fuhe.findings import Cell, Finding, Severity
from fuhe.policy import lexicon
from fuhe.quality import form_quality, quality
from fuhe.records import Problem
from fuhe.rules import RULES


def _finding(code: str, severity: Severity = "error") -> Finding:
    return Finding(
        code=code, slug="", severity=severity, title="", message="", cells=(Cell(field="goal"),), fingerprint=""
    )


def test_every_rule_counts_in_one_dimension() -> None:
    codes = [code for entry in lexicon("quality")["dimensions"].values() for code in entry["codes"]]
    assert len(codes) == len(set(codes))
    assert {rule.code for rule in RULES} <= set(codes)


def test_full_points_add_up_to_100() -> None:
    assert quality(()).score == sum(entry["full"] for entry in lexicon("quality")["dimensions"].values()) == 100


def test_each_finding_costs_by_severity() -> None:
    scored = quality([_finding("S001"), _finding("S001"), _finding("A010", "warning"), _finding("V004", "info")])
    assert scored.dimensions["归因充分"].score == 15 - 5 - 5 - 2.5
    assert [(loss.code, loss.count, loss.points) for loss in scored.dimensions["归因充分"].lost] == [
        ("A010", 1, 2.5),
        ("S001", 2, 10.0),
    ]
    assert scored.score == 100 - 12.5 - 0.5


def test_dimension_never_falls_below_zero() -> None:
    scored = quality([_finding("S001")] * 20)
    assert scored.dimensions["归因充分"].score == 0
    assert (scored.score, scored.grade) == (85, "良")


def test_hints_of_a_model_cost_nothing() -> None:
    hint = _finding("N003", "info").model_copy(update={"source": "model"})
    assert quality([hint]).score == 100


def test_worse_form_scores_lower() -> None:
    good = build({"rows": ["数量｜资助学生｜≥300人｜312人｜10｜10｜"], "total": "100｜"})
    bad = build({"rows": ["数量｜无｜效果显著｜效果显著｜10｜9｜完成"], "total": "100｜"})
    assert quality(findings_of(bad)).score < quality(findings_of(good)).score


def test_a_form_read_in_part_has_no_grade() -> None:
    form = build({"rows": ["数量｜资助学生｜≥300人｜312人｜10｜10｜"], "total": "100｜"})
    assert form_quality(form, ()) is not None
    assert form_quality(form.model_copy(update={"truncated": True}), ()) is None
    assert form_quality(form.model_copy(update={"unread": ("goal",)}), ()) is None
    doubt = Problem(code="shifted", message="有一行没有认准。")
    assert form_quality(form.model_copy(update={"doubts": (doubt,)}), ()) is None


def test_a_short_form_is_not_excellent() -> None:
    form = build({"rows": ["数量｜资助学生｜≥300人｜312人｜10｜10｜"], "total": "100｜"})
    scored = form_quality(form, ())
    assert scored is not None
    assert scored.grade != "优"
    assert scored.assessed < 20


def test_what_cannot_be_assessed_lowers_the_limit() -> None:
    rows = ["数量｜资助学生｜≥300人｜312人｜50｜50｜", "社会效益｜校园环境｜效果显著｜效果显著｜40｜40｜"]
    form = build({"rows": rows, "total": "100｜90", "funding": ["年度资金总额：｜50｜50｜50｜10｜100%｜10"]})
    scored = form_quality(form, findings_of(form))
    assert scored is not None
    assert scored.assessed == 55.6
    assert scored.score <= 82.2
