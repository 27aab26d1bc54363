"""Rules over several forms: what they group, what they leave alone, how the batch is told."""

from dataclasses import replace
from typing import Any, cast

import pytest

from conftest import build
from fuhe import checking, trace_shelf
from fuhe.errors import OutputError
from fuhe.findings import BatchFinding
from fuhe.outputs.console import findings_text
from fuhe.outputs.contract import Report, form_report
from fuhe.policy import pack
from fuhe.records import File, Form
from fuhe.rules import BATCH_RULES, form_trace
from fuhe.rules.batch_rule import LISTED
from fuhe.traces import FormTrace

PACK = pack("national-2020")


def _check(*cases: dict[str, Any], code: str) -> list[BatchFinding]:
    forms = [(f"{index}.docx", _form(index, case)) for index, case in enumerate(cases)]
    return [f for f in checking.check_batch(forms, PACK, strict=True) if f.code == code]


def _form(index: int, case: dict[str, Any]) -> Form:
    return build({"project": f"项目{index}", **case})


def _benefit(name: str, target: str = "≥90%", actual: str = "95%", score: str = "10") -> dict[str, Any]:
    return {"rows": [f"社会效益｜{name}｜{target}｜{actual}｜10｜{score}｜"]}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("改善校园周边出行秩序", "改善校园周边出行秩序"),
        ("不断改善校园周边出行秩序", "持续改善校园周边出行秩序。"),
        ("改善校园周边居民出行秩序", "改善校园周边居民的出行秩序情况"),
        ("降低森林火灾发生次数", "降低森林火灾发生次数"),
        ("带动脱贫户增收致富", "带动脱贫户稳定增收致富"),
    ],
)
def test_benefit_copied_from_another_project(left: str, right: str) -> None:
    (finding,) = _check(_benefit(left), _benefit(right), code="D003")
    assert (finding.severity, {cell.file for cell in finding.cells}) == ("warning", {"0.docx", "1.docx"})


@pytest.mark.parametrize(
    ("left", "right", "severity"),
    [
        ("服务对象满意度", "服务对象满意度", "info"),
        ("周边居民满意度", "小区居民满意度", "info"),
        ("小区居民满意度", "周边居民满意度", "info"),
        ("租户满意度", "农户满意度", None),
        ("参训学员满意度", "参训学员满意度", "info"),
        ("不断提升社会公众满意度", "提升了社会公众的满意度", "warning"),
        ("提升企业获得感和满意度", "提升学生获得感和满意度", "info"),
        ("降低森林火灾发生次数", "提高学生近视防控知识知晓率", None),
        ("无", "无", None),
        ("水库安全度汛", "教师培训覆盖率", None),
    ],
)
def test_common_names_and_other_objects_are_no_copies(left: str, right: str, severity: str | None) -> None:
    found = _check(_benefit(left), _benefit(right), code="D003")
    assert [finding.severity for finding in found] == ([severity] if severity else [])


@pytest.mark.parametrize("names", [("各项工程验收合格率", "工程验收合格率"), ("工程验收合格率", "各项工程验收合格率")])
def test_one_common_name_makes_a_group_common_in_any_order(names: tuple[str, str]) -> None:
    (finding,) = _check(*(_benefit(name) for name in names), code="D003")
    assert finding.severity == "info"


def test_same_project_twice_is_no_copy() -> None:
    case = {"project": "同一项目", **_benefit("改善校园周边出行秩序")}
    assert _check(case, {**case, "total": "100｜99"}, code="D003") == []


@pytest.mark.parametrize(
    ("left", "right", "severity"),
    [
        ("保障办公楼水电暖正常供应和日常维修", "保障办公楼水电暖正常供应和日常维修", "warning"),
        (
            "确保档案馆平稳、有序、高效运转，保障日常工作需要",
            "确保敬老院平稳、有序、高效运转，保障日常工作需要",
            "info",
        ),
        ("改造危桥6座，保障群众出行", "发放高龄津贴505万元，惠及老人4200名", None),
        ("完成任务", "完成任务", None),
        ("确保热线平稳运转，及时答复群众来电诉求", "确保了热线平稳运转，及时答复了群众来电诉求", "warning"),
    ],
)
def test_goals_copied_between_projects(left: str, right: str, severity: str | None) -> None:
    found = _check({"goal": left}, {"goal": right}, code="D004")
    assert [finding.severity for finding in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (("95%", "9"), ("93%", "10"), 1),
        (("95%", "9"), ("95%", "10"), 1),
        (("92%", "9"), ("95%", "10"), 0),
        (("95%", "10"), ("95%", "10"), 0),
        (("85%", "9"), ("93%", "10"), 0),
    ],
)
def test_same_result_scored_unevenly(first: tuple[str, str], second: tuple[str, str], count: int) -> None:
    cases = [_benefit("窗口即时办结率", "≥90%", *entry) for entry in (first, second)]
    assert len(_check(*cases, code="S008")) == count


def _scored(total: str, cut: str) -> dict[str, Any]:
    row = f"社会效益｜办事环境｜效果显著｜效果显著｜10｜{cut}｜完成"
    return {"rows": [row, "数量｜受理｜≥90件｜99件｜80｜80｜"], "total": f"100｜{total}"}


@pytest.mark.parametrize(
    ("totals", "count"),
    [
        (("98", "98.5", "97.8", "98.2"), 1),
        (("98", "98.5", "97.8"), 0),
        (("98", "92", "97.8", "85"), 0),
        (("100", "100", "100", "100"), 0),
        (("98", "98.5", "97.8", "99.6"), 0),
    ],
)
def test_uniform_totals_of_one_unit(totals: tuple[str, ...], count: int) -> None:
    assert len(_check(*(_scored(total, "9") for total in totals), code="B001")) == count


def test_identical_form_is_a_duplicate() -> None:
    case = {"project": "同一项目", **_benefit("改善出行秩序")}
    (finding,) = _check(case, case, code="B002")
    assert finding.severity == "error"
    assert _check(case, {**case, "year": "2023"}, code="B002") == []
    assert _check(case, {**case, "total": "100｜99"}, code="B002") == []


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        (("热线来电满意率", "≥95%"), ("热线来电满意率", "≥90%"), 1),
        (("热线来电满意率", "≥95%"), ("热线来电满意率", "≥95%"), 0),
        (("服务对象满意度", "≥95%"), ("服务对象满意度", "≥90%"), 0),
        (("受理来电", "≥9万件"), ("受理来电", "≥8万件"), 0),
        (("热线来电满意率", "≥95%"), ("窗口即时办结率", "≥90%"), 0),
    ],
)
def test_same_rate_with_other_targets(left: tuple[str, str], right: tuple[str, str], count: int) -> None:
    assert len(_check(_benefit(*left), _benefit(*right), code="B003")) == count


def test_group_id_ignores_file_names() -> None:
    pair = [_form(0, _benefit("改善出行秩序情况")), _form(1, _benefit("改善出行秩序情况"))]
    ids = {
        finding.group
        for names in (("a.docx", "b.docx"), ("甲.docx", "乙.docx"))
        for finding in checking.check_batch(list(zip(names, pair, strict=True)), PACK)
        if finding.code == "D003"
    }
    assert len(ids) == 1


def _told(forms: list[Form]) -> str:
    report = Report(policy="p")
    file = File(path="表.docx", status="ok", forms=tuple(forms))
    report.add(file, [form_report(form, checking.check(form, PACK).findings) for form in forms])
    report.add_batch(checking.check_batch([("表.docx", form) for form in forms], PACK))
    return findings_text(report)


def test_text_marks_the_characters_that_differ() -> None:
    text = _told([_form(0, _benefit("改善校园周边居民出行秩序")), _form(1, _benefit("改善校园周边居民的出行秩序情况"))])
    assert "改善校园周边居民〔的〕出行秩序〔情况〕" in text


def test_what_all_forms_share_is_said_once() -> None:
    rows = [
        "数量｜受理｜≥90件｜99件｜40｜40｜",
        "社会效益｜办结率｜≥90%｜95%｜30｜30｜",
        "满意度｜满意度｜≥90%｜95%｜20｜20｜",
    ]
    case = {"rows": rows, "funding": ["年度资金总额：｜9｜9｜9｜10｜100%｜10"], "total": "100｜100"}
    text = _told([_form(0, case), _form(1, case)])
    assert text.count("P001") == text.count("P001 各表都有") == 1


def _crash(_: Any) -> Any:
    raise ZeroDivisionError


@pytest.mark.parametrize("part", ["gather", "judge"])
def test_a_crashing_batch_rule_stops_nothing(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [replace(rule, **cast(Any, {part: _crash})) if rule.code == "B002" else rule for rule in BATCH_RULES]
    monkeypatch.setattr(checking, "BATCH_RULES", tuple(rules))
    form = _form(0, _benefit("改善出行秩序情况"))
    forms = [("a", form), ("b", form), ("c", _form(1, _benefit("改善出行秩序情况")))]
    assert {finding.code for finding in checking.check_batch(forms, PACK)} == {"D003"}
    with pytest.raises(ZeroDivisionError):
        checking.check_batch(forms, PACK, strict=True)


ROWS = ["数量｜受理来电量｜≥90件｜99件｜40｜40｜", "社会效益｜来电办结率｜≥90%｜98%｜30｜30｜"]
GOAL = "受理市民来电，按时办结并回访"


def _years(now: dict[str, Any], last: dict[str, Any] | None = None) -> list[BatchFinding]:
    base = {"goal": GOAL, "rows": ROWS}
    forms = [
        {"project": "2023年热线经费", "year": "2023", **base, **(last or {})},
        {"project": "2024年热线经费", "year": "2024", **base, **now},
    ]
    return _check(*forms, code="D005")


def test_targets_beaten_last_year_and_kept() -> None:
    (finding,) = _years({})
    assert "“受理来电量”≥90件，完成99件，共2个指标" in finding.message
    assert [cell.file for cell in finding.cells[:2]] == ["1.docx", "0.docx"]
    assert (finding.cells[2].field, finding.cells[4].text) == ("indicators[0].target", "99件")


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ({"goal": "受理市民来电，办结率不低于98%"}, {}),
        ({"rows": [ROWS[0], ROWS[1].replace("≥90%", "≥98%")]}, {}),
        ({"rows": [*ROWS, "质量｜接通率｜≥90%｜98%｜10｜10｜"]}, {}),
        ({}, {"rows": ["数量｜受理来电量｜≥90件｜90件｜40｜40｜", "社会效益｜来电办结率｜≥90%｜88%｜30｜30｜"]}),
        ({}, {"year": "2022", "project": "2022年热线经费"}),
        ({}, {"unit": "县医院"}),
        ({"project": "2024年大厅经费"}, {}),
    ],
)
def test_changed_or_unbeaten_targets_are_left_alone(now: dict[str, Any], last: dict[str, Any]) -> None:
    assert _years(now, last) == []


def test_the_same_project_of_two_years_copies_nothing() -> None:
    case = {"goal": GOAL, "rows": ["社会效益｜改善校园周边出行秩序｜≥90%｜95%｜10｜9｜"]}
    forms = [("a", build({"project": f"{year}年护学岗", "year": str(year), **case})) for year in (2023, 2024)]
    found = checking.check_batch(forms, PACK, strict=True)
    assert {finding.code for finding in found} <= {"D005"}


APPROVED = ["数量｜培训人数｜≥500人｜｜10｜｜", "质量｜培训合格率｜≥95%｜｜10｜｜", "成本｜人均成本｜≤300元｜｜10｜｜"]


def _approved(rows: list[str], **target: Any) -> list[BatchFinding]:
    same = {"project": "2024年干部培训", "unit": "县委党校"}
    forms = [{"form_type": "target", "rows": APPROVED, **same, **target}, {"rows": rows, **same}]
    return _check(*forms, code="B004")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["数量｜培训人数｜≥300人｜320人｜10｜10｜", *APPROVED[1:]], "“培训人数”指标值由≥500人改为≥300人"),
        (["数量｜培训人数｜效果显著｜好｜10｜10｜", *APPROVED[1:]], "由≥500人改为效果显著"),
        ([*APPROVED[:2], "成本｜人均成本｜≤350元｜340元｜10｜10｜"], "由≤300元改为≤350元"),
        (APPROVED[:2], "“人均成本”没有再列"),
        ([APPROVED[0], "质量｜参加培训合格率｜≥95%｜96%｜10｜10｜", APPROVED[2]], "“培训合格率”改为“参加培训合格率”"),
        (["数量｜培训人数｜≥500人｜520人｜20｜20｜", *APPROVED[1:]], "“培训人数”分值由10分改为20分"),
    ],
)
def test_indicators_off_the_approved_targets(rows: list[str], says: str) -> None:
    (finding,) = _approved(rows)
    assert says in finding.message
    assert (finding.severity, finding.cells[0].file) == ("warning", "1.docx")


@pytest.mark.parametrize(
    ("rows", "target"),
    [
        (APPROVED, {}),
        ([*APPROVED, "社会效益｜新增指标｜≥1件｜1件｜10｜10｜"], {}),
        (["数量｜培训人数｜不少于600人｜620人｜10｜10｜", *APPROVED[1:]], {}),
        (["数量｜1.培训人数｜500人｜520人｜10｜10｜", *APPROVED[1:]], {}),
        (APPROVED[:1], {"year": "2023"}),
        (APPROVED[:1], {"unit": "县医院"}),
        (APPROVED[:1], {"form_type": "department"}),
        (APPROVED[:1], {"truncated": True}),
    ],
)
def test_rows_as_approved_or_better_are_silent(rows: list[str], target: dict[str, Any]) -> None:
    assert _approved(rows, **target) == []


def test_the_nearest_of_two_approved_forms_counts() -> None:
    same = {"project": "干部培训"}
    old = {"form_type": "target", "rows": APPROVED, **same}
    new = {"form_type": "target", "rows": APPROVED[:2], **same}
    assert _check(old, new, {"rows": APPROVED[:2], **same}, code="B004") == []


NAMES = ("降低城区道路交通拥堵指数", "降低城区道路交通拥挤程度")


@pytest.mark.parametrize(("units", "count"), [(("甲局", "甲局"), 1), (("甲局", "乙局"), 0)])
def test_between_units_the_test_is_stricter(units: tuple[str, str], count: int) -> None:
    cases = [{"unit": unit, **_benefit(name)} for unit, name in zip(units, NAMES, strict=True)]
    assert len(_check(*cases, code="D003")) == count


def test_a_text_copied_in_and_between_units_is_told_once() -> None:
    cases = [{"unit": unit, **_benefit("改善校园周边出行秩序")} for unit in ("甲局", "甲局", "乙局")]
    (finding,) = _check(*cases, code="D003")
    assert "3个项目" in finding.message


def test_copies_and_the_frame_around_them_are_told_apart() -> None:
    frame = "确保{}平稳、有序、高效运转，保障日常工作需要"
    found = _check(*({"goal": frame.format(name)} for name in ("档案馆", "档案馆", "敬老院")), code="D004")
    assert [(finding.severity, len(finding.cells)) for finding in found] == [("warning", 2), ("info", 2)]


def test_long_groups_list_some_cells_and_count_all() -> None:
    (finding,) = _check(*(_benefit("改善校园周边出行秩序") for _ in range(300)), code="D003")
    assert "300个项目" in finding.message
    assert len(finding.cells) == LISTED


def test_glimpses_survive_being_written_down() -> None:
    forms = [("a", _form(0, {"goal": GOAL, "rows": ROWS})), ("b", _form(1, {"goal": GOAL, "rows": ROWS}))]
    written = [form_trace(file, form).model_dump_json(exclude_defaults=True) for file, form in forms]
    read = (FormTrace.model_validate_json(text) for text in written)
    assert tuple(checking.check_traces(read, PACK, strict=True)) == checking.check_batch(forms, PACK, strict=True)


def test_a_full_disk_is_told_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_shelf, "_TABLES", f"{trace_shelf._TABLES} PRAGMA max_page_count = 40;")
    forms = [(f"{index}.docx", _form(index, {"goal": GOAL, "rows": ROWS})) for index in range(400)]
    with pytest.raises(OutputError, match="临时文件写不下"):
        checking.check_batch(forms, PACK)
