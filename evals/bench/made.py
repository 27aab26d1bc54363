"""Made forms, distinct and deterministic: units with several projects, texts of their own and texts copied around."""

import random
from collections.abc import Iterator

from evals.bench.phrases import MEASURES, PLACES, THINGS, phrases
from fuhe.records import Form, FundingRow, Indicator, Record

_COLUMNS = frozenset(
    ["project", "department", "unit", "year", "goal", "outcome", "total_weight", "total_score", "level1", "level2"]
    + ["name", "target", "actual", "weight", "score", "reason"]
    + [f"funding.{name}" for name in ("initial_budget", "full_year_budget", "executed", "weight", "rate", "score")]
)
_ROWS = (
    ("产出", "数量", 20), ("产出", "质量", 10), ("产出", "时效", 10), ("产出", "成本", 10), ("效益", "社会效益", 10),
    ("效益", "经济效益", 10), ("效益", "可持续影响", 10), ("满意度", "服务对象满意度", 10),
)  # fmt: skip


def forms(count: int, seed: int = 3) -> Iterator[Form]:
    """Yield `count` forms of about `count` / 8 units; one text in ten stands in other forms as well."""
    draw = random.Random(seed)
    pool = phrases(max(2000, count // 2), seed)
    shared = pool[: max(50, len(pool) // 40)]
    for number in range(count):
        yield _form(number, draw, pool, shared)


def _form(number: int, draw: random.Random, pool: list[str], shared: list[str]) -> Form:
    unit = f"{PLACES[number // 8 % len(PLACES)]}{THINGS[number // 8 // len(PLACES) % len(THINGS)]}中心{number // 60_000 or ''}"
    project = f"2024年{draw.choice(PLACES)}{draw.choice(THINGS)}项目{number % 8 + 1}"
    rows = [_row(draw, levels, pool, shared) for levels in _ROWS]
    budget, spent = draw.randint(10, 900), 0.0
    spent = round(budget * draw.choice((1, 1, 0.97, 0.8)), 2)
    earned = sum(float(row.score or 0) for row in rows) + 10
    record = Record(
        project=project,
        department="市财政局",
        unit=unit,
        year="2024",
        goal=f"{draw.choice(pool)}，{draw.choice(pool)}，完成{draw.randint(2, 90)}项。",
        outcome=f"{draw.choice(pool)}，实际完成{draw.randint(2, 90)}项，{draw.choice(shared)}。",
        fund_unit="万元",
        total_weight="100",
        total_score=f"{earned:g}",
        funding=(
            FundingRow(label="年度资金总额", initial_budget=str(budget), full_year_budget=str(budget), executed=f"{spent:g}",
                       weight="10", rate=f"{spent / budget:.2%}", score="10"),
        ),
        indicators=tuple(rows),
    )  # fmt: skip
    return Form(id="1", title=project, record=record, columns=_COLUMNS)


def _row(draw: random.Random, levels: tuple[str, str, int], pool: list[str], shared: list[str]) -> Indicator:
    level1, level2, weight = levels
    name = draw.choice(shared) if draw.random() < 0.1 else draw.choice(pool)
    if level2 == "数量":
        target = draw.randint(10, 500)
        pair = (f"≥{target}件", f"{target + draw.randint(-3, 20)}件")
    elif level2 == "成本":
        pair = ("≤50万元", f"{draw.randint(30, 50)}万元")
    elif draw.random() < 0.3:
        pair = ("效果显著", "效果显著")
    else:
        name = name if name.endswith(tuple(MEASURES)) else f"{name}完成率"
        pair = (f"≥{draw.choice((85, 90, 95))}%", f"{draw.randint(80, 100)}%")
    score = weight if draw.random() < 0.8 else weight - draw.choice((0.5, 1, 2))
    return Indicator(
        level1=f"{level1}指标",
        level2=level2,
        name=name,
        target=pair[0],
        actual=pair[1],
        weight=str(weight),
        score=f"{score:g}",
        reason=None
        if score == weight
        else draw.choice(("完成", None, "因设备到货晚，已于11月安装，由综合科负责按月调度。")),
    )
