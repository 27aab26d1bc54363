"""A standard is data a clerk writes: every mistake is told with its line, and what to do."""

from pathlib import Path

import pytest

from conftest import build, findings_of
from fuhe.errors import StandardError
from fuhe.rescoring.row_conditions import CONDITIONS
from fuhe.rescoring.standard import FORM_CODES, standard, standard_names

HEAD = "title: 本县口径\nrows:\n"
GOOD = "  - case: 空泛\n    when: [定性空泛]\n    deduct: 50%\n    reason: 指标值“{指标值}”无从核对\n"
ROOT = Path(__file__).parents[2]


def _written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "本县.yaml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("name", standard_names())
def test_packaged_standards_load(name: str) -> None:
    made = standard(name)
    assert made.rules
    assert made.issuer
    assert made.source
    assert sum(made.weights.values()) == 100


def test_a_county_writes_its_own(tmp_path: Path) -> None:
    made = standard(_written(tmp_path, HEAD + GOOD + "base: national-practice\n"))
    assert [rule.cited for rule in made.rules][:2] == ["“本县口径”第1项", "“全国一般做法”第1项"]


BAD = [
    ("unknown-condition", "没有“定性空范”这个条件", HEAD + GOOD.replace("定性空泛", "定性空范", 1)),
    ("unknown-condition", "没有“S999”这个条件", HEAD + GOOD.replace("定性空泛", "S999")),
    ("weights", "各类合计 110，应为 100", HEAD + GOOD + "weights: {执行率: 20, 产出: 50, 效益: 30, 满意度: 10}\n"),
    ("never-applies", "第 1 条“空泛”已经先管了", HEAD + GOOD + GOOD.replace("空泛", "又一条", 1)),
    ("never-applies", "不落在指标行上", HEAD + GOOD.replace("[定性空泛]", "[A002, B001]")),
    ("never-applies", "of 写的是满意度", HEAD + GOOD.replace("[定性空泛]", "[付款作数量]\n    of: [满意度]")),
    ("entry", "没有“{得分}”这一项可填", HEAD + GOOD.replace("{指标值}", "{得分}")),
    ("entry", "应为 0 到 100 的百分数", HEAD + GOOD.replace("50%", "150%")),
    ("entry", "应为 0 到 100 的百分数", HEAD + GOOD.replace("50%", "一半")),
    ("entry", "缺少这个条目", "rows:\n" + GOOD),
    ("entry", "没有这个条目", HEAD + GOOD.replace("deduct", "dedcut")),
    ("entry", "没有自带的口径“nation”", HEAD + GOOD + "base: nation\n"),
    ("entry", "由高到低", HEAD + GOOD + "grades: {优: 80, 良: 90, 差: 0}\n"),
    ("entry", "不是合法的 YAML", "title: [\n"),
    ("entry", "写了两次", HEAD + GOOD + "title: 又一个\n"),
]


@pytest.mark.parametrize(("code", "says", "text"), BAD, ids=[f"{code}-{says[:8]}" for code, says, _ in BAD])
def test_mistakes_are_explained(tmp_path: Path, code: str, says: str, text: str) -> None:
    with pytest.raises(StandardError) as found:
        standard(_written(tmp_path, text))
    assert (found.value.code, says in str(found.value)) == (code, True), str(found.value)
    assert "本县.yaml" in str(found.value)
    assert found.value.todo


def test_a_mistake_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(StandardError, match="第 4 行"):
        standard(_written(tmp_path, HEAD + GOOD.replace("定性空泛", "定性空范")))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(StandardError, match="national-practice") as found:
        standard("no-such")
    assert found.value.code == "missing"


def test_wheels_carry_the_standards() -> None:
    assert '"data/rescoring" = "fuhe/_data/rescoring"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_guide_lists_every_condition() -> None:
    guide = (ROOT / "docs" / "复核打分.md").read_text("utf-8")
    assert [name for name in CONDITIONS if f"`{name}`" not in guide] == []


@pytest.mark.parametrize("code", sorted(FORM_CODES))
def test_codes_of_the_form_never_stand_at_a_row(code: str) -> None:
    import yaml

    cases = yaml.safe_load((ROOT / "tests" / "cases" / f"{code}.yml").read_text("utf-8"))["fail"]
    found = [one for case in cases for one in findings_of(build(case), case.get("policy")) if one.code == code]
    assert found
    assert not any(one.cells[0].field.startswith("indicators[") for one in found)


def test_caps_hold_a_class_to_its_most(tmp_path: Path) -> None:
    from fuhe.policy import pack
    from fuhe.rescoring.proposing import propose

    own = standard(_written(tmp_path, HEAD + GOOD.replace("50%", "100%") + "caps: {效益: 40%}\n".replace("%", "")))
    form = build({"rows": ["社会效益｜人居环境｜效果显著｜效果显著｜10｜10"]})
    sheet = propose("", form, findings_of(form), own, pack("national-2020"))
    assert float(sheet.rows[-1].score) == 6


def test_the_example_of_the_guide_can_be_used(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "复核打分.md").read_text("utf-8")
    made = standard(_written(tmp_path, guide.partition("```yaml\n")[2].partition("```")[0]))
    assert (float(made.execution.full_from), len(made.rows)) == (95, 2)
