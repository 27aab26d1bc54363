"""How checking one form grows with its rows: made rows in the words of the six samples, each of another object."""

import random
from collections.abc import Iterator

from evals.bench.figure import Figure, alternated
from fuhe import checking
from fuhe.policy import pack
from fuhe.records import Form, Indicator, Record

ROWS = (36, 72, 144, 288)
_THINGS = ("道路", "桥梁", "校舍", "管网", "路灯", "绿地", "河道", "泵站", "厂房", "车辆", "档案", "系统")
_ACTS = ("改造", "维修", "新建", "检测", "清理", "养护", "更新", "验收")
_LAST = ("数量", "合格率", "完成率", "及时率", "里程", "面积", "覆盖率", "使用率")
_PLACES = ("城东", "城西", "城南", "城北", "镇区", "村组", "园区", "校区")


def form_of(rows: int, seed: int = 11) -> Form:
    """Return a form of so many indicator rows; a tenth of them repeat another's name or its nearly."""
    dice = random.Random(seed)
    names: list[str] = []
    while len(names) < rows:
        copied = len(names) > 3 and dice.random() < 0.1
        made = "".join(dice.choice(part) for part in (_PLACES, _THINGS, _ACTS, _LAST))
        names.append(f"持续{dice.choice(names)}" if copied else made)
    indicators = tuple(_row(name, index, dice) for index, name in enumerate(names))
    record = Record(
        project="基础设施维护", department="县住建局", unit="县市政中心", year="2024年度", goal="完成各项维护任务。",
        outcome="各项任务已完成。", funding=(), indicators=indicators, total_weight="100", total_score="98",
    )  # fmt: skip
    columns = {"level1", "level2", "name", "target", "actual", "weight", "score", "reason"}
    return Form(id="1", record=record, columns=frozenset(columns))


def _row(name: str, index: int, dice: random.Random) -> Indicator:
    level1, level2 = (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标"))[index % 3]
    target = dice.choice(("≥95%", "≥90%", "100%", "≥20处", "≥50公里"))
    return Indicator(
        level1=level1, level2=level2, name=name, target=target, actual=target.lstrip("≥"),
        weight="2", score=dice.choice(("2", "2", "2", "1.9")), reason="",
    )  # fmt: skip


def measures() -> Iterator[Figure]:
    """Time the whole check of one form at each number of rows; each ratio is to the least rows."""
    chosen = pack("national-2020")
    forms = {rows: form_of(rows) for rows in ROWS}
    return alternated(
        {
            f"check of one form of {rows} rows": lambda form=form: checking.check(form, chosen, checking.Options())  # type: ignore[misc]
            for rows, form in forms.items()
        }
    )
