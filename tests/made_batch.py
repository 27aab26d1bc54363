"""A made batch of varied forms over a dozen units, the same for the same seed, and its way into a store."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection, func, select

from conftest import build
from fuhe import checking
from fuhe.batch.comparing import keep
from fuhe.checking import Options
from fuhe.findings import Decision
from fuhe.outputs.figures import Overview
from fuhe.pipeline import Checked
from fuhe.policy import Pack, pack
from fuhe.records import File, Form
from fuhe.store import schema
from fuhe.store.batch_figures import overview
from fuhe.store.database import Store, inserted
from fuhe.store.decisions import decide
from fuhe.store.recording import record_file
from fuhe.store.selection import Selection, chosen

NOW = "2025-04-13T17:00:00+08:00"
UNITS = (
    "县教育局", "县卫生健康局", "县住房和城乡建设局", "县农业农村局", "县文化旅游广电局", "县公安局", "县水务局", "县交通运输局",
    "县审批服务管理局", "县民政局", "县自然资源局", "县融媒体中心",
)  # fmt: skip
_WHAT = (
    "校舍维修",
    "设备购置",
    "信息系统运维",
    "农村饮水",
    "河道整治",
    "道路养护",
    "村卫生室建设",
    "文化活动",
    "技能培训",
    "大楼物业服务",
    "热线工作",
    "困难群众救助",
)
_COUNTED = (
    ("维修面积", "平方米"),
    ("购置设备数量", "台"),
    ("培训人数", "人次"),
    ("巡查次数", "次"),
    ("服务群众人数", "人"),
    ("养护里程", "公里"),
)
_QUALITY = ("验收合格率", "设备完好率", "工程质量达标率", "服务响应及时率")
_BENEFIT = (
    "不断提升人民群众的获得感",
    "有效改善办学条件",
    "保障单位平稳、有序、高效运转",
    "设施设备使用率",
    "投诉办结率",
    "无",
)
_SOFT = ("显著", "明显", "效果良好", "有效提升")
_GOALS = (
    "保障单位平稳、有序、高效运转，保障日常工作需要，完成上级交办的各项任务。",
    "完成{what}{count}{unit}的年度任务，{quality}达到95%以上，群众满意度达到90%以上。",
    "年内{what}开工并完工，解决群众反映的问题，{quality}达到95%以上。",
    "进一步提高服务水平，不断提升人民群众满意度。",
)


def made_forms(count: int, seed: int = 7) -> list[tuple[str, Form]]:
    """Return forms with the path of the file each stands in; some units fill in better than others."""
    dice = random.Random(seed)
    return [_form(number, dice) for number in range(count)]


def _form(number: int, dice: random.Random) -> tuple[str, Form]:
    which = number % len(UNITS)
    care = dice.random() ** (0.4 + which / 6)
    case = _case(number, care, dice)
    made = build(case)
    unit = UNITS[which]
    record = made.record.model_copy(update={"unit": unit, "department": unit})
    return f"{unit}/附件{number + 1}.docx", made.model_copy(update={"record": record, "id": "1"})


def _case(number: int, care: float, dice: random.Random) -> dict[str, object]:
    (counted, unit), quality = dice.choice(_COUNTED), dice.choice(_QUALITY)
    count, budget = dice.randint(2, 400), Decimal(dice.randint(800, 90000)) / 100
    spent = (
        budget * Decimal(str(round(min(1.0, 0.45 + 0.55 * dice.random() ** (0.12 + 0.5 * (1 - care))), 3)))
    ).quantize(Decimal("0.01"))
    rate = (100 * spent / budget).quantize(Decimal("0.01"))
    lost = [Decimal(dice.choice((0, 0, 0, 0, 1, 1, 2, 3))) / dice.choice((1, 2)) for _ in range(4)]
    weights = (Decimal(25), Decimal(25), Decimal(30), Decimal(10))
    points = [weight - cut for weight, cut in zip(weights, lost, strict=True)]
    execution = (rate / 10).quantize(Decimal("0.1")) if dice.random() < 0.5 + care / 2 else Decimal(10)
    total = sum(points, execution) + (10 if dice.random() < 0.03 else 0)
    what = dice.choice(_WHAT)
    benefit = dice.choice(
        (*_BENEFIT[:3], f"{what}群众知晓率", f"{what}受益人口覆盖率") if care < 0.5 else (*_BENEFIT, f"{what}使用率")
    )
    soft = dice.choice(_SOFT)
    reason = (
        "完成" if care < 0.6 else f"因{dice.choice(('到货', '验收', '招标'))}晚于计划，已于12月底补办，今后按月调度"
    )
    told = [reason if cut else "" for cut in lost]
    return {
        "project": f"2024年{what}项目（{number + 1}号）",
        "goal": dice.choice(_GOALS).format(what=what, count=count, unit=unit, quality=quality),
        "outcome": f"{what}完成{counted}{count}{unit}，{quality}98%。" if care > 0.4 else "较好地完成了各项工作任务。",
        "funding": [f"年度资金总额｜{budget}｜{budget}｜{spent}｜10｜{rate}%｜{execution}"],
        "rows": [
            f"数量指标｜{counted}｜≥{count}{unit}｜{count if care < 0.7 else count + dice.randint(0, 9)}{unit}｜25｜{points[0]}｜{told[0]}",
            f"质量指标｜{quality}｜≥95%｜{'≥95%' if care < 0.35 else '97%'}｜25｜{points[1]}｜{told[1]}",
            f"社会效益指标｜{benefit}｜{soft if care < 0.7 else '≥90%'}｜{soft if care < 0.7 else '93%'}｜30｜{points[2]}｜{told[2]}",
            f"满意度指标｜{what}{'服务对象' if care > 0.3 else ''}满意度｜≥90%｜95%｜10｜{points[3]}｜{told[3]}",
        ],
        "total": f"100｜{total.normalize():f}" if dice.random() > 0.02 else "100｜",
    }  # fmt: skip


def recorded(connection: Connection, name: str, forms: Sequence[tuple[str, Form]], due: str | None = None) -> int:
    """Check forms into a new batch of the store, with what shows over several of them; return the batch's id."""
    rules = pack("national-2020")
    batch = inserted(
        connection, schema.batch, name=name, due=due, policy=rules.name, created_at="2025-04-01T08:30:00+08:00"
    )
    for path, form in forms:
        _record(connection, batch, path, form, rules)
    keep(connection, batch, checking.check_batch(forms, rules))
    return batch


def _record(connection: Connection, batch: int, path: str, form: Form, rules: Pack) -> None:
    findings = checking.check(form, rules, Options()).findings
    file = File(path=path, status="ok", sha256="0" * 64, forms=(form,))
    record_file(
        connection, batch, file, [Checked(form, findings)], rules, ruleset="made", at="2025-04-01T08:30:00+08:00"
    )


def decided(connection: Connection, batch: int, share: float, *, days: int = 13, seed: int = 3) -> None:
    """Decide everything on a share of the forms, spread over days from 1 April 2025, and begin a few more."""
    dice = random.Random(seed)
    form = schema.form.c
    ids = list(connection.execute(select(form.id).where(form.batch_id == batch).order_by(form.id)).scalars())
    whole = round(share * len(ids))
    for place, form_id in enumerate(ids[: whole + 5]):
        day = date(2025, 4, 1) + timedelta(days=round(days * place / max(1, whole)))
        found = connection.execute(schema.finding.select().where(schema.finding.c.form_id == form_id)).all()
        for row in found if place < whole else found[:1]:
            decide(
                connection, form_id, row.fingerprint, _decision(row.title, dice), by="李敏", at=f"{day}T10:00:00+08:00"
            )


def _decision(title: str, dice: random.Random) -> Decision:
    thrown = dice.random()
    if thrown < 0.75:
        blank = "，并写明【待补充：原因】" if dice.random() < 0.3 else ""
        return Decision(state="listed", text=f"{title}，请核对{blank}。")
    if thrown < 0.9:
        return Decision(state="dismissed", reason=dice.choice(("规则误报", "表内已有说明", "本级口径允许")))
    return Decision(state="doubtful")


@dataclass(frozen=True)
class Made:
    """A store with one batch, and what is asked of it."""

    store: Store
    batch: int

    def figures(self, lists: int = 0, now: str = NOW) -> Overview:
        """Return the figures of the batch."""
        with self.store.reading() as connection:
            found = overview(connection, self.batch, now, lists=lists)
        assert found is not None
        return found


def counted(connection: Connection, selection: Selection) -> int:
    """Count the forms a selection chooses."""
    found: int = connection.execute(select(func.count(schema.form.c.id)).where(chosen(selection))).scalar_one()
    return found
